"""What an answer means for a call and for the people in it. Only who holds the claim may say it: a late worker changes nothing."""

import contextlib
import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
import structlog

from crm.campaigns.models import Batch, BatchResolution, BatchState, Campaign, DeliveryState
from crm.campaigns.sending import budget, ranges, states
from crm.campaigns.sending.taking import Taken
from crm.campaigns.tallies import Count, move
from crm.core.clock import now
from crm.core.db import db
from crm.mail.answers import Outcome, Result

log = structlog.get_logger(__name__)
MOST_HALVINGS = 10
MOST_REFUSALS = (
    20  # calls refused one after the other, with none accepted between: then it is the campaign and not a person in it
)
_PERSON = re.compile(r"^personalizations[.\[](\d+)")
NOT_ABOUT_A_PERSON = "refused: "
NO_HOLD_PAUSE = dt.timedelta(seconds=30)


def record(taken: Taken, result: Result, *, sha256: str = "") -> bool:
    """Write down what came of a call, and what proves later which text it carried. False when it is no longer this worker's to say."""
    batch = _mine(taken)
    if batch is None:
        log.warning("call answered too late", batch=taken.batch_id, outcome=result.outcome.value)
        return False
    batch.http_status, batch.owner, batch.lease_until = result.http_status, None, None
    batch.note, batch.payload_sha256 = result.reason[:500], sha256 or None
    if result.outcome is Outcome.ACCEPTED:
        _accepted(batch, taken, result)
    elif result.outcome is Outcome.LATER:
        _later(batch, taken, result)
    elif result.outcome is Outcome.REJECTED:
        _rejected(batch, taken, result)
    else:
        doubt(batch, result.reason)
    return True


def _mine(taken: Taken) -> Batch | None:
    held: dict[int, Batch] | None = db.session.info.get("held")
    if held is not None:
        batch = held.get(taken.batch_id)
        claims = batch is not None and batch.owner == taken.owner and batch.attempt == taken.attempt
        return batch if claims and batch.state is BatchState.SENDING else None
    claim = (
        Batch.id == taken.batch_id,
        Batch.owner == taken.owner,
        Batch.attempt == taken.attempt,
        Batch.state == BatchState.SENDING,
    )
    found = sa.select(Batch).where(*claim).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(found).one_or_none()


def _accepted(batch: Batch, taken: Taken, result: Result) -> None:
    batch.provider_id = result.provider_id
    accept(batch, BatchResolution.ANSWER)
    if taken.is_probe:
        budget.open_again()


def accept(batch: Batch, how: BatchResolution) -> None:
    """The call went out: everybody in it has the mail on the way. SendGrid takes a call whole or not at all."""
    batch.state, batch.resolution, batch.sent_at = BatchState.ACCEPTED, how, batch.posted_at or now()
    if batch.is_canary:
        return
    accepted: list[Batch] | None = db.session.info.get("accepted")
    if accepted is None:
        _settle([batch])
    else:
        accepted.append(batch)


@contextlib.contextmanager
def together(claims: Iterable[Taken]) -> Iterator[None]:
    """Answers that are recorded in one transaction: their calls are read once, people settled and counts moved once at the end."""
    ids = sorted(taken.batch_id for taken in claims)
    found = sa.select(Batch).where(Batch.id.in_(ids)).order_by(Batch.id).with_for_update()
    info = db.session.info
    info["held"] = {batch.id: batch for batch in db.session.scalars(found.execution_options(populate_existing=True))}
    info["accepted"] = accepted = []
    try:
        yield
        _settle(accepted)
    finally:
        del info["held"], info["accepted"]


def _settle(batches: Sequence[Batch]) -> None:
    """Everybody in these calls has the mail on the way."""
    db.session.flush()
    for campaign_id, some in itertools.groupby(
        sorted(batches, key=attrgetter("campaign_id", "id")), key=attrgetter("campaign_id")
    ):
        calls = list(some)
        count = ranges.accepted(calls)
        move(campaign_id, {Count.ACCEPTED: count})
        planned = sum(batch.size for batch in calls)
        if count != planned:
            ids = [batch.id for batch in calls]
            log.error("calls settled for another number of people", batches=ids, planned=planned, settled=count)


def doubt(batch: Batch, reason: str) -> None:
    """Nobody knows whether it went out. Evidence that came while we waited for the answer settles it at once."""
    if batch.seen_at is not None:
        accept(batch, BatchResolution.EVENT)
        return
    batch.state, batch.in_doubt_since, batch.note = BatchState.IN_DOUBT, now(), reason[:500]
    batch.owner, batch.lease_until = None, None


def again(batch: Batch, at: dt.datetime) -> None:
    """Surely not sent this time: it is made again, not before this moment. Unless an earlier try went out, as evidence says by now."""
    if batch.is_canary:
        batch.state = BatchState.FAILED
        return
    if batch.seen_at is not None:
        accept(batch, BatchResolution.EVENT)
        return
    batch.state, batch.not_before, batch.in_doubt_since = BatchState.READY, at, None


def _later(batch: Batch, taken: Taken, result: Result) -> None:
    if result.reason == "not-authorized":
        again(batch, now())
        _pause(batch, "not-authorized")
        budget.give_back(len(taken.people))
        return
    if result.reason == "rate-limit":
        batch.attempt -= 1  # a full house is no failed try
    again(batch, budget.block(result, taken.attempt, is_probe=taken.is_probe))
    budget.give_back(len(taken.people))


