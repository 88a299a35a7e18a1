"""Taking a backup while the office works: one snapshot of the database, then the files that it names."""

import datetime as dt
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import make_url

from crm.activity import seals
from crm.activity.models import ActivityEntry
from crm.cli import checks
from crm.cli.keeping import KEYS, data_folder, key_mark, looking_into
from crm.core import clock, migrations, transaction
from crm.core.backup import postgres, sqlite
from crm.core.backup.archive import Writer
from crm.core.db import db, is_sqlite
from crm.exchange.models import ImportFile
from crm.exchange.service import path_of
from crm.files import disk
from crm.files.models import StoredFile

BY_FILES = {"files"}  # checks that read every file: writing the archive reads them anyway


class CopyDamaged(Exception):
    """The database's own checks find fault with the copy; the text says what. No archive is made of it."""


def take(target: Path) -> dict[str, Any]:
    """Make the archive; give its manifest. Raises CopyDamaged, and OSError when the disk is full; an older archive then stays."""
    began, moment = time.monotonic(), clock.now().astimezone(dt.UTC)
    archive = Writer(target)
    try:
        with disk.kept_still():
            facts = _take_sqlite(archive) if is_sqlite() else _take_postgres(archive)
        _add_keys(archive)
        facts |= {
            "made_at": moment.isoformat(),  # everything acknowledged before this moment is in
            "mode": current_app.config["MODE"],
            "secret_key_mark": key_mark(),
            "seconds": round(time.monotonic() - began, 1),
        }
        archive.finish(facts)
    except BaseException:
        archive.give_up()
        raise
    return {**facts, "entries": archive.entries}


def _take_sqlite(archive: Writer) -> dict[str, Any]:
    source = Path(str(db.engine.url.database))
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=archive.target.parent) as place:
        copied = Path(place) / "mitra.db"
        sqlite.copy(source, copied)
        if found := list(sqlite.problems(copied)):
            raise CopyDamaged(" ".join(found[:5]))
        counts = sqlite.counts(copied)
        archive.add("database.sqlite", copied)
        with looking_into(make_url(f"sqlite:///{copied}"), data_folder()), checks.reading():
            return {"database": "sqlite", "counts": counts, **_describe(archive)}


def _take_postgres(archive: Writer) -> dict[str, Any]:
    """Rows, checks and names of files all out of one transaction, so that they speak of one moment."""
    with transaction.unit(checks.SYSTEM) as session:
        connection = session.connection()
        postgres.freeze(connection)
        version = connection.exec_driver_sql("show server_version").scalar()
        return {"database": "postgresql", "server": version, **postgres.dump(connection, archive), **_describe(archive)}


def _describe(archive: Writer) -> dict[str, Any]:
    """What the manifest says of the snapshot that the present transaction sees; its files go into the archive."""
    seal_id, seal_hash = seals.head()
    last = db.session.scalar(sa.select(sa.func.max(ActivityEntry.at)))
    missing = [*_add_files(archive), *_add_imports(archive)]
    judged = [checks.judge_here(one) for one in checks.invariants() if one.group not in BY_FILES]
    broken = [sentence for verdict in judged for sentence in verdict.wrong]
    return {
        "revision": db.session.connection().exec_driver_sql("select version_num from alembic_version").scalar(),
        "newest_revision": migrations.newest(),
        "activity": {"seal": seal_id, "hash": seal_hash, "last_at": last.isoformat() if last else None},
        "missing_files": missing,
        "broken": broken,
    }


def _add_files(archive: Writer) -> Iterable[str]:
    for stored in db.session.scalars(sa.select(StoredFile).order_by(StoredFile.id).execution_options(yield_per=500)):
        place = disk.place_of(stored.storage_key)
        name = f"files/{place.parent.name}/{place.name}"
        if not place.is_file() or archive.add(name, place, squeeze=False) != stored.sha256:
            yield name


def _add_imports(archive: Writer) -> Iterable[str]:
    for file in db.session.scalars(sa.select(ImportFile).order_by(ImportFile.id)):
        place = path_of(file)
        name = f"imports/{place.name}"
        if not place.is_file() or archive.add(name, place) != file.sha256:
            yield name


def _add_keys(archive: Writer) -> None:
    for name in KEYS:
        if (place := data_folder() / name).is_file():
            archive.add(name, place)
