import datetime as dt
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.cli import checks
from crm.cli.checks import environment
from crm.core import clock as clocks
from crm.core import durability, jobs
from crm.core.db import db
from crm.core.jobs import JobRow
from crm.exchange.models import Import, ImportFile, ImportRow, ImportState
from crm.files import disk
from crm.mail.models import MailMessage, MessageState
from tests.cli.factories import SYSTEM, make_day
from tests.databases import make_app
from tests.mail.factories import send

PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def day(world, acting, clock):
    return make_day(world, acting, clock)


@pytest.fixture
def doctor(app):
    def run(*options):
        return app.test_cli_runner().invoke(args=["crm", "doctor", *options])

    return run


def wrong_lines(result):
    return {line.split()[1].rstrip(":") for line in result.output.splitlines() if line.startswith("WRONG")}


def sql(acting, statement, **values):
    with acting(SYSTEM) as session:
        session.connection().execute(sa.text(statement), values)


def test_a_sound_office_has_every_invariant_and_nothing_is_changed(app, day, acting):
    with app.app_context():
        before = db.session.scalar(sa.select(sa.func.count()).select_from(ActivityEntry.__table__))
        verdicts = list(checks.judge(checks.invariants()))
        assert [verdict.wrong for verdict in verdicts if verdict.wrong] == []
        assert len(verdicts) >= 14
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ActivityEntry.__table__)) == before


BROKEN = {
    "participation-copies": "update participations set occurred_on = '2020-01-01'",
    "commitment-dates": "update commitments set closed_at = null, done_on = null where state = 'done'",
    "name-keys": "update stakeholders set name_sort = 'zzz' where id = (select min(id) from stakeholders)",
    "office-paths": "update offices set path = '/99/' where code = 'SGR'",
    "administrators": "update users set disabled_at = '2026-01-01 00:00:00'",
    "search-documents-missing": "delete from search_documents where kind = 'meeting'",
    "search-documents-without-record": "update search_documents set subject_id = 9999 where kind = 'commitment' and title = 'Kirim undangan'",
    "search-documents-stale": "update search_documents set office_id = (select id from offices where code = 'WNM') where kind = 'person'",
}


FOREIGN_ID = (
    "insert into external_ids (office_id, stakeholder_id, source, value) "
    "select (select id from offices where code = 'WNM'), min(id), 'uji', '1' from stakeholders"
)


def test_an_external_id_that_leads_to_another_office_is_named(day, doctor, acting):
    sql(acting, FOREIGN_ID)
    result = doctor()
    assert "external-ids" in wrong_lines(result)
    assert "(uji 1) leads to a record of another office" in result.output


def test_a_disk_that_is_nearly_full_is_named(app, day, doctor, monkeypatch):
    free = shutil.disk_usage(app.config["CRM_DATA"]).free
    assert "free-space" not in wrong_lines(doctor())
    monkeypatch.setattr(environment, "LEAST_FREE", free * 2)  # what is left is less than a day needs
    result = doctor()
    assert "free-space" in wrong_lines(result)
    assert "MB are free on the disk of" in result.output


