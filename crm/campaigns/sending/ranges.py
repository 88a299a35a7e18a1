"""Which deliveries a call holds, and what is done to all of them at once."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from crm.campaigns.models import IN_LINE, Batch, BatchState, Delivery, DeliveryState
from crm.core.clock import now
from crm.core.db import db

# In these very words, because an index that holds only such rows is found by them.
LINE: sa.ColumnElement[bool] = sa.literal_column(f"deliveries.{IN_LINE}")
PENDING: sa.ColumnElement[bool] = sa.literal_column("deliveries.state") == sa.literal_column("'pending'")
OPEN: sa.ColumnElement[bool] = sa.literal_column("batches.state").in_(
    [sa.literal_column(word) for word in ("'ready'", "'sending'", "'in-doubt'")]
)
CHUNK = 500
_deliveries: Any = Delivery.__table__


def held_by(batch: Batch) -> tuple[sa.ColumnElement[bool], ...]:
    """The deliveries that a call still has to bring out."""
    if batch.first_id is None:
        return pending_of(batch.id)
    return pending_in(batch.campaign_id, batch.variant, batch.first_id, batch.last_id or 0)


def pending_of(batch_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (Delivery.batch_id == batch_id, PENDING)


def pending_in(campaign_id: int, variant: str, first: int, last: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (*in_range(campaign_id, variant, first, last), PENDING)


def in_range(campaign_id: int, variant: str, first: int, last: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Delivery.campaign_id == campaign_id,
        Delivery.variant == variant,
        Delivery.id >= first,
        Delivery.id <= last,
        Delivery.batch_id.is_(None),
        LINE,
    )


def went_with(batch: Batch) -> tuple[sa.ColumnElement[bool], ...]:
    """The deliveries that a call brought out. Those of an early version name it, also where it is a range."""
    if batch.first_id is None:
        return (Delivery.batch_id == batch.id, Delivery.state == DeliveryState.ACCEPTED)
    return (
        Delivery.campaign_id == batch.campaign_id,
        Delivery.variant == batch.variant,
        Delivery.id >= batch.first_id,
        Delivery.id <= batch.last_id,
        sa.or_(Delivery.batch_id.is_(None), Delivery.batch_id == batch.id),
        Delivery.state == DeliveryState.ACCEPTED,
        LINE,
    )


def settle(batch: Batch, state: DeliveryState, *, reason: str = "") -> int:
    """All deliveries that the call still holds come to this end, which is not that they were accepted. One statement, however many."""
    return change(held_by(batch), state=state, reason=reason[:200] or state.value)


_of: Any = sa.bindparam
_taken = sa.update(_deliveries).values({"state": DeliveryState.ACCEPTED, "accepted_at": _of("at")})
_TAKE_RANGE = _taken.where(*pending_in(_of("of_campaign"), _of("of_variant"), _of("first"), _of("last")))
_TAKE_SINGLE = _taken.where(*pending_of(_of("of_batch")))


def accepted(batches: Sequence[Batch]) -> int:
    """The deliveries that these calls still hold were accepted: how many. One statement for all calls that hold a range."""
    whole: list[dict[str, Any]] = []
    single: list[dict[str, Any]] = []
    for one in batches:
        at = one.posted_at or now()
        if one.first_id is None:
            single.append({"of_batch": one.id, "at": at})
        else:
            ends = {"first": one.first_id, "last": one.last_id}
            whole.append({"of_campaign": one.campaign_id, "of_variant": one.variant, "at": at, **ends})
    connection = db.session.connection()
    return sum(connection.execute(made, some).rowcount for made, some in ((_TAKE_RANGE, whole), (_TAKE_SINGLE, single)) if some)


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


def lines(campaign_id: int) -> list[tuple[str, int]]:
    """The variants that the campaign has people of, found by leaps over the index, each with the last id that a call of it holds."""
    found: list[tuple[str, int]] = []
    while True:
        more = sa.select(sa.func.min(Delivery.variant)).where(Delivery.campaign_id == campaign_id, LINE)
        variant = db.session.scalar(more.where(Delivery.variant > found[-1][0]) if found else more)
        if variant is None:
            return found
        last = sa.select(sa.func.max(Batch.last_id)).where(Batch.campaign_id == campaign_id, Batch.variant == variant)
        found.append((variant, db.session.scalar(last) or 0))


def following(campaign_id: int, variant: str, reached: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Who reads this and is in no call yet."""
    return (
        Delivery.campaign_id == campaign_id,
        Delivery.variant == variant,
        Delivery.id > reached,
        Delivery.batch_id.is_(None),
        LINE,
        PENDING,
    )


def has_following(campaign_id: int) -> bool:
    """Whether anybody is in no call yet."""
    some = (sa.select(Delivery.id).where(*following(campaign_id, *line)).limit(1) for line in lines(campaign_id))
    return any(db.session.scalar(found) is not None for found in some)


def has_pending(campaign_id: int) -> bool:
    """Whether anybody waits at all, however that came to be. Reads all of the campaign: for its end."""
    found = sa.select(Delivery.id).where(Delivery.campaign_id == campaign_id, LINE, PENDING).limit(1)
    return db.session.scalar(found) is not None
