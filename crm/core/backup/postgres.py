"""Copying a PostgreSQL database out of the middle of its work, table by table in one snapshot, and putting the rows back."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from crm.core.backup.archive import Reader, Writer

STAGE = "mitra_restoring"


class InUse(Exception):
    """Others are connected to the database."""


def freeze(connection: Connection) -> None:
    """From here on this transaction sees one moment of the database, however long it takes. Before any other statement of it."""
    connection.exec_driver_sql("set transaction isolation level repeatable read, read only")
    connection.exec_driver_sql("set local statement_timeout = 0")
    connection.exec_driver_sql("set local idle_in_transaction_session_timeout = 0")


def dump(connection: Connection, archive: Writer) -> dict[str, Any]:
    """Copy every table of the schema into the archive; give what the manifest has to know of them."""
    from psycopg import sql  # noqa: PLC0415 - loaded by who needs it: 8 MB of every process on SQLite otherwise

    tables = {}
    driver: Any = connection.connection.driver_connection
    for table in _in_order(connection):
        columns = [column["name"] for column in sa.inspect(connection).get_columns(table)]
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("copy {} ({}) to stdout").format(sql.Identifier(table), names)
        with driver.cursor() as cursor, archive.entry(f"tables/{table}.copy") as out, cursor.copy(statement) as copying:
            for piece in copying:
                out.write(piece)
        tables[table] = columns
    return {"tables": tables, "sequences": _sequences(connection), "counts": counts(connection)}


def counts(connection: Connection) -> dict[str, int]:
    """Rows by table."""
    return {
        name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
        for name in sorted(_in_order(connection))
    }


def load(connection: Connection, archive: Reader) -> None:
    """Put the rows of an archive into a schema that the migrations have just made, in place of what those put there."""
    from psycopg import sql  # noqa: PLC0415 - loaded by who needs it: 8 MB of every process on SQLite otherwise

    tables: dict[str, list[str]] = archive.manifest["tables"]
    order = _in_order(connection)
    for table in reversed(order):
        if table != "alembic_version":
            connection.execute(sa.delete(sa.table(table)))
    driver: Any = connection.connection.driver_connection
    for table in order:
        if table == "alembic_version":
            continue
        names = sql.SQL(", ").join(map(sql.Identifier, tables[table]))
        statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), names)
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for piece in archive.pieces(f"tables/{table}.copy"):
                copying.write(piece)
    for name, value in archive.manifest["sequences"].items():
        if value is not None:
            connection.execute(sa.select(sa.func.setval(sa.cast(name, sa.Text).op("::")(sa.text("regclass")), value)))


def _in_order(connection: Connection) -> list[str]:
    """Tables of the schema, each after those that it points at."""
    return [name for name, _keys in sa.inspect(connection).get_sorted_table_and_fkc_names() if name is not None]


def _sequences(connection: Connection) -> dict[str, int | None]:
    """Where each sequence stands, so that no id is ever given a second time."""
    rows = connection.exec_driver_sql("select sequencename, last_value from pg_sequences where schemaname = current_schema()")
    return {row[0]: row[1] for row in rows}


# Schemas: the restored rows grow beside the present ones, and take their place in one moment ---------------------------


def staged(url: URL) -> URL:
    """The same database with the stage as its schema."""
    return url.update_query_dict({"options": f"-csearch_path={STAGE}"})


def make_stage(connection: Connection) -> None:
    """An empty stage; what an interrupted attempt left goes."""
    drop_schema(connection, STAGE)
    connection.exec_driver_sql(f"create schema {STAGE}")


def drop_schema(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"drop schema if exists {name} cascade")


def others(connection: Connection) -> int:
    """How many other sessions have this database open."""
    found = connection.exec_driver_sql(
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
    )
    return found.scalar_one()


def swap(connection: Connection, aside: str) -> None:
    """The stage becomes the schema, the old one stands aside: all of it or nothing, in the caller's transaction."""
    here = connection.exec_driver_sql("select current_schema()").scalar_one()
    for statement in _renames((here, aside), (STAGE, here)):
        connection.exec_driver_sql(statement)


def _renames(*pairs: tuple[str, str]) -> Iterable[str]:
    return (f'alter schema "{old}" rename to "{new}"' for old, new in pairs)
