"""Lists of engagements of one kind: narrowed by the address, newest first, walked by key."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.core import pagination
from crm.core.db import db
from crm.core.pagination import Page
from crm.engagements.models import Engagement, EngagementTopic, MandateRole, Participation
from crm.engagements.queries import timeline
from crm.engagements.queries.timeline import Entry


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; every value comes from the address and was checked."""

    topic_id: int | None = None
    stakeholder_id: int | None = None
    owner_id: int | None = None
    role: MandateRole | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    is_undated: bool = False


def list_page(
    model: type[Engagement],
    wanted: Filter,
    *further: sa.ColumnElement[bool],
    cursor: str | None,
    size: int = pagination.PAGE_ROWS,
) -> Page[Entry]:
    """Newest first, as timeline entries. Raises BadCursor."""
    keys = sa.select(model.id, model.sort_at).where(*_conditions(wanted), *further)
    if cursor:
        values = pagination.decode_cursor(cursor, [pagination.read_time, pagination.read_id])
        keys = keys.where(pagination.after([Engagement.sort_at, Engagement.id], values, descending=True))
    rows = db.session.execute(keys.order_by(Engagement.sort_at.desc(), Engagement.id.desc()).limit(size + 1)).all()
    page = pagination.cut(rows, size, lambda row: (row.sort_at, row.id))
    return Page(timeline.entries_of([row.id for row in page.rows]), page.next_cursor)


def _conditions(wanted: Filter) -> Sequence[sa.ColumnElement[bool]]:
    """Made only for what is wanted: SQLAlchemy refuses `>= None`."""
    makers: dict[str, Callable[[Any], sa.ColumnElement[bool]]] = {
        "owner_id": lambda value: Engagement.owner_id == value,
        "role": lambda value: Engagement.role == value,
        "since": lambda value: Engagement.occurred_on >= value,
        "until": lambda value: Engagement.occurred_on <= value,
        "is_undated": lambda _value: Engagement.occurred_on.is_(None),
        "topic_id": _has_topic,
        "stakeholder_id": _has_stakeholder,
    }
    return [make(value) for name, make in makers.items() if (value := getattr(wanted, name))]


def _has_topic(topic_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(EngagementTopic.engagement_id == Engagement.id, EngagementTopic.topic_id == topic_id)


def _has_stakeholder(stakeholder_id: int) -> sa.ColumnElement[bool]:
    """The person took part, or the organization was spoken for."""
    took_part = sa.or_(Participation.stakeholder_id == stakeholder_id, Participation.organization_id == stakeholder_id)
    return sa.exists().where(Participation.engagement_id == Engagement.id, took_part)
