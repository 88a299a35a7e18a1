"""Taking an import back: what goes, what stays and for whom, which fields go back, and that the rows may come in again."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from crm.accounts import viewer
from crm.activity.models import ActivityEntry
from crm.commitments.models import Commitment, Side
from crm.core import clock
from crm.core import scope as scopes
from crm.core.db import db
from crm.engagements import times
from crm.engagements.models import MandateRole, Participation
from crm.exchange import directory, undoing
from crm.exchange.models import ExternalId, Import, ImportRow, ImportState
from crm.exchange.undoing import Kept, Why
from crm.files.models import StoredFile
from crm.index import queries as index
from crm.interactions.models import Channel, Direction, Interaction
from crm.meetings.models import Meeting
from crm.stakeholders.models import Affiliation, ContactPoint, Organization, OtherName, Person, Position, Stakeholder
from tests.cli.factories import SYSTEM
from tests.exchange.imports import (
    CONTACTS_HEAD,
    MEETINGS_HEAD,
    count,
    fates,
    named,
    rows_of,
    run,
    undo,
    undo_plan,
)

UK = "uk-ministers-meetings"
MEETINGS = MEETINGS_HEAD + (
    "Rt Hon Francis Maude MP,Oct-12,Everything Everywhere,Introductory\n"
    ",,Gamma Group,\n"
    "Nick Hurd MP,Nov-12,BT,Broadband\n"
    "Nick Hurd MP,Dec-12,Delta CIC,Charities\n"
)
CONTACTS = CONTACTS_HEAD + (
    "Nurhayati,Disdukcapil Kota Sagaramaya,Kabid,nur@dinas.example,0812 5550 0142\n"
    "Suharti,Paguyuban Perkawinan Campuran,Ketua,suharti@paguyuban.example,0813 5550 0771\n"
    "Budi,Disdukcapil Kota Sagaramaya,Staf,,\n"
)


def meeting(acting, user, title):
    with acting(user) as session:
        return session.scalars(sa.select(Meeting).where(Meeting.title == title)).one()


def test_what_nobody_touched_goes_and_nothing_of_it_is_left(app, world, acting):
    first = run(app, acting, world.officer, "contacts", CONTACTS)
    plan = undo_plan(acting, world.officer, first.id)
    assert (dict(plan.removed), plan.kept) == ({"engagements": 0, "people": 3, "organizations": 2}, [])
    assert count(acting, world.officer, Person) == 3  # a plan changes nothing
    done = undo(app, acting, world.officer, first.id)
    assert (done.state, done.undone_at is not None) == (ImportState.UNDONE, True)
    for model in (Stakeholder, Person, Organization, OtherName, ContactPoint, Affiliation, Position, ExternalId):
        assert count(acting, world.officer, model) == 0, model
    with acting(world.officer) as session:
        assert index.find(scopes.current(), "Suharti").count == 0
        entry = session.scalars(sa.select(ActivityEntry).where(ActivityEntry.verb == "import-undone")).one()
        assert (entry.actor_name, entry.details["removed"]) == (
            world.officer.name,
            {"engagements": 0, "people": 3, "organizations": 2},
        )
    again = run(app, acting, world.officer, "contacts", CONTACTS)
    assert (fates(again), again.created) == ({"new": 3}, {"people": 3, "organizations": 2})


def test_who_was_worked_on_stays_with_what_they_need(app, world, acting):
    first = run(app, acting, world.officer, "contacts", CONTACTS)
    with acting(world.colleague) as session:
        suharti = session.scalars(sa.select(Person).where(Person.name == "Suharti")).one()
        suharti.note = "Minta dihubungi sore"
        undoing.activity.record("changed", suharti, by=world.colleague)
    group = named(acting, world.officer, Organization, "Paguyuban Perkawinan Campuran")
    plan = undo_plan(acting, world.officer, first.id)
    assert plan.kept == [
        Kept("people", suharti.id, "Suharti", Why.TOUCHED, world.colleague.name),
        Kept("organizations", group.id, group.name, Why.REFERENCED, "", "record"),
    ]
    assert dict(plan.removed) == {"engagements": 0, "people": 2, "organizations": 1}
    undo(app, acting, world.officer, first.id)
    with acting(world.officer) as session:
        assert session.scalars(sa.select(Stakeholder.name).order_by(Stakeholder.name)).all() == [group.name, "Suharti"]
        assert session.scalars(sa.select(Affiliation)).one().organization_id == group.id
    again = run(app, acting, world.officer, "contacts", CONTACTS)
    assert fates(again) == {"unchanged": 1, "new": 2}  # she is not doubled


def test_a_commitment_and_what_it_names_stay(app, world, acting):
    first = run(app, acting, world.officer, UK, ("2012.csv", MEETINGS))
    made, bt = meeting(acting, world.officer, "Broadband"), named(acting, world.officer, Organization, "BT")
    with acting(world.colleague) as session:
        session.add(promise(world, engagement_id=made.id, stakeholder_id=bt.id))
    plan = undo_plan(acting, world.officer, first.id)
    assert Kept("engagements", made.id, "Broadband", Why.REFERENCED, world.colleague.name, "commitment") in plan.kept
    assert Kept("organizations", bt.id, "BT", Why.REFERENCED, world.colleague.name, "commitment") in plan.kept
    kept = {record.name for record in plan.kept}
    assert {"Broadband", "BT", "Nick Hurd", world.sgr.name} == kept
    undo(app, acting, world.officer, first.id)
    assert count(acting, world.officer, Meeting) == 1
    with acting(world.officer) as session:
        parts = session.scalars(sa.select(Participation.engagement_id)).all()
        assert parts == [made.id, made.id]
        assert session.scalars(sa.select(Stakeholder.name)).all()
    # what stayed is known, what went may come again
    assert fates(run(app, acting, world.officer, UK, ("2012.csv", MEETINGS))) == {"new": 2, "added": 1, "unchanged": 1}


def promise(world, **points):
    moment = clock.now()
    return Commitment(
        office_id=world.sgr.id, created_by_id=world.colleague.id, owner_id=world.colleague.id, side=Side.OURS, text="Kirim surat",
        due_on=dt.date(2026, 4, 1), made_on=dt.date(2026, 3, 1), created_at=moment, updated_at=moment, **points,
    )  # fmt: skip


def test_a_file_keeps_its_record(app, world, acting):
    first = run(app, acting, world.officer, UK, ("2012.csv", MEETINGS))
    made = meeting(acting, world.officer, "Charities")
    with acting(world.colleague) as session:
        session.add(attached(world, "meeting", made.id))
    kept = undo_plan(acting, world.officer, first.id).kept
    assert Kept("engagements", made.id, "Charities", Why.REFERENCED, world.colleague.name, "file") in kept


def attached(world, kind, subject_id):
    return StoredFile(
        office_id=world.sgr.id, subject_kind=kind, subject_id=subject_id, name="daftar.pdf", media_type="application/pdf", byte_count=3,
        sha256="0" * 64, storage_key="ab" * 20, uploaded_by_id=world.colleague.id, uploaded_by_name=world.colleague.name, created_at=clock.now(),
    )  # fmt: skip


def logged(office, by, stakeholder_id, title="Telepon"):
    when = times.on(dt.date(2026, 3, 1), ZoneInfo("Asia/Jakarta"))
    made = Interaction(
        office_id=office.id, title=title, occurred_on=when.occurred_on, sort_at=when.sort_at, precision=when.precision,
        starts_at=None, role=MandateRole.COORDINATE, owner_id=by.id, created_by_id=by.id, created_at=clock.now(), updated_at=clock.now(),
        channel=Channel.CALL, direction=Direction.OUT,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    db.session.add(
        Participation(
            office_id=office.id,
            engagement_id=made.id,
            stakeholder_id=stakeholder_id,
            occurred_on=made.occurred_on,
            sort_at=made.sort_at,
        )
    )
    db.session.flush()
    return made


def test_an_engagement_keeps_the_person_it_was_with(app, world, acting):
    first = run(app, acting, world.officer, "contacts", CONTACTS)
    budi = named(acting, world.officer, Person, "Budi")
    with acting(world.colleague):
        logged(world.sgr, world.colleague, budi.id)
    kept = undo_plan(acting, world.officer, first.id).kept
    assert Kept("people", budi.id, "Budi", Why.REFERENCED, world.colleague.name, "engagement") in kept
    undo(app, acting, world.officer, first.id)
    assert named(acting, world.officer, Person, "Budi").id == budi.id


def test_what_the_office_above_names_stays_and_whose_it_is_is_not_told(app, world, acting):
    """The office above sees our people; its own engagements we do not see, and yet the person they name can't go."""
    first = run(app, acting, world.officer, "contacts", CONTACTS)
    budi = named(acting, world.officer, Person, "Budi")
    with acting(world.central):
        logged(world.knk, world.central, budi.id, "Rahasia kanwil")
    kept = undo_plan(acting, world.officer, first.id).kept
    assert Kept("people", budi.id, "Budi", Why.REFERENCED, "", "engagement") in kept
    undo(app, acting, world.officer, first.id)
    with acting(SYSTEM) as session:
        assert session.scalars(sa.select(Participation)).one().stakeholder_id == budi.id


