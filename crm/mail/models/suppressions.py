"""Addresses that get no bulk mail: a row for each reason, found by a keyed hash that survives the erasure of the person."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.db import Model
from crm.core.types import BigId, UtcDateTime, enum_column

EVERYTHING = ""


class SuppressionReason(StrEnum):
    UNSUBSCRIBED = "unsubscribed"  # from everything; from one bulletin it is the subscription that ends
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    INVALID = "invalid"
    MANUAL = "manual"
    IMPORTED = "imported"
    ERASED = "erased"


class SuppressionSource(StrEnum):
    PERSON = "person"  # the receiver, by a link or an answer
    STAFF = "staff"
    EVENT = "event"
    SYNC = "sync"
    IMPORT = "import"


class Suppression(Model):
    """Why an address gets nothing. `list_key` is empty for everything, or names one list (`bulletin:7`).

    Every row refuses for all offices, because who asks for silence asks the whole body and not one office. But each office answers
    for what it was told (`told_office_id`): it has a row of its own, sees and lifts no other, and so takes nobody else's word back.
    What nobody was told (SendGrid's own lists, an erasure) belongs to no office and is looked after from the root. `email` is
    emptied when the person is erased: the keyed hash goes on refusing.
    """

    __tablename__ = "suppressions"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    address_key: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    email: orm.Mapped[str] = orm.mapped_column(sa.String(254), default="")
    list_key: orm.Mapped[str] = orm.mapped_column(sa.String(40), default=EVERYTHING)
    reason: orm.Mapped[SuppressionReason] = orm.mapped_column(enum_column(SuppressionReason))
    source: orm.Mapped[SuppressionSource] = orm.mapped_column(enum_column(SuppressionSource))
    note: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    told_office_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("offices.id"))
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    # Of an unsubscribing: when SendGrid was told. Of what SendGrid told us: when it was asked to forget it, after it was lifted.
    synced_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    lifted_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    __table_args__ = (
        sa.Index(  # also the way to an address: it holds every row in force, and binds those that have an office
            "ix_suppressions_told",
            "address_key",
            "list_key",
            "reason",
            "told_office_id",
            unique=True,
            postgresql_where=sa.text("lifted_at IS NULL"),
            sqlite_where=sa.text("lifted_at IS NULL"),
        ),
        sa.Index(  # NULLs differ from each other, so what nobody was told needs one of its own
            "ix_suppressions_untold",
            "address_key",
            "list_key",
            "reason",
            unique=True,
            postgresql_where=sa.text("lifted_at IS NULL AND told_office_id IS NULL"),
            sqlite_where=sa.text("lifted_at IS NULL AND told_office_id IS NULL"),
        ),
        sa.Index("ix_suppressions_email", "email", "list_key"),
        sa.Index("ix_suppressions_office", "told_office_id", "id"),
        sa.Index(  # who was let in again and still stands on a list of SendGrid's: looked for at each lifting, and every hour
            "ix_suppressions_lifted",
            "reason",
            "synced_at",
            postgresql_where=sa.text("lifted_at IS NOT NULL"),
            sqlite_where=sa.text("lifted_at IS NOT NULL"),
        ),
    )
