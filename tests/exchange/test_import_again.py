"""The same list again: in another form, with a line more, by another office, dry, cancelled, killed between two batches."""

import unicodedata

import pytest
import sqlalchemy as sa

from crm.accounts import viewer
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.db import db
from crm.engagements.models import Participation
from crm.exchange import running, service
from crm.exchange.codes import Fate
from crm.exchange.models import Import, ImportRecord, ImportRow, ImportState
from crm.exchange.profile_format import load_built_in
from crm.exchange.writing import write_batch
from crm.index import queries as index
from crm.meetings.models import Meeting
from crm.stakeholders.models import Affiliation, ContactPoint, Organization, Person, Stakeholder
from tests.exchange.imports import (
    CONTACTS_HEAD,
    MEETINGS_HEAD,
    begin,
    carry_out,
    count,
    fates,
    named,
    plan,
    rows_of,
    run,
    stored,
)

MEETINGS = MEETINGS_HEAD + (
    "Rt Hon Francis Maude MP,Oct-12,Everything Everywhere,Introductory\n"
    ',,"Alpha Ltd, Beta plc",Roundtable on growth\n'
    ",,Gamma Group,\n"
    "Nick Hurd MP,Nov-12,BT,Broadband\n"
)
CONTACTS = CONTACTS_HEAD + (
    "Nurhayati Müller,Disdukcapil Kota Sagaramaya,Kabid,nur@dinas.example,0812 5550 0142\n"
    "Suharti,Paguyuban Perkawinan Campuran,Ketua,suharti@paguyuban.example,0813 5550 0771\n"
    "Budi,Disdukcapil Kota Sagaramaya,Staf,,\n"
)
UK = "uk-ministers-meetings"


def everything(acting, user):
    """How many rows of each kind there are."""
    models = (Person, Organization, ContactPoint, Affiliation, Meeting, Participation)
    return {model.__name__: count(acting, user, model) for model in models}


def test_other_case_and_other_unicode_form_are_the_same_rows(app, world, acting):
    run(app, acting, world.officer, "contacts", CONTACTS)
    before = everything(acting, world.officer)
    for other in (CONTACTS.upper(), unicodedata.normalize("NFD", CONTACTS), CONTACTS.replace(" ", "  ").replace("\n", "\r\n")):
        again = run(app, acting, world.officer, "contacts", other)
        assert fates(again) == {"unchanged": 3}
    assert everything(acting, world.officer) == before


def test_a_line_in_the_middle_changes_only_what_is_new(app, world, acting):
    first = run(app, acting, world.officer, UK, ("2012.csv", MEETINGS))
    assert fates(first) == {"new": 3, "added": 1}
    lines = MEETINGS.splitlines(keepends=True)
    longer = "".join(
        [
            *lines[:2],
            "Nick Hurd MP,Oct-12,Delta CIC,Charities\n",
            "Rt Hon Francis Maude MP,Oct-12,Zeta,Post\n",
            *lines[2:],
            ",,Omega,\n",
        ]
    )
    again = run(app, acting, world.officer, UK, ("2012 with more.csv", longer))
    assert fates(again) == {"unchanged": 4, "new": 2, "added": 1}
    assert again.created == {"organizations": 3, "engagements": 2}
    added = [row for row in rows_of(acting, world.officer, again.id) if row.fate is Fate.ADDED]
    bt = next(row for row in rows_of(acting, world.officer, first.id) if "BT" in dict(map(tuple, row.verbatim)).values())
    assert [row.subject_id for row in added] == [bt.subject_id]


def test_a_row_twice_in_a_file_is_two_meetings_and_again_none(app, world, acting):
    text = MEETINGS_HEAD + "Nick Hurd MP,Nov-12,BT,Broadband\n" * 2
    assert fates(run(app, acting, world.officer, UK, text)) == {"new": 2}
    assert fates(run(app, acting, world.officer, UK, text)) == {"unchanged": 2}
    assert fates(run(app, acting, world.officer, UK, text + "Nick Hurd MP,Nov-12,BT,Broadband\n")) == {"unchanged": 2, "new": 1}


def test_a_row_that_knows_more_completes_and_what_somebody_wrote_stays(app, world, acting):
    run(app, acting, world.officer, "contacts", CONTACTS)
    with acting(world.colleague) as session:
        session.scalars(sa.select(Person).where(Person.name == "Suharti")).one().beat = "Kawin campur"
    text = "Nama,Instansi,Liputan,Panggilan,Telepon\nSuharti,Paguyuban Perkawinan Campuran,Olahraga,Bu Harti,0813 5550 0772\n"
    again = run(app, acting, world.officer, "contacts", text)
    assert fates(again) == {"matched": 1}
    suharti = named(acting, world.officer, Person, "Suharti")
    assert (suharti.beat, suharti.called) == ("Kawin campur", "Bu Harti")
    with acting(world.officer) as session:
        assert len(session.scalars(sa.select(ContactPoint).where(ContactPoint.stakeholder_id == suharti.id)).all()) == 3
        assert index.find(scopes.current(), "Bu Harti", kinds=("person",)).count == 1
        assert index.find(scopes.current(), "081355500772", kinds=("person",)).count == 1


