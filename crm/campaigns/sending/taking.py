"""Planning and claiming a call, in one transaction: the campaign is held, the room is asked for, the people are looked at once more.

When this commits, the call is on record as being made. What happens then, nothing of it can be sent a second time by mistake.
"""

import datetime as dt
import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
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
    claimed_at: dt.datetime | None = None

    def without(self, ids: Collection[int]) -> "Taken":
        """The claim as the call was made: without those who got one of their own, or none."""
        return replace(self, people=tuple(one for one in self.people if one.id not in ids)) if ids else self

    def is_stale(self) -> bool:
        """Whether the worker slept so long that the lease may end before the answer: the call might be judged by its silence meanwhile."""
        most = dt.timedelta(seconds=settings.get("SENDGRID_TIMEOUT") * (LEASE_TIMEOUTS - 1))
        return self.claimed_at is not None and now() - self.claimed_at > most


@dataclass(frozen=True)
class Later:
    """Nothing may be sent before this moment."""

    at: dt.datetime


def take(campaign_id: int, *, owner: str, calls: int = 1, with_values: bool = True) -> list[Taken] | Later:
    """The next calls of the campaign, claimed: so many at most. When there are none, the moment to ask again, or an empty list.

    Without values the name alone is read of each person: for texts that use no other field.
    """
    campaign = states.locked(campaign_id)
    if campaign is None or campaign.state is not CampaignState.RUNNING or not instance.may_send():
        return []
    most = min(GUARDED_SIZE if campaign.is_guarded else settings.get("SEND_BATCH"), 1000)
    room = budget.room(campaign, most * calls)
    if room.count < 1:
        return Later(room.again_at or now())
    columns = _VALUES if with_values else _NAMES
    claimed = _claim_ready(campaign, columns, room.count, 1 if room.is_probe else calls)
    while len(claimed) < (1 if room.is_probe else calls):
        left = room.count - sum(len(people) for _batch, people in claimed)
        people = _next(campaign, columns, min(left, most * (calls - len(claimed)), most if room.is_probe else left))
        if people is None:
            break
        claimed += _planned(campaign, people, most)
    if not claimed:
        return _when_ready(campaign) or []
    budget.take(campaign, sum(len(people) for _batch, people in claimed), is_probe=room.is_probe)
    lease = database_now() + dt.timedelta(seconds=settings.get("SENDGRID_TIMEOUT") * LEASE_TIMEOUTS)
    return [_claim(campaign, batch, people, owner, lease, is_probe=room.is_probe) for batch, people in claimed]


Columns = sa.Select[*tuple[Any, ...]]
_NAMES: Columns = sa.select(Delivery.id, Delivery.email, Delivery.name)
_VALUES: Columns = sa.select(Delivery.id, Delivery.email, Delivery.name, Delivery.values)
Claimed = list[tuple[Batch, tuple[Addressee, ...]]]


def _claim_ready(campaign: Campaign, columns: Columns, most: int, calls: int) -> Claimed:
    """Calls that were surely not sent go first. One that is larger than the room goes all the same, as the only one: the bucket waits then."""
    claimed: Claimed = []
    for batch in _ready(campaign, calls):
        people = _last_look(campaign, columns, batch.variant, ranges.held_by(batch))
        if not people:
            batch.state, batch.note = BatchState.REPLACED, "nobody-left"
            continue
        claimed.append((batch, people))
        most -= len(people)
        if most <= 0:
            break
    return claimed


def _planned(campaign: Campaign, people: tuple[str, tuple[Addressee, ...]], most: int) -> Claimed:
    """Rows for the calls of these people, in order."""
    variant, everybody = people
    claimed: Claimed = []
    for start in range(0, len(everybody), most):
        some = everybody[start : start + most]
        batch = ranges.planned(campaign.id, variant, size=len(some))
        batch.first_id, batch.last_id = some[0].id, some[-1].id
        claimed.append((batch, some))
    db.session.add_all([batch for batch, _some in claimed])
    db.session.flush()
    return claimed


def _ready(campaign: Campaign, most: int) -> Sequence[Batch]:
    """Calls that are due again, oldest first; held so that an event or a person does not settle them now."""
    due = (Batch.campaign_id == campaign.id, ranges.OPEN, Batch.state == BatchState.READY, Batch.not_before <= now())
    return db.session.scalars(sa.select(Batch).where(*due).order_by(Batch.id).limit(most).with_for_update()).all()


def _when_ready(campaign: Campaign) -> Later | None:
    soonest = sa.select(sa.func.min(Batch.not_before))
    moment = db.session.scalar(soonest.where(Batch.campaign_id == campaign.id, ranges.OPEN, Batch.state == BatchState.READY))
    return Later(moment) if moment is not None else None


def _next(campaign: Campaign, columns: Columns, most: int) -> tuple[str, tuple[Addressee, ...]] | None:
    """The next people who read the same language, after those that the last call of it holds. None when there are none."""
    left = _left_of_first_batch(campaign)
    if left is not None and left <= 0:
        _wait_for_a_person(campaign)
        return None
    most = most if left is None else min(most, left)
    while most > 0 and (found := _window(campaign, most)) is not None:
        variant, first, last = found
        people = _last_look(campaign, columns, variant, (*ranges.in_range(campaign.id, variant, first, last), ranges.PENDING))
        if people:
            return variant, people
    return None


def _window(campaign: Campaign, most: int) -> tuple[str, int, int] | None:
    """Variant, first and last id of the next so many who wait and are in no call yet."""
    for variant in _variants(campaign):
        following = sa.select(Delivery.id).where(
            Delivery.campaign_id == campaign.id,
            Delivery.variant == variant,
            Delivery.id > _reached(campaign.id, variant),
            ranges.PENDING,
            Delivery.batch_id.is_(None),
        )
        some = following.order_by(Delivery.id).limit(most).subquery()
        first, last = db.session.execute(sa.select(sa.func.min(some.c.id), sa.func.max(some.c.id))).one()
        if first is not None:
            return variant, first, last
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


def _last_look(
    campaign: Campaign, columns: Columns, variant: str, which: tuple[sa.ColumnElement[bool], ...]
) -> tuple[Addressee, ...]:
    """Who is still to be written to. Runs in the transaction that claims."""
    rechecking.leave_out(campaign, which)
    if not variant.endswith(QUIET) and campaign.bulletin_id:
        rechecking.hush(campaign, variant, which)
    rows: Any = db.session.connection().execute(columns.where(*which).order_by(Delivery.id))
    # Numbers and words come from the driver as they are: a row object for each of a million costs more than reading it.
    return tuple(itertools.starmap(Addressee, rows.cursor.fetchall() if columns is _NAMES else rows))


def _claim(
    campaign: Campaign, batch: Batch, people: tuple[Addressee, ...], owner: str, lease: dt.datetime, *, is_probe: bool
) -> Taken:
    batch.state, batch.owner, batch.attempt, batch.size = BatchState.SENDING, owner, (batch.attempt or 0) + 1, len(people)
    batch.lease_until = lease
    batch.posted_at, batch.in_doubt_since, batch.resolution = now(), None, None
    batch.guard_id = None
    batch.send_at = now() + GUARD if campaign.is_guarded else None
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
        claimed_at=batch.posted_at,
    )
