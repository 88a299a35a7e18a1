import json
import re

import pytest
import sqlalchemy as sa

from crm.accounts import passwords
from crm.accounts.jobs import purge, send_reset_link
from crm.accounts.models import AccountLink, Role, User
from crm.activity.models import ActivityEntry
from crm.core import scope as scopes
from crm.core import tokens
from tests.accounts.factories import make_user
from tests.browser import Browser
from tests.world import PASSWORD

SYSTEM = scopes.system_scope("look at what a link did")
NEW = "empat kata tanpa hubungan"


@pytest.fixture
def ask(app, jobs, mailbox):
    """Ask for a new password and give the link of the newest mail, or None when none was sent."""

    def asked(email, browser=None):
        before = len(mailbox.delivered())
        (browser or Browser(app)).post("/forgotten-password", {"email": email})
        jobs.run_all()
        mails = mailbox.delivered()
        return _link(mails[-1]) if len(mails) > before else None

    return asked


def _link(mail):
    found = re.search(r"http://localhost(/account-link/[^\s\"\\<]+)", json.dumps(mail.payload))
    return found.group(1)


def _open(app, link):
    browser = Browser(app)
    response = browser.get(link, status=302)
    browser.form = response.headers["Location"]
    return browser


def _set(browser, password=NEW, status=303, **more):
    return browser.post(browser.form, {"new_password": password, "repeat_password": password, **more}, status=status)


def _can_sign_in(app, user, password):
    return Browser(app).post("/sign-in", {"email": user.email, "password": password}, status=303 if password else 422)


def test_link_sets_a_new_password_once_and_ends_all_sessions(app, world, ask, acting):
    old = Browser(app).sign_in(world.officer)
    link = ask(world.officer.email)
    browser = _open(app, link)
    assert world.officer.email in browser.get(browser.form).text
    _set(browser)
    old.get("/me", status=302)  # AU-05
    _can_sign_in(app, world.officer, NEW)
    second = _open(app, link)  # AU-08: used twice
    assert "tidak berlaku" in second.get(second.form, status=410).text
    _set(second, status=410)
    with acting(SYSTEM) as session:
        verbs = session.scalars(sa.select(ActivityEntry.verb).order_by(ActivityEntry.id)).all()
        assert verbs == ["reset-asked", "password-reset", "signed-in"]


# AU-08: known and unknown addresses answer alike, and only the known one gets a mail.
def test_asking_tells_nobody_whether_an_account_exists(app, world, jobs, mailbox):
    answers = []
    for email in (world.officer.email, "nobody@kanim.example"):
        browser = Browser(app)
        response = browser.post("/forgotten-password", {"email": email})
        answers.append(
            (response.status_code, response.headers["Location"], len(browser.statements), browser.follow(response).text)
        )
    assert answers[0] == answers[1]
    jobs.run_all()
    assert [mail.payload["personalizations"][0]["to"][0]["email"] for mail in mailbox.delivered()] == [world.officer.email]


def test_link_is_dead_after_an_hour(app, world, ask, clock):
    clock.freeze("2026-03-02 09:00")
    link = ask(world.officer.email)
    clock.forward(minutes=61)
    browser = _open(app, link)
    browser.get(browser.form, status=410)


def test_link_is_dead_when_the_address_has_changed(app, world, ask, acting):
    link = ask(world.officer.email)
    with acting(SYSTEM) as session:
        session.get(User, world.officer.id).email = "suparmi.baru@kanim.example"
    browser = _open(app, link)
    _set(browser, status=410)


def test_link_is_dead_for_a_disabled_account(app, world, ask, acting):
    link = ask(world.officer.email)
    with acting(SYSTEM) as session:
        session.get(User, world.officer.id).disabled_at = world.officer.created_at
    browser = _open(app, link)
    _set(browser, status=410)
    assert ask(world.officer.email) is None


def test_only_the_newest_of_ten_links_works(app, world, ask):
    links = [ask(world.officer.email) for _request in range(10)]
    assert len(set(links)) == 10
    for old in links[:-1]:
        browser = _open(app, old)
        browser.get(browser.form, status=410)
    _set(_open(app, links[-1]))


def test_token_is_long_stored_as_hash_and_not_in_the_page_that_is_drawn(app, world, ask, acting):
    link = ask(world.officer.email)
    token = link.rsplit("/", 1)[1]
    assert len(token) >= 43, "256 bits"
    browser = _open(app, link)
    page = browser.get(browser.form)
    assert token not in page.text
    assert token not in browser.form
    assert page.headers["Referrer-Policy"] == "same-origin"
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(AccountLink.token_hash)) == tokens.digest(token)


def test_opening_a_link_changes_nothing(app, world, ask):
    link = ask(world.officer.email)
    for _scanner in range(3):
        _open(app, link)
    _set(_open(app, link))


def test_asking_too_often_is_paused(browser, world, app, monkeypatch):
    monkeypatch.setitem(app.config, "SIGN_IN_TRIES_ADDRESS", 3)
    for number in range(3):
        browser.post("/forgotten-password", {"email": f"name{number}@kanim.example"})
    browser.post("/forgotten-password", {"email": world.officer.email}, status=429)


