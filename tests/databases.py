"""A migrated template of each database once a run, and a clean clone for each test that wrote something."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event, orm

from crm.app import create_app
from crm.core import migrations
from crm.core.db import db
from tests import postgres_server, world

_state: dict[str, str] = {}
_kept: dict[str, "Database"] = {}


def prepare(config: pytest.Config) -> None:
    """Remember where the run keeps its files; PostgreSQL starts only when a test wants it."""
    _state["folder"] = tempfile.mkdtemp(prefix="mitra-tests-")
    config.add_cleanup(_close_kept)
    config.add_cleanup(lambda: shutil.rmtree(_state["folder"], ignore_errors=True))


def hand_on(to: dict[str, Any], *, with_postgres: bool) -> None:
    """Give a worker process a folder below this one's, and the one server, which all share."""
    to["mitra"] = {**_state, "postgres": postgres_server.shared() if with_postgres else ""}


def inherit(config: pytest.Config, given: dict[str, Any]) -> None:
    _state["folder"] = tempfile.mkdtemp(prefix="worker-", dir=given["mitra"]["folder"])
    config.add_cleanup(_close_kept)
    if given["mitra"]["postgres"]:
        postgres_server.use(given["mitra"]["postgres"])


class Database:
    """One application bound to one database that can be made clean again."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=_state["folder"]))
        self.is_dirty = False
        self.url = self._make()
        self.app = make_app(self.url, self.folder)
        make_schema(self.app)
        world.plant(self.app)
        self._keep_template()
        event.listen(orm.Session, "after_commit", self._note)

    def _note(self, _session: orm.Session) -> None:
        self.is_dirty = True

    def _make(self) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / 'mitra.db'}"
        self.admin = sa.create_engine(_postgres_url(), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        self.name = f"mitra_{os.getpid()}_{self.folder.name[-6:].lower()}"
        self._sql(f'create database "{self.name}" encoding utf8 template template0')
        return sa.make_url(_postgres_url()).set(database=self.name).render_as_string(hide_password=False)

    def _sql(self, *statements: str) -> None:
        with self.admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def _disconnect(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _keep_template(self) -> None:
        self._disconnect()
        if self.kind == "sqlite":
            shutil.copyfile(self.folder / "mitra.db", self.folder / "template.db")
        else:
            self._sql(f'create database "{self.name}_t" template "{self.name}" strategy file_copy')
        self.is_dirty = False

    def reset(self) -> None:
        """Give back the template's content if anything was committed since."""
        if not self.is_dirty:
            return
        self._disconnect()
        if self.kind == "sqlite":
            for ending in ("-wal", "-shm"):
                (self.folder / f"mitra.db{ending}").unlink(missing_ok=True)
            shutil.copyfile(self.folder / "template.db", self.folder / "mitra.db")
        else:
            self._sql(
                f'drop database "{self.name}" with (force)',
                f'create database "{self.name}" template "{self.name}_t" strategy file_copy',
            )
        shutil.rmtree(self.folder / "files", ignore_errors=True)
        self.is_dirty = False

    def close(self) -> None:
        event.remove(orm.Session, "after_commit", self._note)
        self._disconnect()
        if self.kind == "postgres":
            self._sql(
                f'drop database if exists "{self.name}" with (force)', f'drop database if exists "{self.name}_t" with (force)'
            )
            self.admin.dispose()


class Blank:
    """An application on an empty database of its own."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.folder = Path(tempfile.mkdtemp(prefix=f"blank-{kind}-", dir=_state["folder"]))
        url = f"sqlite:///{self.folder / 'mitra.db'}"
        if kind == "postgres":
            self.name = f"blank_{os.getpid()}_{self.folder.name[-6:].lower()}"
            self._sql(f'create database "{self.name}" encoding utf8 template template0')
            url = sa.make_url(_postgres_url()).set(database=self.name).render_as_string(hide_password=False)
        self.app = make_app(url, self.folder)

    def _sql(self, statement: str) -> None:
        admin = sa.create_engine(_postgres_url(), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        with admin.connect() as connection:
            connection.exec_driver_sql(statement)
        admin.dispose()

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        if self.kind == "postgres":
            self._sql(f'drop database if exists "{self.name}" with (force)')


def make_app(url: str, folder: Path, **settings: Any) -> Flask:
    return create_app(
        {
            "TESTING": True,
            "MODE": "development",
            "SECRET_KEY": "not-a-secret-only-for-tests-0123456789",
            "SQLALCHEMY_DATABASE_URI": url,
            "CRM_DATA": str(folder),
            "PUBLIC_BASE_URL": "http://localhost",
            "MAIL_TRANSPORT": "outbox",
            "JOBS_WAIT": True,
            "LOG_LEVEL": "ERROR",
            **settings,
        }
    )


def _postgres_url() -> str:
    url = postgres_server.shared()
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def open_database(kind: str) -> Database:
    return Database(kind)


def kept(kind: str) -> Database:
    """The one database of this kind that the tests of this process share: to change between the two kinds costs nothing."""
    if kind not in _kept:
        _kept[kind] = open_database(kind)
    return _kept[kind]


def _close_kept() -> None:
    while _kept:
        _kept.popitem()[1].close()


def make_schema(app: Flask) -> None:
    """By the migrations, as in production; from the models while there is no first revision yet."""
    if migrations.newest() is not None:
        migrations.upgrade(app)
        return
    with app.app_context():
        db.create_all()
