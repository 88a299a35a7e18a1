"""The whole product as `python3 -m crm` starts it: what is killed comes back, what is told to stop leaves nothing behind."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crm.bootstrap import ROOT
from tests import postgres_server

HOST = "127.0.0.1"


class Running:
    """One start, with a data folder and a port of its own."""

    def __init__(self, folder, database_url):
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = free.getsockname()[1]
        settings = {"CRM_DATA": str(folder / "data"), "PORT": str(self.port), "MODE": "development", "DATABASE_URL": database_url}
        self.output = folder / "output.txt"
        with self.output.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "crm"], cwd=ROOT, env={**os.environ, **settings}, stdout=out, stderr=subprocess.STDOUT
            )

    def answers(self, path="/readyz"):
        line = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            line.request("GET", path)
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def wait(self, truth, seconds):
        until = time.monotonic() + seconds
        while not (answer := truth()):
            assert time.monotonic() < until, f"waited {seconds} s in vain\n{self.output.read_text()}"
            time.sleep(0.05)
        return answer

    def children(self, name, parent=None):
        """Process ids of the module `name` below `parent` (this start when left out)."""
        parent = parent or self.process.pid
        found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True).stdout
        return [int(line.split()[0]) for line in found.splitlines() if name in line]

    def everyone(self):
        """Everything that this start began and that still runs: the port in the environment tells whose it is."""
        mark = f"PORT={self.port}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
            except OSError:
                continue
        return found

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(timeout=15)


BOTH = pytest.mark.parametrize("mitra", ["sqlite", "postgres"], indirect=True)
SQLITE = pytest.mark.parametrize("mitra", ["sqlite"], indirect=True)  # where the database makes no difference


@pytest.fixture
def mitra(request, tmp_path):
    chosen = request.config.getoption("--database")
    if chosen not in {request.param, "both"}:
        pytest.skip(f"--database={chosen}")
    url = "" if request.param == "sqlite" else postgres_server.fresh(f"mitra_start_{os.getpid()}")
    running = Running(tmp_path, url)
    running.wait(running.answers, 60)
    running.wait(lambda: running.children("crm.worker"), 10)
    yield running
    if running.process.poll() is None:
        running.stop()


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
