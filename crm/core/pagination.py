"""Keyset paging: the next page begins after the last row, so that page 10,000 costs what page 1 costs."""

import datetime as dt
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from crm.core.db import db
from crm.core.text import storable

PAGE_ROWS = 50
COUNT_CAP = 1000
T = TypeVar("T")


class BadCursor(ValueError):
    """A cursor that we did not make. People see 400."""


@dataclass(frozen=True)
class Page(Generic[T]):
    rows: Sequence[T]
    next_cursor: str | None


def encode_cursor(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, dt.date) else value for value in values]
    return urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, readers: Sequence[Callable[[Any], Any]]) -> list[Any]:
    """Read a cursor back; each reader turns one plain value into the column's type. Raises BadCursor."""
    try:
        plain = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(plain, list) or len(plain) != len(readers):
            raise BadCursor(cursor)
        return [reader(value) for reader, value in zip(readers, plain, strict=True)]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise BadCursor(cursor) from error


def read_time(value: Any) -> dt.datetime:
    moment = dt.datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise BadCursor(value)
    return moment.astimezone(dt.UTC)  # here, where what no calendar holds is still a bad cursor


def read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadCursor(str(value))
    return storable(value)


def read_id(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
        raise BadCursor(str(value))
    return value


def after(columns: Sequence[Any], values: Sequence[Any], *, descending: bool = False) -> sa.ColumnElement[bool]:
    """Rows that come after these values in the order of these columns."""
    left, right = sa.tuple_(*columns), sa.tuple_(*[sa.literal(v, c.type) for v, c in zip(values, columns, strict=True)])
    return left < right if descending else left > right


def cut(rows: Sequence[T], size: int, key: Callable[[T], Sequence[Any]]) -> Page[T]:
    """A page from size+1 fetched rows: the extra row only says that there is more."""
    shown = rows[:size]
    return Page(shown, encode_cursor(key(shown[-1])) if len(rows) > size else None)


def capped_count(statement: sa.Select[*tuple[Any, ...]], cap: int = COUNT_CAP) -> tuple[int, bool]:
    """How many rows, counted up to the cap, and whether there are more: an exact count of a big table has no place on a page."""
    inner = statement.with_only_columns(sa.literal(1)).order_by(None).limit(cap + 1).subquery()
    found = db.session.execute(sa.select(sa.func.count()).select_from(inner)).scalar() or 0
    return min(found, cap), found > cap
