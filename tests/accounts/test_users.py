import pytest
import sqlalchemy as sa

from crm.accounts import queries, service
from crm.accounts.models import Role, User
from crm.activity.models import ActivityEntry
from crm.core import scope as scopes
from tests.accounts.factories import make_user
from tests.browser import Browser

SYSTEM = scopes.system_scope("look at what was done to an account")


def _user(acting, user):
    with acting(SYSTEM) as session:
        return session.get(User, user.id)


def _form(user, **changes):
    return {
        "name": user.name,
        "email": user.email,
        "post": user.post,
        "role": user.role.value,
        "office_id": user.office_id,
        "version": user.version,
        **changes,
    }


@pytest.fixture
def admin(app, world):
    return Browser(app).sign_in(world.admin)


def test_list_shows_the_people_of_ones_offices_only(admin, world):
    page = admin.get("/users", queries=12).text
    for user in (world.officer, world.local_officer, world.admin):
        assert user.email in page
    for user in (world.sister_officer, world.regional, world.central):
        assert user.email not in page


def test_list_is_found_by_half_a_name_and_hides_disabled(admin, world, acting):
    with acting(SYSTEM) as session:
        session.get(User, world.colleague.id).disabled_at = world.colleague.created_at
    assert "Fadhil" not in admin.get("/users?q=adhi").text
    assert "Fadhil" in admin.get("/users?q=adhi&disabled=1").text
    assert "Suparmi" not in admin.get("/users?q=adhi&disabled=1").text
    admin.get("/users?q=%25_%00")


@pytest.mark.parametrize("path", ["/users", "/users/new", "/users/4"])
def test_officers_and_managers_do_not_manage_accounts(app, world, path):
    for user in (world.viewer, world.officer, world.manager):
        Browser(app).sign_in(user).get(path, status=403)


def test_inviting_makes_an_account_without_password(admin, world, acting, jobs):
    admin.post(
        "/users/new",
        {"name": "Meidy", "email": "meidy@kanim.example", "post": "Petugas", "role": "viewer", "office_id": world.sgr_lng.id},
    )
    with acting(SYSTEM) as session:
        made = session.scalar(sa.select(User).where(User.email == "meidy@kanim.example"))
        assert (made.role, made.office_id, made.password_hash) == (Role.VIEWER, world.sgr_lng.id, None)
    assert "mail.deliver" in jobs.names()


def test_same_form_sent_twice_makes_one_account(admin, world, acting):
    data = {
        "name": "Meidy",
        "email": "meidy@kanim.example",
        "post": "",
        "role": "viewer",
        "office_id": world.sgr.id,
        "form_key": "k" * 24,
    }
    first = admin.post("/users/new", data)
    second = admin.post("/users/new", data)
    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"email": "no address"},
        {"email": "OFFICER@kanim.example"},
        {"role": "boss"},
        {"office_id": "x"},
        {"office_id": "5"},
        {"office_id": "1"},
        {"name": "x" * 151},
        {"name": "nul\x00"},
    ],
)
def test_wrong_invitation_is_refused_with_the_text_kept(admin, world, acting, changes):
    data = {
        "name": "Meidy",
        "email": "meidy@kanim.example",
        "post": "Petugas Baru",
        "role": "viewer",
        "office_id": world.sgr.id,
        **changes,
    }
    assert "Petugas Baru" in admin.post("/users/new", data, status=422).text
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count(User.id))) == 11


def test_account_of_another_office_does_not_exist(admin, world, acting):
    for path in ("", "/disabling", "/enabling", "/invitation", "/signing-out"):
        admin.post(f"/users/{world.sister_officer.id}{path}", _form(world.sister_officer, name="Forged"), status=404)
    admin.get(f"/users/{world.sister_officer.id}", status=404)
    assert _user(acting, world.sister_officer).name == "Kasmirah"
    assert _user(acting, world.sister_officer).is_active


def test_editing_changes_and_records_what_changed(admin, world, acting):
    admin.post(f"/users/{world.officer.id}", _form(world.officer, name="Suparmi Rahmat", post="Petugas Humas"))
    assert _user(acting, world.officer).post == "Petugas Humas"
    with acting(SYSTEM) as session:
        entry = session.scalars(sa.select(ActivityEntry)).one()
        assert entry.changes == {"name": ["Suparmi", "Suparmi Rahmat"], "post": ["", "Petugas Humas"]}
        assert (entry.actor_id, entry.office_id) == (world.admin.id, world.sgr.id)
    assert "Suparmi Rahmat" in admin.get(f"/users/{world.officer.id}").text


def test_second_of_two_editors_sees_that_it_changed(admin, world, acting):
    stale = _form(world.officer, name="Versi Kedua")
    admin.post(f"/users/{world.officer.id}", _form(world.officer, name="Versi Pertama"))
    page = admin.post(f"/users/{world.officer.id}", stale, status=422).text
    assert "Versi Kedua" in page
    assert "Orang lain baru saja mengubah" in page
    assert _user(acting, world.officer).name == "Versi Pertama"


