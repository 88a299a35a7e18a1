"""What was done, by whom, to what: rows that are added and never changed (triggers refuse it)."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.activity import triggers
from crm.core.db import Model
from crm.core.scope import Scoped
from crm.core.types import BigId, Json, UtcDateTime


class ActivityEntry(Scoped, Model):
    """One act. Kind and id of the subject and a copy of the actor's name, without foreign keys: history outlives its subject."""

    __tablename__ = "activity_entries"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    office_id: orm.Mapped[int | None]
    verb: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    subject_kind: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    subject_id: orm.Mapped[int | None] = orm.mapped_column(BigId)
    actor_id: orm.Mapped[int | None]
    actor_name: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    address: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")
    request_id: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    changes: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)
    details: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)

    __table_args__ = (
        sa.Index("ix_activity_entries_subject", "subject_kind", "subject_id", "id"),
        sa.Index("ix_activity_entries_office", "office_id", "id"),
    )


class ActivitySeal(Model):
    """A link of the hash chain over a run of entries: changing one entry breaks every later seal."""

    __tablename__ = "activity_seals"
    is_global = True

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    first_id: orm.Mapped[int] = orm.mapped_column(BigId)
    last_id: orm.Mapped[int] = orm.mapped_column(BigId)
    entry_count: orm.Mapped[int]
    previous_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    hash: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    sealed_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


for _model in (ActivityEntry, ActivitySeal):
    triggers.guard(_model.metadata.tables[_model.__tablename__])
