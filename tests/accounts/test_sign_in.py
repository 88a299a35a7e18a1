import html
import re
import statistics
import threading
import time

import sqlalchemy as sa

from crm.accounts.models import User, UserSession
from crm.activity.models import ActivityEntry
from crm.core import scope as scopes
from tests.browser import Browser
from tests.world import PASSWORD

SYSTEM = scopes.system_scope("look at what a page did")


def _sign_in(browser, user, password=PASSWORD, status=303, **kwargs):
    return browser.post("/sign-in", {"email": user.email, "password": password}, status=status, **kwargs)


def _verbs(acting, user_id=None):
    with acting(SYSTEM) as session:
        entries = session.scalars(sa.select(ActivityEntry).order_by(ActivityEntry.id)).all()
        return [entry.verb for entry in entries if user_id is None or entry.subject_id == user_id]


def test_sign_in_page_is_drawn_in_both_languages(browser):
    assert "Masuk ke Mitra" in browser.get("/sign-in").text
    assert "Sign in to Mitra" in browser.get("/sign-in?lang=en").text
    assert "Sign in to Mitra" in browser.get("/sign-in").text, "the choice holds"


def test_signing_in_leads_on_and_is_recorded(browser, world, acting):
    response = _sign_in(browser, world.officer)
    assert response.headers["Location"].startswith("/")
    browser.get("/me")
    with acting(SYSTEM) as session:  # AD-02
        entry = session.scalars(sa.select(ActivityEntry)).one()
        assert (entry.verb, entry.actor_id, entry.office_id, entry.address) == (
            "signed-in",
            world.officer.id,
            world.sgr.id,
            "127.0.0.1",
        )
        assert PASSWORD not in f"{entry.changes}{entry.details}"


def test_sign_in_leads_to_the_page_that_was_asked_for(browser, world):
    asked = browser.get("/me/password", status=302)
    assert asked.headers["Location"] == "/sign-in?next=/me/password"
    page = browser.get(asked.headers["Location"]).text
    assert 'value="/me/password"' in page
    response = browser.post("/sign-in", {"email": world.officer.email, "password": PASSWORD, "next": "/me/password"})
    assert response.headers["Location"] == "/me/password"


# WB-04
def test_sign_in_never_leads_to_another_site(app, world):
    for target in (
        "//evil.test",
        "/\\evil.test",
        "https:evil.test",
        "https://evil.test",
        "/%0d%0aevil".replace("%0d%0a", "\r\n"),
        "/\tevil",
        "javascript:1",
        "@evil",
    ):
        browser = Browser(app)
        response = browser.post("/sign-in", {"email": world.officer.email, "password": PASSWORD, "next": target})
        assert "evil" not in response.headers["Location"], target
        assert response.headers["Location"].startswith("/"), target


def test_wrong_password_keeps_the_address_and_says_how_many_tries_are_left(browser, world, acting):
    page = _sign_in(browser, world.officer, "salah sekali lagi", status=422).text
    assert world.officer.email in page
    assert "9 percobaan" in page
    assert "salah sekali lagi" not in page
    assert _verbs(acting, world.officer.id) == ["sign-in-failed"]


def test_empty_sign_in_is_refused(browser):
    browser.post("/sign-in", {"email": "", "password": ""}, status=422)


# AU-01: existing, unknown and disabled addresses answer alike, and in the same time.
def test_existing_unknown_and_disabled_accounts_answer_alike(app, world, acting, monkeypatch):
    monkeypatch.setitem(app.config, "SIGN_IN_TRIES", 1000)
    monkeypatch.setitem(app.config, "SIGN_IN_TRIES_ADDRESS", 1000)
    with acting(SYSTEM) as session:
        session.get(User, world.colleague.id).disabled_at = world.colleague.created_at
    addresses = {"existing": world.officer.email, "unknown": "nobody.at.all@kanim.example", "disabled": world.colleague.email}
    browser = Browser(app)
    for _attempt in range(3):
        took, answers = {kind: [] for kind in addresses}, {}
        for _round in range(30):
            for kind, email in addresses.items():
                began = time.perf_counter()
                response = browser.post("/sign-in", {"email": email, "password": "bukan kata sandinya"}, status=422, check=False)
                took[kind].append(time.perf_counter() - began)
                text = re.sub(r'value="[^"]*"|\d+ percobaan', "", response.text.replace(email, ""))
                answers[kind] = (text, sorted(name for name, _value in response.headers))
        medians = {kind: statistics.median(times) for kind, times in took.items()}
        spread = max(medians.values()) - min(medians.values())
        assert answers["existing"] == answers["unknown"] == answers["disabled"]
        if spread < max(0.010, 0.15 * min(medians.values())):
            return
    raise AssertionError(f"times differ: {medians}")


