"""Engagements counted by day, kind, channel and role; their topics and the people who did the work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core.db import db
from crm.engagements.models import COARSE, EngagementTopic
from crm.interactions.models import Interaction
from crm.reports.figures import Count
from crm.reports.queries.ground import Ground, counted, engagements
from crm.stakeholders.models import Topic

interactions = Interaction.__table__
topic_links = EngagementTopic.__table__
topic_names = Topic.__table__
users = User.__table__


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


def by_day(ground: Ground, first: date, last: date) -> list[DayCount]:
    """One row for each day, kind, channel, role and precision that occurs: every sum of the report comes from these."""
    e, i = engagements, interactions
    is_coarse = sa.case((e.c.precision.in_([precision.value for precision in COARSE]), 1), else_=0)
    channel, role = sa.type_coerce(i.c.channel, sa.String), sa.type_coerce(e.c.role, sa.String)
    group = (e.c.occurred_on, e.c.kind, channel, role, is_coarse)
    statement = (
        sa.select(*group, sa.func.count())
        .select_from(e.outerjoin(i, i.c.id == e.c.id))
        .where(counted(ground), e.c.occurred_on.between(first, last))
        .group_by(*group)
    )
    return [DayCount(*row) for row in db.session.execute(statement)]


def forms_by_day(ground: Ground, first: date, last: date) -> list[tuple[date, str, int]]:
    """(day, form, engagements): for the bars of the trend that lie before what `by_day` reads."""
    e, i = engagements, interactions
    form = sa.func.coalesce(sa.type_coerce(i.c.channel, sa.String), e.c.kind)
    statement = (
        sa.select(e.c.occurred_on, form, sa.func.count())
        .select_from(e.outerjoin(i, i.c.id == e.c.id))
        .where(counted(ground), e.c.occurred_on.between(first, last))
        .group_by(e.c.occurred_on, form)
    )
    return [(day, form, number) for day, form, number in db.session.execute(statement)]


def undated(ground: Ground) -> int:
    """Engagements of which nobody knows when they were: they belong to no period."""
    statement = sa.select(sa.func.count()).select_from(engagements).where(counted(ground), engagements.c.occurred_on.is_(None))
    return db.session.execute(statement).scalar_one()


def topics(ground: Ground, first: date, last: date, before: tuple[date, date] | None) -> list[Count]:
    """Topics of the period by engagements, with the period before; the most frequent first."""
    e, link, topic = engagements, topic_links, topic_names
    now = sa.func.sum(sa.case((e.c.occurred_on >= first, 1), else_=0))
    statement = (
        sa.select(topic.c.id, topic.c.name, now, sa.func.count())
        .select_from(e.join(link, link.c.engagement_id == e.c.id).join(topic, topic.c.id == link.c.topic_id))
        .where(counted(ground), e.c.occurred_on.between(before[0] if before else first, last))
        .group_by(topic.c.id, topic.c.name)
        .having(now > 0)
        .order_by(now.desc(), topic.c.name, topic.c.id)
    )
    return [
        Count(str(topic_id), int(count), int(both - count) if before else None, name)
        for topic_id, name, count, both in db.session.execute(statement)
    ]


def by_owner(ground: Ground, first: date, last: date) -> Sequence[tuple[int | None, str | None, int]]:
    """Who did the work: (user, name, engagements)."""
    e = engagements
    statement = (
        sa.select(e.c.owner_id, users.c.name, sa.func.count())
        .select_from(e.outerjoin(users, users.c.id == e.c.owner_id))
        .where(counted(ground), e.c.occurred_on.between(first, last))
        .group_by(e.c.owner_id, users.c.name)
    )
    return [(user_id, name, count) for user_id, name, count in db.session.execute(statement)]
