"""The web server's process: makes the application once, brings database and demo office up to date, then serves with granian."""

import importlib
import importlib.util
import multiprocessing
import sys
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy import exc

from crm import bootstrap
from crm.app import create_app
from crm.core import catalog, migrations
from crm.supervisor import GRACE

WORKERS = 2
BLOCKING_THREADS = 4  # at 1, two writers waiting for SQLite's lock held up a read for 14.5 s
KILL_AFTER = int(GRACE) - 3  # seconds, before the supervisor kills everything


def main() -> int:
    # Workers are forked with the application in them, so a start and a respawn take no second import. Nothing may be open at that
    # moment, no connection and no thread: that is why the preparation, which opens both, has a process of its own.
    multiprocessing.set_start_method("fork")
    app = create_app()
    preparation = multiprocessing.Process(target=prepare, args=[app])
    preparation.start()
    preparation.join()
    if preparation.exitcode:
        return 1
    Granian(
        "crm.app:create_app",
        address=app.config["HOST"],
        port=app.config["PORT"],
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=BLOCKING_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=lambda: app, wrap_loader=False)
    return 0


def prepare(app: Flask) -> None:
    """Bring everything up to date before the first request, one start at a time."""
    folder = Path(app.config["CRM_DATA"])
    folder.mkdir(parents=True, exist_ok=True)
    with bootstrap.one_at_a_time(folder / "prepare.lock"):
        catalog.compile_all()
        try:
            migrations.upgrade(app)
        except exc.OperationalError as problem:
            sys.exit(f"Mitra can't use its database: {problem.orig}")
        if app.config["MODE"] == "demo" and _has_demo():
            importlib.import_module("crm.demo.office").build_if_empty(app)


def _has_demo() -> bool:
    return bool(importlib.util.find_spec("crm.demo") and importlib.util.find_spec("crm.demo.office"))


if __name__ == "__main__":
    sys.exit(main())
