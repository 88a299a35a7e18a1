"""Bring the schema to the newest revision; a fast no-op when it is there.

Alembic weighs 6 MB, so it is imported where revisions are run: servers only ask which is the newest, and read that from the files.
"""

import re
import sys
from functools import cache
from pathlib import Path

import structlog
from flask import Flask

from crm.core.backup import sqlite as sqlite_backup
from crm.core.db import db

log = structlog.get_logger(__name__)
FOLDER = Path(__file__).resolve().parents[2] / "migrations"


_LINES = re.compile(r'^(revision|down_revision) = (?:None|"(\w+)")$', re.MULTILINE)


def init_app(app: Flask) -> None:
    """For `flask db`. Servers do without it, and `upgrade` adds what it needs."""
    if "crm.lean" not in sys.modules:
        _extend(app)


def _extend(app: Flask) -> None:
    from flask_migrate import Migrate  # noqa: PLC0415 - see above

    if "migrate" not in app.extensions:
        Migrate(app, db, directory=str(FOLDER))


@cache
def _revisions() -> dict[str, str]:
    """Each revision and the one it follows; the first follows the empty name."""
    files = (dict(_LINES.findall(path.read_text(encoding="utf-8"))) for path in FOLDER.glob("versions/*.py"))
    return {lines["revision"]: lines["down_revision"] for lines in files}


def newest() -> str:
    """The revision that none follows."""
    (last,) = _revisions().keys() - set(_revisions().values())
    return last


def knows(revision: str | None) -> bool:
    """Whether this program has the migrations of a database of that revision."""
    return revision in _revisions()


def present() -> str | None:
    """The revision of the database, or None for an empty one."""
    with db.engine.connect() as connection:
        if not db.inspect(db.engine).has_table("alembic_version"):
            return None
        return connection.exec_driver_sql("select version_num from alembic_version").scalar()


def upgrade(app: Flask, *, to: str | None = None) -> bool:
    """Run what is missing, up to a revision or the newest. A SQLite file is copied first to <name>.before-<target>. True when something ran."""
    with app.app_context():
        before, target = present(), to or newest()
        if before == target:
            return False
        from flask_migrate import upgrade as alembic_upgrade  # noqa: PLC0415 - see above

        _extend(app)
        if before is not None and db.engine.dialect.name == "sqlite":
            file = Path(str(db.engine.url.database))
            _keep_copy(file, file.with_name(f"{file.name}.before-{target}"))
        alembic_upgrade(directory=str(FOLDER), revision=target or "head")
        log.info("migrated", before=before, after=target)
        db.engine.dispose()
        return True


def _keep_copy(source: Path, place: Path) -> None:
    """A copy gets its name when it is whole: one that a killed start left unfinished is never taken for the real one."""
    unfinished = place.with_name(f"{place.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    sqlite_backup.copy(source, unfinished)
    unfinished.replace(place)
