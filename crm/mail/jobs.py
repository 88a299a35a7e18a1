"""Carrying out what is ready: claim, commit, call outside any transaction, record."""

from typing import Any

import structlog

from crm.core import scope as scopes
from crm.core import settings, transaction
from crm.core.clock import now
from crm.core.jobs import job
from crm.mail import gateway, instance, payload, queries, service, syncing, taking_off
from crm.mail.answers import Outcome, Result
from crm.mail.hooks import jobs as _hook_jobs  # noqa: F401 - registered with the others
from crm.mail.models import MailMessage

log = structlog.get_logger(__name__)
SCOPE = scopes.system_scope("deliver mail")


@job("mail.deliver", long=True, minute="*")
def deliver(*, scope: scopes.Scope, message_id: int | None = None) -> None:
    """Send one message, or all that are due. Whoever wrote a message may meanwhile have left: it is sent with the system's scope."""
    with transaction.unit(SCOPE):
        doubted = service.reap()
        waiting = _due(message_id) if instance.may_send() else []
    if doubted:
        log.warning("mail in doubt", count=doubted)
    carrier = gateway.transport()
    for waiting_id in waiting:
        attempt_one(waiting_id, carrier)


def _due(message_id: int | None) -> list[int]:
    return [message_id] if message_id is not None else list(queries.due_ids(now()))


def attempt_one(message_id: int, carrier: gateway.Transport) -> Result | None:
    """One try of one message; None when it was not ours to take. A copy of the database takes none: the first installation sends it."""
    owner = service.worker_name()
    with transaction.unit(SCOPE):
        if not instance.may_send():
            return None
        message = service.claim(message_id, owner=owner, timeout=settings.get("SENDGRID_TIMEOUT"))
        if message is None:
            return None
        attempt, reference = message.attempt, message.reference
        call = _prepared(message)
    result = call if isinstance(call, Result) else carrier.send(call, reference=reference, attempt=attempt)
    with transaction.unit(SCOPE):
        if not service.record(message_id, result, owner=owner, attempt=attempt):
            log.warning("mail answered too late", message=message_id, outcome=result.outcome.value)
    log.info("mail attempted", message=message_id, outcome=result.outcome.value, status=result.http_status)
    return result


def _prepared(message: MailMessage) -> dict[str, Any] | Result:
    """The body of the call, or the refusal that no call is needed for."""
    try:
        call = payload.build(
            reference=message.reference,
            sender=payload.Sender(settings.get("MAIL_FROM"), settings.get("MAIL_FROM_NAME")),
            to_email=message.to_email,
            to_name=message.to_name,
            subject=message.subject,
            text=message.text_body,
            html=message.html_body,
        )
    except payload.UnsendableMessage as refused:
        return Result(Outcome.REJECTED, reason=refused.reason)
    service.note_payload(message, payload.digest(call))
    return call


@job("mail.sync_suppressions", long=True, minute="7")
def sync_suppressions(*, scope: scopes.Scope, at_once: bool = False) -> None:
    """Once a night, and when somebody presses "Check again"; what was taken back is told to SendGrid within the hour."""
    if at_once or syncing.is_due():
        syncing.sync()
    taking_off.take_off()


@job("mail.take_off", long=True)
def take_off(*, scope: scopes.Scope) -> None:
    """As soon as somebody is let in again: before the next mail to them, if it can be."""
    taking_off.take_off()
