import datetime as dt

import pytest
import sqlalchemy as sa

from crm.activity import queries, seals
from crm.activity import service as activity
from crm.activity.jobs import seal
from crm.activity.models import ActivityEntry, ActivitySeal
from crm.core import origin, transaction
from crm.core import scope as scopes
from crm.offices.models import Office

SYSTEM = scopes.system_scope("look at the record")


def test_entry_holds_actor_subject_office_and_origin(world, acting):
    origin.start(origin.Origin("203.0.113.7", "abc"))
    with acting(world.officer) as session:
        office = session.get(Office, world.sgr.id)
        activity.record("changed", office, by=world.officer, office_id=office.id, changes={"name": ("A", "B")}, reason="typo")
    origin.start()
    with acting(SYSTEM) as session:
        entry = session.scalars(sa.select(ActivityEntry)).one()
        assert (entry.verb, entry.subject_kind, entry.subject_id, entry.office_id) == (
            "changed",
            "office",
            world.sgr.id,
            world.sgr.id,
        )
        assert (entry.actor_id, entry.actor_name, entry.address, entry.request_id) == (
            world.officer.id,
            "Suparmi",
            "203.0.113.7",
            "abc",
        )
        assert entry.changes == {"name": ["A", "B"]}
        assert entry.details == {"reason": "typo"}


class _Secretive:
    private_fields = frozenset({"note"})
    id = 7
    office_id = None


def test_private_fields_keep_only_that_they_changed(world, acting):
    with acting(world.officer):
        entry = activity.record(
            "changed", _Secretive(), by=world.officer, changes={"note": ("sick", "well"), "day": (None, dt.date(2026, 3, 2))}
        )
        assert entry.changes == {"note": "changed", "day": [None, "2026-03-02"]}


def test_passwords_and_tokens_never_enter_the_record(world, acting):
    with acting(world.officer):
        entry = activity.record(
            "changed", ("user", 1), by=world.officer, changes={"password_hash": ("x", "y")}, token="t", password="p"
        )  # AD-02
        assert entry.changes == {"password_hash": "changed"}
        assert entry.details == {}


def test_unchanged_values_make_no_entry(world, acting):
    with acting(world.officer) as session:
        office = session.get(Office, world.sgr.id)
        assert activity.record_changes(office, before={"name": office.name}, by=world.officer) is None


def test_history_shows_only_the_offices_in_scope(world, acting):
    with acting(SYSTEM):
        activity.record("changed", ("organization", 5), by=None, office_id=world.sgr.id)
        activity.record("changed", ("organization", 5), by=None, office_id=world.wnm.id)
    with acting(world.sister_manager):
        assert [entry.office_id for entry in queries.history_of("organization", 5)] == [world.wnm.id]


# AD-01: the record can't be changed or removed through ORM or SQL, on either database.
@pytest.mark.parametrize(
    "statement",
    [
        "update activity_entries set verb = 'forged'",
        "delete from activity_entries",
        "update activity_seals set hash = 'forged'",
        "delete from activity_seals",
    ],
)
def test_database_refuses_to_change_the_record(world, acting, clock, statement):
    _three_sealed_entries(acting, clock)
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), acting(SYSTEM) as session:
        session.execute(sa.text(statement))


def test_database_refuses_changes_through_the_orm(world, acting):
    with acting(SYSTEM):
        activity.record("changed", ("page", 1), by=None)
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), acting(SYSTEM) as session:
        session.scalars(sa.select(ActivityEntry)).one().verb = "forged"
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), acting(SYSTEM) as session:
        session.delete(session.scalars(sa.select(ActivityEntry)).one())


def test_postgres_refuses_to_empty_the_record(world, acting, database):
    if database.kind == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), acting(SYSTEM) as session:
        session.execute(sa.text("truncate activity_entries"))


def _three_sealed_entries(acting, clock):
    clock.freeze("2026-03-02 09:00")
    with acting(SYSTEM):
        for number in range(3):
            activity.record("changed", ("page", number), by=None, share=0.5, day=dt.date(2026, 3, 1))
    clock.forward(minutes=6)
    with acting(SYSTEM):
        assert seals.seal_next().entry_count == 3
        assert seals.seal_next() is None


def test_seals_agree_with_an_untouched_record(world, acting, clock):
    _three_sealed_entries(acting, clock)
    with acting(SYSTEM):
        assert seals.verify() == []
        assert seals.head()[0] == 1


def test_entries_that_may_still_be_joined_by_lower_ids_are_not_sealed(world, acting, clock):
    clock.freeze("2026-03-02 09:00")
    with acting(SYSTEM):
        activity.record("changed", ("page", 1), by=None)
    clock.forward(minutes=4)
    with acting(SYSTEM):
        assert seals.seal_next() is None


# AD-01: who goes round the triggers (here by dropping them) is found by the chain.
@pytest.mark.parametrize(
    ("forgery", "said"),
    [
        ("update activity_entries set verb = 'forged' where subject_id = 1", "changed afterwards"),
        ("delete from activity_entries where subject_id = 1", "1 removed"),
        ("update activity_seals set hash = 'forged' where id = 1", "does not follow"),
        ("delete from activity_seals where id = 1", "was removed or changed"),
    ],
)
def test_chain_finds_a_forgery(world, acting, clock, database, forgery, said):
    _three_sealed_entries(acting, clock)
    with acting(SYSTEM):
        activity.record("changed", ("page", 9), by=None)
    clock.forward(minutes=6)
    with acting(SYSTEM) as session:
        seals.seal_next()
    with acting(SYSTEM) as session:
        _without_triggers(session, database, forgery)
    with acting(SYSTEM):
        assert said in " ".join(seals.verify())


def _without_triggers(session, database, statement):
    if database.kind == "sqlite":
        for name in session.scalars(
            sa.text("select name from sqlite_master where type = 'trigger' and tbl_name like 'activity_%'")
        ).all():
            session.execute(sa.text(f"drop trigger {name}"))
    else:
        session.execute(sa.text("alter table activity_entries disable trigger user"))
        session.execute(sa.text("alter table activity_seals disable trigger user"))
    session.execute(sa.text(statement))


def test_sealing_job_runs_twice_without_harm(world, acting, clock, app):
    clock.freeze("2026-03-02 09:00")
    with acting(SYSTEM):
        for number in range(5):
            activity.record("changed", ("page", number), by=None)
    clock.forward(minutes=6)
    with app.app_context():
        seal(scope=SYSTEM)
        seal(scope=SYSTEM)
        with transaction.unit(SYSTEM) as session:
            assert session.scalars(sa.select(ActivitySeal.entry_count)).all() == [5]
