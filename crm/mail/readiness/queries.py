"""Figures that the checks are made of."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.mail.models import EventKind, HookPost, MailEvent, MailMessage, MessageState, PostKind, SendBudget


def backlog() -> tuple[int, dt.datetime | None]:
    """How many posts wait, and since when the oldest."""
    waiting = sa.select(sa.func.count(), sa.func.min(HookPost.received_at)).where(HookPost.done_at.is_(None))
    count, oldest = db.session.execute(waiting).one()
    return count, oldest


def last_post(kind: PostKind) -> dt.datetime | None:
    """When SendGrid posted last; for events longer ago than posts are kept, when the last was read."""
    newest = db.session.scalar(sa.select(HookPost.received_at).where(HookPost.kind == kind).order_by(HookPost.id.desc()).limit(1))
    if newest is None and kind is PostKind.EVENTS:
        newest = db.session.scalar(sa.select(MailEvent.received_at).order_by(MailEvent.id.desc()).limit(1))
    return newest


def last_accepted() -> dt.datetime | None:
    """When a single message was taken last."""
    accepted = sa.select(MailMessage.sent_at).where(MailMessage.state == MessageState.ACCEPTED)
    return db.session.scalar(accepted.order_by(MailMessage.id.desc()).limit(1))


def doubted() -> tuple[int, dt.datetime | None]:
    """Single messages in doubt in the offices in scope, and since when the oldest."""
    found = sa.select(sa.func.count(), sa.func.min(MailMessage.in_doubt_since)).where(MailMessage.state == MessageState.IN_DOUBT)
    count, oldest = db.session.execute(found).one()
    return count, oldest


def waits_until(moment: dt.datetime) -> dt.datetime | None:
    """Until when SendGrid asked us to wait (429), or None."""
    return db.session.scalar(
        sa.select(sa.func.max(SendBudget.not_before)).where(SendBudget.not_before > moment, SendBudget.key != "watch")
    )


def is_blocked() -> bool:
    """Whether SendGrid refused everybody (401, 403) and one call tries for all."""
    return db.session.scalar(sa.select(SendBudget.key).where(SendBudget.is_blocked.is_(True)).limit(1)) is not None


def account_event(since: dt.datetime) -> MailEvent | None:
    """The newest word of SendGrid about the account itself."""
    found = sa.select(MailEvent).where(MailEvent.kind == EventKind.ACCOUNT, MailEvent.rid == "", MailEvent.at > since)
    return db.session.scalar(found.order_by(MailEvent.at.desc()).limit(1))


def wrong_posts(since: dt.datetime, limit: int = 20) -> Sequence[Any]:
    """Posts of which something could not be read or matched, the newest first; never their text."""
    found = sa.select(HookPost.received_at, HookPost.kind, HookPost.error).where(
        HookPost.error != "", HookPost.received_at > since
    )
    return db.session.execute(found.order_by(HookPost.id.desc()).limit(limit)).all()
