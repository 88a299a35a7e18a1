import datetime as dt

from crm.commitments.models import Commitment, CommitmentState
from crm.stakeholders.models import Category, Organization
from tests.commitments.factories import make_commitment
from tests.core.factories import saved
from tests.engagements.factories import make_interaction


def test_the_desk_lists_what_is_late_first_and_only_mine(browser, world, acting, clock):
    clock.freeze("2026-03-11 09:00")
    with acting(world.officer):
        make_commitment(world.sgr, "Pekan ini", due="2026-03-13", owner_id=world.officer.id)
        make_commitment(world.sgr, "Lewat", due="2026-03-09", owner_id=world.officer.id)
        make_commitment(world.sgr, "Hari ini", due="2026-03-11", owner_id=world.officer.id)
        make_commitment(world.sgr, "Bulan depan", due="2026-04-11", owner_id=world.officer.id)
        make_commitment(world.sgr, "Milik kolega", due="2026-03-09", owner_id=world.colleague.id)
    browser.sign_in(world.officer)
    page = browser.get("/desk", queries=20).text
    assert page.index("Lewat") < page.index(">Hari ini") < page.index("Pekan ini")
    assert "Milik kolega" not in page
    assert "Bulan depan" not in page
    assert "Milik kolega" in browser.get("/desk?view=office").text


def test_a_row_is_finished_from_where_it_stands(browser, world, acting, clock):
    clock.freeze("2026-03-11 09:00")
    with acting(world.officer):
        row = make_commitment(world.sgr, "Lewat", due="2026-03-09", owner_id=world.officer.id)
    answer = browser.sign_in(world.officer).post(f"/commitments/{row.id}/closing", {"state": "done", "back": "/desk?view=mine"})
    assert answer.headers["Location"] == "/desk?view=mine"
    with acting(world.officer) as session:
        assert session.get(Commitment, row.id).state is CommitmentState.DONE


def test_who_has_gone_quiet_is_listed_longest_first(browser, world, acting, clock):
    clock.freeze("2026-03-11 09:00")
    old = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    with acting(world.officer):
        for name, day in (("Baru saja", "2026-03-10"), ("Agak lama", "2026-01-20"), ("Lama sekali", "2025-06-01")):
            fields = {"category": Category.MEDIA, "tier": 1, "owner_id": world.officer.id, "created_at": old, "updated_at": old}
            make_interaction(
                world.sgr, saved(Organization(name=name, office_id=world.sgr.id, **fields)), on=day, summary="Menyapa"
            )
    page = browser.sign_in(world.officer).get("/desk").text
    quiet = page[page.index('id="quiet"') :]
    assert quiet.index("Lama sekali") < quiet.index("Agak lama")
    assert "Baru saja</a>" not in quiet.split("</section>")[0]


def test_everybody_begins_at_the_desk_and_strangers_at_the_sign_in(browser, world):
    browser.get("/desk", status=302)
    browser.sign_in(world.viewer)
    assert browser.get("/", status=303).headers["Location"] == "/desk"
    browser.get("/desk")
    browser.get("/desk?view=all", status=400)


def test_nothing_of_the_sister_office_stands_on_the_desk(browser, world, acting, clock):
    clock.freeze("2026-03-11 09:00")
    with acting(world.officer):
        make_commitment(world.sgr, "Rahasia kami", due="2026-03-09")
    assert "Rahasia" not in browser.sign_in(world.sister_officer).get("/desk?view=office").text