def test_a_page_that_was_spoiled_on_the_disk_is_named(app, day, doctor, database):
    """Every page after the first ones is overwritten in its middle, as a failing disk does."""
    if database.kind == "postgres":
        pytest.skip("PostgreSQL looks after its own pages")
    database.is_dirty = True
    with sqlite3.connect(database.folder / "mitra.db") as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        size = connection.execute("pragma page_size").fetchone()[0]
        (root,) = connection.execute("select rootpage from sqlite_master where name = 'activity_entries'").fetchone()
    connection.close()
    with app.app_context():
        db.engine.dispose()  # pages that a connection remembers are not read again
    file = database.folder / "mitra.db"
    sound = file.read_bytes()
    try:
        with file.open("r+b") as spoiled:
            spoiled.seek((root - 1) * size)
            spoiled.write(b"\xa5" * size)
        result = doctor()
        assert "database-structure" in wrong_lines(result)
        assert result.exit_code == 1
    finally:
        with app.app_context():
            db.engine.dispose()
        for end in ("-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)
        file.write_bytes(sound)


def test_two_machines_whose_clocks_differ_are_named(app, day, doctor, clock, database):
    if database.kind == "sqlite":
        pytest.skip("SQLite has no clock of its own")
    clock.freeze("2026-03-02 09:10")  # the server of the database goes by the true time
    result = doctor()
    assert "clocks" in wrong_lines(result)
    assert "The clock of the database server and ours are" in result.output


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_invariant_is_named(day, doctor, acting, name):
    sql(acting, BROKEN[name])
    result = doctor()
    assert result.exit_code == 1
    assert name in wrong_lines(result)


def test_every_name_key_is_looked_at(day, doctor, acting):
    for statement in ("update other_names set name_match = 'x'", "update topics set name_match = 'x'"):
        sql(acting, statement)
    output = doctor().output
    assert "Other name 1 has the key" in output
    assert "Topic 1 has the key" in output


def test_an_engagement_that_nobody_wrote_down_is_named(day, doctor, acting, world):
    moment = "2026-03-02 00:00:00"
    sql(
        acting,
        "insert into engagements (kind, title, summary, sort_at, precision, role, office_id, created_at, updated_at, version)"
        " values ('meeting', 'Diam-diam', '', :moment, 'time', 'R3', :office, :moment, :moment, 1)",
        moment=moment,
        office=world.sgr.id,
    )
    result = doctor()
    assert {"engagement-acts", "search-documents-missing"} <= wrong_lines(result)


def test_a_forged_act_is_named(day, doctor, acting, database):
    if database.kind == "sqlite":
        sql(acting, "drop trigger activity_entries_no_update")
    else:
        sql(acting, "alter table activity_entries disable trigger user")
    sql(acting, "update activity_entries set verb = 'forged' where id = (select min(id) from activity_entries)")
    assert "activity-seals" in wrong_lines(doctor())


def test_missing_changed_and_orphaned_files_are_named(app, day, doctor):
    with app.app_context():
        place = disk.place_of(day["file"])
        orphan = disk.place_of("ab" * 24)
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"nobody's")
    os.utime(orphan, (PAST.timestamp(), PAST.timestamp()))
    place.write_bytes(place.read_bytes()[:-1] + b"!")
    assert {"stored-files", "orphaned-files"} <= wrong_lines(doctor())
    place.unlink()
    assert "is not on the disk" in doctor().output


def test_rows_of_imports_without_identity_or_with_one_after_undo_are_named(day, doctor, acting, world):
    with acting(SYSTEM) as session:
        for state, identity in ((ImportState.DONE, None), (ImportState.UNDONE, "a" * 64)):
            run = Import(
                office_id=world.sgr.id, state=state, profile_key="p", profile="{}", created_at=PAST, counts={}, created={}
            )
            session.add(run)
            session.flush()
            file = ImportFile(import_id=run.id, position=0, name="a.csv", path="gone.csv", byte_count=1, sha256="", overrides={})
            session.add(file)
            session.flush()
            session.add(
                ImportRow(import_id=run.id, office_id=world.sgr.id, file_id=file.id, row_number=1, fate="new", identity=identity)
            )
    result = doctor()
    assert {"import-identities", "import-files"} <= wrong_lines(result)
    assert "holds 1 identities" in result.output
    assert "has 1 rows without an identity" in result.output


def test_a_row_without_its_parent_is_named(day, doctor, database):
    if database.kind == "postgres":
        pytest.skip("PostgreSQL lets no foreign key lead nowhere")
    database.is_dirty = True
    with sqlite3.connect(database.folder / "mitra.db") as connection:
        connection.execute("update participations set stakeholder_id = 4711")
    connection.close()
    result = doctor()
    assert "foreign-keys" in wrong_lines(result)
    assert "participations 1 belongs to a row of stakeholders" in result.output


def test_a_given_up_job_is_named_and_can_be_tried_again(app, day, doctor, acting):
    with acting(SYSTEM) as session:
        given_up = JobRow(
            name="core.purge_receipts",
            arguments={},
            created_at=PAST,
            not_before=PAST,
            attempts=8,
            failed_at=PAST,
            error="KeyError: x",
        )
        waiting = JobRow(name="core.purge_receipts", arguments={}, created_at=PAST, not_before=PAST)
        session.add_all([given_up, waiting])
    result = doctor()
    assert {"failed-jobs", "waiting-jobs"} <= wrong_lines(result)
    assert "KeyError: x" in result.output
    runner = app.test_cli_runner()
    assert runner.invoke(args=["crm", "job", "retry", str(waiting.id)]).exit_code == 1
    assert runner.invoke(args=["crm", "job", "retry", str(given_up.id)]).exit_code == 0
    assert "given-up" not in runner.invoke(args=["crm", "job", "list"]).output
    with app.app_context():
        assert jobs.run(given_up.id)