def test_what_a_later_import_stands_on_stays(app, world, acting):
    first = run(app, acting, world.officer, "contacts", CONTACTS)
    later = run(app, acting, world.colleague, "contacts", "Nama;Instansi\nBudi;Disdukcapil Kota Sagaramaya\n")
    assert fates(later) == {"unchanged": 1}
    budi = named(acting, world.officer, Person, "Budi")
    kept = undo_plan(acting, world.officer, first.id).kept
    assert kept[0] == Kept("people", budi.id, "Budi", Why.REFERENCED, world.colleague.name, "import")
    undo(app, acting, world.officer, first.id)
    assert named(acting, world.officer, Person, "Budi").id == budi.id
    undo(app, acting, world.officer, later.id)
    assert count(acting, world.officer, Person) == 1  # it made nothing, so it takes nothing


def test_a_field_goes_back_only_if_it_still_holds_what_the_import_wrote(app, world, acting):
    run(app, acting, world.officer, "contacts", CONTACTS)
    text = "Nama,Instansi,Liputan,Panggilan,Surel\nSuharti,Paguyuban Perkawinan Campuran,Olahraga,Bu Harti,\n"
    text += "Budi,Disdukcapil Kota Sagaramaya,Politik,,budi@dinas.example\n"
    second = run(app, acting, world.officer, "contacts", text)
    assert fates(second) == {"matched": 2}
    with acting(world.colleague) as session:
        session.scalars(sa.select(Person).where(Person.name == "Suharti")).one().beat = "Perkawinan campuran"
    plan = undo_plan(acting, world.officer, second.id)
    assert (plan.fields_back, plan.fields_stay, plan.kept, sum(plan.removed.values())) == (3, 1, [], 0)
    undo(app, acting, world.officer, second.id)
    suharti, budi = (named(acting, world.officer, Person, name) for name in ("Suharti", "Budi"))
    assert (suharti.beat, suharti.called, budi.beat) == ("Perkawinan campuran", "", "")
    with acting(world.officer) as session:
        assert session.scalars(sa.select(ContactPoint).where(ContactPoint.stakeholder_id == budi.id)).all() == []
        assert index.find(scopes.current(), "Bu Harti").count == 0
        assert index.find(scopes.current(), "Suharti").count == 1
        told = session.scalars(
            sa.select(ActivityEntry).where(ActivityEntry.verb == "field-taken-back").order_by(ActivityEntry.id)
        ).all()
        assert {(entry.subject_id, *entry.changes) for entry in told} == {(suharti.id, "called"), (budi.id, "beat")}
        assert {entry.actor_name for entry in told} == {world.officer.name}
    assert fates(run(app, acting, world.officer, "contacts", text)) == {"matched": 2}


