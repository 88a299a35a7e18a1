"""Reading what was posted: events in chunks of a thousand, sorted by key, each stored and applied once in one transaction.

One worker reads at a time. A chunk that was stored before has no effect, so that a worker that dies in the middle of a post begins it again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import structlog
from sqlalchemy import exc

from crm.core import scope as scopes
from crm.core import settings, transaction
from crm.core.clock import now
from crm.core.db import bulk_insert, db, is_sqlite
from crm.mail import service
from crm.mail.hooks import inbound, signals
from crm.mail.hooks.events import Event, Unreadable, read_events, read_post
from crm.mail.models import EventKind, HookPost, MailEvent, MailMessage, MessageState, PostKind

log = structlog.get_logger(__name__)
SCOPE = scopes.system_scope("read what SendGrid posted")
CHUNK = 1000
MOST_POSTS = 200  # looked at together: many are small
MOST_BYTES = 4 * 1024 * 1024
_STORED = ("event_key", "kind", "at", "rid", "bid", "is_machine", "address", "url", "reason", "details")
_LOCK = 5_130_001  # PostgreSQL's advisory lock of the one drain


@dataclass(frozen=True)
class Reference:
    """A single message that an event speaks of."""

    text: str


def drain() -> int:
    """Read everything that waits; give the number of events that were new."""
    new = 0
    while posts := _waiting():
        for kind, some in _by_kind(posts):
            new += drain_events(some) if kind is PostKind.EVENTS else _drain_mail(some)
    return new


def _waiting() -> list[HookPost]:
    """The oldest posts, as many as fit into memory well."""
    with transaction.unit(SCOPE):
        sizes = db.session.execute(
            sa.select(HookPost.id, sa.func.length(HookPost.body))
            .where(HookPost.done_at.is_(None))
            .order_by(HookPost.id)
            .limit(MOST_POSTS)
        ).all()
        wanted, total = [], 0
        for post_id, size in sizes:
            total += size
            if wanted and total > MOST_BYTES:
                break
            wanted.append(post_id)
        found = (
            db.session.scalars(sa.select(HookPost).where(HookPost.id.in_(wanted)).order_by(HookPost.id)).all() if wanted else []
        )
        db.session.expunge_all()
        return list(found)


def _by_kind(posts: list[HookPost]) -> list[tuple[PostKind, list[HookPost]]]:
    return [(kind, some) for kind in PostKind if (some := [post for post in posts if post.kind is kind])]


def drain_events(posts: list[HookPost]) -> int:
    """Store and apply the events of these posts, then mark the posts as read."""
    events: dict[str, Event] = {}
    came_in: dict[str, int] = {}
    errors: dict[int, str] = {}
    for post in posts:
        found, errors[post.id] = _events_of(post)
        for event in found:
            events.setdefault(event.event_key, event)
            came_in.setdefault(event.event_key, post.id)
    broken: list[str] = []
    everything = list(events.values())
    new = sum(_store_what_can_be(everything[start : start + CHUNK], broken) for start in range(0, len(everything), CHUNK))
    for key in broken:
        errors[came_in[key]] = ", ".join(filter(None, (errors[came_in[key]], f"not-applied: {key}")))
    transaction.retrying(lambda: _mark_read(errors))
    return new


def _store_what_can_be(chunk: Sequence[Event], broken: list[str]) -> int:
    """An event that breaks what it is applied to is found by halving; those beside it are stored. A database that is away stops everything."""
    try:
        return transaction.retrying(lambda: _store(chunk))
    except (exc.OperationalError, exc.InterfaceError):
        raise
    except Exception as error:
        if len(chunk) == 1:
            log.error("an event can't be applied", key=chunk[0].event_key, exc_info=error)
            broken.append(chunk[0].event_key)
            return 0
        middle = len(chunk) // 2
        return _store_what_can_be(chunk[:middle], broken) + _store_what_can_be(chunk[middle:], broken)


def _events_of(post: HookPost) -> tuple[list[Event], str]:
    try:
        members = read_post(post.body)
    except Unreadable as wrong:
        return [], str(wrong)
    found = list(read_events(members, post.received_at))
    wrong = Counter(str(each) for each in found if isinstance(each, Unreadable))
    said = ", ".join(f"{word} ({count})" for word, count in sorted(wrong.items()))
    return [each for each in found if isinstance(each, Event)], said


def _store(chunk: Sequence[Event]) -> int:
    """One transaction: the events that are ours and new, and everything that follows from them."""
    with transaction.unit(SCOPE):
        _one_at_a_time()
        for event in chunk:
            event.about = None  # of a try that was rolled back
        signals.recognize(chunk)
        ours = sorted((event for event in chunk if event.about is not None), key=lambda event: event.event_key)
        if not ours:
            return 0
        stored = _insert(ours)
        fresh = [event for event in ours if event.event_key in stored]
        if fresh:
            _settle_messages(fresh)
            signals.events_read.send(None, events=fresh)
        return len(fresh)


def _one_at_a_time() -> None:
    if not is_sqlite():  # whose writers stand in line anyway
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def _insert(events: Sequence[Event]) -> set[str]:
    """Give the keys of those that were not there yet. Only the one drain writes events, so nobody can come between the question and the rows."""
    keys = [event.event_key for event in events]
    known = set(db.session.scalars(sa.select(MailEvent.event_key).where(MailEvent.event_key.in_(keys))))
    fresh = [event for event in events if event.event_key not in known]
    rows = [{name: getattr(event, name) for name in _STORED} for event in fresh]
    bulk_insert(MailEvent, rows, {"received_at": now()})
    return {event.event_key for event in fresh}


def _mark_read(errors: dict[int, str]) -> None:
    with transaction.unit(SCOPE):
        moment = now()
        rows = [{"id": post_id, "done_at": moment, "error": error[:300]} for post_id, error in sorted(errors.items())]
        db.session.execute(sa.update(HookPost), rows)
    if wrong := sum(1 for error in errors.values() if error):
        log.warning("posts with events that can't be read", posts=wrong)


def _drain_mail(posts: list[HookPost]) -> int:
    """Each message in a transaction of its own: one that breaks stops none beside it."""
    for post in posts:
        try:
            error = transaction.retrying(lambda post=post: _read_mail(post))
        except Exception as broken:
            log.error("a mail that came in can't be read", post=post.id, exc_info=broken)
            error = f"unreadable ({type(broken).__name__})"
        _mark_read({post.id: error})
    return 0


def _read_mail(post: HookPost) -> str:
    try:
        mail = inbound.read(post.content_type, post.body, domain=settings.get("INBOUND_DOMAIN"), received_at=post.received_at)
    except inbound.NotForUs as refused:
        return str(refused)
    with transaction.unit(SCOPE):
        answers = signals.mail_received.send(None, mail=mail)
    return "" if any(known for _receiver, known in answers) else inbound.UNMATCHED


# Single messages -----------------------------------------------------------------------------------------------------------


def recognize_messages(events: Sequence[Event]) -> None:
    """Events of single messages, by the reference that each carries."""
    references = {event.rid for event in events if event.rid and not event.rid.startswith("d.")}
    if references:
        known = set(db.session.scalars(sa.select(MailMessage.reference).where(MailMessage.reference.in_(references))))
        for event in events:
            if event.rid in known:
                event.about = Reference(event.rid)
    for event in events:
        if event.kind is EventKind.ACCOUNT:  # of the account itself: staff must see it
            event.about = Reference("")


def _settle_messages(events: Sequence[Event]) -> None:
    """Any event is evidence that SendGrid took the message."""
    references = {event.about.text for event in events if isinstance(event.about, Reference)}
    if references:
        doubted = sa.select(MailMessage.reference).where(
            MailMessage.reference.in_(references), MailMessage.state == MessageState.IN_DOUBT
        )
        for reference in db.session.scalars(doubted).all():
            service.settle_by_event(reference)


signals.register_recognizer(recognize_messages)
