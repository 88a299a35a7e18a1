"""Questions about interactions."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core import scope as scopes
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
    names = ("channel", "direction", "tone", "letter_number", "duration_minutes")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in db.session.execute(_facts.now, {"ids": ids})}


_facts = scopes.Kept(
    sa.select(
        Interaction.id,
        Interaction.channel,
        Interaction.direction,
        Interaction.tone,
        Interaction.letter_number,
        Interaction.duration_minutes,
    ).where(Interaction.id.in_(sa.bindparam("ids", expanding=True)))
)


def list_page(wanted: Filter, *, channel: Channel | None = None, cursor: str | None = None) -> Page[Entry]:
    """Newest first, as timeline entries. Raises BadCursor."""
    further = [Interaction.channel == channel] if channel else []
    return lists.list_page(Interaction, wanted, *further, cursor=cursor)
