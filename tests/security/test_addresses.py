"""WB-04, WB-07 to WB-09, WB-11: where answers lead, what is there at all, what is too much, and keys."""

import time

import pytest
import sqlalchemy as sa
from flask.sessions import SecureCookieSessionInterface

import config
from crm.accounts.viewer import SESSION_KEY
from crm.stakeholders.models import ContactPoint
from tests import databases
from tests.browser import Browser
from tests.security.office import close, planted
from tests.security.sendings import sendings
from tests.world import PASSWORD

ELSEWHERE = [
    "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "\\/evil.test", "https://evil.test", "https:evil.test", "http:/evil.test",
    "//evil.test@localhost", "http://localhost@evil.test/", "/%09/evil.test", "/\t/evil.test", "\t//evil.test", " //evil.test", "/\n/evil.test",
    "%0d%0aLocation:%20//evil.test", "/\r\nLocation: //evil.test", "javascript:alert(1)", "data:text/html,x", "//evil\u3002test", "/\u2028/evil.test",
    "/\x00/evil.test", "////evil.test", "/.//evil.test/..//evil.test", "//[::1]/", "evil.test", "?//evil.test", "#//evil.test",
]  # fmt: skip


def is_here(location):
    """A local path, whatever a browser makes of it."""
    return location.startswith("/") and location[1:2] not in {"/", "\\"} and not any(ord(c) <= 32 for c in location)


@pytest.fixture
def another(app, tmp_path):
    """Makes the application once more, on the same database, with other settings."""
    made = []

    def make(**settings):
        made.append(databases.make_app(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, **settings))
        return made[-1]

    yield make
    for one in made:
        close(one)


# WB-04: the page after sign-in, and every other redirect that somebody could hand us.
def test_no_redirect_leads_elsewhere(app, world, acting):
    for target in ELSEWHERE:
        browser = Browser(app)
        browser.get("/sign-in", query_string={"next": target})
        fields = {"email": "officer@kanim.example", "password": PASSWORD, "next": target}
        answer = browser._request("POST", "/sign-in", data={**fields, "csrf_token": browser.csrf_token()})
        if target == ELSEWHERE[0]:
            assert answer.status_code == 303
        assert answer.status_code != 303 or is_here(answer.headers["Location"]), target
        if answer.status_code == 429:
            break
    ids = planted(world, acting, by=world.admin)
    browser = Browser(app).sign_in(world.admin)
    names = ("next", "back", "return", "where", "url", "from", "redirect", "_external", "_scheme")
    for one in sendings(browser, Browser(app), ids)[:-4]:
        for target in ("//evil.test", "/\\evil.test", "https://evil.test"):
            more = dict.fromkeys(set(names) - one.names, target)
            joint = "&" if "?" in one.url else "?"
            query = "&".join(f"{name}={target}" for name in names)
            answer = browser._request(
                "POST",
                f"{one.url}{joint}{query}",
                data=one.data(**more, csrf_token=browser.csrf_token()),
                headers={"Referer": f"{target}/x"},
            )
            location = answer.headers.get("Location")
            assert location is None or is_here(location), f"{one.endpoint}: {location}"
            assert "evil.test" not in (location or "").partition("?")[0], f"{one.endpoint}: {location}"


# WB-07: behind no proxy, nobody is believed who says there is one.
def test_headers_of_a_proxy_count_only_behind_one(app, world, another):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test", "Forwarded": "for=203.0.113.9",
              "X-Real-IP": "203.0.113.9", "X-Original-URL": "/users", "X-Rewrite-URL": "/users", "X-Forwarded-Prefix": "/evil"}  # fmt: skip

    def sign_in_address(made):
        browser = Browser(made)
        forged["Referer"] = "https://localhost/sign-in"  # over https a form has to come from our own page
        fields = {"email": "officer@kanim.example", "password": PASSWORD}
        answer = browser._request(
            "POST",
            "/sign-in",
            data={**fields, "csrf_token": browser.csrf_token()},
            headers=forged,
            environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
        )
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/desk"), answer.headers["Location"]
        page = browser._request("GET", "/me", headers=forged, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).text
        assert "evil" not in page
        return {address for address in ("203.0.113.9", "192.0.2.7") if address in page}

    assert sign_in_address(app) == {"192.0.2.7"}
    assert "203.0.113.9" in sign_in_address(another(PROXY_HOPS=1))


NOT_THERE = [
    "/.git/config", "/.env", "/.flaskenv", "/config.py", "/console", "/metrics", "/openapi.json", "/debug", "/admin",
    "/server-status", "/static/", "/static", "/static/../config.py", "/static/..%2fconfig.py", "/static/%2e%2e/config.py", "/static/....//config.py",
    "/static/..\\config.py", "/static//etc/passwd", "/instance/mitra.db", "/mitra.db", "/secret-key.txt", "/static/app.css.map", "/robots.txt/..",
    "/files/", "/files/../../etc/passwd", "/files/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/files/1/../../etc/passwd", "/files/-1", "/files/0x1",
    "/files/%31%00", "/stakeholders/-1", "/stakeholders/1e1", "/stakeholders/99999999999999999999", "/offices/1;DROP", "//desk/..//",
    "/templates/layout/base.html", "/crm/app.py", "/tests/conftest.py", "/demo-sign-ins.txt", "/desk%00", "/desk%0d%0aX: y",
]  # fmt: skip