def _rejected(batch: Batch, taken: Taken, result: Result) -> None:
    budget.give_back(len(taken.people))
    if batch.is_canary:
        batch.state = BatchState.FAILED
    elif result.http_status == 413:
        _smaller(batch, "too-large")
    elif (about := _about_people(taken, result)) is not None:
        _fail_people(batch, about)
    else:
        _refused_whole(batch, result)


def _about_people(taken: Taken, result: Result) -> dict[int, str] | None:
    """Delivery and reason for each person that the refusal names; None when it names anything else or nobody."""
    found: dict[int, str] = {}
    for field, words in result.errors:
        place = _PERSON.match(field)
        if place is None or int(place[1]) >= len(taken.people):
            return None
        found[taken.people[int(place[1])].id] = words
    return found or None


def _fail_people(batch: Batch, about: dict[int, str]) -> None:
    """Those that were named have failed; the rest go out again at once."""
    for words in sorted(set(about.values())):
        ids = [delivery_id for delivery_id, told in about.items() if told == words]
        move(batch.campaign_id, {Count.FAILED: ranges.end_these(ids, DeliveryState.FAILED, reason=words or "refused")})
    batch.size -= len(about)
    again(batch, now())
    if batch.size <= 0 and batch.state is BatchState.READY:
        batch.state, batch.resolution = BatchState.FAILED, BatchResolution.ANSWER


def _refused_whole(batch: Batch, result: Result) -> None:
    """A refusal that names nobody: halves, until the one that it is about is alone. One of the whole call stops the campaign."""
    named = [field for field, _words in result.errors if field and not field.startswith("personalizations")]
    if named or _always_refused(batch):
        again(batch, now())
        _pause(batch, NOT_ABOUT_A_PERSON + result.reason)
        return
    _smaller(batch, result.reason or "refused")


def _smaller(batch: Batch, reason: str) -> None:
    if batch.size > 1 and batch.depth < MOST_HALVINGS:
        ranges.halve(batch)
        return
    failed = ranges.settle(batch, DeliveryState.FAILED, reason=reason)
    move(batch.campaign_id, {Count.FAILED: failed})
    batch.state, batch.resolution = BatchState.FAILED, BatchResolution.ANSWER


def _always_refused(batch: Batch) -> bool:
    last = (
        sa.select(Batch.http_status)
        .where(Batch.campaign_id == batch.campaign_id, Batch.http_status.is_not(None), Batch.is_canary.is_(False))
        .order_by(Batch.posted_at.desc(), Batch.id.desc())
        .limit(MOST_REFUSALS)
    )
    said = db.session.scalars(last).all()
    return len(said) == MOST_REFUSALS and all(status == 400 for status in said)


def _pause(batch: Batch, reason: str) -> None:
    campaign = db.session.scalars(
        sa.select(Campaign).where(Campaign.id == batch.campaign_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    states.pause(campaign, reason)


def set_aside(taken: Taken, *, alone: list[int], broken: dict[int, str]) -> bool:
    """Before the call: who needs one of his own gets it, and whose text can't be made has failed, with the reason on his row."""
    batch = _mine(taken)
    if batch is None:
        return False
    for words in sorted(set(broken.values())):
        ids = [delivery_id for delivery_id, told in broken.items() if told == words]
        move(batch.campaign_id, {Count.FAILED: ranges.end_these(ids, DeliveryState.FAILED, reason=words)})
    ranges.set_apart(batch.campaign_id, batch.variant, alone, each=True, note="alone")
    batch.size -= len(alone) + len(broken)
    if batch.size <= 0:
        batch.state, batch.note, batch.owner = BatchState.REPLACED, "set-aside", None
    return batch.size > 0


def too_large(taken: Taken) -> None:
    """Our own look before the call: it would be larger than we send."""
    batch = _mine(taken)
    if batch is not None:
        _smaller(batch, "too-large")
        batch.owner, batch.lease_until = None, None


def note(taken: Taken, **values: Any) -> bool:
    """Keep something of a call that is about to be made. False when the claim is lost: then it must not be made."""
    batch = _mine(taken)
    if batch is None:
        return False
    for name, value in values.items():
        setattr(batch, name, value)
    return True


def wait_for_hold(taken: Taken) -> None:
    """SendGrid gave no number under which the call could be taken back: it waits."""
    batch = _mine(taken)
    if batch is not None:
        again(batch, now() + NO_HOLD_PAUSE)
        batch.note, batch.owner, batch.lease_until = "no-hold", None, None


def not_made(taken: Taken) -> None:
    """The worker was held up till the lease was nearly over: the call was not made, and is claimed anew."""
    batch = _mine(taken)
    if batch is not None:
        again(batch, now())
        batch.note, batch.owner, batch.lease_until = "late", None, None


def not_built(taken: Taken) -> None:
    """A mistake of ours kept the body from being made: nothing was sent, and the campaign waits for a person."""
    batch = _mine(taken)
    if batch is not None:
        again(batch, now())
        batch.note, batch.owner, batch.lease_until = "not-built", None, None
        _pause(batch, "not-built")