@pytest.mark.parametrize("batch", [2, 1000])
def test_two_rows_of_one_person_make_one_whatever_the_batch(app, world, acting, monkeypatch, batch):
    monkeypatch.setattr(running, "BATCH", batch)
    text = CONTACTS_HEAD + (
        "Budi,Disdukcapil,Staf,,\nSari,Disdukcapil,Staf,,\nTono,Disdukcapil,,,\n"
        "Budi,Disdukcapil,Staf,budi@dinas.example,\nBudi,Disdukcapil,Staf,budi@dinas.example,0812 5550 0142\n"
        "Budi,Disdukcapil,Kabid,BUDI@dinas.example,\n"
    )
    expected = plan(app, acting, world.officer, "contacts", text)
    done = run(app, acting, world.officer, "contacts", text)
    assert fates(done) == {"new": 3, "matched": 2, "unchanged": 1}
    assert (expected.counts, done.created) == (done.counts, {"people": 3, "organizations": 1})
    assert everything(acting, world.officer)["ContactPoint"] == 2


def test_the_import_of_another_office_meets_nothing_of_this_one(app, world, acting):
    """SC-07: same names, numbers and addresses, and yet all new; nothing of the other office's rows is shown or changed."""
    run(app, acting, world.officer, "contacts", CONTACTS)
    ours = {name: named(acting, world.officer, Person, name) for name in ("Suharti", "Budi")}
    before = everything(acting, world.officer)
    text = CONTACTS.replace("Kabid", "Kepala Bidang").replace(",Staf,,", ",Staf,budi@dinas.example,0811 5550 0001")
    expected = plan(app, acting, world.sister_officer, "contacts", text)
    theirs = run(app, acting, world.sister_officer, "contacts", text)
    assert fates(theirs) == {"new": 3}
    assert (expected.counts, theirs.created) == (theirs.counts, {"people": 3, "organizations": 2})
    mine = {person.id for person in ours.values()}
    assert not mine & {row.subject_id for row in rows_of(acting, world.sister_officer, theirs.id)}
    assert everything(acting, world.officer) == before
    for name, person in ours.items():
        after = named(acting, world.officer, Person, name)
        assert (after.id, after.version, after.updated_at) == (person.id, person.version, person.updated_at)
    with acting(world.sister_officer) as session:
        assert session.scalars(sa.select(Import)).all()[-1].office_id == world.wnm.id
        assert not session.scalars(sa.select(ImportRow).where(ImportRow.office_id == world.sgr.id)).all()


def test_a_shared_record_is_met_but_never_completed_by_another_office(app, world, acting):
    run(app, acting, world.officer, "organizations", "nama\nDisdukcapil Kota Sagaramaya\n")
    with acting(world.officer) as session:
        session.scalars(sa.select(Organization)).one().is_shared = True
    text = "nama,alamat,email\nDisdukcapil Kota Sagaramaya,Jl. Satu,a@dinas.example\n"
    theirs = run(app, acting, world.sister_officer, "organizations", text)
    assert fates(theirs) == {"unchanged": 1}
    ours = named(acting, world.officer, Organization, "Disdukcapil Kota Sagaramaya")
    assert (ours.address, count(acting, world.officer, ContactPoint)) == ("", 0)


@pytest.mark.parametrize(
    ("profile", "files"),
    [
        (UK, [("2012.csv", MEETINGS), ("2013.csv", MEETINGS.replace("Zeta", "Eta"))]),
        ("contacts", [CONTACTS, CONTACTS + "Baru,Eta,,,\n"]),
    ],
)
def test_a_dry_run_writes_nothing_and_says_what_the_real_one_does(app, world, acting, profile, files):
    before = everything(acting, world.officer)
    expected = plan(app, acting, world.officer, profile, *files)
    assert expected.state is ImportState.PLANNED
    assert everything(acting, world.officer) == before
    assert not any(row.identity or row.subject_id for row in rows_of(acting, world.officer, expected.id))
    done = run(app, acting, world.officer, profile, *files)
    assert expected.counts == done.counts
    told = [(row.row_number, row.fate, row.reason) for row in rows_of(acting, world.officer, expected.id)]
    assert told == [(row.row_number, row.fate, row.reason) for row in rows_of(acting, world.officer, done.id)]


def test_a_dry_run_of_the_whole_register_says_what_the_real_one_does(app, world, acting, shared):
    paths = sorted((shared / "data" / "meetings").glob("*.csv"))
    with app.app_context():
        run_ = _dry_run(acting, world, paths)
    done = run(app, acting, world.officer, UK, *paths)
    assert run_.created == done.created


