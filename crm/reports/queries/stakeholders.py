"""Whom the office reached, whom for the first time, and with whom it has had no contact for long."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core.db import db
from crm.reports.figures import Quiet
from crm.reports.queries.ground import Ground, matches, organizations, participations, stakeholders, took_part, visible
from crm.stakeholders.models import Person

users = User.__table__
people = Person.__table__


@dataclass(frozen=True, slots=True)
class Reached:
    stakeholder_id: int
    kind: str
    category: str | None
    now: int  # engagements in the period
    before: int
    is_new: bool  # not on record before the period
    was_new: bool  # not on record before the period before
    last: date | None  # in the period


def _pairs(ground: Ground, *conditions: sa.ColumnElement[bool]) -> sa.CompoundSelect[tuple[int, int, date]]:
    """(stakeholder, engagement, day): the person who took part and the organization spoken for, each once an engagement."""
    p = participations
    common = (p.c.office_id.in_(ground.office_ids), took_part(p), *matches(ground, p), *conditions)
    persons = sa.select(p.c.stakeholder_id.label("sid"), p.c.engagement_id, p.c.occurred_on).where(*common)
    spoken_for = sa.select(p.c.organization_id, p.c.engagement_id, p.c.occurred_on).where(
        p.c.organization_id.is_not(None), *common
    )
    return persons.union(spoken_for)


def who_took_part(ground: Ground, first: date, last: date) -> sa.Select[tuple[int]]:
    """The numbers of those reached, as a condition for a list."""
    pairs = _pairs(ground, participations.c.occurred_on.between(first, last)).subquery()
    return sa.select(pairs.c.sid)


def reached(ground: Ground, first: date, last: date, before: tuple[date, date] | None) -> list[Reached]:
    """Everybody who took part in the period or the one before it."""
    since = before[0] if before else first
    pairs = _pairs(ground, participations.c.occurred_on.between(since, last)).cte("pairs")
    is_now = pairs.c.occurred_on >= first
    totals = (
        sa.select(
            pairs.c.sid,
            sa.func.sum(sa.case((is_now, 1), else_=0)).label("now"),
            sa.func.count().label("both"),
            sa.func.max(sa.case((is_now, pairs.c.occurred_on))).label("last"),
        )
        .group_by(pairs.c.sid)
        .cte("totals")
    )
    s, o = stakeholders, organizations
    statement = sa.select(
        totals.c.sid,
        s.c.kind,
        o.c.category,
        totals.c.now,
        totals.c.both - totals.c.now,
        totals.c.last,
        met_before(ground, totals.c.sid, first),
        met_before(ground, totals.c.sid, since),
    ).select_from(totals.join(s, s.c.id == totals.c.sid).outerjoin(o, o.c.id == totals.c.sid))
    return [
        Reached(sid, kind.value, category.value if category else None, now, earlier, not met, not met_then, latest)
        for sid, kind, category, now, earlier, latest, met, met_then in db.session.execute(statement)
    ]


def met_before(ground: Ground, sid: sa.ColumnElement[int], day: date) -> sa.ColumnElement[bool]:
    """Whether there is an engagement on record before a day. Filters play no part: it is about the first contact of all."""
    found = []
    for column in ("stakeholder_id", "organization_id"):
        p = participations.alias(f"earlier_{column}")
        earlier = (p.c[column] == sid, p.c.office_id.in_(ground.office_ids), p.c.occurred_on < day, took_part(p))
        found.append(sa.exists(sa.select(sa.literal(1)).select_from(p).where(*earlier)))
    return sa.or_(*found)


def described(ground: Ground, ids: Collection[int]) -> dict[int, str]:
    """Names of the stakeholders among these that the scope may see."""
    s = stakeholders
    statement = sa.select(s.c.id, s.c.name).where(s.c.id.in_(ids), visible(ground, s))
    return {row.id: row.name for row in db.session.execute(statement)} if ids else {}


def in_rhythm(ground: Ground, tier_days: Mapping[int, int], as_of: date, until: datetime) -> sa.Select[tuple[int, date | None]]:
    """Stakeholders of these offices with a contact interval that has passed: (columns of the stakeholder, last contact)."""
    s = stakeholders
    p = participations
    mine = sa.select(s.c.id).where(*_rhythm_conditions(ground, until))
    lasts = sa.union_all(
        *(
            sa.select(p.c[column].label("sid"), sa.func.max(p.c.occurred_on).label("last"))
            .where(p.c[column].in_(mine), p.c.office_id.in_(ground.office_ids), p.c.occurred_on <= as_of, took_part(p))
            .group_by(p.c[column])
            for column in ("stakeholder_id", "organization_id")
        )
    ).cte("lasts")
    last = sa.select(lasts.c.sid, sa.func.max(lasts.c.last).label("last")).group_by(lasts.c.sid).cte("last_contact")
    late = sa.or_(
        *(
            sa.and_(
                s.c.tier == tier,
                sa.or_(
                    last.c.last < as_of - timedelta(days=days),
                    sa.and_(last.c.last.is_(None), s.c.created_at < until - timedelta(days=days + 1)),
                ),
            )
            for tier, days in tier_days.items()
        )
    )
    return (
        sa.select(s.c.id, last.c.last)
        .select_from(s.outerjoin(last, last.c.sid == s.c.id))
        .where(*_rhythm_conditions(ground, until), late)
    )


def _rhythm_conditions(ground: Ground, until: datetime) -> list[sa.ColumnElement[bool]]:
    s = stakeholders
    silenced = sa.select(people.c.id).where(people.c.do_not_contact_at.is_not(None))
    found = [
        s.c.office_id.in_(ground.office_ids),
        s.c.tier.is_not(None),
        s.c.archived_at.is_(None),
        s.c.created_at < until,
        s.c.id.not_in(silenced),
    ]
    if ground.stakeholder_id is not None:
        found.append(s.c.id == ground.stakeholder_id)
    if ground.category is not None:
        found.append(s.c.id.in_(sa.select(organizations.c.id).where(organizations.c.category == ground.category)))
    return found


def quiet_count(ground: Ground, tier_days: Mapping[int, int], as_of: date, until: datetime) -> int:
    """How many are quiet at the end of a day; `until` is that moment."""
    found = in_rhythm(ground, tier_days, as_of, until).subquery()
    return db.session.execute(sa.select(sa.func.count()).select_from(found)).scalar_one()


def quiet(ground: Ground, tier_days: Mapping[int, int], as_of: date, until: datetime, *, limit: int) -> list[Quiet]:
    """Those without contact for longest first; without any contact on record, the time counts from the day of the record."""
    s = stakeholders
    found = in_rhythm(ground, tier_days, as_of, until)
    last = found.selected_columns[1]
    statement = (
        found.add_columns(s.c.name, s.c.kind, s.c.tier, s.c.created_at, users.c.name.label("owner"))
        .outerjoin(users, users.c.id == s.c.owner_id)
        .order_by(sa.func.coalesce(last, sa.func.date(s.c.created_at)), s.c.tier, s.c.name_sort, s.c.id)
        .limit(limit)
    )
    return [
        Quiet(sid, name, kind.value, tier, tier_days[tier], day, (as_of - (day or made.date())).days, owner)
        for sid, day, name, kind, tier, made, owner in db.session.execute(statement)
    ]
