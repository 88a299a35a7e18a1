import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.commitments.models import Commitment, CommitmentState, Side
from tests.commitments.factories import make_commitment
from tests.engagements.test_timeline import organization


def stored(acting, world, commitment_id):
    with acting(world.officer) as session:
        return session.get(Commitment, commitment_id)


def test_the_ledger_lists_mine_and_the_offices_by_due_date(browser, world, acting, clock):
    clock.freeze("2026-03-05 09:00")
    with acting(world.officer):
        make_commitment(world.sgr, "Antar blangko", due="2026-03-12", owner_id=world.officer.id)
        make_commitment(world.sgr, "Kirim data kolega", due="2026-03-02", owner_id=world.colleague.id)
    browser.sign_in(world.officer)
    mine = browser.get("/commitments", queries=14)
    assert "Antar blangko" in mine.text
    assert "Kirim data kolega" not in mine.text
    office = browser.get("/commitments?view=office").text
    assert office.index("Kirim data kolega") < office.index("Antar blangko")
    assert "Antar blangko" not in browser.get("/commitments?view=overdue").text


def test_an_unknown_view_is_refused(browser, world):
    browser.sign_in(world.officer).get("/commitments?view=' or 1=1", status=400)
    browser.get("/commitments?after=nonsense", status=400)
    browser.get("/commitments?with=1e9", status=400)


def test_a_viewer_reads_and_may_not_write(browser, world, acting):
    with acting(world.officer):
        row = make_commitment(world.sgr)
    browser.sign_in(world.viewer).get(f"/commitments/{row.id}")
    browser.get("/commitments/new", status=403)
    browser.post(f"/commitments/{row.id}/closing", {"state": "done"}, status=403)
    assert stored(acting, world, row.id).state is CommitmentState.OPEN


def test_the_sister_office_finds_nothing(browser, world, acting):
    with acting(world.officer):
        row = make_commitment(world.sgr, "Rahasia kami")
    browser.sign_in(world.sister_officer)
    for page in (f"/commitments/{row.id}", f"/commitments/{row.id}/edit"):
        assert "Rahasia kami" not in browser.get(page, status=404).text
    browser.post(f"/commitments/{row.id}/closing", {"state": "done"}, status=404)
    assert "Rahasia kami" not in browser.get("/commitments?view=office").text
    assert stored(acting, world, row.id).state is CommitmentState.OPEN


def test_done_in_place_and_undone(browser, world, acting, clock):
    clock.freeze("2026-03-05 09:00")
    with acting(world.officer):
        row = make_commitment(world.sgr)
    browser.sign_in(world.officer)
    answer = browser.post(f"/commitments/{row.id}/closing", {"state": "done", "back": "/commitments?view=office"})
    assert answer.headers["Location"] == "/commitments?view=office"
    assert stored(acting, world, row.id).is_kept
    browser.post(f"/commitments/{row.id}/closing", {"state": "broken"})
    assert stored(acting, world, row.id).is_kept
    browser.post(f"/commitments/{row.id}/reopening")
    assert stored(acting, world, row.id).state is CommitmentState.OPEN
    with acting(world.manager) as session:
        assert session.scalars(sa.select(ActivityEntry.verb).order_by(ActivityEntry.id)).all() == ["done", "reopened"]


def test_closing_never_leads_to_another_site(browser, world, acting):
    with acting(world.officer):
        row = make_commitment(world.sgr)
    answer = browser.sign_in(world.officer).post(f"/commitments/{row.id}/closing", {"state": "done", "back": "//evil.test"})
    assert answer.headers["Location"] == "/commitments"


def test_writing_down_a_promise_to_an_organization(browser, world, acting):
    with acting(world.officer):
        agency = organization(world.sgr, "Disnaker Bukitmaya")
    form = {
        "text": "Kirim daftar",
        "side": "theirs",
        "kind": "promise",
        "due_on": "2026-12-04",
        "owner": str(world.officer.id),
        "stakeholder": "disnaker bukitmaya",
    }
    page = browser.sign_in(world.officer).post("/commitments/new", form)
    assert "Disnaker Bukitmaya" in browser.follow(page).text
    with acting(world.officer) as session:
        row = session.scalars(sa.select(Commitment)).one()
        assert (row.side, row.stakeholder_id, row.office_id) == (Side.THEIRS, agency.id, world.sgr.id)


def test_a_form_without_text_keeps_what_was_typed(browser, world):
    page = browser.sign_in(world.officer).post(
        "/commitments/new", {"text": " ", "side": "ours", "kind": "action", "owner": "0", "note": "jangan hilang"}, status=422
    )
    assert "jangan hilang" in page.text


def test_a_foreign_organization_is_not_offered_and_not_taken(browser, world, acting):
    with acting(world.sister_officer):
        foreign = organization(world.wnm, "Polres Wanamaya")
    form = {
        "text": "x",
        "side": "ours",
        "kind": "action",
        "owner": "0",
        "stakeholder": "Polres Wanamaya",
        "stakeholder_id": str(foreign.id),
    }
    browser.sign_in(world.officer).post("/commitments/new", form, status=422)
    with acting(world.officer) as session:
        assert session.scalars(sa.select(Commitment)).all() == []


# F-21
def test_two_people_who_edit_one_commitment_both_keep_their_text(browser, world, acting):
    with acting(world.officer):
        row = make_commitment(world.sgr, owner_id=world.officer.id)
    browser.sign_in(world.officer)
    form = {"side": "ours", "kind": "action", "owner": str(world.officer.id), "due_on": "2026-03-10", "version": "1"}
    browser.post(f"/commitments/{row.id}/edit", {**form, "text": "Versi pertama"})
    second = browser.post(f"/commitments/{row.id}/edit", {**form, "text": "Versi kedua"}, status=409)
    assert "Versi pertama" in second.text
    assert "Versi kedua" in second.text
    browser.post(f"/commitments/{row.id}/edit", {**form, "text": "Versi kedua", "version": "2"})
    assert stored(acting, world, row.id).text == "Versi kedua"


def test_what_was_changed_since_cannot_be_taken_back(browser, world, acting):
    with acting(world.officer):
        row, other = make_commitment(world.sgr), make_commitment(world.sgr, "Lain")
    browser.sign_in(world.officer).post(f"/commitments/{row.id}/closing", {"state": "done"})
    browser.post(f"/commitments/{row.id}/removal")
    browser.post(f"/commitments/{other.id}/removal")
    with acting(world.officer) as session:
        assert session.scalars(sa.select(Commitment.id)).all() == [row.id]
