"""Guarded calls go out a quarter of an hour later, and till shortly before they can be taken back: that settles doubt without waiting.

That we ask for a call back is on record before we ask (`owner`), and till the answer is known nothing else settles the call: an event may
tell that SendGrid took it in, and not that it went out. An answer that was lost is asked for again. A call that was taken back is planned
anew under a mark of its own, so that what is still told of the old one proves nothing about the new one.
"""

import datetime as dt
from collections.abc import Callable
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
SURE = dt.timedelta(minutes=11)  # SendGrid promises nothing for less than ten; the question itself may take most of a minute
MOST = 100  # calls that may stand taken back at once
TAKING_BACK = "guard"  # the owner of a call that we have asked SendGrid for
ASKED_FOR = dt.timedelta(hours=6)  # so long after its time we still ask whether a call was taken back; then a person has to say


def settle_doubts(carrier: Transport) -> int:
    """Take back what is in doubt and has not gone out: then it surely was not sent and can be planned anew."""
    return sum(_take_back(one, BatchState.IN_DOUBT, carrier, _plan_anew) for one in _wanted(Batch.state == BatchState.IN_DOUBT))


def take_back(campaign_id: int, carrier: Transport) -> int:
    """The campaign was stopped: take back its accepted calls that have not gone out. Gives how many people this spared."""
    wanted = _wanted(Batch.state == BatchState.ACCEPTED, Batch.campaign_id == campaign_id)
    return sum(_take_back(one, BatchState.ACCEPTED, carrier, _undo) for one in wanted)


def _take_back(batch_id: int, state: BatchState, carrier: Transport, undo: Callable[[Batch], int]) -> int:
    with transaction.unit(SCOPE):
        batch = _held(batch_id, state)
        if batch is None or batch.guard_id is None or batch.send_at is None:
            return 0
        hold, in_time = batch.guard_id, batch.send_at > now() + SURE
        if not in_time and batch.owner != TAKING_BACK:
            return 0
        batch.owner = TAKING_BACK
    stopped = carrier.take_back(hold) if in_time else carrier.is_taken_back(hold)
    with transaction.unit(SCOPE):
        batch = _held(batch_id, state)
        if batch is None or batch.guard_id != hold or batch.owner != TAKING_BACK:
            return 0
        if stopped:
            batch.owner = None
            return undo(batch)
        if stopped is False:
            _let_go(batch)
        return 0


def _let_go(batch: Batch) -> None:
    """It was not taken back and goes out, if it ever arrived: evidence counts again."""
    batch.owner = None
    if batch.state is BatchState.IN_DOUBT and batch.seen_at is not None:
        recording.accept(batch, BatchResolution.EVENT)


def _plan_anew(batch: Batch) -> int:
    """The same people in a new call."""
    anew = ranges.planned(batch.campaign_id, batch.variant, size=batch.size, depth=batch.depth)
    anew.first_id, anew.last_id = batch.first_id, batch.last_id
    db.session.add(anew)
    db.session.flush()
    if batch.first_id is None:
        ranges.change((Delivery.batch_id == batch.id, ranges.PENDING), batch_id=anew.id)
    batch.state, batch.resolution, batch.note = BatchState.REPLACED, BatchResolution.GUARD_CANCEL, "taken-back"
    return 1


def _undo(batch: Batch) -> int:
    batch.state, batch.note = BatchState.REPLACED, "taken-back"
    count = ranges.change(ranges.went_with(batch), state=DeliveryState.CANCELLED, reason="taken-back", accepted_at=None)
    move(batch.campaign_id, {Count.ACCEPTED: -count, Count.CANCELLED: count})
    return count


def _wanted(*which: Any) -> list[int]:
    """Calls that can still be taken back for sure, or that were asked for without an answer. A copy of the database asks for none."""
    with transaction.unit(SCOPE):
        if not instance.may_send():
            return []
        found = sa.select(Batch.id).where(*which, _may_come_back())
        return list(db.session.scalars(found.order_by(Batch.send_at).limit(MOST)))


def may_spare(campaign_id: int) -> bool:
    """Whether accepted calls of the campaign are left that can still be taken back, or of which it is not known whether they were."""
    found = sa.select(Batch.id).where(Batch.campaign_id == campaign_id, Batch.state == BatchState.ACCEPTED, _may_come_back())
    return db.session.scalar(found.limit(1)) is not None


def _may_come_back() -> sa.ColumnElement[bool]:
    in_time = Batch.send_at > now() + SURE
    was_asked_for = sa.and_(Batch.owner == TAKING_BACK, Batch.send_at > now() - ASKED_FOR)
    return sa.and_(Batch.guard_id.is_not(None), sa.or_(in_time, was_asked_for))


def _held(batch_id: int, state: BatchState) -> Batch | None:
    found = sa.select(Batch).where(Batch.id == batch_id, Batch.state == state)
    return db.session.scalars(found.with_for_update().execution_options(populate_existing=True)).one_or_none()
