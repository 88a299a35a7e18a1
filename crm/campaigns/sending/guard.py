"""Guarded calls go out a quarter of an hour later, and till shortly before they can be taken back: that settles doubt without waiting."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from crm.campaigns.models import Batch, BatchResolution, BatchState, Delivery, DeliveryState
from crm.campaigns.sending import ranges, recording
from crm.campaigns.tallies import Count, move
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.mail import instance
from crm.mail.gateway import Transport

SCOPE = scopes.system_scope("take back calls that have not gone out")
SURE = dt.timedelta(minutes=10)  # SendGrid promises nothing for less
MOST = 100  # calls that may stand taken back at once


def settle_doubts(carrier: Transport) -> int:
    """Take back what is in doubt and has not gone out: then it surely was not sent and can be planned anew."""
    settled = 0
    for batch_id, hold in _holds(Batch.state == BatchState.IN_DOUBT):
        if not carrier.take_back(hold):
            continue
        with transaction.unit(SCOPE):
            batch = _held(batch_id, BatchState.IN_DOUBT)
            if batch is not None and batch.guard_id == hold:
                recording.again(batch, now())
                batch.resolution = BatchResolution.GUARD_CANCEL
                settled += 1
    return settled


def take_back(campaign_id: int, carrier: Transport) -> int:
    """The campaign was stopped: take back its accepted calls that have not gone out. Gives how many people this spared."""
    spared = 0
    for batch_id, hold in _holds(Batch.state == BatchState.ACCEPTED, Batch.campaign_id == campaign_id):
        if not carrier.take_back(hold):
            continue
        with transaction.unit(SCOPE):
            batch = _held(batch_id, BatchState.ACCEPTED)
            if batch is not None and batch.guard_id == hold:
                spared += _undo(batch)
    return spared


def _undo(batch: Batch) -> int:
    batch.state, batch.note = BatchState.REPLACED, "taken-back"
    went = (
        Delivery.campaign_id == batch.campaign_id,
        Delivery.batch_id == batch.id,
        Delivery.state == DeliveryState.ACCEPTED,
        *((Delivery.id >= batch.first_id, Delivery.id <= batch.last_id) if batch.first_id is not None else ()),
    )
    count = ranges.change(went, state=DeliveryState.CANCELLED, reason="taken-back", accepted_at=None)
    move(batch.campaign_id, {Count.ACCEPTED: -count, Count.CANCELLED: count})
    return count


def _holds(*which: Any) -> list[tuple[int, str]]:
    """Calls with a number under which they can still be taken back for sure. A copy of the database takes nothing back: they are not its own."""
    with transaction.unit(SCOPE):
        if not instance.may_send():
            return []
        found = sa.select(Batch.id, Batch.guard_id).where(*which, *_in_time())
        return [(batch_id, hold or "") for batch_id, hold in db.session.execute(found.order_by(Batch.send_at).limit(MOST))]


def may_spare(campaign_id: int) -> bool:
    """Whether accepted calls of the campaign are left that can still be taken back."""
    found = sa.select(Batch.id).where(Batch.campaign_id == campaign_id, Batch.state == BatchState.ACCEPTED, *_in_time())
    return db.session.scalar(found.limit(1)) is not None


def _in_time() -> tuple[sa.ColumnElement[bool], ...]:
    return (Batch.guard_id.is_not(None), Batch.send_at > now() + SURE)


def _held(batch_id: int, state: BatchState) -> Batch | None:
    found = sa.select(Batch).where(Batch.id == batch_id, Batch.state == state)
    return db.session.scalars(found.with_for_update()).one_or_none()
