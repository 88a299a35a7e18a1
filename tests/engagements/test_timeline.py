import datetime as dt

import sqlalchemy as sa

from crm.engagements.queries import timeline
from crm.stakeholders.models import Category, Organization, Person
from tests.core.factories import saved
from tests.counting import count_queries
from tests.engagements.factories import make_interaction, make_meeting
from tests.world import MADE


def organization(office, name="Disdukcapil", **fields):
    return saved(
        Organization(name=name, office_id=office.id, category=Category.PARTNER_AGENCY, created_at=MADE, updated_at=MADE, **fields)
    )


def person(office, name="Budi"):
    return saved(Person(name=name, office_id=office.id, created_at=MADE, updated_at=MADE))


def test_two_people_of_one_organization_make_one_entry(world, acting):
    with acting(world.officer):
        agency, budi, sari = organization(world.sgr), person(world.sgr), person(world.sgr, "Sari")
        make_interaction(world.sgr, budi, sari, spoken_for=agency)
        (entry,) = timeline.timeline_of(agency).rows
        assert [p.name for p in entry.people] == ["Budi", "Sari"]
        assert entry.facts["channel"] == "call"
        assert [e.id for e in timeline.timeline_of(budi).rows] == [entry.id]


def test_walking_all_pages_gives_each_entry_once_in_order_while_rows_are_inserted(world, acting):
    with acting(world.officer):
        agency = organization(world.sgr)
        first = dt.date(2026, 1, 1)
        made = {make_interaction(world.sgr, agency, on=str(first + dt.timedelta(days=n // 3))).id for n in range(40)}
        seen, cursor = [], None
        for round_ in range(100):
            page = timeline.timeline_of(agency, cursor=cursor, size=7)
            seen.extend(page.rows)
            make_meeting(world.sgr, agency, on=str(first + dt.timedelta(days=100 + round_)))
            cursor = page.next_cursor
            if cursor is None:
                break
        ids = [entry.id for entry in seen]
        assert len(ids) == len(set(ids))
        assert made <= set(ids)
        assert [e.key for e in seen] == sorted((e.key for e in seen), reverse=True)


def test_what_a_person_did_for_a_former_employer_stays_there(world, acting):
    with acting(world.officer):
        old, new, budi = organization(world.sgr, "Lama"), organization(world.sgr, "Baru"), person(world.sgr)
        make_interaction(world.sgr, budi, spoken_for=old, on="2025-03-02")
        make_interaction(world.sgr, budi, spoken_for=new, on="2026-03-02")
        assert len(timeline.timeline_of(old).rows) == 1
        assert len(timeline.timeline_of(new).rows) == 1
        assert len(timeline.timeline_of(budi).rows) == 2


def test_a_shared_organization_shows_each_office_its_own_contacts(world, acting):
    with acting(world.officer):
        shared = organization(world.sgr, "Polres", is_shared=True)
        make_interaction(world.sgr, shared, summary="kami")
    with acting(world.sister_officer) as session:
        seen = session.scalar(sa.select(Organization).where(Organization.id == shared.id))
        make_interaction(world.wnm, seen, summary="mereka")
        assert [entry.title for entry in timeline.timeline_of(seen).rows] == ["mereka"]
    with acting(world.regional) as session:
        seen = session.scalar(sa.select(Organization).where(Organization.id == shared.id))
        assert sorted(entry.title for entry in timeline.timeline_of(seen).rows) == ["kami", "mereka"]


def test_a_page_needs_the_same_number_of_queries_whatever_its_length(world, acting, app):
    with acting(world.officer):
        agency = organization(world.sgr)
        for n in range(3):
            make_interaction(world.sgr, agency, on=f"2026-01-0{n + 1}")
        with count_queries() as few:
            timeline.timeline_of(agency)
        for n in range(25):
            make_meeting(world.sgr, agency, on=f"2026-02-{n + 1:02}")
        with count_queries() as many:
            timeline.timeline_of(agency)
    assert 0 < many.count <= few.count + 1  # meetings bring the details of one kind more
    assert many.count <= 8
