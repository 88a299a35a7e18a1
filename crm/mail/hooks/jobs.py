"""When what was posted is read, and how long it is kept."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import job
from crm.mail.hooks import draining
from crm.mail.models import HookPost, MailEvent, MailMessage, MessageState, OutboxMessage

KEEP_READ, KEEP_WRONG = dt.timedelta(days=30), dt.timedelta(days=90)
KEEP_EVENTS = dt.timedelta(days=396)  # thirteen months: then only totals are left
KEEP_OUTBOX = dt.timedelta(days=90)
ENDED = (MessageState.ACCEPTED, MessageState.FAILED)
AT_ONCE = 5000
FEW = 200  # a call for many that the local outbox took is as large as what SendGrid would have got


@job("mail.drain_hooks", long=True, minute="*")
def drain_hooks(*, scope: scopes.Scope) -> None:
    """Read what SendGrid posted. Each post wakes it, and the minute's tick, so that a lost call is harmless."""
    draining.drain()


@job("mail.forget_events", long=True, minute="41")
def forget_events(*, scope: scopes.Scope) -> None:
    """Posts are kept as long as somebody may ask what went wrong, single events for thirteen months."""
    moment = now()
    old_posts = sa.or_(
        HookPost.done_at < moment - KEEP_WRONG, sa.and_(HookPost.done_at < moment - KEEP_READ, HookPost.error == "")
    )
    _remove_in_parts(HookPost, old_posts)
    _remove_in_parts(MailEvent, MailEvent.at < moment - KEEP_EVENTS)


@job("mail.forget_messages", long=True, minute="47")
def forget_messages(*, scope: scopes.Scope) -> None:
    """What the local outbox holds after 90 days; single messages, whose texts were emptied when they went out, after thirteen months."""
    moment = now()
    gone_out = sa.or_(OutboxMessage.due_at.is_(None), OutboxMessage.due_at < moment - KEEP_OUTBOX)
    _remove_in_parts(OutboxMessage, sa.and_(OutboxMessage.received_at < moment - KEEP_OUTBOX, gone_out), FEW)
    settled = sa.and_(MailMessage.state.in_(ENDED), MailMessage.created_at < moment - KEEP_EVENTS)
    _remove_in_parts(MailMessage, settled)


def _remove_in_parts(model: Any, which: sa.ColumnElement[bool], at_once: int = AT_ONCE) -> None:
    while True:
        with transaction.unit(draining.SCOPE):
            ids = db.session.scalars(sa.select(model.id).where(which).order_by(model.id).limit(at_once)).all()
            if not ids:
                return
            db.session.execute(sa.delete(model).where(model.id.in_(ids)).execution_options(synchronize_session=False))
