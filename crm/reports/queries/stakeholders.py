"""Whom the office reached, whom for the first time, and with whom it has had no contact for long.

A contact of a person is a participation of theirs, that of an organization one of anybody who spoke for it (itself, when nobody
is named). `sort_at` lies in the local day of `occurred_on`; conditions on it, two days wider, are there for the index alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core.db import db
from crm.reports.figures import Active, Quiet
from crm.reports.queries.ground import Ground, matches, organizations, participations, stakeholders, took_part, visible
from crm.stakeholders.models import Person

users = User.__table__
people = Person.__table__
TWO_DAYS = timedelta(days=2)
# Made once: an alias with all its columns costs a millisecond. Contacts of a person, and of an organization.
_CONTACTS = {kind: participations.alias(f"{kind}_contact") for kind in ("person", "organization")}


class Reached(NamedTuple):
    """How many of one kind and category."""

    kind: str
    category: str | None
    now: int
    before: int
    new: int  # of now: not on record before the period
    new_before: int


@dataclass(frozen=True, slots=True)
class Moment:
    """The end of a day: as a day, and as the moment the next begins in the office's zone."""

    day: date
    until: datetime


def _taking_part(ground: Ground, *conditions: sa.ColumnElement[bool]) -> list[sa.ColumnElement[bool]]:
    p = participations
    return [p.c.office_id.in_(ground.office_ids), took_part(p), *matches(ground, p), *conditions]


def who_took_part(ground: Ground, first: date, last: date) -> sa.CompoundSelect[tuple[int]]:
    """The numbers of those reached, as a condition for a list."""
    p = participations
    common = _taking_part(ground, p.c.occurred_on.between(first, last))
    return sa.select(p.c.stakeholder_id).where(*common).union(
        sa.select(p.c.organization_id).where(p.c.organization_id.is_not(None), *common)
    )  # fmt: skip


def _totals(ground: Ground, first: date, last: date, since: date) -> sa.CTE:
    """For each person who took part and each organization spoken for: engagements now and before, and the last day.

    A person takes part once in an engagement; an organization counts once however many spoke for it.
    """
    p = participations
    common = _taking_part(ground, p.c.occurred_on.between(since, last))
    is_now = p.c.occurred_on >= first
    persons = (
        sa.select(
            p.c.stakeholder_id.label("sid"),
            sa.func.sum(sa.case((is_now, 1), else_=0)).label("now"),
            sa.func.sum(sa.case((is_now, 0), else_=1)).label("before"),
            sa.func.max(p.c.occurred_on).label("last"),
        )
        .where(*common, p.c.stakeholder_id != sa.func.coalesce(p.c.organization_id, 0))
        .group_by(p.c.stakeholder_id)
    )
    spoken_for = (
        sa.select(
            p.c.organization_id,
            sa.func.count(sa.case((is_now, p.c.engagement_id)).distinct()),
            sa.func.count(sa.case((~is_now, p.c.engagement_id)).distinct()),
            sa.func.max(p.c.occurred_on),
        )
        .where(*common, p.c.organization_id.is_not(None))
        .group_by(p.c.organization_id)
    )
    return persons.union_all(spoken_for).cte("totals").prefix_with("MATERIALIZED")


def reached(ground: Ground, first: date, last: date, before: tuple[date, date] | None) -> list[Reached]:
    """Everybody who took part in the period or the one before it, counted by kind and category."""
    since = before[0] if before else first
    totals = _totals(ground, first, last, since)
    s, o = stakeholders, organizations
    now, then = totals.c.now > 0, totals.c.before > 0

    def how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    kind, category = sa.type_coerce(s.c.kind, sa.String), sa.type_coerce(o.c.category, sa.String)
    statement = (
        sa.select(
            kind,
            category,
            how_many(now),
            how_many(then),
            how_many(sa.and_(now, sa.not_(met_before(ground, s, first)))),
            how_many(sa.and_(then, sa.not_(met_before(ground, s, since)))),
        )
        .select_from(totals.join(s, s.c.id == totals.c.sid).outerjoin(o, o.c.id == totals.c.sid))
        .group_by(kind, category)
    )
    return [Reached(*row) for row in db.session.execute(statement)]


def most_active(ground: Ground, first: date, last: date, *, limit: int) -> list[Active]:
    """By engagements of the period, then the latest; who may not be seen by name is left out."""
    totals = _totals(ground, first, last, first)
    s, o = stakeholders, organizations
    statement = (
        sa.select(
            s.c.id,
            s.c.name,
            sa.type_coerce(s.c.kind, sa.String),
            sa.type_coerce(o.c.category, sa.String),
            totals.c.now,
            totals.c.last,
        )
        .select_from(totals.join(s, s.c.id == totals.c.sid).outerjoin(o, o.c.id == totals.c.sid))
        .where(visible(ground, s))
        .order_by(totals.c.now.desc(), totals.c.last.desc(), s.c.id)
        .limit(limit)
    )
    return [Active(*row) for row in db.session.execute(statement)]


def met_before(ground: Ground, s: sa.FromClause, day: date) -> sa.ColumnElement[bool]:
    """Whether there is an engagement on record before a day. Filters play no part: it is about the first contact of all."""
    near = datetime.combine(day, time(), UTC) + TWO_DAYS
    return _has_contact(ground, s, lambda p: (p.c.occurred_on < day, p.c.sort_at < near))