# AU-02: throttled per account, from one address and from twenty; the right password works after the wait.
def test_eleventh_try_is_paused_from_one_address(browser, world, acting, clock):
    clock.freeze("2026-03-02 09:00")
    for _try in range(10):
        _sign_in(browser, world.officer, "salah sekali lagi", status=422, check=False)
    paused = _sign_in(browser, world.officer, status=429)
    assert "15 menit" in paused.text
    assert int(paused.headers["Retry-After"]) > 800
    assert _verbs(acting, world.officer.id).count("sign-in-paused") == 1, "the alert"
    clock.forward(minutes=16)
    _sign_in(browser, world.officer)


def test_eleventh_try_is_paused_from_twenty_addresses(browser, world, clock):
    clock.freeze("2026-03-02 09:00")
    for number in range(10):
        _sign_in(
            browser,
            world.officer,
            "salah sekali lagi",
            status=422,
            check=False,
            environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
        )
    for number in range(10, 20):
        _sign_in(
            browser,
            world.officer,
            "salah sekali lagi",
            status=429,
            check=False,
            environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
        )
    clock.forward(minutes=16)
    _sign_in(browser, world.officer)


def test_strangers_elsewhere_cannot_keep_the_owner_out(app, browser, world, clock):
    clock.freeze("2026-03-02 09:00")
    home = {"REMOTE_ADDR": "203.0.113.9"}
    _sign_in(browser, world.officer, environ_base=home)
    clock.forward(hours=1)
    stranger = Browser(app)
    for number in range(10):
        _sign_in(
            stranger,
            world.officer,
            "salah sekali lagi",
            status=422,
            check=False,
            environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
        )
    _sign_in(stranger, world.officer, status=429, environ_base={"REMOTE_ADDR": "198.51.100.50"})
    _sign_in(Browser(app), world.officer, environ_base=home)


def test_one_address_trying_many_accounts_is_paused(browser, world, app, monkeypatch):
    monkeypatch.setitem(app.config, "SIGN_IN_TRIES_ADDRESS", 5)
    for number in range(5):
        browser.post("/sign-in", {"email": f"name{number}@kanim.example", "password": "tebakan berikut"}, status=422, check=False)
    _sign_in(browser, world.officer, status=429)


# AU-02 with WB-07: a header of the client is no address.
def test_forwarded_header_of_a_client_does_not_change_its_address(browser, world, app, monkeypatch):
    monkeypatch.setitem(app.config, "SIGN_IN_TRIES_ADDRESS", 3)
    for number in range(3):
        browser.post(
            "/sign-in",
            {"email": f"name{number}@kanim.example", "password": "tebakan"},
            status=422,
            check=False,
            headers={"X-Forwarded-For": f"9.9.9.{number}"},
        )
    _sign_in(browser, world.officer, status=429, headers={"X-Forwarded-For": "9.9.9.77"})