def test_guests_added_to_an_older_meeting_are_taken_back(app, world, acting):
    first = run(app, acting, world.officer, UK, ("2012.csv", MEETINGS))
    longer = MEETINGS.replace("Broadband\n", "Broadband\n,,Zeta Ltd,\n")
    second = run(app, acting, world.officer, UK, ("2012.csv", longer))
    assert fates(second) == {"added": 1, "unchanged": 4}
    bt = meeting(acting, world.officer, "Broadband")
    # the meeting now stands for a row of the second import too
    assert (
        Kept("engagements", bt.id, "Broadband", Why.REFERENCED, world.officer.name, "import")
        in undo_plan(acting, world.officer, first.id).kept
    )
    plan = undo_plan(acting, world.officer, second.id)
    assert (plan.fields_back, dict(plan.removed), plan.kept) == (1, {"engagements": 0, "people": 0, "organizations": 1}, [])
    undo(app, acting, world.officer, second.id)
    with acting(world.officer) as session:
        assert len(session.scalars(sa.select(Participation).where(Participation.engagement_id == bt.id)).all()) == 2
        assert session.scalar(sa.select(Organization).where(Organization.name == "Zeta Ltd")) is None
    assert not undo_plan(acting, world.officer, first.id).kept
    assert fates(run(app, acting, world.officer, UK, ("2012.csv", longer))) == {"added": 1, "unchanged": 4}


