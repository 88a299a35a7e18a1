import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from crm.bootstrap import ROOT
from tests import postgres_server

HOLD = "import time; from tests import postgres_server; print(postgres_server.start(), flush=True); time.sleep(60)"


@pytest.fixture(scope="module")
def server():
    return postgres_server.start()


def plain(url):
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def rows(url, query):
    with psycopg.connect(plain(url)) as connection:
        return connection.execute(query).fetchall()


def test_a_fresh_database_is_empty_again(monkeypatch, server):
    monkeypatch.setattr(postgres_server, "shared", lambda: server)
    name = f"mitra_tooling_{os.getpid()}"
    for _again in range(2):
        url = postgres_server.fresh(name)
        assert rows(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
        with psycopg.connect(plain(url)) as connection:
            connection.execute("CREATE TABLE offices (name text)")


@pytest.mark.parametrize("extension", ["pg_trgm", "unaccent", "btree_gin"])
def test_the_server_offers_the_extensions_of_the_search(server, extension):
    assert rows(server, f"SELECT count(*) FROM pg_available_extensions WHERE name = '{extension}'") == [(1,)]


@pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="the server is somebody else's and stays")
def test_a_killed_test_run_leaves_no_server():
    run = subprocess.Popen([sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with run:
        folder = Path(make_url(run.stdout.readline().strip()).query["host"])
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        run.send_signal(signal.SIGKILL)
    until = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
    shutil.rmtree(folder)


def test_no_postgres_is_a_failure_that_names_the_ways_out(monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setenv("TEST_POSTGRES_BIN", "/nowhere/bin")
    with pytest.raises(postgres_server.NoPostgres, match="TEST_DATABASE_URL"):
        postgres_server.start()