def test_a_clock_that_was_set_back_is_named(day, doctor, clock):
    clock.freeze("2026-03-01 09:00")
    result = doctor()
    assert "clocks" in wrong_lines(result)
    assert "in the future" in result.output


def test_an_older_schema_and_an_empty_database_are_named(app, day, doctor, acting):
    sql(acting, "update alembic_version set version_num = '0000'")
    assert "schema-version" in wrong_lines(doctor())
    sql(acting, "drop table alembic_version")
    result = doctor()
    assert "database" in wrong_lines(result)
    assert "participation-copies" not in result.output


def test_deployment_asks_for_more(day, doctor, app, world, acting):
    with acting(world.admin):
        message_id = send(world.sgr).id
    with acting(SYSTEM) as session:
        session.get(MailMessage, message_id).state = MessageState.IN_DOUBT
    more = {"deployment", "mail-transport", "job-worker", "messages-in-doubt"}
    assert more <= wrong_lines(doctor("--deploy"))
    assert not more & wrong_lines(doctor())
    with app.app_context():
        jobs.run_tick()
    mark = Path(app.config["CRM_DATA"]) / "worker-seen"
    os.utime(mark, (clocks.now().timestamp(),) * 2)
    assert "job-worker" not in wrong_lines(doctor("--deploy"))


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"SECRET_KEY": "changeme-changeme-changeme-changeme-changeme"}, "secret-key"),
        ({"SECRET_KEY": "a" * 50}, "secret-key"),
        ({"MAIL_TRANSPORT": "pigeon"}, "settings"),
        ({"CRM_DATA": "/nowhere/at/all"}, "data-folder-is-writable"),
    ],
)
def test_a_wrong_setting_is_named(app, database, doctor, monkeypatch, settings, name):
    for key, value in settings.items():
        monkeypatch.setitem(app.config, key, value)
    result = doctor()
    assert result.exit_code == 1
    assert name in wrong_lines(result)


def test_an_open_secret_is_named(app, doctor, database):
    secret = database.folder / "secret-key.txt"
    secret.write_text("x" * 64)
    secret.chmod(0o644)
    try:
        result = doctor()
        assert "permissions" in wrong_lines(result)
        assert "can be read by everybody" in result.output
    finally:
        secret.unlink()


def test_a_database_that_would_forget_is_named(tmp_path, database, app):
    """The tests' PostgreSQL runs with fsync off, to be quick: that must not go unseen. SQLite is told to be careless."""
    with app.app_context(), checks.reading():
        if database.kind == "postgres":
            found = list(durability.weaknesses())
            assert any("fsync=off" in one for one in found)
            assert any("synchronous_commit=off" in one for one in found)
            return
        assert list(durability.weaknesses()) == []
    careless = make_app(f"sqlite:///{tmp_path / 'careless.db'}", tmp_path)
    with careless.app_context():
        with db.engine.connect() as connection:
            connection.connection.driver_connection.execute("pragma synchronous=NORMAL")
        with checks.reading():
            assert any("synchronous=1" in one for one in durability.weaknesses())
        db.engine.dispose()


REPAIRS = {
    "participations": ("update participations set occurred_on = '2020-01-01'", "participation-copies"),
    "names": ("update stakeholders set name_sort = 'zzz', name_match = 'zzz'", "name-keys"),
    "paths": ("update offices set path = '/99/' where code = 'SGR'", "office-paths"),
    "search": ("update search_documents set title = 'lain', subject_id = subject_id + 500", "search-documents-stale"),
}


@pytest.mark.parametrize("what", REPAIRS)
def test_what_doctor_names_repair_mends(app, day, acting, what):
    statement, name = REPAIRS[what]
    runner = app.test_cli_runner()
    sql(acting, statement)
    with app.app_context():
        assert any(verdict.wrong for verdict in checks.judge(checks.invariants()))
    result = runner.invoke(args=["crm", "repair", what])
    assert result.exit_code == 0, result.output
    with app.app_context():
        assert [verdict.wrong for verdict in checks.judge(checks.invariants()) if verdict.wrong] == []
