"""python3 -m benchmarks.audience: count and recipient list of a campaign against the same conditions as one bare SQL statement, in one run.

python3 -m benchmarks.audience [--people 1000000] [--database sqlite|postgres|both] [--times 5] [--keep FOLDER]

One office has everybody. The segment asks three things: a person, with a topic, who took part in a meeting this year. The bare statement
asks these and nothing else; ours tells also each one's address and why some get nothing: suppressed, shared address, had enough, and more.
The narrow segment finds one stakeholder in 140, the wide one every sixth.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crm import bootstrap

GOAL_SECONDS = 0.3
BLANK = "''"


def main(arguments: list[str]) -> int:
    if Path(sys.prefix).resolve() != bootstrap.VENV.resolve():
        bootstrap.main(["-m", "benchmarks.audience", *arguments], tests=True)
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.audience", description="Audiences against bare SQL.")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--keep", help="a folder whose SQLite database is made once and used again")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="mitra-bench-") as folder:
        os.chmod(folder, 0o755)
        kinds = ["sqlite", "postgres"] if given.database == "both" else [given.database]
        for kind in kinds:
            place = Path(given.keep or folder) / kind
            place.mkdir(parents=True, exist_ok=True)
            _run(kind, place, given)
    return 0


def _run(kind: str, folder: Path, given: argparse.Namespace) -> None:
    from benchmarks import audience_work  # noqa: PLC0415 - needs the environment
    from tests import postgres_server  # noqa: PLC0415

    url = f"sqlite:///{folder / 'mitra.db'}" if kind == "sqlite" else postgres_server.fresh(f"bench_{os.getpid()}")
    os.environ.update(
        {
            "DATABASE_URL": url,
            "CRM_DATA": str(folder),
            "MODE": "development",
            "SECRET_KEY": "only-for-benchmarks-0123456789-0123456789",
            "LOG_LEVEL": "WARNING",
        }
    )
    started = time.monotonic()
    app = audience_work.make(given.people)
    print(f"\n== {kind}: {given.people:,} stakeholders in one office, made in {time.monotonic() - started:.0f} s", flush=True)
    for name, bare, ours, found in audience_work.questions(app):
        clock = (
            time.process_time if kind == "sqlite" else time.perf_counter
        )  # SQLite works in this process: CPU time has no neighbours
        _print(name, _best(bare, given.times, clock), _best(ours, given.times, clock), found())


def _best(ask: Callable[[], Any], times: int, clock: Callable[[], float]) -> float:
    """The quickest of several answers: the first ones warm the caches of both alike."""
    spans = []
    for _ in range(times + 1):
        began = clock()
        ask()
        spans.append(clock() - began)
    return min(spans[1:])


def _print(name: str, bare: float, ours: float, found: str) -> None:
    said = "reached" if ours <= bare + GOAL_SECONDS else "MISSED"
    print(f"{name:<42} bare {bare * 1000:7.0f} ms, ours {ours * 1000:7.0f} ms = {ours / bare:4.1f} x, ", end="")
    print(f"{(ours - bare) * 1000:+6.0f} ms (goal {GOAL_SECONDS * 1000:+.0f}) {said}; {found}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
