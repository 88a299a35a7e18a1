"""Which messages there are: by state, due now, or left behind by a worker."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core import scope as scopes
from crm.core.db import db
from crm.core.pagination import PAGE_ROWS, Page, after, cut, decode_cursor, read_id
from crm.mail.models import MailMessage, MessageState, OutboxMessage


def messages_visible(state: MessageState | None = None) -> sa.Select[MailMessage]:
    """Messages of the offices in scope."""
    found = sa.select(MailMessage)
    return found.where(MailMessage.state == state) if state is not None else found


def page_of_messages(state: MessageState | None = None, *, cursor: str | None = None, size: int = PAGE_ROWS) -> Page[MailMessage]:
    """Newest first. Raises BadCursor."""
    found = messages_visible(state).order_by(MailMessage.id.desc())
    if cursor:
        found = found.where(after([MailMessage.id], decode_cursor(cursor, [read_id]), descending=True))
    return cut(db.session.scalars(found.limit(size + 1)).all(), size, lambda message: [message.id])


def page_of_outbox(*, cursor: str | None = None, size: int = PAGE_ROWS) -> Page[MailMessage]:
    """Messages that the local outbox took, newest first. Raises BadCursor.

    The outbox has no office of its own, so it is always read through the message.
    """
    found = (
        messages_visible().join(OutboxMessage, OutboxMessage.reference == MailMessage.reference).order_by(MailMessage.id.desc())
    )
    if cursor:
        found = found.where(after([MailMessage.id], decode_cursor(cursor, [read_id]), descending=True))
    return cut(db.session.scalars(found.limit(size + 1)).all(), size, lambda message: [message.id])


def outbox_message_of(message: MailMessage) -> OutboxMessage | None:
    return db.session.scalar(sa.select(OutboxMessage).where(OutboxMessage.reference == message.reference))


def _calls_visible() -> sa.Select[OutboxMessage]:
    """Calls for many people that the outbox took, of the offices in scope."""
    return sa.select(OutboxMessage).where(OutboxMessage.from_office_id.in_(scopes.offices_in_scope()))


def page_of_calls(*, cursor: str | None = None, size: int = PAGE_ROWS) -> Page[OutboxMessage]:
    """Newest first, without their bodies. Raises BadCursor."""
    found = _calls_visible().options(orm.defer(OutboxMessage.payload)).order_by(OutboxMessage.id.desc())
    if cursor:
        found = found.where(after([OutboxMessage.id], decode_cursor(cursor, [read_id]), descending=True))
    return cut(db.session.scalars(found.limit(size + 1)).all(), size, lambda call: [call.id])


def call_visible(call_id: int) -> OutboxMessage | None:
    return db.session.scalar(_calls_visible().where(OutboxMessage.id == call_id))


def due_ids(moment: dt.datetime, limit: int = 100) -> Sequence[int]:
    """Ready messages whose time has come, oldest first."""
    due = sa.select(MailMessage.id).where(MailMessage.state == MessageState.READY, MailMessage.not_before <= moment)
    return db.session.scalars(due.order_by(MailMessage.not_before, MailMessage.id).limit(limit)).all()


def count_in(state: MessageState) -> int:
    found = sa.select(sa.func.count()).select_from(MailMessage).where(MailMessage.state == state)
    return db.session.scalar(found) or 0
