"""Questions about interactions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core import pagination
from crm.core.db import db
from crm.core.pagination import Page
from crm.engagements import queries as engagements
from crm.engagements.models import Engagement
from crm.engagements.queries import timeline
from crm.engagements.queries.timeline import Entry
from crm.interactions.models import Channel, Interaction


def interactions_visible_to(_user: User) -> sa.Select[tuple[Interaction]]:
    """Those of the offices in scope."""
    return sa.select(Interaction)


def details_of(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What a timeline entry of an interaction adds: channel, direction, tone, letter number. One query."""
    columns = (
        Interaction.id,
        Interaction.channel,
        Interaction.direction,
        Interaction.tone,
        Interaction.letter_number,
        Interaction.duration_minutes,
    )
    rows = db.session.execute(sa.select(*columns).where(Interaction.id.in_(ids))).mappings()
    return {
        row["id"]: {name: row[name] for name in ("channel", "direction", "tone", "letter_number", "duration_minutes")}
        for row in rows
    }


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to; every value comes from the address and was checked."""

    channel: Channel | None = None
    topic_id: int | None = None
    stakeholder_id: int | None = None
    owner_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    is_undated: bool = False


def list_page(wanted: Filter, *, cursor: str | None, size: int = pagination.PAGE_ROWS) -> Page[Entry]:
    """Newest first, as timeline entries. Raises BadCursor."""
    keys = sa.select(Interaction.id, Interaction.sort_at)
    if cursor:
        values = pagination.decode_cursor(cursor, [pagination.read_time, pagination.read_id])
        keys = keys.where(pagination.after([Engagement.sort_at, Engagement.id], values, descending=True))
    keys = _narrowed(keys, wanted).order_by(Engagement.sort_at.desc(), Engagement.id.desc()).limit(size + 1)
    page = pagination.cut(db.session.execute(keys).all(), size, lambda row: (row.sort_at, row.id))
    return Page(timeline.entries_of([row.id for row in page.rows]), page.next_cursor)


def _narrowed(statement: sa.Select[Any], wanted: Filter) -> sa.Select[Any]:
    conditions = [
        (wanted.channel, lambda: Interaction.channel == wanted.channel),
        (wanted.owner_id, lambda: Interaction.owner_id == wanted.owner_id),
        (wanted.since, lambda: Interaction.occurred_on >= wanted.since),
        (wanted.until, lambda: Interaction.occurred_on <= wanted.until),
        (wanted.is_undated, lambda: Interaction.occurred_on.is_(None)),
        (wanted.topic_id, lambda: engagements.has_topic(wanted.topic_id or 0)),
        (wanted.stakeholder_id, lambda: engagements.has_stakeholder(wanted.stakeholder_id or 0)),
    ]
    return statement.where(*(condition() for value, condition in conditions if value))
