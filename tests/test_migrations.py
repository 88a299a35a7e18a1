"""The schema by migrations is the schema of the models, on both databases, in both directions, with rows in it."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from crm.core import migrations, transaction
from crm.core import scope as scopes
from crm.core.db import Base, db
from crm.core.types import StringEnum
from crm.mail import suppressing
from crm.mail.models import SuppressionReason, SuppressionSource
from tests import databases
from tests.sweeps.planted import plant

LEAN = """
import crm.lean, sys
from crm.app import create_app
from crm.core import migrations
create_app()
print(migrations.newest(), "alembic" in sys.modules, "mako" in sys.modules)
"""
SYSTEM = scopes.system_scope("test migrations")
FOLDER = str(migrations.FOLDER)
SHADOW = re.compile(r"^(search_fts|sqlite_|alembic_version)")


def catalog(app):
    """Names and text of everything that is no table: triggers, indexes, functions, virtual tables."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(
                "select type, name, sql from sqlite_master where sql is not null and type <> 'table' or sql like 'CREATE VIRTUAL%'"
            )
            return {
                (kind, name): " ".join(sql.split()).replace('"', "")
                for kind, name, sql in rows
                if not name.startswith("search_fts_")
            }
        triggers = connection.exec_driver_sql(
            "select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal"
        )
        functions = connection.exec_driver_sql(
            "select 'function', proname, pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace"
        )
        indexes = connection.exec_driver_sql(
            "select 'index', indexname, indexdef from pg_indexes where schemaname = 'public' and indexname not like 'alembic%%'"
        )
        return {(kind, name): " ".join(text.split()) for rows in (triggers, functions, indexes) for kind, name, text in rows}


def counts():
    return {t.name: db.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in Base.metadata.sorted_tables}


@pytest.fixture
def by_models(database):
    """A second database of the same kind, made from the models without any migration."""
    other = databases.Blank(database.kind)
    with other.app.app_context():
        db.create_all()
    yield other.app
    other.close()


def test_a_migrated_database_is_the_one_that_the_models_describe(app):
    with app.app_context(), db.engine.connect() as connection:
        options = {
            "include_name": lambda name, kind, _parents: not (kind == "table" and name and SHADOW.match(name)),
            "compare_type": False,
        }
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    # The index over a function is compared as text in the next test.
    assert [d for d in differences if "search_documents_terms" not in str(d)] == []


def test_triggers_indexes_and_functions_are_those_of_the_models(app, by_models):
    assert catalog(app) == catalog(by_models)


def test_every_enum_value_can_be_stored(app):
    """A CHECK that forgot a member would refuse it only in production."""
    with app.app_context(), db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for check in [c for c in table.constraints if isinstance(c, sa.CheckConstraint) and str(c.name).endswith("_known")]:
                column = next(
                    (c for c in table.c if isinstance(c.type, StringEnum) and str(check.sqltext).startswith(c.name)), None
                )
                if column is None:
                    continue
                stored = connection.exec_driver_sql(
                    f"select sql from sqlite_master where name = '{table.name}'"
                    if connection.dialect.name == "sqlite"
                    else f"select pg_get_constraintdef(oid) from pg_constraint where conname = '{check.name}'"
                ).scalar()
                assert all(f"'{member.value}'" in stored for member in column.type.enum_class), (table.name, column.name)


def test_down_and_up_again_over_a_filled_database(app, world, acting, database):
    with acting(world.officer):
        plant(world, world.officer, world.sgr)
        for office in (world.sgr, world.wnm):  # which the older revision can't tell apart
            suppressing.suppress(
                ["dua.kantor@contoh.id"],
                reason=SuppressionReason.MANUAL,
                source=SuppressionSource.STAFF,
                office_id=office.id,
            )
    with app.app_context():
        with transaction.unit(SYSTEM):
            before = counts()
        revisions = len(list(Path(FOLDER).joinpath("versions").glob("*.py")))
        if revisions > 1:
            downgrade(directory=FOLDER, revision="-1")
            older = (
                set(sa.inspect(db.engine).get_table_names()) & before.keys()
            )  # the tables of the newest revision went with their rows
            upgrade(directory=FOLDER)
            with transaction.unit(SYSTEM):
                after = counts()
                assert "dua.kantor@contoh.id" in suppressing.refused(["dua.kantor@contoh.id"])
            assert {"stakeholders", "engagements"} <= older
            assert {name: after[name] for name in older} == {name: before[name] for name in older}
        db.engine.dispose()
        downgrade(directory=FOLDER, revision="base")
        left = [name for name in sa.inspect(db.engine).get_table_names() if name != "alembic_version"]
        assert left == []
        upgrade(directory=FOLDER)
        assert set(Base.metadata.tables) <= set(sa.inspect(db.engine).get_table_names())
        assert before["stakeholders"] == 2
    database.is_dirty = True


def test_upgrading_twice_changes_nothing(app):
    assert migrations.upgrade(app) is False


def test_a_sqlite_file_is_copied_before_it_is_migrated(app, database):
    if database.kind == "postgres":
        pytest.skip("the copy is SQLite's")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "mitra.db"
        source.write_bytes((database.folder / "template.db").read_bytes())
        migrations._keep_copy(source, source.with_name("mitra.db.before-0001"))
        (kept,) = [p for p in Path(folder).iterdir() if p != source]
        assert "0001" in kept.name
        assert kept.stat().st_size > 0


def test_the_revisions_that_servers_read_are_those_of_alembic():
    scripts = ScriptDirectory(FOLDER)
    revisions = {script.revision for script in scripts.walk_revisions()}
    assert migrations.newest() == scripts.get_current_head()
    assert all(migrations.knows(revision) for revision in revisions)
    assert not migrations.knows(None)
    assert not migrations.knows("")
    assert not migrations.knows("not-a-revision")


def test_servers_come_up_without_alembic():
    said = subprocess.run([sys.executable, "-c", LEAN], cwd=migrations.FOLDER.parent, capture_output=True, text=True, check=True)
    assert said.stdout.split() == [migrations.newest(), "False", "False"]


def test_who_got_nothing_before_there_was_always_a_reason_has_one_afterwards(app, world, acting, database):
    with acting(world.officer):
        plant(world, world.officer, world.sgr)
    with app.app_context():
        db.engine.dispose()
        downgrade(directory=FOLDER, revision="0002")
        with db.engine.begin() as connection:
            count = connection.exec_driver_sql("update deliveries set state = 'cancelled', reason = ''").rowcount
        db.engine.dispose()
        upgrade(directory=FOLDER)
        with db.engine.connect() as connection:
            told = connection.exec_driver_sql("select reason from deliveries").scalars().all()
            assert count > 0
            assert told == ["cancelled"] * count
    database.is_dirty = True
