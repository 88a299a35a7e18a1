"""`python3 -m tests`: sets up what is missing, then checks everything. With arguments it hands them to pytest and checks nothing else."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from crm import bootstrap

ROOT = bootstrap.ROOT
BIN = bootstrap.VENV / "bin"
FIRST, LAST = "journeys", "faults"  # the longest row that one process must do alone; what waits for other programs all the time

STEPS: dict[str, list[str]] = {
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "lint": [str(BIN / "ruff"), "check", "."],
    "import contracts": [str(BIN / "lint-imports")],
    "templates": [str(BIN / "djlint"), "--lint", "templates"],
    "browser": [str(BIN / "python"), "-m", "tests.browser_binary"],  # before the types: both need node's library
    "types": [str(BIN / "basedpyright"), "--level", "error"],
    "catalogs": [str(BIN / "python"), "-m", "crm.core.catalog"],
}


def main(arguments: Sequence[str]) -> int:
    if arguments:
        return _pytest(arguments)
    for name, command in STEPS.items():
        code = _step(name, command)
        if code:
            return code
    return _pytest([f"--numprocesses={processes()}", "--database=both", "--durations=10", "--durations-min=1", *_folders()])


def _step(name: str, command: Sequence[str]) -> int:
    """Run one check. It is silent when all is well; else its output is the reason, and the last thing shown."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=bootstrap.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    print(f"{name:<17} {'ok' if done.returncode == 0 else 'FAILED':<7} {time.monotonic() - began:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
        print(f"`{' '.join(command)}` ended with {done.returncode}.", flush=True)
    return done.returncode


def _folders() -> list[str]:
    """Every place with tests, in the order in which files are handed out. One pytest run, so that its summary counts everything."""
    tests = ROOT / "tests"
    found = dict.fromkeys(_top(path) for path in sorted(tests.rglob("test_*.py")))
    return sorted(found, key=lambda place: (place != f"tests/{FIRST}", place == f"tests/{LAST}"))


def _top(module: Path) -> str:
    parts = module.relative_to(ROOT).parts
    return "/".join(parts[:2])


def processes() -> int:
    """Two even on one core: half of what is slow waits for other programs. Each holds two applications, so not many."""
    return max(2, min(4, os.cpu_count() or 1))


def _pytest(arguments: Sequence[str]) -> int:
    return subprocess.run([str(BIN / "python"), "-m", "pytest", *arguments], cwd=ROOT, env=bootstrap.environment()).returncode


if __name__ == "__main__":
    if Path(sys.prefix) != bootstrap.VENV or not bootstrap.is_prepared(bootstrap.TEST):
        bootstrap.main(["-m", "tests", *sys.argv[1:]], tests=True)
    sys.exit(main(sys.argv[1:]))
