"""The whole product as `python3 -m crm` starts it: what is killed comes back, what is told to stop leaves nothing behind."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time

import pytest

from crm.bootstrap import ROOT
from tests import postgres_server
from tests.faults.running import HOST, Running


def rows_of(file, table):
    """How many rows a SQLite table holds; none while there is no such file or table yet."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


BOTH = pytest.mark.parametrize("mitra", ["sqlite", "postgres"], indirect=True)
SQLITE = pytest.mark.parametrize("mitra", ["sqlite"], indirect=True)  # where the database makes no difference


@pytest.fixture
def start(tmp_path):
    """Start Mitra once more on the same data; whatever still runs at the end is stopped."""
    begun = []

    def one_more(database_url="", mode="development"):
        begun.append(Running(tmp_path, database_url, mode))
        return begun[-1]

    yield one_more
    for running in begun:
        if running.process.poll() is None:
            running.stop()


@pytest.fixture
def mitra(request, start):
    if request.config.getoption("--database") not in {request.param, "both"}:
        pytest.skip(f"--database={request.config.getoption('--database')}")
    running = start("" if request.param == "sqlite" else postgres_server.fresh(f"mitra_start_{os.getpid()}"))
    running.become_ready(60)
    running.wait(lambda: running.children("crm.worker"), 10)
    return running


@BOTH
def test_killed_processes_come_back_and_the_rest_goes_on(mitra):
    (web,) = mitra.children("crm.serve")
    before = mitra.children("crm.serve", parent=web)
    assert len(before) == 2

    os.kill(before[0], signal.SIGKILL)
    mitra.wait(mitra.answers, 2)  # a connection that already stood in the killed one's line is lost, the next is not
    mitra.wait(lambda: len(set(mitra.children("crm.serve", parent=web)) - {before[0]}) == 2, 10)

    (worker,) = mitra.children("crm.worker")
    os.kill(worker, signal.SIGKILL)
    mitra.wait(lambda: set(mitra.children("crm.worker")) - {worker}, 10)
    assert mitra.answers()

    os.kill(web, signal.SIGKILL)
    mitra.wait(lambda: set(mitra.children("crm.serve")) - {web} and mitra.answers(), 10)
    assert mitra.stop() == 0


@pytest.mark.parametrize(
    ("mitra", "number"), [("sqlite", signal.SIGTERM), ("sqlite", signal.SIGINT), ("postgres", signal.SIGTERM)], indirect=["mitra"]
)
def test_a_stop_leaves_nothing_behind_within_10_seconds(mitra, number):
    with socket.create_connection(
        (HOST, mitra.port)
    ) as idle:  # a browser that keeps its connection open does not hold up the stop
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert idle.recv(15).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        assert mitra.stop(number) == 0
        assert time.monotonic() - began < 10
    assert mitra.everyone() == []
    assert "Traceback" not in mitra.output.read_text()


@SQLITE
def test_a_killed_start_takes_everything_along(mitra):
    mitra.process.kill()
    mitra.process.wait()
    mitra.wait(lambda: mitra.everyone() == [], 10)


@SQLITE
def test_a_second_start_on_the_same_port_is_refused_and_disturbs_nothing(mitra):
    settings = {"PORT": str(mitra.port), "MODE": "development"}
    second = subprocess.run(
        [sys.executable, "-m", "crm"], cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, timeout=30
    )
    assert second.returncode == 1
    assert f"port {mitra.port} on {HOST} is taken" in second.stderr
    assert mitra.answers()


def test_a_first_start_killed_while_it_builds_the_demo_is_made_good_by_the_next(start):
    first = start(mode="demo")
    first.wait(lambda: (first.data / "demo-unfinished").exists() and rows_of(first.data / "mitra.db", "stakeholders") > 5, 60)
    first.process.kill()
    first.process.wait()
    first.wait(lambda: first.everyone() == [], 10)

    second = start(mode="demo")
    second.become_ready(120)
    assert not (second.data / "demo-unfinished").exists()
    assert second.stop() == 0
    built = rows_of(second.data / "mitra.db", "engagements")

    third = start(mode="demo")
    third.become_ready(30)
    assert third.stop() == 0
    assert rows_of(third.data / "mitra.db", "engagements") == built > 0


@SQLITE
def test_nobody_else_can_read_the_data(mitra):
    assert [path.name for path in mitra.data.iterdir() if path.stat().st_mode & 0o077] == []
