"""The database: engine set-up for SQLite and PostgreSQL, the model base, and the one bulk path."""

import datetime as dt
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, orm
from sqlalchemy.engine import Connection, Engine

from crm.core import bulk
from crm.core import scope as scopes
from crm.core.types import json_text, json_value

WEB_BUSY_MS, JOB_BUSY_MS = 4_000, 30_000
LOOK_MS = 20  # how long SQLite itself waits for the lock before it is asked anew; within it, it looks every few
page_cache_kb = 32_000  # of each SQLite connection; processes that run for long and have many set it lower before the first one

# A transaction that may write takes SQLite's lock at BEGIN: an upgrade from a read snapshot fails at once, busy timeout or not.
write_intent: ContextVar[bool] = ContextVar("write_intent", default=True)
busy_ms: ContextVar[int] = ContextVar("busy_ms", default=JOB_BUSY_MS)


class Base(orm.DeclarativeBase):
    if TYPE_CHECKING:
        __table__: ClassVar[sa.Table]  # pyright: ignore[reportIncompatibleVariableOverride] - never a subquery here

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# Rows stay readable after a commit: a unit hands them to its caller, and nothing is read again by surprise.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


@event.listens_for(Model, "instrument_class", propagate=True)
def _never_reuse_ids(mapper: orm.Mapper[Any], cls: type[Any]) -> None:
    """An id that was removed by an undo must not come back as another record: links and history would lie."""
    table = mapper.local_table
    if isinstance(table, sa.Table) and len(table.primary_key.columns) == 1 and mapper.inherits is None:
        (column,) = table.primary_key.columns
        if isinstance(column.type, sa.Integer) or column.type.dialect_impl(_sqlite).python_type is int:
            table.dialect_options["sqlite"]["autoincrement"] = True


_sqlite = sa.create_engine("sqlite://").dialect


@event.listens_for(Engine, "connect")
def _set_up_connection(dbapi: Any, _record: Any) -> None:
    if isinstance(dbapi, sqlite3.Connection):  # never touch psycopg connections
        dbapi.isolation_level = None  # the driver must not emit BEGIN: savepoints and repeatable reads need ours
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"cache_size=-{page_cache_kb}",
            "temp_store=MEMORY",
        ):
            dbapi.execute(f"pragma {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        wanted = (busy_ms.get(), write_intent.get())
        if connection.info.get("set_for") != wanted:
            connection.exec_driver_sql(f"pragma busy_timeout={LOOK_MS if wanted[1] else wanted[0]}")
            connection.exec_driver_sql(f"pragma query_only={'OFF' if wanted[1] else 'ON'}")
            connection.info["set_for"] = wanted
        if wanted[1]:
            _begin_writing(connection, wanted[0])
        else:
            connection.exec_driver_sql("BEGIN")
    else:
        driver: Any = connection.connection.driver_connection
        driver.read_only = not write_intent.get()  # said with the driver's own BEGIN: a statement less to wait for


def _begin_writing(connection: Connection, patience_ms: int) -> None:
    """Begin with SQLite's one lock. Raises OperationalError when others hold it all the time.

    SQLite itself soon looks only every 100 ms, and a job that writes piece by piece leaves it for a moment only: nobody else got a turn.
    """
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + patience_ms / 1000
    while time.monotonic() < until:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                break
        else:
            return
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        connect = {"check_same_thread": False, "timeout": 4}
        # Opened anew each hour: a connection keeps what it read of the tables' statistics when it was opened.
        return {
            "connect_args": connect,
            "pool_size": 8,
            "max_overflow": 4,
            "pool_recycle": 3600,
            "json_serializer": json_text,
            "json_deserializer": json_value,
        }
    given = sa.make_url(url).query.get("options", "")  # of the URL: another schema, for example
    options = "-c lock_timeout=4000 -c statement_timeout=60000 -c idle_in_transaction_session_timeout=120000 -c timezone=UTC"
    return {
        "pool_pre_ping": True,
        "json_serializer": json_text,
        "json_deserializer": json_value,
        "pool_size": 5,
        "max_overflow": 5,
        "connect_args": {"options": f"{given} {options}".strip(), "connect_timeout": 4},
    }


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def database_now() -> dt.datetime:
    """The time by the database's clock, which all machines share: leases are measured by it, so that no machine's own clock matters."""
    if is_sqlite():
        said = db.session.execute(sa.select(sa.func.strftime("%Y-%m-%d %H:%M:%f", "now"))).scalar_one()
        return dt.datetime.fromisoformat(said).replace(tzinfo=dt.UTC)
    return db.session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()


def learn_sizes(models: Iterable[type[Any]]) -> None:
    """Tell PostgreSQL how large tables have become. It reads a table that it believes empty from end to end for each look-up and foreign key."""
    if not is_sqlite():
        names = sorted({m.local_table.name for model in models for m in sa.inspect(model).iterate_to_root()})  # type: ignore[attr-defined]
        db.session.connection().exec_driver_sql(f"ANALYZE {', '.join(names)}")


def room_for_sets() -> None:
    """Let PostgreSQL keep a million ids in memory for the rest of the transaction: with less it reads `IN (SELECT ...)` anew for each row."""
    session = db.session()
    if is_sqlite() or (session.in_transaction() and session.info.get("has_room") is session.get_transaction()):
        return
    session.connection().exec_driver_sql("SET LOCAL work_mem = '64MB'")
    session.info["has_room"] = session.get_transaction()


def allocate_ids(model: type[Any], count: int) -> list[int]:
    """Take the next ids of a table's own sequence, in order."""
    table = sa.inspect(model).base_mapper.local_table
    if is_sqlite():
        taken = (
            db.session.execute(sa.text("select seq from sqlite_sequence where name = :name"), {"name": table.name}).scalar() or 0
        )
        top = db.session.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0
        first = max(taken, top) + 1
        return list(range(first, first + count))
    sequence = db.session.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, "id"))).scalar()
    ids = db.session.execute(sa.text("select nextval(:name) from generate_series(1, :count)"), {"name": sequence, "count": count})
    return [row[0] for row in ids]


