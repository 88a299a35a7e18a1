"""Which deliveries a call holds, and what is done to all of them at once."""

import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from crm.campaigns.models import Batch, BatchState, Delivery, DeliveryState
from crm.core.clock import now
from crm.core.db import db

# In these very words, because an index that holds only such rows is found by them.
PENDING: sa.ColumnElement[bool] = sa.literal_column("deliveries.state") == sa.literal_column("'pending'")
OPEN: sa.ColumnElement[bool] = sa.literal_column("batches.state").in_(
    [sa.literal_column(word) for word in ("'ready'", "'sending'", "'in-doubt'")]
)
CHUNK = 500


def held_by(batch: Batch) -> tuple[sa.ColumnElement[bool], ...]:
    """The deliveries that a call still has to bring out."""
    if batch.first_id is None:
        return (Delivery.batch_id == batch.id, PENDING)
    return (*in_range(batch.campaign_id, batch.variant, batch.first_id, batch.last_id or 0), PENDING)


def in_range(campaign_id: int, variant: str, first: int, last: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Delivery.campaign_id == campaign_id,
        Delivery.variant == variant,
        Delivery.id >= first,
        Delivery.id <= last,
        Delivery.batch_id.is_(None),
    )


def settle(batch: Batch, state: DeliveryState, *, reason: str = "") -> int:
    """All deliveries that the call still holds come to this end. One statement, however many they are."""
    values: dict[str, Any] = {"state": state, "reason": reason[:200], "batch_id": batch.id}
    if state is DeliveryState.ACCEPTED:
        values["accepted_at"] = batch.posted_at or now()
    return change(held_by(batch), **values)


def change(which: tuple[sa.ColumnElement[bool], ...], **values: Any) -> int:
    made = sa.update(Delivery).where(*which).values(values).execution_options(synchronize_session=False)
    return db.session.execute(made).rowcount  # type: ignore[attr-defined]


def end_these(ids: Iterable[int], state: DeliveryState, *, reason: str) -> int:
    """Single deliveries come to an end of their own: skipped or failed."""
    wanted = sorted(ids)
    return sum(
        change((Delivery.id.in_(wanted[at : at + CHUNK]), PENDING), state=state, reason=reason[:200])
        for at in range(0, len(wanted), CHUNK)
    )


def set_apart(
    campaign_id: int, variant: str, ids: Iterable[int], *, each: bool = False, note: str = "", depth: int = 0
) -> list[Batch]:
    """Take deliveries out of the call that holds them, into one of their own or into one for each of them."""
    wanted = sorted(ids)
    groups = [[one] for one in wanted] if each else [wanted] if wanted else []
    made = []
    for group in groups:
        apart = planned(campaign_id, variant, size=len(group), depth=depth)
        apart.note = note
        db.session.add(apart)
        db.session.flush()
        for at in range(0, len(group), CHUNK):
            change((Delivery.id.in_(group[at : at + CHUNK]), PENDING), batch_id=apart.id, variant=variant)
        made.append(apart)
    return made


def halve(batch: Batch) -> list[Batch]:
    """Two calls in the place of one that was surely not sent."""
    ids = list(db.session.scalars(sa.select(Delivery.id).where(*held_by(batch)).order_by(Delivery.id)))
    middle = len(ids) // 2
    batch.state, batch.note = BatchState.REPLACED, "halved"
    halves = []
    for part in (ids[:middle], ids[middle:]):
        if not part:
            continue
        half = planned(batch.campaign_id, batch.variant, size=len(part), depth=batch.depth + 1)
        if batch.first_id is not None:
            half.first_id, half.last_id = part[0], part[-1]
        db.session.add(half)
        db.session.flush()
        if batch.first_id is None:
            change((Delivery.id.in_(part), PENDING), batch_id=half.id)
        halves.append(half)
    return halves


def planned(campaign_id: int, variant: str, *, size: int, depth: int = 0) -> Batch:
    return Batch(
        campaign_id=campaign_id,
        mark=str(uuid.uuid4()),
        variant=variant,
        state=BatchState.READY,
        size=size,
        depth=depth,
        not_before=now(),
        created_at=now(),
    )


def has_open(campaign_id: int) -> bool:
    """Whether a call of the campaign may still send, or nobody knows yet whether it did."""
    found = sa.select(Batch.id).where(Batch.campaign_id == campaign_id, OPEN, Batch.is_canary.is_(False)).limit(1)
    return db.session.scalar(found) is not None


def has_pending(campaign_id: int) -> bool:
    found = sa.select(Delivery.id).where(Delivery.campaign_id == campaign_id, PENDING).limit(1)
    return db.session.scalar(found) is not None
