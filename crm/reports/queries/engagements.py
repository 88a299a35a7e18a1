"""Engagements counted by day, kind, channel and role; their topics and the people who did the work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core.db import db
from crm.engagements.models import COARSE, EngagementTopic
from crm.interactions.models import Interaction
from crm.reports.figures import Count
from crm.reports.queries.ground import FIRST, LAST, SINCE, Ground, Shape, counted, engagements, is_one
from crm.stakeholders.models import Topic

interactions = Interaction.__table__
topic_links = EngagementTopic.__table__
topic_names = Topic.__table__
users = User.__table__
_SIZES = (16, 40)  # cuts in one statement, filled up by the last one
_together = engagements.outerjoin(interactions, interactions.c.id == engagements.c.id)


class DayCount(NamedTuple):
    day: date
    kind: str
    channel: str | None
    role: str
    is_coarse: bool
    number: int

    @property
    def form(self) -> str:
        return self.channel or self.kind


def by_stretch(ground: Ground, cuts: Collection[date], last: date) -> list[DayCount]:
    """Every sum of the report comes from these: one row for each stretch, kind, channel, role and precision that occurs.

    A stretch begins at a cut, which is its rows' day, and ends before the next. With very many cuts each day is a stretch of its own.
    """
    starts = sorted(cuts)
    size = next((size for size in _SIZES if len(starts) <= size), 0)
    marks = {f"cut_{n}": starts[min(n, len(starts) - 1)] for n in range(1, size)}
    rows = db.session.execute(_by_stretch(ground.shape, size), ground.params | marks | {"first": starts[0], "last": last})
    return [DayCount(starts[min(at, len(starts) - 1)] if size else at, *rest) for at, *rest in rows]


@cache
def _by_stretch(shape: Shape, size: int) -> sa.Select[*tuple[Any, ...]]:
    e, i = engagements, interactions
    ends = ((e.c.occurred_on < sa.bindparam(f"cut_{n}", type_=sa.Date()), sa.literal_column(str(n - 1))) for n in range(1, size))
    stretch = sa.case(*ends, else_=sa.literal_column(str(size - 1))) if size else e.c.occurred_on
    is_coarse = is_one(sa.type_coerce(e.c.precision, sa.String).in_([precision.value for precision in COARSE]))
    group = [
        column.label(f"by_{n}")
        for n, column in enumerate(
            (stretch, e.c.kind, sa.type_coerce(i.c.channel, sa.String), sa.type_coerce(e.c.role, sa.String), is_coarse)
        )
    ]
    return (
        sa.select(*group, sa.func.count())
        .select_from(_together)
        .where(counted(shape), e.c.occurred_on.between(FIRST, LAST))
        .group_by(*group)
    )


def undated(ground: Ground) -> int:
    """Engagements of which nobody knows when they were: they belong to no period."""
    return db.session.execute(_undated(ground.shape), ground.params).scalar_one()


@cache
def _undated(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(sa.func.count()).select_from(engagements).where(counted(shape), engagements.c.occurred_on.is_(None))


def topics(ground: Ground, first: date, last: date, before: tuple[date, date] | None) -> list[Count]:
    """Topics of the period by engagements, with the period before; the most frequent first."""
    days = {"since": before[0] if before else first, "first": first, "last": last}
    return [
        Count(str(topic_id), int(count), int(both - count) if before else None, name)
        for topic_id, name, count, both in db.session.execute(_topics(ground.shape), ground.params | days)
    ]


@cache
def _topics(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    e, link, topic = engagements, topic_links, topic_names
    now = sa.func.sum(is_one(e.c.occurred_on >= FIRST))
    return (
        sa.select(topic.c.id, topic.c.name, now, sa.func.count())
        .select_from(e.join(link, link.c.engagement_id == e.c.id).join(topic, topic.c.id == link.c.topic_id))
        .where(counted(shape), e.c.occurred_on.between(SINCE, LAST))
        .group_by(topic.c.id, topic.c.name)
        .having(now > 0)
        .order_by(now.desc(), topic.c.name, topic.c.id)
    )


def by_owner(ground: Ground, first: date, last: date) -> Sequence[tuple[int | None, str | None, int]]:
    """Who did the work: (user, name, engagements)."""
    rows = db.session.execute(_by_owner(ground.shape), ground.params | {"first": first, "last": last})
    return [(user_id, name, count) for user_id, name, count in rows]


@cache
def _by_owner(shape: Shape) -> sa.Select[*tuple[Any, ...]]:
    e = engagements
    return (
        sa.select(e.c.owner_id, users.c.name, sa.func.count())
        .select_from(e.outerjoin(users, users.c.id == e.c.owner_id))
        .where(counted(shape), e.c.occurred_on.between(FIRST, LAST))
        .group_by(e.c.owner_id, users.c.name)
    )
