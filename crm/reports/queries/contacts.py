"""With whom the office has had no contact for longer than usual.

A contact of a person is a participation of theirs, that of an organization one of anybody who spoke for it (itself, when nobody
is named). `sort_at` lies in the local day of `occurred_on`; conditions on it, two days wider, are there for the index alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core.db import db
from crm.core.types import UtcDateTime
from crm.reports.figures import Quiet
from crm.reports.queries.ground import (
    CATEGORY,
    OFFICES,
    STAKEHOLDER,
    Ground,
    Shape,
    is_one,
    organizations,
    participations,
    stakeholders,
    took_part,
)
from crm.stakeholders.models import Person

users = User.__table__
people = Person.__table__
s = stakeholders
TWO_DAYS = timedelta(days=2)
_CONTACTS = {kind: participations.alias(f"{kind}_contact") for kind in ("person", "organization")}
_TIERS = (1, 2, 3)
NOW, BEFORE = "", "_before"  # the end of the period and of the one before it: what their parameters are called

Limits = Callable[[sa.FromClause], Collection[sa.ColumnElement[bool]]]


@dataclass(frozen=True, slots=True)
class Moment:
    """The end of a day: as a day, and as the moment the next begins in the office's zone."""

    day: date
    until: datetime


def _contacts(limits: Limits, kind: str, of: sa.FromClause = s) -> tuple[sa.FromClause, list[Any]]:
    """The participations that are a contact of a person or organization, and their conditions."""
    p = _CONTACTS[kind]
    column = p.c.stakeholder_id if kind == "person" else p.c.organization_id
    return p, [column == of.c.id, p.c.office_id.in_(OFFICES), took_part(p), *limits(p)]


def has_contact(limits: Limits) -> sa.ColumnElement[bool]:
    """Whether a stakeholder has a contact with these offices, within limits."""
    found = []
    for kind in _CONTACTS:
        p, conditions = _contacts(limits, kind)
        there = sa.exists(sa.select(sa.literal(1)).select_from(p).where(*conditions))
        found.append(sa.and_(s.c.kind == kind, there))
    return sa.or_(*found)


def _last_contact(of: sa.FromClause = s, when: str = NOW) -> sa.ColumnElement[date | None]:
    """The day of the last contact by the end of a day: one step into the index for each row."""
    as_of, up_to = sa.bindparam(f"as_of{when}", type_=sa.Date()), sa.bindparam(f"up_to{when}", type_=UtcDateTime())
    found = []
    for kind in _CONTACTS:
        p, conditions = _contacts(lambda p: (p.c.sort_at < up_to, p.c.occurred_on <= as_of), kind, of)
        day = sa.select(p.c.occurred_on).where(*conditions).order_by(p.c.sort_at.desc(), p.c.engagement_id.desc()).limit(1)
        found.append((of.c.kind == kind, day.correlate(of).scalar_subquery()))
    return sa.case(*found)


def is_quiet(shape: Shape) -> sa.ColumnElement[bool]:
    """Of these offices, with a contact interval that has passed by the end of a day without a contact.

    Without any contact on record, the interval counts from the day of the record.
    """
    return sa.and_(*_in_rhythm(shape), _has_passed(_last_contact(), s.c))


def _has_passed(last: sa.ColumnElement[date | None], of: Any, when: str = NOW) -> sa.ColumnElement[bool]:
    """Whether the interval is over; `last` is named once, for it is a look into the index. Unknown when there was no contact."""
    since, recorded = _by_tier(f"since{when}", sa.Date(), of), _by_tier(f"recorded{when}", UtcDateTime(), of)
    return sa.func.coalesce(last < since, of.created_at < recorded)


def _by_tier(name: str, type_: Any, of: Any) -> sa.ColumnElement[Any]:
    return sa.case(*((of.tier == tier, sa.bindparam(f"{name}_{tier}", type_=type_)) for tier in _TIERS))


