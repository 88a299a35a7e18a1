"""Running counts of a campaign, so that its page costs the same with a million deliveries as with ten.

Whoever writes a moment into a delivery moves its count in the same transaction; a moment that was there already moves nothing.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm.campaigns.models import Tally
from crm.core.db import db


class Count(StrEnum):
    """One word for each thing that is counted once a delivery."""

    TARGET = "target"  # everybody of the audience: those who receive and those who are left out
    SKIPPED = "skipped"
    ACCEPTED = "accepted"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    HARD_BOUNCED = "hard-bounced"
    SOFT_BOUNCED = "soft-bounced"
    DROPPED = "dropped"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    OPENED = "opened"
    MACHINE_OPENED = "machine-opened"
    CLICKED = "clicked"
    MACHINE_CLICKED = "machine-clicked"
    REPLIED = "replied"
    # Sorts of traces that never overlap, and mails of which anything was heard: results/measures.py says what each means.
    SURELY_READ = "surely-read"
    MAYBE_READ = "maybe-read"
    MACHINE_READ = "machine-read"
    SURELY_CLICKED = "surely-clicked"
    HEARD = "heard"


REDUCED = "reduced-to-totals"  # says that what people did was forgotten: only the counts are left
MOVES = "moves"  # how often the counts moved: whoever worked something out of the deliveries knows by it whether that still holds


def move(campaign_id: int, counts: Mapping[Count, int]) -> None:
    """Add to the counts of a campaign, in one statement."""
    moved = {key.value: by for key, by in counts.items() if by}
    if not moved:
        return
    rows = [{"campaign_id": campaign_id, "key": key, "value": by} for key, by in sorted({**moved, MOVES: 1}.items())]
    insert: Any = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Tally).values(rows)
    statement = statement.on_conflict_do_update(
        index_elements=[Tally.campaign_id, Tally.key], set_={"value": Tally.value + statement.excluded.value}
    )
    db.session.execute(statement)


def of(campaign_ids: Iterable[int]) -> dict[int, dict[Count, int]]:
    """The counts of campaigns: none for what was never counted. One query."""
    found: dict[int, dict[Count, int]] = {campaign_id: {} for campaign_id in campaign_ids}
    known = {key.value: key for key in Count}
    rows = sa.select(Tally.campaign_id, Tally.key, Tally.value).where(Tally.campaign_id.in_(list(found)))
    for campaign_id, key, value in db.session.execute(rows):
        if key in known:
            found[campaign_id][known[key]] = value
    return found
