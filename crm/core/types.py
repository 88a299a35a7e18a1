"""Column types that behave the same on SQLite and PostgreSQL."""

import datetime as dt
from enum import StrEnum
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

Json = sa.JSON().with_variant(JSONB(), "postgresql")
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite autonumbers only INTEGER PRIMARY KEY


def json_text(value: Any) -> str:
    """How JSON columns are written: ten times as fast as the standard library, which an import of many rows feels."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def json_value(stored: Any) -> Any:
    """How JSON columns are read. SQLite hands a lone number back as a number: its column has the affinity of one."""
    return stored if isinstance(stored, int | float) else orjson.loads(stored)


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """Aware UTC in, aware UTC out. A time without a zone is refused: it would mean another moment in each office."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class StringEnum(sa.types.TypeDecorator[Any]):
    """Members of one StrEnum, stored as their values."""

    impl = sa.String(40)
    cache_ok = True

    def __init__(self, enum_class: type[StrEnum], length: int = 40) -> None:
        super().__init__(length)
        self.enum_class = enum_class
        self.length = length

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else self.enum_class(value).value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return None if value is None else self.enum_class(value)


def enum_column(enum_class: type[StrEnum]) -> sa.types.TypeEngine[Any]:
    """A string column that takes and gives members of a StrEnum; anything else raises ValueError before it is stored."""
    return StringEnum(enum_class)


def enum_check(column: str, enum_class: type[StrEnum]) -> sa.CheckConstraint:
    """The CHECK that goes with an enum column on a small table. Big tables get none: a new value would rebuild them."""
    values = ", ".join(f"'{member.value}'" for member in enum_class)
    return sa.CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")
