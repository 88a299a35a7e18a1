"""Questions about interactions."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core.db import db
from crm.core.pagination import Page
from crm.engagements.queries import lists
from crm.engagements.queries.lists import Filter
from crm.engagements.queries.timeline import Entry
from crm.interactions.models import Channel, Interaction


def interactions_visible_to(_user: User) -> sa.Select[Interaction]:
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


def list_page(wanted: Filter, *, channel: Channel | None = None, cursor: str | None = None) -> Page[Entry]:
    """Newest first, as timeline entries. Raises BadCursor."""
    further = [Interaction.channel == channel] if channel else []
    return lists.list_page(Interaction, wanted, *further, cursor=cursor)
