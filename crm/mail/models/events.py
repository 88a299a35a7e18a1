"""What SendGrid tells afterwards: raw posts as they came, and the events that were read out of them."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.db import Model
from crm.core.types import BigId, Json, UtcDateTime, enum_column


class PostKind(StrEnum):
    EVENTS = "events"
    INBOUND = "inbound"


class HookPost(Model):
    """One POST, stored before anything is understood of it, so that a bad event cannot lose the good ones beside it."""

    __tablename__ = "hook_posts"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    kind: orm.Mapped[PostKind] = orm.mapped_column(enum_column(PostKind))
    received_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    content_type: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    body: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary)
    done_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    error: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")

    __table_args__ = (
        sa.Index(
            "ix_hook_posts_waiting",
            "id",
            postgresql_where=sa.text("done_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL"),
        ),
        sa.Index("ix_hook_posts_wrong", "id", postgresql_where=sa.text("error <> ''"), sqlite_where=sa.text("error <> ''")),
        sa.Index("ix_hook_posts_kind", "kind", "id"),
    )


class EventKind(StrEnum):
    PROCESSED = "processed"
    DROPPED = "dropped"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCE = "bounce"
    BLOCKED = "blocked"
    OPEN = "open"
    CLICK = "click"
    COMPLAINT = "spamreport"
    UNSUBSCRIBE = "unsubscribe"
    GROUP_UNSUBSCRIBE = "group_unsubscribe"
    GROUP_RESUBSCRIBE = "group_resubscribe"
    ACCOUNT = "account_status_change"


class MailEvent(Model):
    """One event, once: `event_key` is SendGrid's sg_event_id, or the hash of the event where it has none.

    `rid` and `bid` are our own marks (custom_args c_rid, c_bid): who, and in which call. `machine` means that no person did it.
    """

    __tablename__ = "mail_events"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    event_key: orm.Mapped[str] = orm.mapped_column(sa.String(100), unique=True)
    kind: orm.Mapped[EventKind] = orm.mapped_column(enum_column(EventKind))
    at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    rid: orm.Mapped[str] = orm.mapped_column(sa.String(36), default="")
    bid: orm.Mapped[str] = orm.mapped_column(sa.String(36), default="")
    is_machine: orm.Mapped[bool] = orm.mapped_column(default=False)
    address: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")  # IP, for telling scanners
    url: orm.Mapped[str] = orm.mapped_column(sa.String(2000), default="")
    reason: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")
    details: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)
    received_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)

    __table_args__ = (
        sa.Index("ix_mail_events_rid", "rid", "kind"),
        sa.Index("ix_mail_events_bid", "bid"),
        sa.Index("ix_mail_events_at", "at"),
    )
