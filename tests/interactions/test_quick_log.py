import datetime as dt

import pytest
import sqlalchemy as sa

from crm.commitments.models import Commitment, CommitmentKind, CommitmentState, Side
from crm.core.text import name_key
from crm.engagements.models import Precision
from crm.interactions import quick_log, reading
from crm.interactions.draft import field_name
from crm.interactions.models import Channel, Direction, Interaction
from crm.stakeholders.details import AffiliationLine, OrganizationDetails, OtherNameLine, PersonDetails
from crm.stakeholders.keys import NameKind
from crm.stakeholders.models import Category, Organization, Person, Topic
from crm.stakeholders.service import create_organization, create_person
from tests.commitments.factories import make_commitment

ZONE = "Asia/Jakarta"
LINE = "telp Budi, Sari @Disdukcapil: data WNA #koordinasi !senin kirim surat"


@pytest.fixture
def office(world, acting, clock):
    """Tuesday 24 November 2026, 14.30: an agency with two people, and a namesake elsewhere."""
    clock.freeze("2026-11-24 14:30")
    with acting(world.officer):
        agency = make_agency(world, "Dinas Kependudukan dan Pencatatan Sipil Kota Sagaramaya", "Disdukcapil")
        other = make_agency(world, "BP3MI Nusa Khayal", "BP3MI")
        person(world, "Budi", agency)
        person(world, "Sari Puspaningrat", agency)
        person(world, "Sari Rahayu", other)
    return world


def make_agency(world, name, short):
    details = OrganizationDetails(
        name=name, category=Category.PARTNER_AGENCY, other_names=(OtherNameLine(short, NameKind.ABBREVIATION),)
    )
    return create_organization(details, office_id=world.sgr.id, by=world.officer)


def person(world, name, organization, title=""):
    held = (AffiliationLine(organization.id, title),)
    return create_person(PersonDetails(name=name, affiliations=held), office_id=world.sgr.id, by=world.officer)


def log(world, line, **sent):
    draft = reading.read_line(line, sent, by=world.officer, zone=ZONE)
    return quick_log.save_draft(draft, office_id=world.sgr.id, zone=ZONE, by=world.officer)


def test_the_line_of_the_issue_becomes_what_it_says(office, acting):
    with acting(office.officer) as session:
        row = log(office, LINE)
        assert (row.channel, row.direction, row.summary, row.precision) == (
            Channel.CALL,
            Direction.OUT,
            "data WNA",
            Precision.TIME,
        )
        assert sorted(p.stakeholder.name for p in row.participations) == ["Budi", "Sari Puspaningrat"]
        assert {name_key(p.organization.name)[:5] for p in row.participations} == {"dinas"}
        assert [link.topic.name for link in row.topic_links] == ["koordinasi"]
        (task,) = session.scalars(sa.select(Commitment)).all()
        assert (task.text, task.due_on, task.owner_id, task.side) == (
            "kirim surat",
            dt.date(2026, 11, 30),
            office.officer.id,
            Side.OURS,
        )
        assert row.typed_line == LINE


def test_of_two_namesakes_the_organization_decides(office, acting):
    with acting(office.officer):
        row = log(office, "wa Sari @BP3MI: narasumber")
        assert [p.stakeholder.name for p in row.participations] == ["Sari Rahayu"]


def test_of_two_namesakes_the_one_the_writer_was_last_in_touch_with_is_guessed(office, acting):
    with acting(office.officer):
        draft = reading.read_line("telp Sari: jadwal", {}, by=office.officer, zone=ZONE)
        assert not draft.people[0].is_sure
        assert draft.people[0].record_id is None
        log(office, "wa Sari @BP3MI: narasumber")
    with acting(office.officer):
        draft = reading.read_line("telp Sari: jadwal", {}, by=office.officer, zone=ZONE)
        assert draft.people[0].label == "Sari Rahayu"


def test_saving_never_waits_for_a_name_that_nobody_knows(office, acting):
    with acting(office.officer):
        row = log(office, "telp Yohanes: tanya jadwal layanan")
        assert row.participations == []
        assert "Yohanes" in row.typed_line