# WB-08
@pytest.mark.parametrize("signed_in", [True, False])
def test_what_is_nobodys_business_is_not_there(app, world, signed_in):
    browser = Browser(app)
    if signed_in:
        browser.sign_in(world.admin)
    fingerprint = browser.get("/sign-in" if not signed_in else "/desk").text.partition("/static/")[2].partition("/")[0]
    inside = [
        f"/static/{fingerprint}{rest}"
        for rest in ("/", "", "/css", "/css/", "/../../config.py", "/..%2f..%2fconfig.py", "/app.css.map", "/%2e%2e/x")
    ]
    for address in [*NOT_THERE, *inside]:
        answer = browser._request("GET", address)
        assert answer.status_code in {404, 400, 308}, f"{answer.status_code} {address}"
        assert "SECRET_KEY" not in answer.text
        assert answer.headers.get("Location", "/").startswith(("/", "http://localhost/")), address
        answer.close()
    for method in ("TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG"):
        answer = browser._request(method, "/sign-in", headers={"X-Echo": "zqecho"})
        assert answer.status_code == 405, method
        assert "zqecho" not in answer.text


HUGE = [
    ("GET", "/stakeholders?" + "&".join(f"a{n}=1" for n in range(100_000)), {}),
    ("GET", "/stakeholders?page=1000000000", {}),
    ("GET", "/stakeholders?limit=1000000000", {}),
    ("GET", "/interactions?after=" + "W1" * 500_000, {}),
    ("POST", "/search", {"data": {"q": "x"}}),
    ("POST", "/commitments/new", {"data": "[" * 200_000, "content_type": "application/json"}),
    ("POST", "/commitments/new", {"data": "a=1&" * 600_000, "content_type": "application/x-www-form-urlencoded"}),
    ("POST", "/commitments/new", {"data": "x" * 17_000_000, "content_type": "application/x-www-form-urlencoded"}),
]


# WB-09: much of everything is refused, and quickly.
@pytest.mark.parametrize("number", range(len(HUGE)))
def test_too_much_is_refused_quickly(app, world, number):
    method, address, more = HUGE[number]
    browser = Browser(app).sign_in(world.officer)
    browser.get("/stakeholders")
    begun = time.process_time()
    answer = browser._request(method, address, **more)
    assert 400 <= answer.status_code < 500, answer.status_code
    assert time.process_time() - begun < 3


def test_a_form_of_very_many_parts_is_refused_quickly(app, world):
    browser = Browser(app).sign_in(world.officer)
    begun = time.process_time()
    part = '--x\r\nContent-Disposition: form-data; name="f{}"\r\n\r\nx\r\n'
    body = "".join(part.format(number) for number in range(20_000)) + "--x--\r\n"
    answer = browser._request("POST", "/interactions/new", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert time.process_time() - begun < 5


def test_rows_of_a_form_have_an_end(app, world, acting):
    browser = Browser(app).sign_in(world.officer)
    rows = {f"emails-{n}-value": f"a{n}@b.example" for n in range(400)}
    fields = {"name": "Sutisna", "owner_id": "0", "tier": "", "influence": "", "interest": "", **rows}
    browser.post("/stakeholders/people/new", fields)
    with acting(world.officer) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ContactPoint)) == 30


# WB-11
WEAK = [
    "",
    "secret",
    "dev",
    "changeme",
    "x" * 31,
    "a" * 64,
    "abababababababababababababababababababab",
    "change-me-change-me-change-me-change-me",
    "0" * 48,
]


def production(key):
    return {
        "MODE": "production",
        "SECRET_KEY": key,
        "PUBLIC_BASE_URL": "https://mitra.example",
        "HOST": "127.0.0.1",
        "MAIL_TRANSPORT": "outbox",
        "SENDGRID_API_KEY": "",
    }


@pytest.mark.parametrize("key", WEAK)
def test_a_weak_key_is_refused(key):
    with pytest.raises(config.WrongSetting, match="SECRET_KEY"):
        config.refuse_wrong(production(key))


def test_a_strong_key_is_taken():
    config.refuse_wrong(production("kLw0yq3nS8vJ2xR5tU7bN1mZ4cD6fGhA9pQeYiOs"))


def test_a_new_key_takes_the_cookies_of_the_old_one_until_that_is_dropped(app, world, another):
    browser = Browser(app).sign_in(world.officer)
    cookie = browser.client.get_cookie("mitra").value
    old = app.config["SECRET_KEY"]

    def status_with(**settings):
        other = Browser(another(**settings))
        other.client.set_cookie("mitra", cookie)
        return other._request("GET", "/desk").status_code

    new = "another-key-of-the-tests-0123456789-abcdef"
    assert status_with(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old]) == 200
    assert status_with(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[]) == 302
    words = SecureCookieSessionInterface().get_signing_serializer(app)
    assert words.loads(cookie)[SESSION_KEY]  # a cookie that our own key reads


# A cookie made up with a guessed key, or with a token that nobody was given, opens nothing.
def test_a_made_up_cookie_opens_nothing(app, world, another):
    for key in ("secret", "dev", "not-a-secret", ""):
        forger = another(SECRET_KEY=key or "x")
        forged = (
            SecureCookieSessionInterface()
            .get_signing_serializer(forger)
            .dumps({SESSION_KEY: "x" * 43, "_user_id": "1", "user_id": 1})
        )
        browser = Browser(app)
        browser.client.set_cookie("mitra", forged)
        assert browser._request("GET", "/desk").status_code == 302
    browser = Browser(app)
    with browser.client.session_transaction() as kept:
        kept[SESSION_KEY] = "x" * 43
        kept["_user_id"] = kept["user_id"] = str(world.admin.id)
    assert browser._request("GET", "/desk").status_code == 302
