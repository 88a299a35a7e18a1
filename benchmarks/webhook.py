"""python3 -m benchmarks.webhook: how many events of SendGrid the door takes in a second, and how many the worker reads.

python3 -m benchmarks.webhook [--posts 600] [--events 133] [--deliveries 20000] [--clients 8] [--database sqlite|postgres|both]

Posts are signed for real (ECDSA P-256) and go through our own web server; a quarter of the events is told twice. Client, server and database
share the machine. The design's prototype took 31,900 events/s on SQLite and 39,200 on PostgreSQL; at least 1,000 are needed.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from crm import bootstrap

NEEDED = 1000


def main(arguments: list[str]) -> int:
    if Path(sys.prefix).resolve() != bootstrap.VENV.resolve():
        bootstrap.main(["-m", "benchmarks.webhook", *arguments], tests=True)
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.webhook", description="Events taken and read a second.")
    parser.add_argument("--posts", type=int, default=600)
    parser.add_argument("--events", type=int, default=133, help="events of one post")
    parser.add_argument("--deliveries", type=int, default=20_000, help="people of the campaign that the events are about")
    parser.add_argument("--clients", type=int, default=8, help="connections that post at once")
    parser.add_argument("--port", type=int, default=8277)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    given = parser.parse_args(arguments)
    for kind in ["sqlite", "postgres"] if given.database == "both" else [given.database]:
        with tempfile.TemporaryDirectory(prefix="mitra-bench-") as folder:
            os.chmod(folder, 0o755)
            _run(kind, Path(folder), given)
    return 0


def _run(kind: str, folder: Path, given: argparse.Namespace) -> None:
    from benchmarks import servers, webhook_work  # noqa: PLC0415 - need the environment
    from tests import postgres_server  # noqa: PLC0415

    url = f"sqlite:///{folder / 'mitra.db'}" if kind == "sqlite" else postgres_server.fresh(f"bench_{os.getpid()}")
    key = webhook_work.Key()
    environment = {
        "DATABASE_URL": url,
        "CRM_DATA": str(folder),
        "MODE": "development",
        "SECRET_KEY": "only-for-benchmarks-0123456789-0123456789",
        "SENDGRID_WEBHOOK_KEY": key.public,
        "LOG_LEVEL": "ERROR",
    }
    os.environ.update(environment)
    app = webhook_work.make(given.deliveries)
    posts = webhook_work.posts(app, key, posts=given.posts, events=given.events)
    total = given.posts * given.events
    print(f"\n== {kind}: {given.posts} posts of {given.events} events, {len(posts[0][0]) / 1024:.0f} KB each", flush=True)
    with servers.our_server(environment, given.port):
        began = time.perf_counter()
        walls, again = webhook_work.send(given.port, posts, clients=given.clients)
        took = time.perf_counter() - began
    said = "reached" if total / took >= NEEDED else "MISSED"
    walls.sort()
    print(
        f"taken  {total / took:10,.0f} events/s (needed {NEEDED:,}: {said}), a post {statistics.median(walls):.0f} ms, "
        f"of a hundred the slowest {walls[int(len(walls) * 0.99) - 1]:.0f} ms; told to come again: {again}",
        flush=True,
    )
    began = time.process_time(), time.perf_counter()
    new, counted = webhook_work.drain(app)
    cpu, took = time.process_time() - began[0], time.perf_counter() - began[1]
    said = "reached" if total / took >= NEEDED else "MISSED"
    print(
        f"read   {total / took:10,.0f} events/s ({said}): {new:,} new in {took:.1f} s, {cpu:.1f} s of them ours; {counted}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