def bulk_insert(model: type[Any], rows: bulk.Rows, same: Mapping[str, Any] | None = None) -> list[int]:
    """Insert many rows of column values and give their ids in order. `same` holds the columns in which all rows are alike.

    Makes the same checks as the guard at flush (office, and every foreign key to scoped rows), once per batch.
    Raises scope.OutOfScope before anything of the batch is written. Rows must all have the same keys.
    """
    if not rows:
        return []
    alike = dict(same or {})
    _check_rows(model, rows, alike)
    mapper = sa.inspect(model)
    has_id = "id" in mapper.base_mapper.local_table.c
    ids = [row["id"] for row in rows] if "id" in rows[0] else allocate_ids(model, len(rows)) if has_id else []
    if mapper.polymorphic_identity is not None:
        alike["kind"] = mapper.polymorphic_identity
    for table in reversed([m.local_table for m in mapper.iterate_to_root()]):
        bulk.insert(db.session.connection(), table, rows, given={"id": ids} if has_id else {}, same=alike)
    for for_writing in (False, True):
        scopes.settled(db.session(), mapper.base_mapper.class_, for_writing=for_writing).update(ids)
    return ids


def _check_rows(model: type[Any], rows: bulk.Rows, same: Mapping[str, Any]) -> None:
    scope = scopes.current()
    if scope.is_system or model.is_global:
        return
    if "office_id" in sa.inspect(model).columns:
        for office_id in _values_of("office_id", rows, same):
            if not scope.holds(office_id):
                raise scopes.OutOfScope(f"{model.__name__} of office {office_id}")
    session = db.session()
    for key, target in scopes._foreign_keys(model):
        is_whole = key == model.part_of
        known = scopes.settled(session, target, for_writing=is_whole)
        ids = _values_of(key, rows, same) - known - {None}
        if ids:
            (scopes.check_writable if is_whole else scopes.check_visible)(session, target, ids)
            known.update(ids)


def _values_of(key: str, rows: bulk.Rows, same: Mapping[str, Any]) -> set[Any]:
    return {same[key]} if key in same else {row.get(key) for row in rows}