# AU-05: another role, another address, or a disabled account: the old session is dead at the next click.
@pytest.mark.parametrize("change", ["role", "email", "disable", "sign out"])
def test_old_session_dies(app, admin, world, change):
    other = Browser(app).sign_in(world.officer)
    other.get("/me")
    if change == "disable":
        admin.post(f"/users/{world.officer.id}/disabling")
    elif change == "sign out":
        admin.post(f"/users/{world.officer.id}/signing-out")
    else:
        new = {"role": {"role": "manager"}, "email": {"email": "suparmi.baru@kanim.example"}}[change]
        admin.post(f"/users/{world.officer.id}", _form(world.officer, **new))
    other.get("/me", status=302)


def test_disabled_account_can_be_opened_again(admin, world, acting):
    admin.post(f"/users/{world.officer.id}/disabling")
    assert not _user(acting, world.officer).is_active
    admin.get(f"/users/{world.officer.id}")
    admin.post(f"/users/{world.officer.id}/enabling")
    assert _user(acting, world.officer).is_active


# AU-14: the last administrator stays, and nobody gives a role above their own.
def test_last_administrator_cannot_be_demoted_or_disabled(admin, world, acting):
    page = admin.post(f"/users/{world.admin.id}", _form(world.admin, role="manager"), status=422).text
    assert "admin terakhir" in page
    assert "admin terakhir" in admin.follow(admin.post(f"/users/{world.admin.id}/disabling")).text
    kept = _user(acting, world.admin)
    assert (kept.role, kept.is_active) == (Role.ADMINISTRATOR, True)


def test_an_administrator_above_is_enough_but_one_without_password_is_not(admin, world, acting):
    with acting(SYSTEM):
        make_user(world.knk, role=Role.ADMINISTRATOR, email="kosong@kanim.example", password_hash=None)
    admin.post(f"/users/{world.admin.id}", _form(world.admin, role="manager"), status=422)
    with acting(SYSTEM):
        make_user(world.knk, role=Role.ADMINISTRATOR, email="atas@kanim.example")
    admin.post(f"/users/{world.admin.id}", _form(world.admin, role="manager"))
    assert _user(acting, world.admin).role is Role.MANAGER


def test_administrator_below_or_beside_does_not_count(world, acting):
    with acting(SYSTEM) as session:
        make_user(world.sgr_lng, role=Role.ADMINISTRATOR, email="bawah@kanim.example")
        with pytest.raises(service.LastAdministrator):
            service.disable_user(session.get(User, world.admin.id), by=None)


def test_nobody_gives_a_role_above_their_own(world, acting):
    with acting(world.manager) as session:
        manager = session.get(User, world.manager.id)
        officer = session.get(User, world.officer.id)
        with pytest.raises(service.AboveOwnRole):
            service.change_user(
                officer, email=officer.email, name="x", post="", role=Role.ADMINISTRATOR, office=world.sgr, by=manager
            )
        with pytest.raises(service.AboveOwnRole):
            service.change_user(
                manager, email=manager.email, name="x", post="", role=Role.ADMINISTRATOR, office=world.sgr, by=manager
            )
        with pytest.raises(service.AboveOwnRole):
            service.create_user("new@kanim.example", name="x", role=Role.ADMINISTRATOR, office=world.sgr, by=manager)
        with pytest.raises(service.AboveOwnRole):
            service.disable_user(session.get(User, world.admin.id), by=manager)


def test_account_cannot_be_put_into_an_office_that_one_does_not_see(world, acting):
    with acting(world.admin) as session:
        admin = session.get(User, world.admin.id)
        with pytest.raises(scopes.OutOfScope):
            service.create_user("new@kanim.example", name="x", role=Role.VIEWER, office=world.wnm, by=admin)
        officer = session.get(User, world.officer.id)
        with pytest.raises(scopes.OutOfScope):
            service.change_user(officer, email=officer.email, name="x", post="", role=Role.OFFICER, office=world.knk, by=admin)


def test_only_people_without_password_are_invited_again(admin, world, acting, jobs):
    assert "belum punya kata sandi" in admin.follow(admin.post(f"/users/{world.officer.id}/invitation")).text
    with acting(SYSTEM):
        waiting = make_user(world.sgr, password_hash=None)
    admin.post(f"/users/{waiting.id}/invitation")
    assert jobs.names() == ["mail.deliver"]


def test_colleagues_are_active_people_in_scope(world, acting):
    with acting(SYSTEM) as session:
        session.get(User, world.colleague.id).disabled_at = world.colleague.created_at
    with acting(world.officer):
        assert [user.id for user in queries.colleagues()] == [
            world.admin.id,
            world.manager.id,
            world.viewer.id,
            world.officer.id,
            world.local_officer.id,
        ]
