"""Carrying out what is ready: claim, commit, call outside any transaction, record."""

import structlog

from crm.core import scope as scopes
from crm.core import settings, transaction
from crm.core.clock import now
from crm.core.jobs import job
from crm.mail import gateway, payload, queries, service
from crm.mail.answers import Outcome, Result

log = structlog.get_logger(__name__)
SCOPE = scopes.system_scope("deliver mail")


@job("mail.deliver", long=True, minute="*")
def deliver(*, scope: scopes.Scope, message_id: int | None = None) -> None:
    """Send one message, or all that are due. Whoever wrote a message may meanwhile have left: it is sent with the system's scope."""
    with transaction.unit(SCOPE):
        doubted = service.reap()
        waiting = [message_id] if message_id is not None else list(queries.due_ids(now()))
    if doubted:
        log.warning("mail in doubt", count=doubted)
    carrier = gateway.transport()
    for waiting_id in waiting:
        attempt_one(waiting_id, carrier)


def attempt_one(message_id: int, carrier: gateway.Transport) -> Result | None:
    """One try of one message; None when it was not ours to take."""
    owner = service.worker_name()
    with transaction.unit(SCOPE):
        message = service.claim(message_id, owner=owner, timeout=settings.get("SENDGRID_TIMEOUT"))
        if message is None:
            return None
        attempt, reference = message.attempt, message.reference
        sender = payload.Sender(settings.get("MAIL_FROM"), settings.get("MAIL_FROM_NAME"))
        try:
            call = payload.build(
                reference=reference,
                sender=sender,
                to_email=message.to_email,
                to_name=message.to_name,
                subject=message.subject,
                text=message.text_body,
                html=message.html_body,
            )
            service.note_payload(message, payload.digest(call))
        except payload.UnsendableMessage as refused:
            call = None
            result = Result(Outcome.REJECTED, reason=refused.reason)
    if call is not None:
        result = carrier.send(call, reference=reference, attempt=attempt)
    with transaction.unit(SCOPE):
        if not service.record(message_id, result, owner=owner, attempt=attempt):
            log.warning("mail answered too late", message=message_id, outcome=result.outcome.value)
    log.info(
        "mail attempted", message=message_id, outcome=result.outcome.value, status=result.http_status, reason=result.reason[:80]
    )
    return result
