"""XS-10, WB-05, WB-06: every answer carries exactly one of the policies and the same set of headers; nobody keeps staff pages."""

import re

import pytest

import config
from crm.core import headers
from tests import databases
from tests.browser import Browser
from tests.security.office import address_of, close, planted

# Written out once more: a change of a policy is a decision, and this is where it is seen.
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-src 'self'; manifest-src 'self'; frame-ancestors 'none'"
)
PREVIEW = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
FILE = "sandbox; default-src 'none'"
# The editor of text blocks brings a style sheet of its own; nothing else is let in by the word of the day.
EDITOR = PAGE.replace("style-src 'self'", "style-src 'self' 'nonce-*'")
POLICIES = {
    "campaigns.edit": EDITOR,
    "campaigns.preview": PREVIEW,
    "mail.preview": PREVIEW,
    "mail.eml": FILE,
    "mail.call_eml": FILE,
    "files.show": FILE,
    "bulletins.qr_svg": FILE,
    "bulletins.qr_png": FILE,
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Tokens stand in addresses of the public pages: no other page is told where its reader came from.
QUIET = {"Referrer-Policy": "no-referrer"}
ODD = [
    "/nowhere",
    "/stakeholders/999999",
    "/stakeholders?sort=password",
    "/search/completions",
    "/static/none.js",
    "/static/../config.py",
]


_NONCE = re.compile(r"'nonce-[A-Za-z0-9_-]{16,}'")


def check(answer, policy, what, *, secure=False, kept=False, is_public=False):
    have = answer.headers
    assert [_NONCE.sub("'nonce-*'", each) for each in have.get_all("Content-Security-Policy")] == [policy], what
    for name, value in (ALWAYS | (QUIET if is_public else {})).items():
        assert have.get_all(name) == [value], f"{what}: {name} {have.get_all(name)}"
    assert have.get_all("Strict-Transport-Security") == ([headers.HSTS] if secure else []), what
    assert not {"Access-Control-Allow-Origin", "X-Powered-By", "Server"} & set(have.keys()), what
    if not kept:
        assert have["Cache-Control"] == "no-store", what
        assert "cookie" in have["Vary"].lower(), what


def test_every_route_carries_its_policy_and_headers(app, world, acting, jobs):
    ids = planted(world, acting, by=world.admin)
    jobs.run_all()
    for browser in (Browser(app), Browser(app).sign_in(world.viewer), Browser(app).sign_in(world.admin)):
        statuses = set()
        for rule in app.url_map.iter_rules():
            for method in sorted(rule.methods & {"GET", "POST", "OPTIONS"}):
                if rule.endpoint == "accounts.sign_out":
                    continue
                answer = browser._request(method, address_of(rule, ids), data={} if method == "POST" else None)
                answer.close()
                statuses.add(answer.status_code)
                policy = (
                    POLICIES[rule.endpoint]
                    if answer.status_code == 200 and method == "GET" and rule.endpoint in POLICIES
                    else PAGE
                )
                is_public = rule.endpoint.startswith("portal.")
                check(answer, policy, f"{method} {rule.rule} {answer.status_code}", is_public=is_public)
        for address in ODD:
            check(browser._request("GET", address), PAGE, address, kept=address.startswith("/static/"))
        check(browser._request("DELETE", "/stakeholders"), PAGE, "405")
        check(browser._request("GET", "/desk", headers={"Host": "evil.test"}), PAGE, "foreign host")
    assert {200, 302, 400, 404} <= statuses


def test_files_that_the_page_needs_carry_them_too_and_may_be_kept(app):
    browser = Browser(app)
    page = browser.get("/sign-in").text
    for kind in ("css", "js", "svg"):
        start = page.index("/static/")
        address = next(
            part.split('"')[0] for part in page[start - 1 :].split('"')[1:] if part.startswith("/static/") and f".{kind}" in part
        )
        answer = browser._request("GET", address.partition("#")[0])
        assert answer.status_code == 200, address
        check(answer, PAGE, address, kept=True)
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert not answer.headers.get("Set-Cookie")
        answer.close()


@pytest.fixture(scope="module")
def secure():
    """The application as it stands behind https."""
    database = databases.open_database("sqlite")
    folder = database.folder / "https"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PUBLIC_BASE_URL", "https://mitra.example")
        settings = config.read()
    names = ("PUBLIC_BASE_URL", "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE")
    made = databases.make_app(database.url, folder, **{name: settings[name] for name in names})
    yield made
    close(made)
    database.close()


# WB-05: https is remembered for a year, and the cookie belongs to this host alone.
def test_https_is_insisted_on(secure):
    browser = Browser(secure)
    answer = browser._request("GET", "/sign-in", base_url="https://mitra.example")
    check(answer, PAGE, "/sign-in", secure=True)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-mitra=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain=" not in cookie
    missing = browser._request("GET", "/nowhere", base_url="https://mitra.example")
    check(missing, PAGE, "404", secure=True)
