"""What became of a delivery: moments, each the first of its kind, whatever order they are told in; and what they count for."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

import sqlalchemy as sa

from crm.campaigns import tallies
from crm.campaigns.models import Campaign, Delivery
from crm.campaigns.tallies import Count
from crm.core.db import db
from crm.mail.models import EventKind

COLUMN_OF: dict[EventKind, str] = {
    EventKind.PROCESSED: "processed_at",
    EventKind.DROPPED: "dropped_at",
    EventKind.DEFERRED: "deferred_at",
    EventKind.DELIVERED: "delivered_at",
    EventKind.BOUNCE: "bounced_at",
    EventKind.BLOCKED: "bounced_at",
    EventKind.COMPLAINT: "complained_at",
    EventKind.UNSUBSCRIBE: "unsubscribed_at",
    EventKind.GROUP_UNSUBSCRIBE: "unsubscribed_at",
}


@dataclass(slots=True)
class State:
    """A delivery while events are applied to it; the row is locked till the transaction ends."""

    id: int
    campaign_id: int
    office_id: int
    content_id: int | None
    mark_key: str
    email: str | None
    subscription_id: int | None
    variant: str
    processed_at: dt.datetime | None
    deferred_at: dt.datetime | None
    delivered_at: dt.datetime | None
    bounced_at: dt.datetime | None
    is_hard_bounce: bool
    dropped_at: dt.datetime | None
    complained_at: dt.datetime | None
    unsubscribed_at: dt.datetime | None
    opened_at: dt.datetime | None
    machine_opened_at: dt.datetime | None
    clicked_at: dt.datetime | None
    machine_clicked_at: dt.datetime | None
    click_count: int
    replied_at: dt.datetime | None
    before: tuple[Any, ...] = field(default=())

    def __post_init__(self) -> None:
        self.before = self.values()

    def values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in WRITTEN)

    def first(self, column: str, at: dt.datetime) -> None:
        """Keep the earliest moment of a kind."""
        known = getattr(self, column)
        if known is None or at < known:
            setattr(self, column, at)


OF_CAMPAIGN = ("office_id", "content_id", "mark_key")
WRITTEN = tuple(
    each.name
    for each in fields(State)
    if each.name not in {"id", "campaign_id", "email", "subscription_id", "variant", "before", *OF_CAMPAIGN}
)


def counts_of(values: tuple[Any, ...]) -> frozenset[Count]:
    """Which counts of the campaign a delivery stands in. A refusal outweighs a delivery, whichever was told first."""
    row = dict(zip(WRITTEN, values, strict=True))
    found = {count for column, count in _PLAIN.items() if row[column] is not None}
    refused = row["bounced_at"] is not None
    if refused:
        found.add(Count.HARD_BOUNCED if row["is_hard_bounce"] else Count.SOFT_BOUNCED)
    elif row["delivered_at"] is not None:
        found.add(Count.DELIVERED)
    elif row["deferred_at"] is not None and row["dropped_at"] is None:
        found.add(Count.DEFERRED)
    if any(row[column] is not None for column in _HEARD):
        found.add(Count.HEARD)
    return frozenset(found | _traces(found))


def _traces(found: set[Count]) -> set[Count]:
    """What people did and what machines did, in sorts that never overlap."""
    opened, clicked = Count.OPENED in found, Count.CLICKED in found
    sorts = {Count.SURELY_CLICKED} if clicked and Count.MACHINE_CLICKED not in found else set[Count]()
    if sorts or (opened and Count.MACHINE_OPENED not in found):
        sorts.add(Count.SURELY_READ)
    elif opened or clicked:
        sorts.add(Count.MAYBE_READ)
    elif Count.MACHINE_OPENED in found:
        sorts.add(Count.MACHINE_READ)
    return sorts


_HEARD = ("delivered_at", "bounced_at", "dropped_at", "deferred_at")
_PLAIN = {
    "dropped_at": Count.DROPPED,
    "complained_at": Count.COMPLAINED,
    "unsubscribed_at": Count.UNSUBSCRIBED,
    "opened_at": Count.OPENED,
    "machine_opened_at": Count.MACHINE_OPENED,
    "clicked_at": Count.CLICKED,
    "machine_clicked_at": Count.MACHINE_CLICKED,
    "replied_at": Count.REPLIED,
}


def load(delivery_ids: Iterable[int]) -> dict[int, State]:
    """The deliveries, locked in the order of their ids."""
    wanted = sorted(set(delivery_ids))
    columns = [getattr(Campaign if each.name in OF_CAMPAIGN else Delivery, each.name) for each in fields(State)[:-1]]
    found = (
        sa.select(*columns)
        .join_from(Delivery, Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.id.in_(wanted))
        .order_by(Delivery.id)
        .with_for_update(of=Delivery)
    )
    return {row.id: State(*row) for row in db.session.execute(found)} if wanted else {}


def save(states: Iterable[State]) -> None:
    """Write what changed, and move the counts of the campaigns in the same transaction."""
    moved: dict[int, Counter[Count]] = defaultdict(Counter)
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for state in states:
        after = state.values()
        if after == state.before:
            continue
        changed = {name: new for name, old, new in zip(WRITTEN, state.before, after, strict=True) if new != old}
        by_columns[tuple(changed)].append({"id": state.id, **changed})
        was, now = counts_of(state.before), counts_of(after)
        moved[state.campaign_id].update(now - was)
        moved[state.campaign_id].subtract(was - now)
        state.before = after
    for columns in sorted(by_columns):
        db.session.execute(sa.update(Delivery), by_columns[columns])
    for campaign_id in sorted(moved):
        tallies.move(campaign_id, moved[campaign_id])


def note(delivery_id: int, column: str, at: dt.datetime) -> bool:
    """Write one moment of one delivery (`unsubscribed_at` by its link, `replied_at`), if it is the first of its kind, and count it.

    False when there is no such delivery. Call it in the transaction of what happened.
    """
    found = load([delivery_id])
    for state in found.values():
        state.first(column, at)
    save(found.values())
    return bool(found)