def test_an_unknown_name_is_created_when_the_preview_says_so(office, acting):
    with acting(office.officer) as session:
        line = "telp Yohanes @Disdukcapil: tanya jadwal"
        draft = reading.read_line(line, {}, by=office.officer, zone=ZONE)
        field = draft.people[0].field
        row = log(office, line, **{field: "new", f"{field}.guess": "text"})
        assert [p.stakeholder.name for p in row.participations] == ["Yohanes"]
        assert row.participations[0].organization.name.startswith("Dinas Kependudukan")
        assert session.scalar(sa.select(Person).where(Person.name == "Yohanes")) is not None


def test_a_correction_counts_only_where_it_differs_from_the_guess(office, acting):
    with acting(office.officer):
        row = log(
            office, "telp Budi: data", channel="visit", **{"channel.guess": "call", "direction": "out", "direction.guess": "out"}
        )
        assert row.channel is Channel.VISIT


def test_a_choice_that_was_not_offered_is_not_taken(office, acting, world):
    with acting(world.sister_officer) as session:
        foreign = create_person(PersonDetails(name="Kompol Mangara"), office_id=world.wnm.id, by=world.sister_officer)
        session.flush()
    with acting(office.officer):
        draft = reading.read_line("telp Budi: data", {}, by=office.officer, zone=ZONE)
        field = draft.people[0].field
        row = log(office, "telp Budi: data", **{field: str(foreign.id), f"{field}.guess": "x"})
        assert [p.stakeholder.name for p in row.participations] == ["Budi"]


def test_without_a_channel_it_is_the_last_one_with_that_person(office, acting):
    with acting(office.officer):
        log(office, "wa Budi: satu")
    with acting(office.officer):
        assert log(office, "Budi: dua").channel is Channel.WHATSAPP


def test_a_line_with_an_organization_only(office, acting):
    with acting(office.officer):
        row = log(office, "surat dari @Disdukcapil kemarin: permintaan data")
        assert row.channel is Channel.LETTER_IN
        assert row.occurred_on == dt.date(2026, 11, 23)
        (part,) = row.participations
        assert part.stakeholder_id == part.organization_id


def test_a_promise_of_theirs_is_theirs(office, acting):
    with acting(office.officer) as session:
        log(office, "telp Budi @Disdukcapil: data. Budi J: kirim daftar !H+3")
        promise = session.scalars(sa.select(Commitment).where(Commitment.kind == CommitmentKind.PROMISE)).one()
        assert promise.side is Side.THEIRS
        assert promise.stakeholder.name == "Budi"


def test_what_is_finished_closes_the_open_follow_up(office, acting):
    with acting(office.officer) as session:
        task = make_commitment(office.sgr, "kirim surat pengantar", owner_id=office.officer.id)
        log(office, "telp Budi: beres semua !selesai kirim surat")
        session.refresh(task)
        assert task.state is CommitmentState.DONE


def test_nothing_of_the_sister_office_is_found_or_offered(office, acting, world):
    with acting(world.sister_officer):
        draft = reading.read_line(LINE, {}, by=world.sister_officer, zone="Asia/Makassar")
        assert all(len(m.options) == 2 for m in draft.mentions)  # create it, or leave it as text


def test_a_dropped_topic_and_a_dropped_task_are_not_saved(office, acting):
    with acting(office.officer) as session:
        draft = reading.read_line(LINE, {}, by=office.officer, zone=ZONE)
        task = draft.tasks[0].field
        log(office, LINE, **{f"{task}-wanted.drawn": "1", f"{field_name('topic', 'koordinasi')}.drawn": "1"})
        assert session.scalars(sa.select(Commitment)).all() == []
        assert session.scalars(sa.select(Topic)).all() == []


def test_an_empty_line_is_refused(office, acting):
    with acting(office.officer) as session:
        with pytest.raises(quick_log.NothingToSave):
            log(office, "   ")
        assert session.scalars(sa.select(Interaction)).all() == []
        assert session.scalars(sa.select(Organization.id)).all()
