"""Sending mail: a message is written in the caller's transaction, and carried out by the protocol of claim, post and record.

Claim (ready -> sending) is committed before the call, so a worker that dies leaves a message in doubt and never one that is sent twice.
"""

import datetime as dt
import os
import socket
import uuid

import sqlalchemy as sa

from crm.activity import service as activity
from crm.activity.service import Actor
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import enqueue
from crm.mail import payload as payloads
from crm.mail.answers import Outcome, Result
from crm.mail.models import MailMessage, MessageState, Resolution

LEASE_TIMEOUTS = 3  # the lease is so many times the timeout of the call
GIVE_UP_AFTER = dt.timedelta(hours=48)  # an invitation is no longer good by then


class NotInDoubt(Exception):
    """The message was settled meanwhile: by an answer, by evidence or by a colleague."""


def send(
    *,
    purpose: str,
    to: str,
    subject: str,
    text: str,
    html: str,
    office_id: int,
    to_name: str = "",
    not_before: dt.datetime | None = None,
) -> MailMessage:
    """Write a message; it goes out after this transaction commits. Raises payload.UnsendableMessage."""
    message = MailMessage(
        office_id=office_id,
        reference=str(uuid.uuid4()),
        purpose=purpose,
        to_email=payloads.address(to),
        to_name=payloads.name_of(to_name),
        subject=payloads.line(subject),
        text_body=text,
        html_body=html,
        state=MessageState.READY,
        not_before=not_before or now(),
        created_at=now(),
    )
    db.session.add(message)
    db.session.flush()
    enqueue("mail.deliver", message_id=message.id)
    return message


def claim(message_id: int, *, owner: str, timeout: float) -> MailMessage | None:
    """Take a ready message for one try. None when it isn't ready, not due, or somebody else took it. Commit before the call."""
    moment = now()
    lease = moment + dt.timedelta(seconds=timeout * LEASE_TIMEOUTS)
    ready = (MailMessage.id == message_id, MailMessage.state == MessageState.READY, MailMessage.not_before <= moment)
    taken = _move(ready, state=MessageState.SENDING, owner=owner, lease_until=lease, attempt=MailMessage.attempt + 1)
    return db.session.get(MailMessage, message_id, populate_existing=True) if taken else None


def note_payload(message: MailMessage, digest: str) -> None:
    """Keep the fingerprint of what this try sends."""
    message.payload_sha256 = digest


def record(message_id: int, result: Result, *, owner: str, attempt: int) -> bool:
    """Write down what came of a try. False when it is no longer this worker's to say: the lease ended and the message is in doubt."""
    mine = (
        MailMessage.id == message_id,
        MailMessage.owner == owner,
        MailMessage.attempt == attempt,
        MailMessage.state == MessageState.SENDING,
    )
    return _move(mine, **_consequences(result)) == 1


def _consequences(result: Result) -> dict[str, object]:
    seen = {"http_status": result.http_status, "note": result.reason, "owner": None, "lease_until": None}
    if result.outcome is Outcome.ACCEPTED:
        sent = {
            "state": MessageState.ACCEPTED,
            "provider_id": result.provider_id,
            "sent_at": now(),
            "resolution": Resolution.ANSWER,
        }
        return {**seen, **sent, **_EMPTIED}
    if result.outcome is Outcome.REJECTED:
        return {**seen, "state": MessageState.FAILED, "resolution": Resolution.ANSWER, **_EMPTIED}
    if result.outcome is Outcome.LATER:
        return {**seen, "state": MessageState.READY, "not_before": result.retry_at}
    return {**seen, "state": MessageState.IN_DOUBT, "in_doubt_since": now()}


# A settled message needs its text no more, and the text may hold a link that opens an account.
_EMPTIED = {"text_body": "", "html_body": ""}


def reap() -> int:
    """Put into doubt what a worker claimed and never came back for; fail what could not be sent for two days."""
    moment = now()
    left = (MailMessage.state == MessageState.SENDING, MailMessage.lease_until < moment)
    _move(
        (MailMessage.state == MessageState.READY, MailMessage.created_at < moment - GIVE_UP_AFTER, MailMessage.attempt > 0),
        state=MessageState.FAILED,
        note="gave-up",
        **_EMPTIED,
    )
    return _move(left, state=MessageState.IN_DOUBT, in_doubt_since=moment, note="worker-lost", owner=None, lease_until=None)


def doubt_what_waits(reason: str) -> int:
    """Another installation may have sent it: a person decides, nobody gets a message twice."""
    unsent = (MailMessage.state.in_([MessageState.READY, MessageState.SENDING]),)
    return _move(unsent, state=MessageState.IN_DOUBT, in_doubt_since=now(), note=reason, owner=None, lease_until=None)


def settle_by_event(reference: str) -> bool:
    """Evidence from SendGrid that a message in doubt was taken: any event that carries its reference."""
    doubted = (MailMessage.reference == reference, MailMessage.state == MessageState.IN_DOUBT)
    return bool(_move(doubted, state=MessageState.ACCEPTED, resolution=Resolution.EVENT, sent_at=now(), **_EMPTIED))


def consider_sent(message: MailMessage, *, by: Actor) -> None:
    """A person decides that a message in doubt went out. Raises NotInDoubt."""
    _decide(message, state=MessageState.ACCEPTED, resolution=Resolution.HUMAN_SENT, **_EMPTIED)
    activity.record("mail-considered-sent", message, by=by)


def send_again(message: MailMessage, *, by: Actor) -> None:
    """A person decides that a message in doubt is sent once more: the receiver may get it twice. Raises NotInDoubt."""
    _decide(message, state=MessageState.READY, resolution=Resolution.HUMAN_AGAIN, not_before=now(), in_doubt_since=None)
    activity.record("mail-sent-again", message, by=by)
    enqueue("mail.deliver", message_id=message.id)


def _decide(message: MailMessage, **values: object) -> None:
    if not _move((MailMessage.id == message.id, MailMessage.state == MessageState.IN_DOUBT), **values):
        raise NotInDoubt(message.id)


def _move(which: tuple[sa.ColumnElement[bool], ...], **values: object) -> int:
    """Change state only from the state that is named: of two who try, one wins."""
    change = sa.update(MailMessage).where(*which).values(**values).execution_options(synchronize_session="fetch")
    return db.session.execute(change).rowcount  # type: ignore[attr-defined]


def worker_name() -> str:
    """Who holds a claim: the machine, the process, and something that a later process of the same number has not."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
