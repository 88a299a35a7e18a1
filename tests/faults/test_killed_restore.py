"""F-27: a restore is killed at every move of its swap: nothing starts on what is half old and half new, and running it again succeeds."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from crm.bootstrap import ROOT
from crm.core import occupancy
from crm.exchange.models import ImportState
from tests.cli.elsewhere import empty_machine, rest, rows, run
from tests.cli.factories import make_day
from tests.exchange.imports import CONTACTS_HEAD, begin
from tests.faults.running import HOST

# The command as it is typed, killed by the system at the given move of a file or folder.
RESTORE = """
import os, signal, sys
from pathlib import Path
moves, last = 0, int(sys.argv[1])
move = os.replace
def replace(*given):
    global moves
    if moves == last:
        os.kill(os.getpid(), signal.SIGKILL)
    moves += 1
    return move(*given)
os.replace = replace
from tests.databases import make_app
app = make_app(sys.argv[2], Path(sys.argv[3]))
done = app.test_cli_runner().invoke(args=["crm", "restore", "--force", sys.argv[4]])
print(done.output)
sys.exit(done.exit_code)
"""
MOST_MOVES = 12


@pytest.fixture
def day(world, acting, clock):
    made = make_day(world, acting, clock)
    begin(acting, world.admin, "contacts", f"{CONTACTS_HEAD}Budi,,,,\n", state=ImportState.DRAFT)
    return made


def restore_killed_at(move, url, folder, archive):
    command = [sys.executable, "-c", RESTORE, str(move), url, folder, archive]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def start(url, folder):
    """What `python3 -m crm` says and its exit code; it must not get as far as serving."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    settings = {"DATABASE_URL": url, "CRM_DATA": str(folder), "MODE": "development", "PORT": str(port)}
    environment = {**os.environ, **settings}
    return subprocess.run([sys.executable, "-m", "crm"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_a_restore_killed_at_any_move_is_said_and_made_good_by_the_next(app, database, day, tmp_path):
    archive = tmp_path / "nightly.mitra"
    assert run(app, "backup", archive).exit_code == 0
    rest(app)
    with empty_machine(database, tmp_path / "elsewhere") as other:
        url, folder = other.extensions["tests.url"], tmp_path / "elsewhere"
        assert run(other, "restore", archive).exit_code == 0
        expected = {name: found for name, found in rows(other).items() if name not in {"activity_entries", "sqlite_sequence"}}
        killed = 0
        for move in range(MOST_MOVES):
            done = restore_killed_at(move, url, folder, archive)
            if done.returncode == 0:
                break
            assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
            killed += 1
            refused = start(url, folder)
            assert refused.returncode == 1, refused.stdout
            assert "a restore into" in refused.stderr
            assert "flask crm restore FILE --force" in refused.stderr
            again = run(other, "restore", "--force", archive)
            assert again.exit_code == 0, again.output
            assert not (folder / occupancy.HALF_RESTORED).exists()
            found = rows(other)
            assert {name: found[name] for name in expected} == expected, move
        # Two folders out and in; on SQLite the database too, which no single step changes as PostgreSQL's does.
        assert killed >= 4, "the swap was never in the middle"
        assert run(other, "doctor").output.count("WRONG  files") == 0
        kept = [place for place in folder.glob("before-restore-*") if any(place.rglob(day["file"]))]
        assert kept, "what was there before the first kill stands aside"