Limits = Callable[[sa.FromClause], Collection[sa.ColumnElement[bool]]]


def _contacts(ground: Ground, s: sa.FromClause, limits: Limits, kind: str) -> tuple[sa.FromClause, list[Any]]:
    """The participations that are a contact of a person or organization of `s`, and their conditions."""
    p = _CONTACTS[kind]
    column = p.c.stakeholder_id if kind == "person" else p.c.organization_id
    return p, [column == s.c.id, p.c.office_id.in_(ground.office_ids), took_part(p), *limits(p)]


def _has_contact(ground: Ground, s: sa.FromClause, limits: Limits) -> sa.ColumnElement[bool]:
    found = []
    for kind in ("person", "organization"):
        p, conditions = _contacts(ground, s, limits, kind)
        there = sa.exists(sa.select(sa.literal(1)).select_from(p).where(*conditions))
        found.append(sa.and_(s.c.kind == kind, there))
    return sa.or_(*found)


def _last_contact(ground: Ground, as_of: Moment) -> sa.ColumnElement[date | None]:
    """The day of the last contact: one step into the index for each row."""
    s = stakeholders
    found = []
    for kind in ("person", "organization"):
        p, conditions = _contacts(ground, s, lambda p: (p.c.occurred_on <= as_of.day,), kind)
        day = sa.select(p.c.occurred_on).where(*conditions).order_by(p.c.sort_at.desc(), p.c.engagement_id.desc()).limit(1)
        found.append((s.c.kind == kind, day.correlate(s).scalar_subquery()))
    return sa.case(*found)


def is_quiet(ground: Ground, tier_days: Mapping[int, int], as_of: Moment) -> sa.ColumnElement[bool]:
    """Of these offices, with a contact interval that has passed by the end of a day without a contact.

    Without any contact on record, the interval counts from the day of the record.
    """
    s = stakeholders
    since = {tier: as_of.day - timedelta(days=days) for tier, days in tier_days.items()}
    days = sa.case(*((s.c.tier == tier, sa.literal(day, sa.Date())) for tier, day in since.items()))
    index_bound = _by_tier(s, since, lambda day: datetime.combine(day, time(), UTC) - TWO_DAYS)
    recorded = _by_tier(s, since, lambda day: as_of.until - timedelta(days=(as_of.day - day).days + 1))
    up_to = as_of.until + TWO_DAYS
    lately = _has_contact(
        ground,
        s,
        lambda p: (p.c.sort_at >= index_bound, p.c.sort_at < up_to, p.c.occurred_on >= days, p.c.occurred_on <= as_of.day),
    )
    ever = _has_contact(ground, s, lambda p: (p.c.sort_at < up_to, p.c.occurred_on <= as_of.day))
    return sa.and_(*_in_rhythm(ground, tier_days, as_of), sa.not_(lately), sa.or_(s.c.created_at < recorded, ever))


def _by_tier(s: sa.FromClause, since: Mapping[int, date], moment: Callable[[date], datetime]) -> sa.ColumnElement[datetime]:
    return sa.case(*((s.c.tier == tier, sa.literal(moment(day), s.c.created_at.type)) for tier, day in since.items()))


def _in_rhythm(ground: Ground, tier_days: Mapping[int, int], as_of: Moment) -> list[sa.ColumnElement[bool]]:
    s = stakeholders
    silenced = sa.exists(sa.select(sa.literal(1)).where(people.c.id == s.c.id, people.c.do_not_contact_at.is_not(None)))
    found = [
        s.c.office_id.in_(ground.office_ids),
        s.c.tier.in_(tier_days),
        s.c.archived_at.is_(None),
        s.c.created_at < as_of.until,
        sa.not_(silenced),
    ]
    if ground.stakeholder_id is not None:
        found.append(s.c.id == ground.stakeholder_id)
    if ground.category is not None:
        found.append(s.c.id.in_(sa.select(organizations.c.id).where(organizations.c.category == ground.category)))
    return found


def quiet_count(ground: Ground, tier_days: Mapping[int, int], as_of: Moment) -> int:
    """How many are quiet at the end of a day."""
    statement = sa.select(sa.func.count()).select_from(stakeholders).where(is_quiet(ground, tier_days, as_of))
    return db.session.execute(statement).scalar_one()


def quiet(ground: Ground, tier_days: Mapping[int, int], as_of: Moment, *, limit: int) -> tuple[list[Quiet], int]:
    """Those without contact for longest first, up to a limit, and how many there are in all."""
    s = stakeholders
    last = _last_contact(ground, as_of)
    statement = (
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
        .where(is_quiet(ground, tier_days, as_of))
        .order_by(sa.func.coalesce(last, sa.func.date(s.c.created_at)), s.c.tier, s.c.name_sort, s.c.id)
        .limit(limit)
    )
    rows = db.session.execute(statement).all()
    found = [
        Quiet(sid, name, kind, tier, tier_days[tier], day, (as_of.day - (day or made.date())).days, owner)
        for sid, name, kind, tier, day, made, owner, _total in rows
    ]
    return found, rows[0][-1] if rows else 0
