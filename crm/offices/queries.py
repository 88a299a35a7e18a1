"""Questions about the office tree and about days without work."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core import text
from crm.core.db import db
from crm.offices.models import Holiday, Office

_top = sa.select(Office.path).where(Office.id == sa.bindparam("office_id")).scalar_subquery()
_below = sa.select(Office.id, Office.name, Office.parent_id, Office.path).where(Office.path.like(_top + "%"))


def subtree_ids(office_id: int) -> frozenset[int]:
    """An office and all below it. Needs a scope that sees them (callers that make scopes use the system scope)."""
    return frozenset(row.id for row in subtree(office_id))


def subtree(office_id: int) -> Sequence[Any]:
    """Id, name, parent_id and path of the same offices, in no order."""
    return db.session.execute(_below, {"office_id": office_id}).all()


def ancestor_ids(office: Office) -> tuple[int, ...]:
    """From the root down to the office itself."""
    return tuple(int(part) for part in office.path.strip("/").split("/"))


def offices_visible() -> sa.Select[Office]:
    """The offices in scope."""
    return sa.select(Office).order_by(Office.path, Office.id)


def offices_in_tree_order() -> Sequence[Office]:
    """All offices in scope, parents before children, sisters by name."""
    return in_tree_order(db.session.scalars(sa.select(Office)))


def names_of(office_ids: Iterable[int | None]) -> dict[int, str]:
    """What these offices are called, as far as they are in scope."""
    wanted = sorted({office_id for office_id in office_ids if office_id is not None})
    found = db.session.execute(sa.select(Office.id, Office.name).where(Office.id.in_(wanted)))
    return {office.id: office.name for office in found}


class InTree(Protocol):
    """A row of the tree: an office, or some of its columns."""

    @property
    def id(self) -> Any: ...
    @property
    def name(self) -> Any: ...
    @property
    def parent_id(self) -> Any: ...


Node = TypeVar("Node", bound=InTree)


def in_tree_order(offices: Iterable[Node]) -> list[Node]:
    """Parents before children, sisters by name. An office whose parent isn't among them stands on top."""
    there = list(offices)
    ids = {office.id for office in there}
    children: dict[int | None, list[Node]] = defaultdict(list)
    for office in sorted(there, key=lambda one: (text.name_key(one.name), one.id)):
        children[office.parent_id if office.parent_id in ids else None].append(office)
    ordered: list[Node] = []
    waiting = children[None][::-1]
    while waiting:
        office = waiting.pop()
        ordered.append(office)
        waiting.extend(children[office.id][::-1])
    return ordered


def offices_below(office_id: int) -> Sequence[Any]:
    """Id, name and parent_id of an office and all below it in tree order, whatever the present scope is narrowed to."""
    with scopes.use(scopes.system_scope("offices of a switcher")):
        return in_tree_order(subtree(office_id))


def office_by_code(code: str) -> Office | None:
    return db.session.scalar(sa.select(Office).where(Office.code == code))


def is_code_taken(code: str, *, except_id: int | None = None) -> bool:
    """Whether any office has this code, seen or not: codes are the same for all offices."""
    with scopes.use(scopes.system_scope("codes of offices are unique")):
        found = db.session.scalar(sa.select(Office.id).where(sa.func.lower(Office.code) == code.lower()))
    return found is not None and found != except_id


def has_offices() -> bool:
    return db.session.scalar(sa.select(Office.id).limit(1)) is not None


def holidays_between(first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """Days without work from first to last, with their names."""
    found = db.session.execute(sa.select(Holiday.day, Holiday.name).where(Holiday.day.between(first, last)).order_by(Holiday.day))
    return dict(found.all())


def holidays_of_year(year: int) -> Sequence[Holiday]:
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return db.session.scalars(sa.select(Holiday).where(Holiday.day.between(first, last)).order_by(Holiday.day)).all()


def holiday_on(day: dt.date) -> Holiday | None:
    return db.session.get(Holiday, day)
