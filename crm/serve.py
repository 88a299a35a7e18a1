"""The web server's process: makes the application once, brings database and demo office up to date, then serves with granian."""

import crm.lean

# isort: split
import gc
import multiprocessing
import sys
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy import exc
from sqlalchemy.engine import URL, make_url

from crm import bootstrap
from crm.app import create_app
from crm.core import catalog, db, migrations, scope, statistics, transaction
from crm.demo import office
from crm.supervisor import GRACE

WORKERS = 2
BLOCKING_THREADS = (
    6  # with as many as writers wait for SQLite's lock (3 of the office, 1 from outside) a read was held up for 14.5 s
)
KILL_AFTER = int(GRACE) - 3  # seconds, before the supervisor kills everything


def main() -> int:
    # Workers are forked with the application in them, so a start and a respawn take no second import. Nothing may be open at that
    # moment, no connection and no thread: that is why the preparation, which opens both, has a process of its own.
    multiprocessing.set_start_method("fork")
    db.page_cache_kb = crm.lean.PAGE_CACHE_KB
    app = create_app()
    preparation = multiprocessing.Process(target=prepare, args=[app])
    preparation.start()
    preparation.join()
    if preparation.exitcode:
        return 1
    gc.collect()
    gc.freeze()  # what is there now stays: collections in the workers neither look at it nor copy its pages
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
            _prepare_database(app, folder / "demo-unfinished")
        except exc.OperationalError as problem:
            sys.exit(f"Mitra can't use its database: {problem.orig}")


def _prepare_database(app: Flask, unfinished: Path) -> None:
    """Migrate, and build the demo office in an empty database. The mark stands while a database holds half a demo and nothing else."""
    with app.app_context():
        if unfinished.exists():
            _forget_half_a_demo(make_url(app.config["SQLALCHEMY_DATABASE_URI"]))
            unfinished.unlink()
        is_new = migrations.present() is None
    if is_new and app.config["MODE"] == "demo":
        unfinished.touch()
    migrations.upgrade(app)
    if app.config["MODE"] == "demo":
        office.build_if_empty(app)
    unfinished.unlink(missing_ok=True)
    with app.app_context(), transaction.unit(scope.system_scope("measure the tables")):
        statistics.measure_tables()


def _forget_half_a_demo(url: URL) -> None:
    """A start that was killed while it built the demo: nobody has used that database yet, so it is made anew."""
    if url.get_backend_name() != "sqlite":
        sys.exit(
            f"The demo office in database {url.database} was interrupted half-way. Drop and create that database, then start again."
        )
    print("The demo office was interrupted half-way; building it anew ...", flush=True)
    for ending in ("", "-wal", "-shm"):
        Path(f"{url.database}{ending}").unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
