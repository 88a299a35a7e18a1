"""Which messages there are: by state, due now, or left behind by a worker."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from crm.core.db import db
from crm.mail.models import MailMessage, MessageState, OutboxMessage


def messages_visible(state: MessageState | None = None) -> sa.Select[tuple[MailMessage]]:
    """Messages of the offices in scope."""
    found = sa.select(MailMessage)
    return found.where(MailMessage.state == state) if state is not None else found


def received_by_outbox() -> sa.Select[tuple[OutboxMessage, MailMessage]]:
    """What the local outbox took, with the message. The outbox has no office of its own, so it is always read through the message."""
    return sa.select(OutboxMessage, MailMessage).join(MailMessage, MailMessage.reference == OutboxMessage.reference)


def outbox_message_of(message: MailMessage) -> OutboxMessage | None:
    return db.session.scalar(sa.select(OutboxMessage).where(OutboxMessage.reference == message.reference))


def due_ids(moment: dt.datetime, limit: int = 100) -> Sequence[int]:
    """Ready messages whose time has come, oldest first."""
    due = sa.select(MailMessage.id).where(MailMessage.state == MessageState.READY, MailMessage.not_before <= moment)
    return db.session.scalars(due.order_by(MailMessage.not_before, MailMessage.id).limit(limit)).all()


def count_in(state: MessageState) -> int:
    found = sa.select(sa.func.count()).select_from(MailMessage).where(MailMessage.state == state)
    return db.session.scalar(found) or 0