def _in_rhythm(shape: Shape) -> list[sa.ColumnElement[bool]]:
    silenced = s.c.id.in_(sa.select(people.c.id).where(people.c.do_not_contact_at.is_not(None)))
    found = [
        s.c.office_id.in_(OFFICES),
        s.c.tier.in_(_TIERS),
        s.c.archived_at.is_(None),
        s.c.created_at < sa.bindparam("until", type_=UtcDateTime()),
        sa.not_(silenced),
    ]
    if shape.by_stakeholder:
        found.append(s.c.id == STAKEHOLDER)
    if shape.by_category:
        of_category = sa.type_coerce(organizations.c.category, sa.String) == CATEGORY
        found.append(s.c.id.in_(sa.select(organizations.c.id).where(of_category)))
    return found


def params(ground: Ground, tier_days: Mapping[int, int], as_of: Moment, when: str = NOW) -> dict[str, Any]:
    """The values of `is_quiet`: for each tier the first day of the interval that ends with a day."""
    ends = {"as_of": as_of.day, "until": as_of.until, "up_to": as_of.until + TWO_DAYS}
    named = ground.params | {f"{name}{when}": value for name, value in ends.items()}
    for tier in _TIERS:
        days = timedelta(days=tier_days[tier])
        named[f"since{when}_{tier}"] = as_of.day - days
        named[f"recorded{when}_{tier}"] = as_of.until - days - timedelta(days=1)
    return named


def quiet(
    ground: Ground, tier_days: Mapping[int, int], as_of: Moment, before: Moment, *, limit: int
) -> tuple[list[Quiet], int, int]:
    """Those without contact for longest first, up to a limit; how many there are in all, and how many there were at an earlier moment."""
    values = params(ground, tier_days, as_of) | params(ground, tier_days, before, BEFORE)
    rows = db.session.execute(_quiet(ground.shape), values | {"most": limit}).all()
    total, earlier = rows[0][:2]
    found = [
        Quiet(sid, name, kind, tier, tier_days[tier], day, (as_of.day - (day or made.date())).days, owner)
        for _total, _earlier, sid, name, kind, tier, day, made, owner in rows
        if sid is not None
    ]
    return found, total, earlier


@cache
def _quiet(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    """The last contacts are worked out once for everybody, in a table of their own; names are looked up for the few that are shown.

    In the order of their numbers, as the index of contacts has them: its pages are read once each. Whom nobody met since the
    earlier moment had the same last contact then.
    """
    rhythm = _rhythm(shape)
    told, passed = rhythm.c, _has_passed(rhythm.c.last, rhythm.c)
    last_then = sa.case(
        (told.last <= sa.bindparam(f"as_of{BEFORE}", type_=sa.Date()), told.last), else_=_last_contact(rhythm, BEFORE)
    )
    was = sa.case((told.created_at < sa.bindparam(f"until{BEFORE}", type_=UtcDateTime()), _has_passed(last_then, told, BEFORE)))
    sums = (sa.func.coalesce(sa.func.sum(is_one(condition)), 0) for condition in (passed, was))
    total, earlier = sums
    counts = sa.select(total.label("total"), earlier.label("earlier")).select_from(rhythm).subquery("counts")
    first = sa.select(told.id, told.tier, told.name_sort, told.created_at, told.last).where(passed)
    shown = first.order_by(*_longest(told)).limit(sa.bindparam("most", type_=sa.Integer())).subquery("shown")
    return (
        sa.select(counts.c.total, counts.c.earlier, s.c.id, s.c.name, sa.type_coerce(s.c.kind, sa.String), s.c.tier)
        .add_columns(shown.c.last, s.c.created_at, users.c.name)
        .select_from(
            counts.outerjoin(shown, sa.true()).outerjoin(s, s.c.id == shown.c.id).outerjoin(users, users.c.id == s.c.owner_id)
        )
        .order_by(*_longest(shown.c))
    )


def _rhythm(shape: Shape) -> sa.CTE:
    ordered = sa.select(s.c.id, s.c.kind, s.c.tier, s.c.name_sort, s.c.created_at).where(*_in_rhythm(shape)).order_by(s.c.id)
    one = ordered.cte("members").prefix_with("MATERIALIZED")
    return sa.select(one, _last_contact(one).label("last")).cte("rhythm").prefix_with("MATERIALIZED")


def _longest(of: Any) -> tuple[Any, ...]:
    return (sa.func.coalesce(of.last, sa.func.date(of.created_at)), of.tier, of.name_sort, of.id)
