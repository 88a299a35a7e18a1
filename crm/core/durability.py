"""What the database promises: that what was acknowledged survives a power cut, and that its own structures are sound."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from crm.core.db import db, is_sqlite

SQLITE_PROMISES = {
    "journal_mode": ("wal", "readers and writers would stand in each other's way"),
    "synchronous": (2, "a power cut could take back what people were told is saved"),
    "foreign_keys": (1, "a row could lose what it belongs to"),
}
POSTGRES_PROMISES = {
    "fsync": "a power cut could destroy the database",
    "full_page_writes": "a power cut could leave half-written pages",
    "synchronous_commit": "a power cut could take back what people were told is saved",
}


def weaknesses() -> Iterator[str]:
    """Settings of the database that break a promise, one sentence each."""
    if is_sqlite():
        for name, (wanted, danger) in SQLITE_PROMISES.items():
            if (found := _scalar(f"pragma {name}")) != wanted:
                yield f"SQLite runs with {name}={found}: {danger}."
        return
    for name, danger in POSTGRES_PROMISES.items():
        if (found := _scalar(f"show {name}")) == "off":
            yield f"PostgreSQL runs with {name}={found}: {danger}."


def damages() -> Iterator[str]:
    """What SQLite itself finds wrong in its file; PostgreSQL looks after its own pages and foreign keys."""
    if not is_sqlite():
        return
    for (found,) in db.session.connection().exec_driver_sql("pragma quick_check(20)"):
        if found != "ok":
            yield f"SQLite says: {found}."


def orphans() -> Iterator[str]:
    """Rows whose foreign key leads nowhere."""
    if not is_sqlite():
        return
    for table, row_id, parent, _key in db.session.connection().exec_driver_sql("pragma foreign_key_check").fetchmany(20):
        yield f"{table} {row_id} belongs to a row of {parent} that is not there."


def seconds_apart(ours: Any) -> float:
    """How far the clock of a PostgreSQL server is from ours; SQLite has none of its own."""
    if is_sqlite():
        return 0.0
    theirs = db.session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return abs((theirs - ours).total_seconds())


def take_your_time() -> None:
    """A check or a backup of a large office may take longer than any page is allowed to."""
    if not is_sqlite():
        db.session.connection().exec_driver_sql("set local statement_timeout = 0")


def _scalar(statement: str) -> Any:
    return db.session.connection().exec_driver_sql(statement).scalar()
