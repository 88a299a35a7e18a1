import datetime as dt

import pytest
import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.core import scope as scopes
from crm.offices.models import Holiday, Office
from tests.browser import Browser
from tests.offices.factories import make_holiday

SYSTEM = scopes.system_scope("look at what a page did to an office")


@pytest.fixture
def admin(app, world):
    return Browser(app).sign_in(world.admin)


def _office(acting, code):
    with acting(SYSTEM) as session:
        return session.scalar(sa.select(Office).where(Office.code == code))


@pytest.mark.parametrize(
    "path",
    ["/offices", "/offices/new", "/offices/3", "/offices/3/letterhead", "/offices/holidays", "/offices/holidays/2026/proposal"],
)
def test_pages_are_for_administrators(app, world, admin, path):
    admin.get(path, queries=12)
    for user in (world.viewer, world.officer, world.manager):
        Browser(app).sign_in(user).get(path, status=403)


def test_list_shows_only_ones_own_offices(admin, world):
    page = admin.get("/offices").text
    assert "Immigration Lounge Sagara Square" in page
    assert "Wanamaya" not in page
    assert "Nusa Khayal" not in page


def test_office_is_added_below_ones_own(admin, world, acting):
    data = {"name": "Unit Layanan Paspor", "code": "SGR-ULP", "parent_id": world.sgr.id, "timezone": "Asia/Jakarta"}
    admin.post("/offices/new", data)
    assert _office(acting, "SGR-ULP").path == f"{world.sgr.path}{_office(acting, 'SGR-ULP').id}/"
    assert "Unit Layanan Paspor" in admin.get("/offices").text


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"code": "SGR"},
        {"code": "WNM"},
        {"code": "a b"},
        {"parent_id": "5"},
        {"parent_id": "x"},
        {"timezone": "Mars/Olympus"},
    ],
)
def test_wrong_office_is_refused_with_the_text_kept(admin, world, acting, changes):
    data = {"name": "Unit Layanan Paspor", "code": "SGR-ULP", "parent_id": world.sgr.id, "timezone": "Asia/Jakarta", **changes}
    page = admin.post("/offices/new", data, status=422).text
    assert data["name"] in page
    assert _office(acting, "SGR-ULP") is None


def test_office_is_renamed_and_its_history_shown(admin, world, acting):
    data = {"name": "Lounge Baru", "code": "SGR-LNG", "parent_id": world.sgr.id, "timezone": "Asia/Jayapura"}
    admin.post(f"/offices/{world.sgr_lng.id}", data)
    assert (_office(acting, "SGR-LNG").name, _office(acting, "SGR-LNG").timezone) == ("Lounge Baru", "Asia/Jayapura")
    page = admin.get(f"/offices/{world.sgr_lng.id}").text
    assert "Immigration Lounge Sagara Square" in page
    assert "Daniel Palimbongga" in page


def test_home_office_cannot_be_moved_but_renamed(admin, world, acting):
    assert 'name="parent_id"' not in admin.get(f"/offices/{world.sgr.id}").text
    admin.post(
        f"/offices/{world.sgr.id}",
        {"name": "Kanim Baru", "code": "SGR", "parent_id": world.sgr_lng.id, "timezone": "Asia/Jakarta"},
    )
    assert (_office(acting, "SGR").name, _office(acting, "SGR").parent_id) == ("Kanim Baru", world.knk.id)


def test_office_that_is_not_seen_does_not_exist(admin, world, acting):
    for office in (world.wnm, world.knk, world.dji):
        admin.get(f"/offices/{office.id}", status=404)
        admin.post(
            f"/offices/{office.id}",
            {"name": "Forged", "code": "F", "parent_id": world.sgr.id, "timezone": "Asia/Jakarta"},
            status=404,
        )
        admin.post(f"/offices/{office.id}/letterhead", {"address": "Forged"}, status=404)
    assert _office(acting, "WNM").letterhead == {}


def test_letterhead_is_kept_and_recorded(admin, world, acting):
    data = {
        "parents": "Kementerian\r\n\r\nDirektorat Jenderal Imigrasi",
        "address": "Jl. Cakrawala Khayal No. 1",
        "signer": "Dr. Ratnaningsih",
    }
    admin.post(f"/offices/{world.sgr.id}/letterhead", data)
    kept = _office(acting, "SGR").letterhead
    assert kept == {
        "parents": ["Kementerian", "Direktorat Jenderal Imigrasi"],
        "address": data["address"],
        "signer": data["signer"],
    }
    assert "Direktorat Jenderal Imigrasi" in admin.get(f"/offices/{world.sgr.id}/letterhead").text
    with acting(SYSTEM) as session:
        assert session.scalars(sa.select(ActivityEntry.verb)).all() == ["letterhead-changed"]


def test_letterhead_with_too_many_lines_is_refused(admin, world, acting):
    admin.post(f"/offices/{world.sgr.id}/letterhead", {"parents": "\n".join("abcdef"), "address": "Jl. 1"}, status=422)
    assert _office(acting, "SGR").letterhead == {}


def test_holiday_is_added_and_removed(admin, world, acting):
    admin.post("/offices/holidays?year=2026", {"day": "2026-08-17", "name": "Hari Kemerdekaan", "kind": "national"})
    assert "Hari Kemerdekaan" in admin.get("/offices/holidays?year=2026").text
    assert "Hari Kemerdekaan" not in admin.get("/offices/holidays?year=2027").text
    admin.post("/offices/holidays/2026-08-17/removal")
    with acting(SYSTEM) as session:
        assert session.scalars(sa.select(Holiday)).all() == []
    admin.post("/offices/holidays/2026-08-17/removal", status=404)
    admin.post("/offices/holidays/nonsense/removal", status=404)


@pytest.mark.parametrize("changes", [{"day": ""}, {"day": "31-31-2026"}, {"name": ""}, {"kind": "else"}, {"day": "2026-05-01"}])
def test_wrong_holiday_is_refused(admin, world, acting, changes):
    with acting(SYSTEM):
        make_holiday(dt.date(2026, 5, 1))
    data = {"day": "2026-08-17", "name": "Hari Kemerdekaan", "kind": "national", **changes}
    admin.post("/offices/holidays?year=2026", data, status=422)
    with acting(SYSTEM) as session:
        assert len(session.scalars(sa.select(Holiday)).all()) == 1


def test_only_ticked_days_of_the_proposal_are_taken_over(admin, world, acting):
    page = admin.get("/offices/holidays/2026/proposal").text
    assert 'value="2026-08-17"' in page
    admin.post("/offices/holidays/2026/proposal", {"days": ["2026-08-17", "2026-12-25"]})
    with acting(SYSTEM) as session:
        assert session.scalars(sa.select(Holiday.day).order_by(Holiday.day)).all() == [
            dt.date(2026, 8, 17),
            dt.date(2026, 12, 25),
        ]
    assert 'value="2026-08-17"' not in admin.get("/offices/holidays/2026/proposal").text
    admin.post("/offices/holidays/2026/proposal", {"days": ["2026-08-18"]}, status=422)
    admin.get("/offices/holidays/1066/proposal", status=404)


def test_administrator_of_a_narrowed_session_can_still_keep_holidays(admin, world):
    admin.post("/office", {"office_id": world.sgr_lng.id})
    admin.post("/offices/holidays", {"day": "2026-08-17", "name": "Hari Kemerdekaan", "kind": "national"})
