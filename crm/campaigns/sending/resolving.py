"""Settling calls that nobody knows the fate of: by evidence, by silence while evidence would have come, or by a person. Never by a blind repeat."""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
import structlog
from sqlalchemy import orm

from crm.campaigns.models import Batch, BatchResolution, BatchState, Campaign
from crm.campaigns.sending import ranges, recording
from crm.core import settings
from crm.core.clock import now
from crm.core.db import database_now, db
from crm.mail.models import HookPost, MailEvent, PostKind, SendBudget

log = structlog.get_logger(__name__)
WATCH = "watch"  # the row that tells when we were last awake, and when we last were not
DECISION_AFTER = dt.timedelta(hours=6)
CHUNK = 500


def silence() -> dt.timedelta:
    """How long nothing must be heard of a call."""
    return dt.timedelta(seconds=settings.get("DOUBT_SECONDS"))


def proof_after() -> dt.timedelta:
    """A message of so long after the doubt began, whose event has come, proves that events come: the one that is missed would have, too."""
    return silence() * 2 / 3


def reap() -> int:
    """Put into doubt what was claimed and never answered for: by the database's clock, which no machine's own can contradict."""
    left = sa.select(Batch).where(ranges.OPEN, Batch.state == BatchState.SENDING, Batch.lease_until < database_now())
    batches = db.session.scalars(left.with_for_update(skip_locked=True)).all()
    for batch in batches:
        if batch.is_canary:
            batch.state, batch.note = BatchState.FAILED, "worker-lost"
        elif batch.send_at is not None and batch.guard_id is None:
            recording.again(batch, now())  # a guarded call is made only after its number is on record
        else:
            recording.doubt(batch, "worker-lost")
    return len(batches)


def settle_by_events(marks: Iterable[str]) -> list[int]:
    """Events with these marks of calls (`c_bid`) have come: what was in doubt went out. Gives the calls that this settled."""
    wanted, settled = sorted({mark for mark in marks if mark}), []
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        seen = sa.update(Batch).where(Batch.mark.in_(some), Batch.seen_at.is_(None)).values(seen_at=now())
        db.session.execute(seen.execution_options(synchronize_session=False))
        doubted = sa.select(Batch).where(Batch.mark.in_(some), ranges.OPEN, _may_have_gone())
        for batch in db.session.scalars(doubted.order_by(Batch.id).with_for_update()).all():
            recording.accept(batch, BatchResolution.EVENT)
            settled.append(batch.id)
    return settled


def _may_have_gone() -> sa.ColumnElement[bool]:
    """In doubt, and not being taken back; or ready once more, when evidence comes late that it had gone."""
    doubted = sa.and_(Batch.state == BatchState.IN_DOUBT, Batch.owner.is_(None))
    return sa.or_(doubted, sa.and_(Batch.state == BatchState.READY, Batch.attempt > 0))


def settle_by_stored_events() -> int:
    """Evidence that came before the doubt: the events are stored already."""
    known = sa.exists(sa.select(sa.literal(1)).where(MailEvent.bid == Batch.mark))
    marks = db.session.scalars(sa.select(Batch.mark).where(ranges.OPEN, _may_have_gone(), known).limit(CHUNK)).all()
    return len(settle_by_events(marks))


def settle_by_silence() -> int:
    """What surely was not sent goes out again: no event came, though one of a later message did, all posts are read and we were never away."""
    if _posts_wait():
        return 0
    away_till = _away_till()
    doubted = sa.select(Batch).where(
        ranges.OPEN, Batch.state == BatchState.IN_DOUBT, Batch.in_doubt_since <= now() - silence(), Batch.seen_at.is_(None)
    )
    settled = 0
    for batch in db.session.scalars(doubted.order_by(Batch.id).with_for_update(skip_locked=True)).all():
        was_away = away_till is not None and batch.posted_at is not None and away_till >= batch.posted_at
        if not was_away and is_proved(batch):
            recording.again(batch, now())
            batch.resolution = BatchResolution.SILENCE
            settled += 1
    return settled