def test_a_parent_stays_with_a_child_that_stays_and_so_does_its_parent(app, world, acting, monkeypatch):
    monkeypatch.setattr(directory, "CHUNK", 2)
    text = "nama,induk\nKanwil,\nKanim,Kanwil\nSeksi,Kanim\nSubseksi,Seksi\nLain,Kanwil\n"
    first = run(app, acting, world.officer, "organizations", text)
    with acting(world.colleague) as session:
        session.scalars(sa.select(Organization).where(Organization.name == "Seksi")).one().address = "Lantai 2"
    plan = undo_plan(acting, world.officer, first.id)
    assert {record.name: record.why for record in plan.kept} == {
        "Seksi": Why.TOUCHED, "Kanim": Why.REFERENCED, "Kanwil": Why.REFERENCED,
    }  # fmt: skip
    undo(app, acting, world.officer, first.id)
    with acting(world.officer) as session:
        assert sorted(session.scalars(sa.select(Organization.name))) == ["Kanim", "Kanwil", "Seksi"]


def test_what_a_row_of_the_same_import_completed_counts_as_untouched(app, world, acting):
    text = CONTACTS + "Budi,Disdukcapil Kota Sagaramaya,,budi@dinas.example,0812 5550 0199\n"
    first = run(app, acting, world.officer, "contacts", text)
    assert fates(first) == {"new": 3, "matched": 1}
    plan = undo_plan(acting, world.officer, first.id)
    assert (plan.kept, plan.fields_back, plan.removed["people"]) == ([], 0, 3)
    undo(app, acting, world.officer, first.id)
    assert count(acting, world.officer, Stakeholder) == 0


def test_somebody_who_comes_to_a_record_while_the_undo_runs_keeps_it(app, world, acting, monkeypatch):
    monkeypatch.setattr(directory, "CHUNK", 1)
    first = run(app, acting, world.officer, "contacts", CONTACTS)
    suharti = named(acting, world.officer, Person, "Suharti")
    remove, calls = undoing._REMOVERS["people"], []

    def removing(ids):
        if not calls:
            calls.append(1)
            db.session.execute(sa.update(Stakeholder).where(Stakeholder.id == suharti.id).values(version=2))
        remove(ids)

    monkeypatch.setitem(undoing._REMOVERS, "people", removing)
    undo(app, acting, world.officer, first.id)
    with acting(world.officer) as session:
        assert session.scalars(sa.select(Person.name)).all() == ["Suharti"]


def test_an_undo_that_was_killed_goes_on(app, world, acting, monkeypatch):
    monkeypatch.setattr(directory, "CHUNK", 1)
    first = run(app, acting, world.officer, UK, ("2012.csv", MEETINGS))
    remove, calls = undoing._REMOVERS["people"], []

    def failing(ids):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        remove(ids)

    monkeypatch.setitem(undoing._REMOVERS, "people", failing)
    with pytest.raises(KeyboardInterrupt):
        undo(app, acting, world.officer, first.id)
    monkeypatch.setitem(undoing._REMOVERS, "people", remove)
    assert (count(acting, world.officer, Meeting), count(acting, world.officer, Person)) == (0, 1)
    with app.app_context():
        undoing.carry_out(first.id, scope=viewer.scope_of(world.officer))
    assert count(acting, world.officer, Stakeholder) == 0
    with acting(world.officer) as session:
        assert session.get(Import, first.id).state is ImportState.UNDONE
        assert session.scalar(sa.select(sa.func.count()).where(ImportRow.identity.is_not(None))) == 0


def test_another_office_can_not_undo_it(app, world, acting):
    first = run(app, acting, world.officer, "contacts", CONTACTS)
    with acting(world.sister_officer) as session:
        assert session.scalar(sa.select(Import).where(Import.id == first.id)) is None
    assert len(rows_of(acting, world.officer, first.id)) == 3