# AU-03: many at once are answered, refused politely or told to come back; other pages stay quick meanwhile.
def test_flood_of_sign_ins_leaves_other_pages_quick(app, world):
    statuses, lock = [], threading.Lock()

    def attempt():
        browser = Browser(app)
        data = {"email": world.officer.email, "password": PASSWORD, "csrf_token": browser.csrf_token()}
        status = browser._request("POST", "/sign-in", data=data).status_code
        with lock:
            statuses.append(status)

    threads = [threading.Thread(target=attempt) for _ in range(50)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    Browser(app)._request("GET", "/sign-in")
    page_took = time.monotonic() - began
    for thread in threads:
        thread.join()
    assert len(statuses) == 50
    assert set(statuses) <= {303, 429, 503}
    assert 303 in statuses
    assert page_took < 1


# AU-04: a cookie from before sign-in is worth nothing afterwards.
def test_sign_in_makes_a_new_session(app, world):
    browser = Browser(app)
    browser.get("/sign-in")
    browser.csrf_token()
    before = browser.client.get_cookie("mitra").value
    _sign_in(browser, world.officer)
    after = browser.client.get_cookie("mitra").value
    assert before != after
    thief = Browser(app)
    thief.client.set_cookie("mitra", before)
    thief.get("/me", status=302)
    with browser.client.session_transaction() as kept:
        assert kept.get("csrf_token") != browser.csrf_secret


def test_two_sign_ins_have_two_tokens(app, world, acting):
    first, second = Browser(app), Browser(app)
    _sign_in(first, world.officer)
    _sign_in(second, world.officer)
    with acting(SYSTEM) as session:
        hashes = session.scalars(sa.select(UserSession.token_hash)).all()
        assert len(set(hashes)) == 2
        with first.client.session_transaction() as kept:
            assert kept["session_token"] not in hashes, "only the hash is stored"


# AU-06: signing out ends the session on the server.
def test_copied_cookie_is_dead_after_sign_out(app, world, browser):
    _sign_in(browser, world.officer)
    copied = browser.client.get_cookie("mitra").value
    browser.post("/sign-out")
    thief = Browser(app)
    thief.client.set_cookie("mitra", copied)
    response = thief.get("/me", status=302)
    assert response.headers["Location"].startswith("/sign-in")


def test_sign_out_is_recorded_and_harmless_twice(browser, world, acting):
    browser.sign_in(world.officer)
    browser.post("/sign-out")
    browser.post("/sign-out")
    assert _verbs(acting) == ["signed-out"]


# WB-02
def test_sign_in_and_sign_out_need_their_token(browser, world):
    browser.post("/sign-in", {"email": world.officer.email, "password": PASSWORD}, status=400, csrf=False)
    browser.sign_in(world.officer)
    browser.post("/sign-out", status=400, csrf=False)
    browser.get("/me")


# AU-07: thirty minutes idle or twelve hours in all, then sign in again; what was typed is kept.
def test_idle_session_ends_after_thirty_minutes(browser, world, clock):
    clock.freeze("2026-03-02 09:00")
    browser.sign_in(world.officer)
    clock.forward(minutes=29)
    browser.get("/me")
    clock.forward(minutes=31)
    browser.get("/me", status=302)


def test_busy_session_ends_after_twelve_hours(browser, world, clock):
    clock.freeze("2026-03-02 07:00")
    browser.sign_in(world.officer)
    for _step in range(28):
        clock.forward(minutes=25)
        browser.get("/me")
    clock.forward(minutes=25)
    browser.get("/me", status=302)


def test_form_sent_after_the_session_ended_is_kept_and_sent_again(browser, world, clock, acting):
    clock.freeze("2026-03-02 09:00")
    browser.sign_in(world.officer)
    clock.forward(minutes=31)
    typed = 'Suparmi <b>binti</b> Rahmat yang "lama"'
    page = browser.post("/me", {"name": typed, "post": "Petugas Humas", "form_key": "a-key-of-sixteen-or-more"}, status=401).text
    assert "Sesi Anda berakhir" in page
    kept = _hidden(page, "kept")
    after = browser.post("/sign-in", {"email": world.officer.email, "password": PASSWORD, "kept": kept}, status=200).text
    assert "Kirim lagi" in after
    assert 'action="/me"' in after
    fields = {name: _hidden(after, name) for name in ("name", "post", "form_key")}
    assert fields["name"] == typed
    browser.post("/me", fields)
    with acting(SYSTEM) as session:
        assert session.get(User, world.officer.id).name == typed


def test_kept_form_is_never_sent_to_another_site(browser, world):
    for path in ("//evil.test/x", "https://evil.test", "/\\evil.test"):
        kept = f'["{path.replace(chr(92), chr(92) * 2)}", [["name", "x"]]]'
        response = browser.post("/sign-in", {"email": world.officer.email, "password": PASSWORD, "kept": kept})
        assert "evil" not in response.headers["Location"]
        browser.post("/sign-out")


def test_passwords_are_never_kept(browser, world, clock):
    clock.freeze("2026-03-02 09:00")
    browser.sign_in(world.officer)
    clock.forward(minutes=31)
    page = browser.post(
        "/me/password",
        {"current_password": "rahasia satu", "new_password": "rahasia dua", "repeat_password": "rahasia dua"},
        status=401,
    ).text
    assert "rahasia" not in page.replace("katarahasia", "")


def _hidden(page, name):
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    return html.unescape(found.group(1))


# AU-09: a forged host is refused.
def test_forged_host_is_refused(browser):
    browser.get("/sign-in", status=400, check=False, headers={"Host": "evil.test"})


def test_signed_in_person_needs_no_sign_in_page(browser, world):
    browser.sign_in(world.officer)
    browser.get("/sign-in", status=302)


# WB-06
def test_staff_pages_are_not_stored(browser, world):
    browser.sign_in(world.officer)
    response = browser.get("/me")
    assert response.headers["Cache-Control"] == "no-store"
    assert "Cookie" in response.headers["Vary"]


# AD-02: asking for what one's role may not do is in the record.
def test_denied_access_is_recorded(browser, world, acting):
    browser.sign_in(world.officer)
    browser.get("/users", status=403)
    with acting(SYSTEM) as session:
        entry = session.scalars(sa.select(ActivityEntry)).one()
        assert (entry.verb, entry.actor_id, entry.office_id, entry.address) == (
            "denied",
            world.officer.id,
            world.sgr.id,
            "127.0.0.1",
        )
        assert entry.details == {"permission": "users:manage", "route": "accounts.list_users"}


def test_last_seen_is_marked_without_a_new_version(browser, world, clock, acting):
    clock.freeze("2026-03-02 09:00")
    browser.sign_in(world.officer)
    clock.forward(minutes=2)
    browser.get("/me")
    with acting(SYSTEM) as session:
        user = session.get(User, world.officer.id)
        assert user.last_seen_at is not None
        assert user.version == 1
