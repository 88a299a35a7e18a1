"""Many rows into one table at once: a statement made once for each set of columns, and values bound column by column."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection

from crm.core.types import StringEnum, UtcDateTime

Bind = Callable[[Any], Any]
Names = tuple[str, ...]
Rows = Sequence[Mapping[str, Any]]


class Statement:
    """An INSERT into a table: columns read from rows, columns given whole, and columns that hold one value in all rows.

    A column that nobody names takes its default, once for the batch.
    """

    def __init__(self, table: sa.Table, read: Names, given: Names, same: Names, dialect: sa.Dialect) -> None:
        named = {*read, *given, *same}
        defaulted = [column for column in table.c if column.name not in named and column.default is not None]
        columns = [*(table.c[name] for name in (*read, *given, *same)), *defaulted]
        self.read = itemgetter(*read) if read else None
        self.is_single = len(read) == 1
        self.binds = [_bind_of(column, dialect) for column in columns]
        self.defaults = [_default(column) for column in defaulted]
        quoted = dialect.identifier_preparer
        names = ", ".join(quoted.format_column(column) for column in columns)
        head = f"{quoted.format_table(table)} ({names})"
        self.sql = f"INSERT INTO {head} VALUES ({', '.join('?' for _column in columns)})"  # noqa: S608 - our own table and columns, never a value
        self.copy = f"COPY {head} FROM STDIN"

    def values(self, rows: Rows, given: Iterable[Sequence[Any]], same: Iterable[Any]) -> Iterable[tuple[Any, ...]]:
        """The rows as tuples that the driver takes."""
        columns: list[Sequence[Any]] = []
        if self.read is not None:
            cells = map(self.read, rows)
            columns = [list(cells)] if self.is_single else list(zip(*cells, strict=True))
        columns += given
        bound: list[Iterable[Any]] = [bind(column) if bind else column for column, bind in zip(columns, self.binds, strict=False)]
        alike = [*same, *self.defaults]
        for value, bind in zip(alike, self.binds[len(columns) :], strict=True):
            bound.append(repeat(bind([value])[0] if bind else value, len(rows)))
        return zip(*bound, strict=True)


def insert(
    connection: Connection, table: sa.Table, rows: Rows, *, given: Mapping[str, Sequence[Any]] = {}, same: Mapping[str, Any] = {}
) -> None:
    """Insert rows that all have the same keys; `given` holds columns beside them, `same` what all rows hold.

    What the table has no column for is passed over.
    """
    given = {name: values for name, values in given.items() if name in table.c}
    same = {name: value for name, value in same.items() if name in table.c}
    read = tuple(key for key in rows[0] if key in table.c and key not in given and key not in same)
    statement = _statement(table, read, tuple(given), tuple(same), connection.dialect)
    values = statement.values(rows, given.values(), same.values())
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(statement.sql, list(values))
    else:
        _copy(connection, statement, values)


@lru_cache(maxsize=256)
def _statement(table: sa.Table, read: Names, given: Names, same: Names, dialect: sa.Dialect) -> Statement:
    return Statement(table, read, given, same, dialect)


def _copy(connection: Connection, statement: Statement, rows: Iterable[tuple[Any, ...]]) -> None:
    """PostgreSQL takes rows by COPY ten times as fast as by INSERT; its errors are given the form they have everywhere else."""
    driver: Any = connection.dialect.import_dbapi()
    cursor: Any = connection.connection.cursor()
    try:
        with cursor, cursor.copy(statement.copy) as copy:
            for row in rows:
                copy.write_row(row)
    except driver.Error as error:
        raise exc.DBAPIError.instance(
            statement.copy, None, error, driver.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def _default(column: sa.Column[Any]) -> Any:
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg


def _bind_of(column: sa.Column[Any], dialect: sa.Dialect) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
    """How a column of values is made ready for the driver. Moments and words of an enum repeat, so each is turned once."""
    one: Bind | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if one is None:
        return None
    if isinstance(column.type, UtcDateTime | StringEnum):

        def bind(values: Sequence[Any]) -> Sequence[Any]:
            turned = {value: one(value) for value in set(values)}
            return [turned[value] for value in values]

        return bind
    return lambda values: list(map(one, values))