def _dry_run(acting, world, paths):
    """As the command line does it: nothing stored at all, and the run at hand afterwards."""
    scope = viewer.scope_of(world.officer)
    profile = load_built_in(UK)
    with transaction.unit(scope):
        dry = running.run_of(None, world.sgr.id, world.officer.id, profile, is_dry=True)
    for path in paths:
        intents = running.intents_of(path, path.name, profile, overrides={}, year=None, known=dry.knows)
        running.batches(intents, scope, lambda batch: write_batch(dry, batch, file_id=None))
    dry.close()
    return dry


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_a_run_killed_between_batches_goes_on(app, world, acting, monkeypatch, killed_at):
    text = MEETINGS_HEAD + "".join(
        f"Rt Hon Francis Maude MP,{month}-12,Organization {n},Topic {n}\n,,Guest {n},\n"
        for n, month in enumerate(["Jan", "Feb", "Mar", "Apr"] * 3)
    )
    whole = run(app, acting, world.sister_officer, UK, ("2012.csv", text), ("again.csv", CONTACTS_AS_MEETINGS))
    monkeypatch.setattr(running, "BATCH", 7)
    write, calls = running.write_batch, []

    def failing(*given, **named_):
        calls.append(1)
        outcomes = write(*given, **named_)
        if len(calls) == killed_at + 1:
            raise KeyboardInterrupt
        return outcomes

    monkeypatch.setattr(running, "write_batch", failing)
    import_id = begin(acting, world.officer, UK, ("2012.csv", text), ("again.csv", CONTACTS_AS_MEETINGS))
    with pytest.raises(KeyboardInterrupt):
        carry_out(app, acting, world.officer, import_id)
    half = stored(acting, world.officer, import_id)
    assert (half.state, half.rows_done) == (ImportState.RUNNING, 7 * killed_at)
    monkeypatch.setattr(running, "write_batch", write)
    done = carry_out(app, acting, world.officer, import_id)
    assert (done.state, done.counts, done.created) == (ImportState.DONE, whole.counts, whole.created)
    assert everything(acting, world.officer) == everything(acting, world.sister_officer)
    with acting(world.officer) as session:
        made = session.execute(
            sa.select(ImportRecord.kind, ImportRecord.record_id).where(ImportRecord.import_id == import_id)
        ).all()
        assert len(made) == len(set(made))
    assert carry_out(app, acting, world.officer, import_id).counts == whole.counts  # a third call changes nothing


CONTACTS_AS_MEETINGS = MEETINGS_HEAD + "Nick Hurd MP,May-12,BT,Broadband\n,,Guest 1,\n"


def test_an_import_that_wrote_rows_is_not_begun_again_before_its_undo(app, world, acting):
    import_id = begin(acting, world.officer, "contacts", CONTACTS, state=ImportState.PLANNED)
    with acting(world.officer) as session:
        service.start(session.get(Import, import_id), by=world.officer)
    carry_out(app, acting, world.officer, import_id)
    identities = {row.identity for row in rows_of(acting, world.officer, import_id)}
    for state in (ImportState.CANCELLED, ImportState.FAILED):
        for again in (service.start, service.start_planning):
            with acting(world.officer) as session:
                import_ = session.get(Import, import_id)
                import_.state = state
                session.flush()
                with pytest.raises(service.WrongState):
                    again(import_, by=world.officer)
    assert {row.identity for row in rows_of(acting, world.officer, import_id)} == identities
    assert fates(run(app, acting, world.officer, "contacts", CONTACTS)) == {"unchanged": 3}


def test_reading_that_was_stopped_can_begin_again(app, world, acting):
    import_id = begin(acting, world.officer, "contacts", CONTACTS, state=ImportState.PLANNING)
    with acting(world.officer) as session:
        import_ = session.get(Import, import_id)
        service.cancel(import_, by=world.officer)
        service.start_planning(import_, by=world.officer)
    assert carry_out(app, acting, world.officer, import_id, dry=True).state is ImportState.PLANNED


def test_cancel_stops_after_the_batch_and_what_was_written_can_be_undone(app, world, acting, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    import_id = begin(acting, world.officer, "contacts", CONTACTS + "Tono,Bappeda,,,\nTini,Bappeda,,,\n")
    write = running.write_batch

    def cancelling(*given, **named_):
        outcomes = write(*given, **named_)
        db.session.execute(sa.update(Import).where(Import.id == import_id).values(state=ImportState.CANCELLED))
        return outcomes

    with acting(world.officer) as session:
        service.cancel(session.get(Import, import_id), by=world.officer)
    assert carry_out(app, acting, world.officer, import_id).state is ImportState.CANCELLED
    assert count(acting, world.officer, Stakeholder) == 0
    import_id = begin(acting, world.officer, "contacts", CONTACTS + "Tono,Bappeda,,,\nTini,Bappeda,,,\n")
    calls = []

    def second(*given, **named_):
        calls.append(1)
        return cancelling(*given, **named_) if len(calls) == 2 else write(*given, **named_)

    monkeypatch.setattr(running, "write_batch", second)
    carry_out(app, acting, world.officer, import_id)
    assert count(acting, world.officer, Person) == 2  # the batch in which the cancel came is not kept
