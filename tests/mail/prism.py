"""Prism with Twilio's own description of the API, between us and our SendGrid of the tests: what it does not allow never arrives there.

It is installed by npm into a folder of the run, once; where there is no node, no npm or no description, its tests are skipped and say so.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from crm import bootstrap

PACKAGE = "@stoplight/prism-cli@5.14.2"
FOLDER = bootstrap.ROOT / ".testrun" / "prism"
PROGRAM = FOLDER / "node_modules" / ".bin" / "prism"
SPEC = bootstrap.ROOT.parent / "shared" / "sendgrid" / "tsg_mail_v3.yaml"
INSTALL_SECONDS, START_SECONDS = 180, 60


class Prism:
    """The proxy in front of a server. `host` is where SendGrid is looked for then."""

    def __init__(self, behind):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.host = f"http://127.0.0.1:{port}"
        command = [str(PROGRAM), "proxy", "-h", "127.0.0.1", "-p", str(port), "--errors", str(SPEC), behind]
        self.output = FOLDER / f"output-{port}.txt"
        with self.output.open("w") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "no_proxy": "*"}, start_new_session=True
            )
        self._wait(port)

    def _wait(self, port):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if "listening" in self.output.read_text():
                return
            time.sleep(0.1)
        self.close()
        pytest.fail(f"Prism did not start:\n{self.output.read_text()[-2000:]}")

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


def install():
    """Skips, with the reason, where it can't be had."""
    if not SPEC.exists():
        pytest.skip("shared material absent (Twilio's description of the API)")
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node or npm absent: Prism can't be installed")
    if PROGRAM.exists():
        return
    fresh = Path(f"{FOLDER}.{os.getpid()}")
    fresh.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix", str(fresh), PACKAGE]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except (subprocess.SubprocessError, OSError) as problem:
        shutil.rmtree(fresh, ignore_errors=True)
        pytest.skip(f"Prism can't be installed here: {str(problem)[:200]}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    fresh.rename(FOLDER)