@pytest.mark.parametrize(
    ("password", "repeated"),
    [("short", "short"), (NEW, NEW + "x"), ("Password1234", "Password1234"), ("suparmi 123456", "suparmi 123456")],
)
def test_weak_or_different_new_password_is_refused(app, world, ask, acting, password, repeated):
    browser = _open(app, ask(world.officer.email))
    page = browser.post(browser.form, {"new_password": password, "repeat_password": repeated}, status=422).text
    assert password not in page
    with acting(SYSTEM) as session:
        assert passwords.matches(session.get(User, world.officer.id).password_hash, PASSWORD)


def test_made_up_link_is_not_valid(browser):
    browser.get("/account-link/reset/abc", status=302)
    browser.get("/new-password", status=410)
    browser.get("/account-link/else/abc", status=404)


# AU-09: links are built from PUBLIC_BASE_URL, whatever the request says.
@pytest.mark.parametrize(
    "headers", [{"X-Forwarded-Host": "evil.test"}, {"Forwarded": "host=evil.test"}, {"X-Forwarded-Server": "evil.test"}]
)
def test_forged_headers_do_not_reach_the_mail(app, world, jobs, mailbox, headers):
    Browser(app).post("/forgotten-password", {"email": world.officer.email}, headers=headers)
    jobs.run_all()
    mail = json.dumps(mailbox.delivered()[-1].payload)
    assert "evil.test" not in mail
    assert "http://localhost/account-link/reset/" in mail


def test_forged_host_cannot_ask_for_a_link(app, world, jobs, mailbox):
    Browser(app).post(
        "/forgotten-password", {"email": world.officer.email}, status=400, check=False, headers={"Host": "evil.test"}
    )
    jobs.run_all()
    assert mailbox.messages() == []


@pytest.fixture
def invited(app, world, jobs, mailbox):
    admin = Browser(app).sign_in(world.admin)
    data = {
        "name": "Meidy Wongkarau",
        "email": "Meidy@kanim.example",
        "post": "Petugas Humas",
        "role": "officer",
        "office_id": world.sgr.id,
    }
    admin.post("/users/new", data)
    jobs.run_all()
    return _link(mailbox.delivered()[-1])


def test_invited_colleague_chooses_a_password_and_signs_in(app, world, invited, mailbox, acting):
    mail = mailbox.delivered()[-1].payload
    assert mail["subject"] == "Akun Mitra Anda sudah siap"
    browser = _open(app, invited)
    assert "Meidy Wongkarau" in browser.get(browser.form).text
    _set(browser)
    Browser(app).post("/sign-in", {"email": "meidy@kanim.example", "password": NEW})
    with acting(SYSTEM) as session:
        entries = session.scalars(sa.select(ActivityEntry).order_by(ActivityEntry.id)).all()
        assert [entry.verb for entry in entries] == ["created", "invited", "invitation-accepted", "signed-in"]
        assert {entry.office_id for entry in entries} == {world.sgr.id}


# AU-13: as another address, twice, or with another role in the form.
def test_invitation_is_refused_as_another_address(app, world, invited):
    _set(_open(app, invited), email="somebody.else@kanim.example", status=410)


def test_invitation_works_once(app, world, invited):
    _set(_open(app, invited))
    _set(_open(app, invited), status=410)


def test_role_and_office_come_from_the_account_not_from_the_form(app, world, invited, acting):
    _set(_open(app, invited), role="administrator", office_id=str(world.dji.id), email="meidy@kanim.example")
    with acting(SYSTEM) as session:
        user = session.scalar(sa.select(User).where(User.email == "meidy@kanim.example"))
        assert (user.role, user.office_id) == (Role.OFFICER, world.sgr.id)


def test_invitation_is_dead_after_two_days(app, world, clock, jobs, mailbox):
    clock.freeze("2026-03-02 09:00")
    admin = Browser(app).sign_in(world.admin)
    admin.post(
        "/users/new", {"name": "Meidy", "email": "meidy@kanim.example", "post": "", "role": "officer", "office_id": world.sgr.id}
    )
    jobs.run_all()
    clock.forward(days=2, minutes=1)
    browser = _open(app, _link(mailbox.delivered()[-1]))
    browser.get(browser.form, status=410)


def test_invitation_link_does_not_reset_a_password(app, world, invited):
    token = invited.rsplit("/", 1)[1]
    browser = _open(app, f"/account-link/reset/{token}")
    browser.get(browser.form, status=410)


def test_job_of_a_link_runs_twice_without_harm(app, world, acting, mailbox, jobs):
    with acting(SYSTEM):
        user = make_user(world.sgr)
        send_reset_link(email=user.email, minutes=60)
        send_reset_link(email=user.email, minutes=60)
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count(AccountLink.id)).where(AccountLink.used_at.is_(None))) == 1
        purge()
        purge()
        assert session.scalar(sa.select(sa.func.count(AccountLink.id))) == 2
