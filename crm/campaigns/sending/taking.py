"""Planning and claiming a call, in one transaction: the campaign is held, the room is asked for, the people are looked at once more.

When this commits, the call is on record as being made. What happens then, nothing of it can be sent a second time by mistake.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from crm.campaigns.models import Batch, BatchState, Campaign, CampaignState
from crm.campaigns.sending import budget, ranges, rechecking, states
from crm.campaigns.sending.calls import Addressee
from crm.core import settings
from crm.core.clock import now
from crm.core.db import database_now, db
from crm.mail import instance

LEASE_TIMEOUTS = 3  # the lease is so many times the timeout of the call
GUARD = dt.timedelta(minutes=15)
TOGETHER = 5000  # people read at a time: more need more memory and are no faster
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

    One of a bulletin that was archived meanwhile rests from here on, till a person says what becomes of it.

    Without values the name alone is read of each person: for texts that use no other field.
    """
    campaign = states.locked(campaign_id)
    if campaign is None or campaign.state is not CampaignState.RUNNING or not instance.may_send():
        return []
    if states.is_archived(campaign):
        states.pause(campaign, states.ARCHIVED)
        return []
    most = min(GUARDED_SIZE if campaign.is_guarded else settings.get("SEND_BATCH"), 1000)
    room = budget.room(campaign, most * calls)
    if room.count < 1:
        return Later(room.again_at or now())
    claim = Claim(owner, database_now() + dt.timedelta(seconds=settings.get("SENDGRID_TIMEOUT") * LEASE_TIMEOUTS), now())
    claimed = _claim_ready(campaign, claim, room.count, 1 if room.is_probe else calls, with_values)
    while len(claimed) < (1 if room.is_probe else calls):
        left = room.count - sum(len(people) for _batch, people in claimed)
        people = _next(campaign, min(left, most * (calls - len(claimed)), most if room.is_probe else left), with_values)
        if people is None:
            break
        claimed += _planned(campaign, claim, people, most)
    if not claimed:
        return _when_ready(campaign) or []
    budget.take(campaign, sum(len(people) for _batch, people in claimed), is_probe=room.is_probe)
    db.session.flush()
    return [_taken(campaign, batch, people, is_probe=room.is_probe) for batch, people in claimed]


@dataclass(frozen=True)
class Claim:
    owner: str
    lease_until: dt.datetime
    at: dt.datetime

    def hold(self, campaign: Campaign, batch: Batch, size: int) -> None:
        batch.state, batch.owner, batch.attempt, batch.size = BatchState.SENDING, self.owner, (batch.attempt or 0) + 1, size
        batch.lease_until, batch.posted_at = self.lease_until, self.at
        batch.in_doubt_since, batch.resolution, batch.guard_id = None, None, None
        batch.send_at = self.at + GUARD if campaign.is_guarded else None


Claimed = list[tuple[Batch, Sequence[Addressee]]]


def _claim_ready(campaign: Campaign, claim: Claim, most: int, calls: int, with_values: bool) -> Claimed:
    """Calls that were surely not sent go first. One that is larger than the room goes all the same, as the only one: the bucket waits then."""
    claimed: Claimed = []
    for batch in _ready(campaign, calls):
        people = rechecking.people_of(campaign, batch, with_values=with_values)
        if not people:
            batch.state, batch.note = BatchState.REPLACED, "nobody-left"
            continue
        claim.hold(campaign, batch, len(people))
        claimed.append((batch, people))
        most -= len(people)
        if most <= 0:
            break
    return claimed


def _planned(campaign: Campaign, claim: Claim, people: tuple[str, Sequence[Addressee]], most: int) -> Claimed:
    """Rows for the calls of these people, in order; claimed before they are written, which is once then."""
    variant, everybody = people
    claimed: Claimed = []
    for start in range(0, len(everybody), most):
        some = everybody[start : start + most]
        batch = ranges.planned(campaign.id, variant, size=len(some))
        batch.first_id, batch.last_id = some[0].id, some[-1].id
        claim.hold(campaign, batch, len(some))
        claimed.append((batch, some))
    db.session.add_all([batch for batch, _some in claimed])
    return claimed


def _ready(campaign: Campaign, most: int) -> Sequence[Batch]:
    """Calls that are due again, oldest first; held so that an event or a person does not settle them now."""
    due = (Batch.campaign_id == campaign.id, ranges.OPEN, Batch.state == BatchState.READY, Batch.not_before <= now())
    return db.session.scalars(sa.select(Batch).where(*due).order_by(Batch.id).limit(most).with_for_update()).all()


def _when_ready(campaign: Campaign) -> Later | None:
    soonest = sa.select(sa.func.min(Batch.not_before))
    moment = db.session.scalar(soonest.where(Batch.campaign_id == campaign.id, ranges.OPEN, Batch.state == BatchState.READY))
    return Later(moment) if moment is not None else None


def _next(campaign: Campaign, most: int, with_values: bool) -> tuple[str, Sequence[Addressee]] | None:
    """The next people who read the same language, after those that the last call of it holds. None when there are none."""
    left = _left_of_first_batch(campaign)
    if left is not None and left <= 0:
        _wait_for_a_person(campaign)
        return None
    most = min(most, TOGETHER) if left is None else min(most, TOGETHER, left)
    if most <= 0:
        return None
    for variant, reached in ranges.lines(campaign.id):
        while (people := rechecking.next_people(campaign, variant, reached, most=most, with_values=with_values)) is not None:
            if people:  # else all of them were taken out, and the next come
                return variant, people
    return None


def _left_of_first_batch(campaign: Campaign) -> int | None:
    if not campaign.first_batch:
        return None
    counted = (Batch.campaign_id == campaign.id, Batch.state != BatchState.REPLACED, Batch.is_canary.is_(False))
    return campaign.first_batch - (db.session.scalar(sa.select(sa.func.sum(Batch.size)).where(*counted)) or 0)


def _wait_for_a_person(campaign: Campaign) -> None:
    """The first batch is out: once nothing of it is open any more, the campaign rests till a person says go on."""
    if not ranges.has_open(campaign.id) and ranges.has_following(campaign.id):
        states.pause(campaign, "first-batch")


def _taken(campaign: Campaign, batch: Batch, people: Sequence[Addressee], *, is_probe: bool) -> Taken:
    return Taken(
        batch_id=batch.id,
        campaign_id=campaign.id,
        office_id=campaign.office_id,
        mark=batch.mark,
        variant=batch.variant,
        attempt=batch.attempt,
        owner=batch.owner or "",
        people=tuple(people),
        is_probe=is_probe,
        is_alone=len(people) == 1 and batch.note == "alone",
        send_at=batch.send_at,
        claimed_at=batch.posted_at,
    )
