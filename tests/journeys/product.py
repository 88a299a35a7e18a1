"""The product of a journey: the real web server and job worker with the demo office, on a port of their own, and its sign-ins."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import config
from crm import bootstrap, launcher
from tests.security.fetching_server import Server, says

PATIENCE = 180  # seconds for migrations and a demo office on a busy machine


@dataclass
class Product:
    """Where it runs and who may sign in: `people` holds (address, password) by the first word of the address."""

    base: str
    folder: Path
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    site: Server = field(default_factory=lambda: Server(says(b"")))  # of the office, on loopback: a journey says what it answers

    def stop(self) -> None:
        self.site.close()
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def start(folder: Path) -> Product:
    """Start `crm.serve` and, once it answers, `crm.worker`, as the supervisor does."""
    port = _free_port()
    product = Product(f"http://127.0.0.1:{port}", folder)
    settings = {
        "FETCH_ALSO": f"127.0.0.1:{product.site.port}",
        "CRM_DATA": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "MODE": "demo",
        "DATABASE_URL": "",
        "SIGN_IN_TRIES": "30",
        "HOLD_MINUTES": "0",  # nobody waits ten minutes in a test
    }
    environment = {**bootstrap.environment(), **settings}
    log = folder / "server.log"
    try:
        product.processes.append(_run("crm.serve", environment, log))
        _wait(product, port, log)
        product.processes.append(_run("crm.worker", environment, log))
        product.people = _people(folder / config.DEMO_SIGN_INS)
    except BaseException:
        product.stop()
        raise
    return product


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _run(module: str, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=bootstrap.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


def _wait(product: Product, port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not launcher.answers("127.0.0.1", port):
        if product.processes[0].poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"The product of the journeys did not start:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.1)


def _people(sign_ins: Path) -> dict[str, tuple[str, str]]:
    rows = [line.split("\t") for line in sign_ins.read_text(encoding="utf-8").splitlines() if "\t" in line]
    return {row[0].split("@")[0]: (row[0], row[1]) for row in rows}
