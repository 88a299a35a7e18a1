"""Planning and claiming a call, in one transaction: the campaign is held, the room is asked for, the people are looked at once more.

When this commits, the call is on record as being made. What happens then, nothing of it can be sent a second time by mistake.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.campaigns.models import Batch, BatchState, Campaign, CampaignState, Delivery
from crm.campaigns.sending import budget, ranges, rechecking, states
from crm.campaigns.sending.calls import QUIET, Addressee
from crm.core import settings
from crm.core.clock import now
from crm.core.db import database_now, db
from crm.mail import instance

LEASE_TIMEOUTS = 3  # the lease is so many times the timeout of the call
GUARD = dt.timedelta(minutes=15)
GUARDED_SIZE = 1000  # SendGrid lets 100 calls be taken back at once: so that these are as many people as possible


@dataclass(frozen=True)
class Taken:
    """A claimed call. `attempt` and `owner` are what the answer has to be recorded with."""

    batch_id: int
    campaign_id: int
    office_id: int
    mark: str
    variant: str
    attempt: int
    owner: str
    people: tuple[Addressee, ...]
    is_probe: bool = False
    is_alone: bool = False
    send_at: dt.datetime | None = None
    canary_to: str = ""


@dataclass(frozen=True)
class Later:
    """Nothing may be sent before this moment."""

    at: dt.datetime


def take(campaign_id: int, *, owner: str) -> Taken | Later | None:
    """The next call of the campaign, claimed; when to ask again; or None when there is none to make."""
    campaign = states.locked(campaign_id)
    if campaign is None or campaign.state is not CampaignState.RUNNING or not instance.may_send():
        return None
    most = GUARDED_SIZE if campaign.is_guarded else settings.get("SEND_BATCH")
    room = budget.room(campaign, min(most, 1000))
    if room.count < 1:
        return Later(room.again_at or now())
    waiting = _ready(campaign)
    batch = next(waiting, None) or _next(campaign, room.count)
    while batch is not None:
        if people := _last_look(campaign, batch):
            return _claim(campaign, batch, people, owner, is_probe=room.is_probe)
        batch.state, batch.note = BatchState.REPLACED, "nobody-left"
        batch = next(waiting, None) or _next(campaign, room.count)
    return _when_ready(campaign)


def _ready(campaign: Campaign) -> Iterator[Batch]:
    """Calls that were surely not sent and are due again, oldest first; held so that an event or a person does not settle them now."""
    due = (Batch.campaign_id == campaign.id, ranges.OPEN, Batch.state == BatchState.READY, Batch.not_before <= now())
    found = sa.select(Batch).where(*due).order_by(Batch.id).limit(20).with_for_update()
    yield from db.session.scalars(found).all()


def _when_ready(campaign: Campaign) -> Later | None:
    soonest = sa.select(sa.func.min(Batch.not_before))
    moment = db.session.scalar(soonest.where(Batch.campaign_id == campaign.id, ranges.OPEN, Batch.state == BatchState.READY))
    return Later(moment) if moment is not None else None


def _next(campaign: Campaign, most: int) -> Batch | None:
    """Plan a call of the next people who read the same language, after those that the last call of it holds."""
    left = _left_of_first_batch(campaign)
    if left is not None:
        if left <= 0:
            _wait_for_a_person(campaign)
            return None
        most = min(most, left)
    for variant in _variants(campaign):
        reached = _reached(campaign.id, variant)
        following = sa.select(Delivery.id).where(
            Delivery.campaign_id == campaign.id, Delivery.variant == variant, Delivery.id > reached, ranges.PENDING
        )
        ids = db.session.scalars(following.where(Delivery.batch_id.is_(None)).order_by(Delivery.id).limit(most)).all()
        if ids:
            batch = ranges.planned(campaign.id, variant, size=len(ids))
            batch.first_id, batch.last_id = ids[0], ids[-1]
            db.session.add(batch)
            db.session.flush()
            return batch
    return None


def _reached(campaign_id: int, variant: str) -> int:
    last = sa.select(sa.func.max(Batch.last_id)).where(Batch.campaign_id == campaign_id, Batch.variant == variant)
    return db.session.scalar(last) or 0


def _variants(campaign: Campaign) -> list[str]:
    """Those that the campaign has people of, found by leaps over the index."""
    found: list[str] = []
    while True:
        more = sa.select(sa.func.min(Delivery.variant)).where(Delivery.campaign_id == campaign.id, ranges.PENDING)
        variant = db.session.scalar(more.where(Delivery.variant > found[-1]) if found else more)
        if variant is None:
            return found
        found.append(variant)


def _left_of_first_batch(campaign: Campaign) -> int | None:
    if not campaign.first_batch:
        return None
    counted = (Batch.campaign_id == campaign.id, Batch.state != BatchState.REPLACED, Batch.is_canary.is_(False))
    return campaign.first_batch - (db.session.scalar(sa.select(sa.func.sum(Batch.size)).where(*counted)) or 0)


def _wait_for_a_person(campaign: Campaign) -> None:
    """The first batch is out: once nothing of it is open any more, the campaign rests till a person says go on."""
    if not ranges.has_open(campaign.id) and ranges.has_pending(campaign.id):
        states.pause(campaign, "first-batch")


def _last_look(campaign: Campaign, batch: Batch) -> tuple[Addressee, ...]:
    """Who is still to be written to. Runs in the transaction that claims."""
    rechecking.leave_out(campaign, ranges.held_by(batch))
    if not batch.variant.endswith(QUIET) and campaign.bulletin_id:
        rechecking.hush(batch)
    columns = sa.select(Delivery.id, Delivery.email, Delivery.name, Delivery.values)
    rows: Any = db.session.execute(columns.where(*ranges.held_by(batch)).order_by(Delivery.id))
    return tuple(map(Addressee._make, rows))


def _claim(campaign: Campaign, batch: Batch, people: tuple[Addressee, ...], owner: str, *, is_probe: bool) -> Taken:
    batch.state, batch.owner, batch.attempt, batch.size = BatchState.SENDING, owner, batch.attempt + 1, len(people)
    batch.lease_until = database_now() + dt.timedelta(seconds=settings.get("SENDGRID_TIMEOUT") * LEASE_TIMEOUTS)
    batch.posted_at, batch.in_doubt_since, batch.resolution = now(), None, None
    batch.guard_id = None
    batch.send_at = now() + GUARD if campaign.is_guarded else None
    db.session.flush()
    budget.take(campaign, len(people), is_probe=is_probe)
    return Taken(
        batch_id=batch.id,
        campaign_id=campaign.id,
        office_id=campaign.office_id,
        mark=batch.mark,
        variant=batch.variant,
        attempt=batch.attempt,
        owner=owner,
        people=people,
        is_probe=is_probe,
        is_alone=len(people) == 1 and batch.note == "alone",
        send_at=batch.send_at,
    )
