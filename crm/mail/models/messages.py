"""Messages on their way out, and what the local outbox received instead of SendGrid."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.db import Model
from crm.core.scope import OfficeScoped
from crm.core.types import BigId, Json, UtcDateTime, enum_column


class MessageState(StrEnum):
    """ready -> sending -> accepted | failed | in-doubt; in-doubt is settled by evidence or by a person, never by sending again blindly."""

    READY = "ready"
    SENDING = "sending"
    ACCEPTED = "accepted"
    IN_DOUBT = "in-doubt"
    FAILED = "failed"


class Resolution(StrEnum):
    ANSWER = "answer"
    EVENT = "event"
    HUMAN_SENT = "human-sent"
    HUMAN_AGAIN = "human-again"


class MailMessage(OfficeScoped, Model):
    """One message to one person: a batch of one in the protocol of claim, post, record and fencing."""

    __tablename__ = "mail_messages"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    reference: orm.Mapped[str] = orm.mapped_column(sa.String(36), unique=True)
    purpose: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    to_email: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    to_name: orm.Mapped[str] = orm.mapped_column(sa.String(150), default="")
    subject: orm.Mapped[str] = orm.mapped_column(sa.String(250))
    # Emptied once the outcome is known: they may hold one-time links.
    text_body: orm.Mapped[str] = orm.mapped_column(sa.Text)
    html_body: orm.Mapped[str] = orm.mapped_column(sa.Text)
    state: orm.Mapped[MessageState] = orm.mapped_column(enum_column(MessageState), default=MessageState.READY)
    owner: orm.Mapped[str | None] = orm.mapped_column(sa.String(80))
    lease_until: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    attempt: orm.Mapped[int] = orm.mapped_column(default=0)
    not_before: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    http_status: orm.Mapped[int | None]
    provider_id: orm.Mapped[str | None] = orm.mapped_column(sa.String(100))
    payload_sha256: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    sent_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    in_doubt_since: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    resolution: orm.Mapped[Resolution | None] = orm.mapped_column(enum_column(Resolution))
    note: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")

    __table_args__ = (
        sa.Index("ix_mail_messages_state", "state", "not_before"),
        sa.Index("ix_mail_messages_office", "office_id", "id"),
    )


class OutboxMessage(Model):
    """What the local transport took: nothing of it leaves the machine. One row a call, however many people are in it.

    A message of one person keeps the text that a mail program opens; that of a call for many is drawn when somebody asks for it.
    """

    __tablename__ = "outbox_messages"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    reference: orm.Mapped[str] = orm.mapped_column(sa.String(36), unique=True)
    payload: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    eml: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    subject: orm.Mapped[str] = orm.mapped_column(sa.String(250), default="", server_default="")
    recipients: orm.Mapped[int] = orm.mapped_column(default=1, server_default="1")
    from_office_id: orm.Mapped[int | None] = orm.mapped_column(
        sa.ForeignKey("offices.id")
    )  # of a call for many: who may look at it
    hold: orm.Mapped[str | None] = orm.mapped_column(sa.String(100))  # the number under which it can be taken back till `due_at`
    due_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime, index=True)
    received_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_outbox_messages_office", "from_office_id", "id"),)


class SendBudget(Model):
    """A token bucket that all workers share: `tokens` as of `refilled_at`; nothing is sent before `not_before` (a 429's reset)."""

    __tablename__ = "send_budgets"
    is_global = True

    key: orm.Mapped[str] = orm.mapped_column(sa.String(40), primary_key=True)
    tokens: orm.Mapped[float] = orm.mapped_column(default=0.0)
    refilled_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    not_before: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    per_minute: orm.Mapped[int | None]
    is_blocked: orm.Mapped[bool] = orm.mapped_column(default=False)  # since a refusal of everybody: then one call tries for all
    warm_up_from: orm.Mapped[dt.date | None]  # first day of the warm-up plan
    per_day: orm.Mapped[int | None]  # at most so many in a day, whatever the plan says
    day: orm.Mapped[dt.date | None]
    sent_today: orm.Mapped[int] = orm.mapped_column(default=0)


class Instance(Model):
    """Which installation this database belongs to. A copy that is started elsewhere finds another id in its data folder and sends nothing."""

    __tablename__ = "instances"
    is_global = True

    id: orm.Mapped[str] = orm.mapped_column(sa.String(36), primary_key=True)
    claimed_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
