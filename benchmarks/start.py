"""`python3 -m benchmarks.start`: how long a first start, a second one and a stop take, in a clone of this checkout."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST, PATIENCE = "127.0.0.1", 300


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="mitra-start-"))
    try:
        checkout = folder / "checkout"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(checkout)], check=True)
        for name in ("first start", "second start", "third start"):
            started, stopped, code = measure(checkout, free_port())
            print(f"{name:<13} ready after {started:6.2f} s   stopped after {stopped:5.2f} s   exit code {code}", flush=True)
    finally:
        shutil.rmtree(folder)
    return 0


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return free.getsockname()[1]


def measure(checkout: Path, port: int) -> tuple[float, float, int]:
    """Start in the checkout and wait for /readyz, then SIGTERM; seconds of both and the exit code."""
    began = time.monotonic()
    environment = {**os.environ, "PORT": str(port)}
    mitra = subprocess.Popen(["python3", "-m", "crm"], cwd=checkout, env=environment, stdout=subprocess.DEVNULL)
    while not is_ready(port):
        if mitra.poll() is not None or time.monotonic() - began > PATIENCE:
            mitra.kill()
            sys.exit(f"Mitra did not become ready; exit code {mitra.wait()}.")
        time.sleep(0.01)
    started = time.monotonic() - began
    mitra.send_signal(signal.SIGTERM)
    code = mitra.wait()
    return started, time.monotonic() - began - started, code


def is_ready(port: int) -> bool:
    line = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


if __name__ == "__main__":
    sys.exit(main())
