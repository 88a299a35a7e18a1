import sqlalchemy as sa

from crm.engagements.models import Precision
from crm.meetings.models import Meeting
from tests.engagements.factories import make_meeting
from tests.engagements.test_timeline import organization

FORM = {
    "title": "Rakor data WNA",
    "on": "2026-11-20",
    "precision": "month",
    "summary": "Sepakat",
    "topics": "data WNA",
    "program": "0",
    "role": "R3",
}


def meetings(acting, user):
    with acting(user) as session:
        return session.scalars(sa.select(Meeting).order_by(Meeting.id)).all()


def test_a_meeting_of_a_month_counts_from_its_first_day(browser, world, acting):
    with acting(world.officer):
        organization(world.sgr, "BP3MI Nusa Khayal")
    page = browser.sign_in(world.officer).post("/meetings/new", {**FORM, "participants-0-who": "BP3MI Nusa Khayal"})
    assert "BP3MI Nusa Khayal" in browser.follow(page).text
    (row,) = meetings(acting, world.officer)
    assert (str(row.occurred_on), row.precision) == ("2026-11-01", Precision.MONTH)


def test_a_meeting_without_title_or_date_keeps_its_text(browser, world, acting):
    page = browser.sign_in(world.officer).post("/meetings/new", {**FORM, "title": "", "on": ""}, status=422)
    assert "Sepakat" in page.text
    assert meetings(acting, world.officer) == []


def test_an_undated_meeting_is_kept_as_undated(browser, world, acting):
    browser.sign_in(world.officer).post("/meetings/new", {**FORM, "on": "", "is_undated": "y"})
    (row,) = meetings(acting, world.officer)
    assert (row.occurred_on, row.precision) == (None, Precision.UNKNOWN)
    assert "Rakor data WNA" in browser.get("/meetings?undated=1").text


def test_a_viewer_may_not_write(browser, world, acting):
    browser.sign_in(world.viewer).get("/meetings")
    browser.get("/meetings/new", status=403)
    browser.post("/meetings/new", FORM, status=403)
    assert meetings(acting, world.officer) == []


def test_the_sister_office_finds_nothing_and_changes_nothing(browser, world, acting):
    with acting(world.officer):
        row = make_meeting(world.sgr, title="Rapat rahasia")
    browser.sign_in(world.sister_officer)
    for page in (f"/meetings/{row.id}", f"/meetings/{row.id}/edit", f"/engagements/{row.id}"):
        assert "rahasia" not in browser.get(page, status=404).text
    assert "rahasia" not in browser.get("/meetings").text
    browser.post(f"/meetings/{row.id}/edit", FORM, status=404)
    assert meetings(acting, world.officer)[0].title == "Rapat rahasia"


# F-21
def test_two_people_who_edit_one_meeting_both_keep_their_text(browser, world, acting):
    with acting(world.officer):
        row = make_meeting(world.sgr)
    browser.sign_in(world.officer).get(f"/meetings/{row.id}/edit")
    browser.post(f"/meetings/{row.id}/edit", {**FORM, "title": "Versi pertama", "version": "1"})
    second = browser.post(f"/meetings/{row.id}/edit", {**FORM, "title": "Versi kedua", "version": "1"}, status=409)
    assert "Versi pertama" in second.text
    assert "Versi kedua" in second.text
