"""Our server and the bare one as processes with the same settings, and a client that measures whole answers."""

import contextlib
import http.client
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
BARE = ROOT.parent / "shared" / "bench" / "bare.py"
PYTHON = ROOT / ".venv" / "bin" / "python"
GRANIAN = ROOT / ".venv" / "bin" / "granian"
SETTINGS = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--log-level", "warning", "--no-ws"]


@contextlib.contextmanager
def running(
    command: list[str], env: dict[str, str], port: int, *, ready: str = "/", cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A server for the block, ended with everything that it started."""
    process = subprocess.Popen(
        command, env={**os.environ, **env}, cwd=cwd, start_new_session=True, stdout=sys.stderr, stderr=sys.stderr
    )
    try:
        wait_until_ready(port, ready)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)


def bare_server(database: Path, port: int) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    command = [str(GRANIAN), *SETTINGS, "--host", "127.0.0.1", "--port", str(port), "bare:app"]
    return running(
        command, {"BARE_DB": str(database), "PYTHONPATH": str(BARE.parent)}, port, ready="/list?office=1", cwd=BARE.parent
    )


def our_server(env: dict[str, str], port: int) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    return running([str(PYTHON), "-m", "crm.serve"], {**env, "HOST": "127.0.0.1", "PORT": str(port)}, port, ready="/healthz")


def wait_until_ready(port: int, path: str, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if Client(port).get(path)[0] < 500:
                return
        time.sleep(0.1)
    raise SystemExit(f"no server on port {port}")


class Client:
    """One connection kept open, as a browser does."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = headers or {}

    def get(self, path: str) -> tuple[int, bytes]:
        return self._ask("GET", path, None)

    def post(self, path: str, form: dict[str, str]) -> tuple[int, bytes]:
        return self._ask("POST", path, urlencode(form))

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, bytes]:
        headers = {**self.headers, **({"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {})}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


@dataclass(frozen=True)
class Taken:
    """Milliseconds of each answer, and the processor time that the server's processes spent on one in the middle."""

    walls: list[float]
    cpu: float

    @property
    def median(self) -> float:
        return statistics.median(self.walls)

    @property
    def p95(self) -> float:
        return sorted(self.walls)[int(len(self.walls) * 0.95) - 1]


def measure(server: int, ask: Callable[[int], tuple[int, bytes]], times: int, *, allowed: tuple[int, ...] = (200,)) -> Taken:
    """So many answers of the server with that process id, after five that warm up. Any other status ends the program."""
    taken, before = [], 0.0
    for n in range(-5, times):
        if n == 0:
            before = processor_time(server)
        started = time.perf_counter()
        status, body = ask(n)
        if status not in allowed:
            raise SystemExit(f"status {status}: {body[:300]!r}")
        if n >= 0:
            taken.append((time.perf_counter() - started) * 1000)
    return Taken(taken, (processor_time(server) - before) / times)


def processor_time(pid: int) -> float:
    """Milliseconds that a process, its threads and all processes below it have run."""
    total = 0
    for one in (pid, *children(pid)):
        for thread in Path(f"/proc/{one}/task").iterdir():
            with contextlib.suppress(OSError):
                total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e6


def resident(pid: int) -> float:
    """Resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def children(pid: int) -> list[int]:
    """All processes below one, deepest last."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if entry.name.isdigit() and int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found += [int(entry.name), *children(int(entry.name))]
    return found
