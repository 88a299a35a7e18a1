"""With whom the office has had no contact for longer than usual.

A contact of a person is a participation of theirs, that of an organization one of anybody who spoke for it (itself, when nobody
is named). `sort_at` lies in the local day of `occurred_on`; conditions on it, two days wider, are there for the index alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
    """The day of the last contact: one step into the index for each row."""
    found = []
    for kind in _CONTACTS:
        p, conditions = _contacts(lambda p: (p.c.occurred_on <= AS_OF,), kind)
        day = sa.select(p.c.occurred_on).where(*conditions).order_by(p.c.sort_at.desc(), p.c.engagement_id.desc()).limit(1)
        found.append((s.c.kind == kind, day.correlate(s).scalar_subquery()))
    return sa.case(*found)


def is_quiet(shape: Shape) -> sa.ColumnElement[bool]:
    """Of these offices, with a contact interval that has passed by the end of a day without a contact.

    Without any contact on record, the interval counts from the day of the record.
    """
    since = _by_tier("since", sa.Date())
    index_bound, recorded = _by_tier("near_since", UtcDateTime()), _by_tier("recorded", UtcDateTime())
    lately = has_contact(
        lambda p: (p.c.sort_at >= index_bound, p.c.sort_at < UP_TO, p.c.occurred_on >= since, p.c.occurred_on <= AS_OF)
    )
    ever = has_contact(lambda p: (p.c.sort_at < UP_TO, p.c.occurred_on <= AS_OF))
    return sa.and_(*_in_rhythm(shape), sa.not_(lately), sa.or_(s.c.created_at < recorded, ever))


def _by_tier(name: str, type_: Any) -> sa.ColumnElement[Any]:
    return sa.case(*((s.c.tier == tier, sa.bindparam(f"{name}_{tier}", type_=type_)) for tier in _TIERS))


def _in_rhythm(shape: Shape) -> list[sa.ColumnElement[bool]]:
    silenced = sa.exists(sa.select(sa.literal(1)).where(people.c.id == s.c.id, people.c.do_not_contact_at.is_not(None)))
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
        named[f"near_since_{tier}"] = datetime.combine(as_of.day - days, time(), UTC) - TWO_DAYS
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
    last = _last_contact()
    return (
        sa.select(
            s.c.id,
            s.c.name,
            sa.type_coerce(s.c.kind, sa.String),
            s.c.tier,
            last,
            s.c.created_at,
            users.c.name,
            sa.func.count().over(),
        )
        .select_from(s.outerjoin(users, users.c.id == s.c.owner_id))
        .where(is_quiet(shape))
        .order_by(sa.func.coalesce(last, sa.func.date(s.c.created_at)), s.c.tier, s.c.name_sort, s.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer()))
    )
