"""Whom the office reached, and whom for the first time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.core.db import db
from crm.core.types import UtcDateTime
from crm.reports.figures import Active
from crm.reports.queries.contacts import has_contact
from crm.reports.queries.ground import (
    FIRST,
    LAST,
    OFFICES,
    SINCE,
    Ground,
    Shape,
    is_one,
    matches,
    organizations,
    participations,
    stakeholders,
    took_part,
    visible,
)

TWO_DAYS = timedelta(days=2)
_kind, _category = sa.type_coerce(stakeholders.c.kind, sa.String), sa.type_coerce(organizations.c.category, sa.String)


class Reached(NamedTuple):
    """How many of one kind and category."""

    kind: str
    category: str | None
    now: int
    before: int
    new: int  # of now: not on record before the period
    new_before: int


def _taking_part(shape: Shape, since: Any) -> list[sa.ColumnElement[bool]]:
    p = participations
    return [p.c.office_id.in_(OFFICES), p.c.occurred_on.between(since, LAST), took_part(p), *matches(shape, p)]


def who_took_part(shape: Shape) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The numbers of those reached, as a condition for a list."""
    p = participations
    common = _taking_part(shape, FIRST)
    persons = sa.select(p.c.stakeholder_id).where(*common)
    return persons.union(sa.select(p.c.organization_id).where(p.c.organization_id.is_not(None), *common))


def _totals(shape: Shape) -> sa.CTE:
    """For each person who took part and each organization spoken for: engagements now and before, and the last day.

    A person takes part once in an engagement; an organization counts once however many spoke for it.
    """
    p = participations
    common = _taking_part(shape, SINCE)
    is_now = p.c.occurred_on >= FIRST
    persons = (
        sa.select(
            p.c.stakeholder_id.label("sid"),
            sa.func.sum(is_one(is_now)).label("now"),
            sa.func.sum(is_one(~is_now)).label("before"),
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


def _days(first: date, last: date, since: date) -> dict[str, Any]:
    return {
        "first": first,
        "last": last,
        "since": since,
        "near_first": datetime.combine(first, time(), UTC) + TWO_DAYS,
        "near_since": datetime.combine(since, time(), UTC) + TWO_DAYS,
    }


def reached(
    ground: Ground, first: date, last: date, before: tuple[date, date] | None, *, limit: int
) -> tuple[list[Reached], list[Active]]:
    """Everybody who took part in the period or the one before it, by kind and category, and the most active in the period."""
    days = _days(first, last, before[0] if before else first) | {"most": limit}
    rows = db.session.execute(_reached(ground.shape), ground.params | days).all()
    counts = [Reached(*row[1:7]) for row in rows if row.is_count]
    active = [Active(row.id, row.name, row.kind, row.category, row.now, row.last) for row in rows if not row.is_count]
    return counts, sorted(active, key=lambda row: (-row.engagements, -(row.last or date.min).toordinal(), row.stakeholder_id))


@cache
def _reached(shape: Shape) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Two answers from one count: rows that sum up, and rows that name the most active."""
    told = _told(_totals(shape))
    now, then = told.c.now > 0, told.c.before > 0
    sums = {"now": now, "before": then, "new": sa.and_(now, told.c.is_new), "new_before": sa.and_(then, told.c.was_new)}
    nobody = (sa.cast(sa.null(), told.c.id.type), sa.cast(sa.null(), sa.String), sa.cast(sa.null(), sa.Date))
    summed = (
        sa.select(sa.literal(1).label("is_count"), told.c.kind, told.c.category)
        .add_columns(*(sa.func.coalesce(sa.func.sum(is_one(condition)), 0).label(name) for name, condition in sums.items()))
        .add_columns(*(empty.label(name) for empty, name in zip(nobody, ("id", "name", "last"), strict=True)))
        .group_by(told.c.kind, told.c.category)
    )
    nought = sa.literal(0)
    top = (
        sa.select(
            sa.literal(0), told.c.kind, told.c.category, told.c.now, nought, nought, nought, told.c.id, told.c.name, told.c.last
        )
        .where(visible(told), now)
        .order_by(told.c.now.desc(), told.c.last.desc(), told.c.id)
        .limit(sa.bindparam("most", type_=sa.Integer()))
        .subquery()
    )
    return summed.union_all(sa.select(top))


def _told(totals: sa.CTE) -> sa.CTE:
    """Who they are. Looked up once, and before any condition: for a condition SQLite would first read all stakeholders there are."""
    s, o = stakeholders, organizations
    return (
        sa.select(totals.c.now, totals.c.before, totals.c.last, _kind.label("kind"), _category.label("category"))
        .add_columns(s.c.id, s.c.name, s.c.office_id, s.c.is_shared)
        .add_columns(
            _once(sa.and_(totals.c.now > 0, totals.c.before == 0), sa.not_(met_before("first"))).label("is_new"),
            _once(totals.c.before > 0, sa.not_(met_before("since"))).label("was_new"),
        )
        .select_from(totals.join(s, s.c.id == totals.c.sid).outerjoin(o, o.c.id == totals.c.sid))
        .cte("told")
        .prefix_with("MATERIALIZED")
    )


def _once(condition: sa.ColumnElement[bool], look: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Both; the second is a look into the index, which SQLite saves for CASE alone. Whoever took part before has been met before."""
    return sa.case((condition, look), else_=sa.false())


def met_before(day: str = "first") -> sa.ColumnElement[bool]:
    """Whether there is an engagement on record before a day. Filters play no part: it is about the first contact of all."""
    bound = sa.bindparam(day, type_=sa.Date())
    near = sa.bindparam(f"near_{day}", type_=UtcDateTime())
    return has_contact(lambda p: (p.c.occurred_on < bound, p.c.sort_at < near))


def days_of_list(first: date) -> dict[str, Any]:
    """What `met_before()` needs in the statement of a list."""
    return {"near_first": datetime.combine(first, time(), UTC) + TWO_DAYS}
