"""Bulletins that one can subscribe to, subscriptions, and the receipts that prove consent (Law 27/2022, articles 20 to 24)."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.db import Model
from crm.core.scope import OfficeScoped
from crm.core.types import BigId, UtcDateTime, enum_column
from crm.stakeholders.models import COMBINE, MOVE


class Bulletin(OfficeScoped, Model):
    """A bulletin of an office. `slug` stands in public addresses and in List-Id, and never changes. Only a public one can be signed up for."""

    __tablename__ = "bulletins"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    slug: orm.Mapped[str] = orm.mapped_column(sa.String(60), unique=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    name_en: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    description: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")
    description_en: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")
    is_public: orm.Mapped[bool] = orm.mapped_column(default=True)
    has_archive: orm.Mapped[bool] = orm.mapped_column(default=False)
    records_clicks: orm.Mapped[bool] = orm.mapped_column(default=True)  # per person; refused by Subscription.refuses_clicks
    records_opens: orm.Mapped[bool] = orm.mapped_column(default=False)
    feed_url: orm.Mapped[str] = orm.mapped_column(sa.String(1000), default="")  # published items that become blocks
    archived_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    version: orm.Mapped[int] = orm.mapped_column(default=1)

    __table_args__ = (sa.Index("ix_bulletins_office", "office_id", "id"),)
    __mapper_args__ = {"version_id_col": version}


class SubscriptionState(StrEnum):
    PENDING = "pending"  # asked for on a public page, not confirmed yet: gets nothing
    ACTIVE = "active"
    ENDED = "ended"


class LegalBasis(StrEnum):
    CONSENT = "consent"
    PUBLIC_TASK = "public-task"
    CONTRACT = "contract"


class ConsentChannel(StrEnum):
    WEB = "web"
    PAPER = "paper"
    SPOKEN = "spoken"
    EMAIL = "email"
    IMPORT = "import"


class Subscription(OfficeScoped, Model):
    """An address and a bulletin. The person is known once the address was confirmed (or was already in the directory)."""

    __tablename__ = "subscriptions"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    bulletin_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("bulletins.id"))
    stakeholder_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), index=True, info=COMBINE)
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254))  # normal form: mail.addresses.normal
    name: orm.Mapped[str] = orm.mapped_column(sa.String(150), default="")
    language: orm.Mapped[str] = orm.mapped_column(sa.String(10), default="id")
    state: orm.Mapped[SubscriptionState] = orm.mapped_column(enum_column(SubscriptionState))
    refuses_clicks: orm.Mapped[bool] = orm.mapped_column(default=False)
    token: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)  # in personal links; opens preferences, nothing else
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    confirmed_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    ended_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    ended_how: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")

    bulletin: orm.Mapped[Bulletin] = orm.relationship()

    __table_args__ = (
        sa.Index("ix_subscriptions_list", "bulletin_id", "id"),
        sa.Index("ix_subscriptions_bulletin_email", "bulletin_id", "email", unique=True),
        sa.Index("ix_subscriptions_email", "email"),
        # Lists and counts of a state, and who receives, told from the index alone: the office is what the scope asks for.
        sa.Index("ix_subscriptions_state", "bulletin_id", "state", "id", "stakeholder_id", "office_id"),
    )


class ConsentReceipt(OfficeScoped, Model):
    """What proves a consent, and its withdrawal: never changed but for `withdrawn_at` and the erasure of what is personal."""

    __tablename__ = "consent_receipts"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    subscription_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("subscriptions.id"), index=True)
    stakeholder_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), index=True, info=MOVE)
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    purpose: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    basis: orm.Mapped[LegalBasis] = orm.mapped_column(enum_column(LegalBasis))
    wording: orm.Mapped[str] = orm.mapped_column(sa.Text)
    wording_version: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    channel: orm.Mapped[ConsentChannel] = orm.mapped_column(enum_column(ConsentChannel))
    evidence: orm.Mapped[str] = orm.mapped_column(sa.String(1000), default="")  # address of the form, letter number, who heard it
    address: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")  # IP
    agent: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    given_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    confirmed_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    withdrawn_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    withdrawn_how: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    recorded_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (sa.Index("ix_consent_receipts_email", "email"),)


class SignUp(OfficeScoped, Model):
    """An asked-for subscription that waits for the click in the confirmation mail: single use, seven days, then it is removed.

    `mailbox` is the address without its +tag, for counting how often one mailbox was written to.
    """

    __tablename__ = "sign_ups"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    mailbox: orm.Mapped[str] = orm.mapped_column(sa.String(254))
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    bulletin_ids: orm.Mapped[str] = orm.mapped_column(sa.String(400))  # comma separated, as ticked on the form
    name: orm.Mapped[str] = orm.mapped_column(sa.String(150), default="")
    language: orm.Mapped[str] = orm.mapped_column(sa.String(10), default="id")
    wording: orm.Mapped[str] = orm.mapped_column(sa.Text)
    wording_version: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    allows_clicks: orm.Mapped[bool] = orm.mapped_column(default=False)
    evidence: orm.Mapped[str] = orm.mapped_column(sa.String(1000), default="")
    address: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")
    agent: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    used_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    __table_args__ = (
        sa.Index("ix_sign_ups_mailbox", "mailbox", "created_at"),
        sa.Index("ix_sign_ups_created", "created_at"),
        sa.Index("ix_sign_ups_address", "address", "created_at"),
    )
