"""The two doors that SendGrid posts to: events, and mail that came in. They keep what comes and answer; a worker reads it."""

import hmac

import structlog
from flask import Response, current_app, request

from crm.core import bodies, transaction
from crm.core.access import looks_first, open_to_other_sites, public, takes_raw_body
from crm.core.clock import now
from crm.mail.hooks import inbox, signatures
from crm.mail.models import PostKind
from crm.mail.views.blueprint import bp

log = structlog.get_logger(__name__)


@bp.post("/hooks/sendgrid/events")
@public
@open_to_other_sites
@looks_first
@takes_raw_body("MAX_EVENT_POST_BYTES")
def take_events() -> Response:
    """204 for what SendGrid signed, 403 for everything else: without a key nothing can be told apart, so nothing is taken."""
    body = bodies.raw()
    if body is None:
        return _answer(413)
    if not _is_signed("SENDGRID_WEBHOOK_KEY", body):
        return _answer(403)
    _keep(PostKind.EVENTS, body)
    return _answer(204)


def is_inbound_secret(secret: str) -> bool:
    wanted = str(current_app.config["INBOUND_SECRET"])
    return bool(wanted) and hmac.compare_digest(secret.encode(), wanted.encode())


@bp.post("/hooks/sendgrid/inbound/<string:secret>")
@public
@open_to_other_sites
@looks_first
@takes_raw_body("MAX_INBOUND_BYTES", knows=is_inbound_secret)
def take_mail(secret: str) -> Response:
    """Mail is repeated for three days until it is answered with 2xx: also what is too large is answered so, and said to staff."""
    body = bodies.raw()
    if body is None:
        _keep(PostKind.INBOUND, b"", error=inbox.TOO_LARGE)
        return _answer(204)
    if current_app.config["INBOUND_WEBHOOK_KEY"] and not _is_signed("INBOUND_WEBHOOK_KEY", body):
        return _answer(403)
    _keep(PostKind.INBOUND, body)
    return _answer(204)


def _keep(kind: PostKind, body: bytes, *, error: str = "") -> None:
    """Only what is genuine stands in line for writing."""
    transaction.start_writing(transaction.OUTSIDE)
    inbox.keep(kind, body, content_type=request.content_type or "", error=error)


def _is_signed(setting: str, body: bytes) -> bool:
    try:
        genuine = signatures.is_genuine(
            str(current_app.config[setting]),
            signature=request.headers.get(signatures.SIGNATURE),
            timestamp=request.headers.get(signatures.TIMESTAMP),
            body=body,
            now=now(),
        )
    except signatures.WrongKey:
        log.error("a public key can't be read", setting=setting)
        return False
    if not genuine:
        log.warning("a post was refused", setting=setting, bytes=len(body))
    return genuine


def _answer(status: int) -> Response:
    """No page: a program reads it."""
    return Response(status=status)
