"""Runs migrations in one transaction, on an engine of their own.

SQLite: foreign keys are off before BEGIN, because a batch rebuild under foreign_keys=ON deletes child rows without an error,
and are checked before COMMIT. PostgreSQL: a lock that is not had in four seconds ends the migration instead of the office's day.
"""

import sqlalchemy as sa
from alembic import context
from flask import current_app

from crm.core.types import StringEnum, UtcDateTime

target = current_app.extensions["migrate"].db
SHADOWS = ("search_fts", "sqlite_")


def include(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith(SHADOWS))


def include_object(_thing: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    return include(name, kind, None)


def render_item(kind: str, thing: object, _context: object) -> str | bool:
    """Write our column types as what the database sees: a revision must not change when the program does."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, StringEnum):
        return f"sa.String({thing.length})"
    return False


def run() -> None:
    engine = sa.create_engine(target.engine.url, poolclass=sa.pool.NullPool)
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            driver = connection.connection.driver_connection
            driver.isolation_level = None
            driver.execute("pragma foreign_keys=OFF")
            driver.execute("pragma busy_timeout=30000")
        context.configure(
            connection=connection,
            target_metadata=target.metadata,
            render_as_batch=sqlite,
            include_name=include,
            include_object=include_object,
            transaction_per_migration=False,
            render_item=render_item,
            compare_type=False,
        )
        with connection.begin():
            if not sqlite:
                connection.exec_driver_sql("set local lock_timeout='4s'")
                connection.exec_driver_sql("set local statement_timeout='30min'")
            context.run_migrations()
            if sqlite and (broken := connection.exec_driver_sql("pragma foreign_key_check").fetchall()):
                raise RuntimeError(f"the migration would leave rows without their parent: {broken[:5]}")


run()