def is_proved(batch: Batch) -> bool:
    """Whether an event of a call has come that was made long enough after this one fell into doubt."""
    assert batch.in_doubt_since is not None
    later = orm.aliased(Batch, name="later")
    seen = sa.select(later.id).where(later.posted_at >= batch.in_doubt_since + proof_after(), later.seen_at.is_not(None))
    return db.session.scalar(seen.limit(1)) is not None


def doubted_without_proof() -> Batch | None:
    """The oldest call in doubt that can only be settled by silence, and for which nothing later proves yet that events come."""
    since = sa.select(Batch).where(
        ranges.OPEN,
        Batch.state == BatchState.IN_DOUBT,
        Batch.seen_at.is_(None),
        Batch.in_doubt_since <= now() - proof_after(),
        Batch.in_doubt_since > now() - DECISION_AFTER,
    )
    for batch in db.session.scalars(since.order_by(Batch.in_doubt_since).limit(50)).all():
        if not is_proved(batch):
            return batch
    return None


def needs_decision(batch: Batch) -> bool:
    """Whether no evidence can be hoped for any more: a person has to say. Who says nothing sends nothing twice."""
    if batch.state is not BatchState.IN_DOUBT or batch.in_doubt_since is None:
        return False
    return batch.in_doubt_since <= now() - DECISION_AFTER or (batch.owner is None and not hears_events())


def hears_events() -> bool:
    """Whether any post of events ever came. Without a webhook there is no evidence and no silence."""
    return db.session.scalar(sa.select(HookPost.id).where(HookPost.kind == PostKind.EVENTS).limit(1)) is not None or (
        db.session.scalar(sa.select(MailEvent.id).limit(1)) is not None
    )


def settle_by_person(batch: Batch, *, sent: bool) -> bool:
    """A person decides. False when it was settled meanwhile, or when that is too early.

    Too early to send again, while evidence may still come; and too early to say anything while SendGrid is being asked for the call.
    """
    held = db.session.scalars(
        sa.select(Batch).where(Batch.id == batch.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if held.state is not BatchState.IN_DOUBT or not ((sent and held.owner is None) or needs_decision(held)):
        return False
    held.owner = None
    if sent:
        recording.accept(held, BatchResolution.HUMAN_SENT)
    else:
        recording.again(held, now())
        if held.state is BatchState.READY:
            held.resolution = BatchResolution.HUMAN_AGAIN
    db.session.flush()
    return True


def keep_watch() -> None:
    """Each minute: note that we are awake. A gap means that posts of events may have found nobody, and silence proves nothing then."""
    row = db.session.get(SendBudget, WATCH, with_for_update=True)
    moment = now()
    if row is None:
        db.session.add(SendBudget(key=WATCH, tokens=0.0, refilled_at=moment, is_blocked=False, sent_today=0))
        return
    if moment - row.refilled_at > dt.timedelta(seconds=settings.get("OUTAGE_SECONDS")):
        row.not_before = moment
    row.refilled_at = max(moment, row.refilled_at)


def _away_till() -> dt.datetime | None:
    return db.session.scalar(sa.select(SendBudget.not_before).where(SendBudget.key == WATCH))


def _posts_wait() -> bool:
    waiting = sa.select(HookPost.id).where(HookPost.done_at.is_(None), HookPost.kind == PostKind.EVENTS)
    return db.session.scalar(waiting.limit(1)) is not None


def open_doubts(campaign: Campaign) -> list[Batch]:
    """The campaign's calls in doubt, oldest first."""
    found = sa.select(Batch).where(Batch.campaign_id == campaign.id, ranges.OPEN, Batch.state == BatchState.IN_DOUBT)
    return list(db.session.scalars(found.order_by(Batch.id)))
