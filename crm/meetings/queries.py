"""Questions about meetings."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core.db import db
from crm.core.pagination import Page
from crm.engagements.queries import lists
from crm.engagements.queries.lists import Filter
from crm.engagements.queries.timeline import Entry
from crm.meetings.models import Meeting


def meetings_visible_to(_user: User) -> sa.Select[Meeting]:
    """Those of the offices in scope."""
    return sa.select(Meeting)


def list_page(wanted: Filter, *, cursor: str | None) -> Page[Entry]:
    """Newest first, as timeline entries. Raises BadCursor."""
    return lists.list_page(Meeting, wanted, cursor=cursor)


def details_of(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What a timeline entry of a meeting adds: place and our side. One query."""
    rows = db.session.execute(sa.select(Meeting.id, Meeting.place, Meeting.host_text).where(Meeting.id.in_(ids)))
    return {row.id: {"place": row.place, "host_text": row.host_text} for row in rows}
