"""The web server's process: brings catalogs, database and demo office up to date in a child, then serves with granian."""

import importlib
import importlib.util
import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

import config
from crm import bootstrap
from crm.app import create_app
from crm.core import catalog, migrations
from crm.supervisor import GRACE

WORKERS = 2
BLOCKING_THREADS = 4  # at 1, two writers waiting for SQLite's lock held up a read for 14.5 s
KILL_AFTER = int(GRACE) - 3  # seconds, before the supervisor kills everything


def main() -> int:
    settings = config.read()
    fork = multiprocessing.get_context("fork")
    preparation = fork.Process(target=prepare)  # a child: no open connection may be there when granian forks its workers
    preparation.start()
    preparation.join()
    if preparation.exitcode:
        return 1
    Granian(
        "crm.app:create_app",
        address=str(settings["HOST"]),
        port=int(str(settings["PORT"])),
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=BLOCKING_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=application, wrap_loader=False)
    return 0


def application() -> Callable[..., Any]:
    return create_app()


def prepare() -> None:
    """Bring everything up to date before the first request, one start at a time."""
    settings = config.read()
    folder = Path(str(settings["CRM_DATA"]))
    folder.mkdir(parents=True, exist_ok=True)
    with bootstrap.one_at_a_time(folder / "prepare.lock"):
        catalog.compile_all()
        app = create_app()
        migrations.upgrade(app)
        if settings["MODE"] == "demo" and _has_demo():
            importlib.import_module("crm.demo.office").build_if_empty(app)


def _has_demo() -> bool:
    return bool(importlib.util.find_spec("crm.demo") and importlib.util.find_spec("crm.demo.office"))


if __name__ == "__main__":
    sys.exit(main())
