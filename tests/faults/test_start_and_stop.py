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
import sqlalchemy as sa

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


def rows_in_postgres(url, table):
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with contextlib.suppress(sa.exc.ProgrammingError), engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar_one()
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


def second_start(**settings):
    """Another `python3 -m crm` that should not get as far as serving."""
    return subprocess.run(
        [sys.executable, "-m", "crm"],
        cwd=ROOT,
        env={**os.environ, "MODE": "development", **settings},
        capture_output=True,
        text=True,
        timeout=30,
    )


@SQLITE
def test_a_second_start_on_the_same_port_is_refused_and_disturbs_nothing(mitra, tmp_path):
    second = second_start(PORT=str(mitra.port), CRM_DATA=str(tmp_path / "another"))
    assert second.returncode == 1
    assert f"port {mitra.port} on {HOST} is taken" in second.stderr
    assert mitra.answers()


# Whatever its port: a second job worker on one folder would do every act of the clock twice.
@SQLITE
def test_a_second_start_on_the_same_data_is_refused_and_says_where_the_first_one_is(mitra):
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    for more in ({}, {"PORT": str(port)}, {"PORT": str(mitra.port)}):
        second = second_start(CRM_DATA=str(mitra.data), **more)
        assert second.returncode == 1
        assert f"in use by Mitra on http://{HOST}:{mitra.port}, process {mitra.process.pid}" in second.stderr
        assert "CRM_DATA" in second.stderr
    assert mitra.answers()
    assert len(mitra.children("crm.worker")) == 1


@SQLITE
def test_a_killed_start_frees_its_data_folder(mitra, start):
    mitra.process.kill()
    mitra.process.wait()
    mitra.wait(lambda: mitra.everyone() == [], 10)
    again = start()
    again.become_ready(30)
    assert again.stop() == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_first_start_killed_while_it_builds_the_demo_is_made_good_by_the_next(start, request, kind):
    if request.config.getoption("--database") not in {kind, "both"}:
        pytest.skip(f"--database={request.config.getoption('--database')}")
    url = "" if kind == "sqlite" else postgres_server.fresh(f"mitra_first_{os.getpid()}")
    first = start(url, mode="demo")

    def rows(table):
        return rows_in_postgres(url, table) if url else rows_of(first.data / "mitra.db", table)

    first.wait(lambda: (first.data / "demo-unfinished").exists() and rows("stakeholders") > 5, 60)
    first.process.kill()
    first.process.wait()
    first.wait(lambda: first.everyone() == [], 10)

    second = start(url, mode="demo")
    second.become_ready(120)
    assert not (second.data / "demo-unfinished").exists()
    assert second.stop() == 0
    built = rows("engagements")

    third = start(url, mode="demo")
    third.become_ready(30)
    assert third.stop() == 0
    assert rows("engagements") == built > 0


@SQLITE
def test_nobody_else_can_read_the_data(mitra):
    assert [path.name for path in mitra.data.iterdir() if path.stat().st_mode & 0o077] == []
