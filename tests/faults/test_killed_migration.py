"""F-24: a migration is killed at each of its steps. The schema is the old one or the new one, and running it again succeeds."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.bootstrap import ROOT
from crm.core import migrations
from crm.core.db import db
from tests.cli.elsewhere import empty_machine, rest, rows
from tests.faults.running import plant_office

STEPS = (1, 2, 3, 4)
NEWEST = migrations.newest()
NEXT = f"{int(NEWEST) + 1:04}"
MIGRATE = """
import sys
from pathlib import Path
from crm.core import migrations
migrations.FOLDER = Path(sys.argv[1])
from tests.databases import make_app
migrations.upgrade(make_app(sys.argv[2], Path(sys.argv[3])))
"""


@pytest.fixture
def folder_with_more(tmp_path):
    """The migrations of the product and one more."""
    place = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", place, ignore=shutil.ignore_patterns("__pycache__"))
    more = Path(__file__).with_name("next_revision.py").read_text()
    more = more.replace('revision = "next"', f'revision = "{NEXT}"').replace(
        'down_revision = "newest"', f'down_revision = "{NEWEST}"'
    )
    (place / "versions" / f"{NEXT}_next.py").write_text(more)
    return place


class Migration:
    """A migration in a process of its own that waits at each step."""

    def __init__(self, folder, url, data, steps):
        steps.mkdir()
        self.steps = steps
        environment = {**os.environ, "MIGRATION_STEPS": str(steps)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", MIGRATE, folder, url, data],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def reach(self, step):
        """Let it go on until it stands at a step."""
        for earlier in range(1, step):
            (self.steps / f"go-{earlier}").touch()
        until = time.monotonic() + 30
        while not (self.steps / f"at-{step}").exists():
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < until
            time.sleep(0.01)

    def finish(self):
        for step in STEPS:
            (self.steps / f"go-{step}").touch()
        _, said = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, said

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=10)


def state(app):
    with app.app_context():
        inspector = sa.inspect(db.engine)
        found = (
            migrations.present(),
            "nickname" in {column["name"] for column in inspector.get_columns("stakeholders")},
            inspector.has_table("nicknames"),
        )
    rest(app)
    return found


OLD, NEW = (NEWEST, False, False), (NEXT, True, True)


def test_a_migration_killed_at_each_step_leaves_the_old_schema_and_runs_again(database, tmp_path, folder_with_more):
    with empty_machine(database, tmp_path / "data") as app:
        plant_office(app)
        before = rows(app)
        url, data = app.extensions["tests.url"], Path(app.config["CRM_DATA"])
        for step in STEPS:
            killed = Migration(folder_with_more, url, data, tmp_path / f"steps-{step}")
            killed.reach(step)
            killed.kill()
            assert state(app) == OLD, step
            assert rows(app) == before, step

        Migration(folder_with_more, url, data, tmp_path / "steps").finish()
        assert state(app) == NEW
        if database.kind == "sqlite":
            with closing(sqlite3.connect(data / f"mitra.db.before-{NEXT}")) as kept:
                assert kept.execute("select version_num from alembic_version").fetchone() == (NEWEST,)
                assert kept.execute("pragma integrity_check").fetchone() == ("ok",)
                assert kept.execute("select count(*) from users").fetchone() == (len(before["users"]),)
            assert list(data.glob("*.unfinished")) == []


def test_a_first_start_killed_while_it_makes_the_schema_runs_again(database, tmp_path):
    program = MIGRATE.replace("migrations.upgrade(", "print('now', flush=True); migrations.upgrade(")
    with empty_machine(database, tmp_path / "data") as app:
        command = [sys.executable, "-c", program, ROOT / "migrations", app.extensions["tests.url"], app.config["CRM_DATA"]]
        for moment in (0.05, 0.25):
            first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            assert first.stdout.readline() == "now\n"
            time.sleep(moment)
            first.kill()
            first.communicate()
            with app.app_context():
                made = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
                assert migrations.present() in {None, migrations.newest()}
                assert bool(made) == (migrations.present() is not None)
            rest(app)
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with app.app_context():
            assert migrations.present() == migrations.newest()
            assert set(db.metadata.tables) <= set(sa.inspect(db.engine).get_table_names())
        rest(app)
