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
AS_OF = sa.bindparam("as_of", type_=sa.Date())
UNTIL, UP_TO = (sa.bindparam(name, type_=UtcDateTime()) for name in ("until", "up_to"))

Limits = Callable[[sa.FromClause], Collection[sa.ColumnElement[bool]]]


@dataclass(frozen=True, slots=True)
class Moment:
    """The end of a day: as a day, and as the moment the next begins in the office's zone."""

    day: date
    until: datetime


def _contacts(limits: Limits, kind: str) -> tuple[sa.FromClause, list[Any]]:
    """The participations that are a contact of a person or organization, and their conditions."""
    p = _CONTACTS[kind]
    column = p.c.stakeholder_id if kind == "person" else p.c.organization_id
    return p, [column == s.c.id, p.c.office_id.in_(OFFICES), took_part(p), *limits(p)]


def has_contact(limits: Limits) -> sa.ColumnElement[bool]:
    """Whether a stakeholder has a contact with these offices, within limits."""
    found = []
    for kind in _CONTACTS:
        p, conditions = _contacts(limits, kind)
        there = sa.exists(sa.select(sa.literal(1)).select_from(p).where(*conditions))
        found.append(sa.and_(s.c.kind == kind, there))
    return sa.or_(*found)


def _last_contact() -> sa.ColumnElement[date | None]:
    """The day of the last contact by the end of a day: one step into the index for each row."""
    found = []
    for kind in _CONTACTS:
        p, conditions = _contacts(lambda p: (p.c.sort_at < UP_TO, p.c.occurred_on <= AS_OF), kind)
        day = sa.select(p.c.occurred_on).where(*conditions).order_by(p.c.sort_at.desc(), p.c.engagement_id.desc()).limit(1)
        found.append((s.c.kind == kind, day.correlate(s).scalar_subquery()))
    return sa.case(*found)


def is_quiet(shape: Shape) -> sa.ColumnElement[bool]:
    """Of these offices, with a contact interval that has passed by the end of a day without a contact.

    Without any contact on record, the interval counts from the day of the record.
    """
    return sa.and_(*_in_rhythm(shape), _has_passed(_last_contact(), s.c))


def _has_passed(last: sa.ColumnElement[date | None], of: Any) -> sa.ColumnElement[bool]:
    """Whether the interval is over; `last` is named once, for it is a look into the index. Unknown when there was no contact."""
    return sa.func.coalesce(last < _by_tier("since", sa.Date(), of), of.created_at < _by_tier("recorded", UtcDateTime(), of))


def _by_tier(name: str, type_: Any, of: Any) -> sa.ColumnElement[Any]:
    return sa.case(*((of.tier == tier, sa.bindparam(f"{name}_{tier}", type_=type_)) for tier in _TIERS))


def _in_rhythm(shape: Shape) -> list[sa.ColumnElement[bool]]:
    silenced = s.c.id.in_(sa.select(people.c.id).where(people.c.do_not_contact_at.is_not(None)))
    found = [
        s.c.office_id.in_(OFFICES),
        s.c.tier.in_(_TIERS),
        s.c.archived_at.is_(None),
        s.c.created_at < UNTIL,
        sa.not_(silenced),
    ]
    if shape.by_stakeholder:
        found.append(s.c.id == STAKEHOLDER)
    if shape.by_category:
        of_category = sa.type_coerce(organizations.c.category, sa.String) == CATEGORY
        found.append(s.c.id.in_(sa.select(organizations.c.id).where(of_category)))
    return found


def params(ground: Ground, tier_days: Mapping[int, int], as_of: Moment) -> dict[str, Any]:
    """The values of `is_quiet`: for each tier the first day of the interval that ends with a day."""
    named = ground.params | {"as_of": as_of.day, "until": as_of.until, "up_to": as_of.until + TWO_DAYS}
    for tier in _TIERS:
        days = timedelta(days=tier_days[tier])
        named[f"since_{tier}"] = as_of.day - days
        named[f"recorded_{tier}"] = as_of.until - days - timedelta(days=1)
    return named


def quiet_count(ground: Ground, tier_days: Mapping[int, int], as_of: Moment) -> int:
    """How many are quiet at the end of a day."""
    return db.session.execute(_quiet_count(ground.shape), params(ground, tier_days, as_of)).scalar_one()


@cache
def _quiet_count(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(sa.func.count()).select_from(s).where(is_quiet(shape))


def quiet(ground: Ground, tier_days: Mapping[int, int], as_of: Moment, *, limit: int) -> tuple[list[Quiet], int]:
    """Those without contact for longest first, up to a limit, and how many there are in all."""
    rows = db.session.execute(_quiet(ground.shape), params(ground, tier_days, as_of) | {"most": limit}).all()
    found = [
        Quiet(sid, name, kind, tier, tier_days[tier], day, (as_of.day - (day or made.date())).days, owner)
        for sid, name, kind, tier, day, made, owner, _total in rows
    ]
    return found, rows[0][-1] if rows else 0


@cache
def _quiet(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    """The last contacts are worked out once for everybody, in a table of their own; names are looked up for the few that are shown."""
    told = sa.select(s.c.id, s.c.tier, s.c.name_sort, s.c.created_at, _last_contact().label("last")).where(*_in_rhythm(shape))
    rhythm = told.cte("rhythm").prefix_with("MATERIALIZED").c
    passed = _has_passed(rhythm.last, rhythm)
    total = sa.select(sa.func.count(rhythm.id)).where(passed).scalar_subquery()
    first = sa.select(rhythm.id, rhythm.tier, rhythm.name_sort, rhythm.created_at, rhythm.last).where(passed)
    shown = first.order_by(*_longest(rhythm)).limit(sa.bindparam("most", type_=sa.Integer())).subquery("shown")
    return (
        sa.select(
            s.c.id, s.c.name, sa.type_coerce(s.c.kind, sa.String), s.c.tier, shown.c.last, s.c.created_at, users.c.name, total
        )
        .select_from(shown.join(s, s.c.id == shown.c.id).outerjoin(users, users.c.id == s.c.owner_id))
        .order_by(*_longest(shown.c))
    )


def _longest(of: Any) -> tuple[Any, ...]:
    return (sa.func.coalesce(of.last, sa.func.date(of.created_at)), of.tier, of.name_sort, of.id)
