"""Bring the schema to the newest revision; a fast no-op when it is there."""

import shutil
import sqlite3
from pathlib import Path

import structlog
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate
from flask_migrate import upgrade as alembic_upgrade

from crm.core.db import db

log = structlog.get_logger(__name__)
FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def init_app(app: Flask) -> None:
    Migrate(app, db, directory=str(FOLDER))


def newest() -> str | None:
    return ScriptDirectory(str(FOLDER)).get_current_head()


def present() -> str | None:
    """The revision of the database, or None for an empty one."""
    with db.engine.connect() as connection:
        if not db.inspect(db.engine).has_table("alembic_version"):
            return None
        return connection.exec_driver_sql("select version_num from alembic_version").scalar()


def upgrade(app: Flask) -> bool:
    """Run what is missing. A SQLite file is copied first (backup API) to <name>.before-<revision>. True when something ran."""
    with app.app_context():
        before, target = present(), newest()
        if before == target:
            return False
        if before is not None and db.engine.dialect.name == "sqlite":
            _keep_copy(Path(str(db.engine.url.database)), before)
        alembic_upgrade(directory=str(FOLDER), revision="head")
        log.info("migrated", before=before, after=target)
        db.engine.dispose()
        return True


def _keep_copy(source: Path, revision: str) -> None:
    beside = source.with_name(f"{source.name}.before-{revision}.new")
    with sqlite3.connect(source) as here, sqlite3.connect(beside) as there:
        here.backup(there)
    here.close()
    there.close()
    shutil.move(beside, source.with_name(f"{source.name}.after-{revision}"))
