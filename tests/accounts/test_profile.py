import pytest
import sqlalchemy as sa

from crm.accounts.models import Density, Language, Role, Theme, User, UserSession
from crm.accounts.permissions import permissions_of
from crm.accounts.wording import PERMISSIONS
from crm.core import scope as scopes
from crm.core.access import Permission
from crm.wiring import LANGUAGE_COOKIE
from tests.browser import Browser
from tests.world import PASSWORD

SYSTEM = scopes.system_scope("look at what a person did to their account")
NEW = "empat kata tanpa hubungan"


def _user(acting, user):
    with acting(SYSTEM) as session:
        return session.get(User, user.id)


def test_profile_is_drawn_and_saved(browser, world, acting):
    browser.sign_in(world.officer)
    assert "Suparmi" in browser.get("/me", queries=8).text
    browser.post("/me", {"name": "Suparmi Rahmat", "post": "Petugas Humas"})
    assert _user(acting, world.officer).name == "Suparmi Rahmat"


def test_profile_without_name_is_refused(browser, world, acting):
    browser.sign_in(world.officer)
    assert "Petugas Baru" in browser.post("/me", {"name": "", "post": "Petugas Baru"}, status=422).text
    assert _user(acting, world.officer).name == "Suparmi"


def test_profile_cannot_change_role_office_or_address(browser, world, acting):
    browser.sign_in(world.officer)
    browser.post(
        "/me", {"name": "Suparmi", "post": "", "role": "administrator", "office_id": "1", "email": "x@y.example", "id": "1"}
    )
    kept = _user(acting, world.officer)
    assert (kept.role, kept.office_id, kept.email) == (Role.OFFICER, world.sgr.id, world.officer.email)


def test_pages_of_ones_own_need_sign_in(browser):
    for path in ("/me", "/me/password", "/permissions", "/users", "/offices", "/activity"):
        browser.get(path, status=302)


# AU-05: a new password ends every other session, not this one.
def test_new_password_signs_out_other_browsers(app, world, acting):
    here, there = Browser(app).sign_in(world.officer), Browser(app).sign_in(world.officer)
    here.get("/me/password")
    here.post("/me/password", {"current_password": PASSWORD, "new_password": NEW, "repeat_password": NEW})
    here.get("/me")
    there.get("/me", status=302)
    Browser(app).post("/sign-in", {"email": world.officer.email, "password": PASSWORD}, status=422)
    Browser(app).post("/sign-in", {"email": world.officer.email, "password": NEW})


def test_wrong_present_password_is_refused_and_counted(browser, world, app, monkeypatch):
    monkeypatch.setitem(app.config, "SIGN_IN_TRIES", 2)
    browser.sign_in(world.officer)
    wrong = {"current_password": "bukan yang sekarang", "new_password": NEW, "repeat_password": NEW}
    for _try in range(2):
        assert "bukan kata sandi Anda" in browser.post("/me/password", wrong, status=422).text
    browser.post("/me/password", {**wrong, "current_password": PASSWORD}, status=429)


def test_weak_new_password_is_refused(browser, world):
    browser.sign_in(world.officer)
    browser.post(
        "/me/password",
        {"current_password": PASSWORD, "new_password": "suparmi12345", "repeat_password": "suparmi12345"},
        status=422,
    )


def test_preferences_are_kept_and_lead_back(browser, world, acting):
    browser.sign_in(world.officer)
    response = browser.post("/me/preferences", {"theme": "dark"}, headers={"Referer": "http://localhost/permissions?x=1"})
    assert response.headers["Location"] == "/permissions?x=1"
    browser.post("/me/preferences", {"language": "en", "density": "compact"})
    kept = _user(acting, world.officer)
    assert (kept.theme, kept.language, kept.density) == (Theme.DARK, Language.ENGLISH, Density.COMPACT)
    page = browser.get("/me").text
    assert 'data-bs-theme="dark"' in page
    assert 'data-density="compact"' in page
    assert "My account" in page


def test_preferences_never_lead_to_another_site(browser, world):
    browser.sign_in(world.officer)
    for referer in ("http://evil.test/x", "http://localhost.evil.test/", "//evil.test", "javascript:alert(1)"):
        assert browser.post("/me/preferences", {"theme": "light"}, headers={"Referer": referer}).headers["Location"] == "/me"


def test_unknown_preference_is_refused(browser, world, acting):
    browser.sign_in(world.officer)
    browser.post("/me/preferences", {"theme": "pink"}, status=400)
    assert _user(acting, world.officer).theme is Theme.AUTO


def test_own_sessions_are_listed_and_ended_one_by_one(app, world, acting):
    here, there = Browser(app).sign_in(world.officer), Browser(app).sign_in(world.officer)
    assert here.get("/me").text.count("127.0.0.1") >= 2
    with acting(SYSTEM) as session:
        ids = session.scalars(sa.select(UserSession.id).order_by(UserSession.id)).all()
    here.post(f"/me/sessions/{ids[1]}/end")
    there.get("/me", status=302)
    here.get("/me")


def test_session_of_somebody_else_does_not_exist(app, world, acting):
    other, here = Browser(app).sign_in(world.colleague), Browser(app).sign_in(world.officer)
    with acting(SYSTEM) as session:
        foreign = session.scalar(sa.select(UserSession.id).where(UserSession.user_id == world.colleague.id))
    here.post(f"/me/sessions/{foreign}/end", status=404)
    other.get("/me")


def test_all_other_sessions_are_ended_at_once(app, world):
    here, there, elsewhere = (Browser(app).sign_in(world.officer) for _ in range(3))
    here.post("/me/sessions/end-others")
    here.get("/me")
    there.get("/me", status=302)
    elsewhere.get("/me", status=302)


def test_office_switcher_narrows_and_widens(browser, world):
    browser.sign_in(world.admin)
    browser.post("/office", {"office_id": world.sgr_lng.id})
    page = browser.get("/users").text
    assert world.local_officer.email in page
    assert world.colleague.email not in page
    browser.post("/me", {"name": "Daniel P.", "post": "Pranata Komputer"})
    browser.post("/office", {"office_id": world.sgr.id})
    assert world.colleague.email in browser.get("/users").text


def test_office_switcher_refuses_offices_above_and_beside(browser, world):
    browser.sign_in(world.admin)
    for office in (world.knk, world.dji, world.wnm):
        browser.post("/office", {"office_id": office.id}, status=404)
    browser.post("/office", {"office_id": "x"}, status=404)
    browser.post("/office", {}, status=404)


def test_permission_page_is_drawn_from_the_table(browser, world):
    browser.sign_in(world.viewer)
    page = browser.get("/permissions").text
    for permission in Permission:
        assert permission.value in page
    yes = page.count('aria-label="ya"')
    assert yes == sum(len(permissions_of(role)) for role in Role)


def test_every_permission_has_words():
    assert set(PERMISSIONS) == set(Permission)


@pytest.mark.parametrize(("language", "title"), [("en", "There is nothing here"), ("id", "Tidak ada apa-apa di sini")])
def test_an_address_that_leads_nowhere_answers_in_the_language_of_whoever_is_signed_in(world, browser, language, title):
    browser.sign_in(world.officer).post("/me/preferences", {"language": language})
    browser.client.set_cookie(LANGUAGE_COOKIE, "en" if language == "id" else "id")
    assert title in browser.get("/nowhere", status=404).text
    assert title in browser.get("/stakeholders/999999", status=404).text
