"""Stored files and what they hang on."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.db import Model
from crm.core.scope import Scoped
from crm.core.types import BigId, UtcDateTime


class StoredFile(Scoped, Model):
    """One file. It hangs on a record by kind and id; the name on disk is random and never the shown one."""

    __tablename__ = "stored_files"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    office_id: orm.Mapped[int]
    subject_kind: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    subject_id: orm.Mapped[int] = orm.mapped_column(BigId)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    media_type: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    byte_count: orm.Mapped[int] = orm.mapped_column(BigId)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    storage_key: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    uploaded_by_id: orm.Mapped[int | None]
    uploaded_by_name: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_stored_files_subject", "subject_kind", "subject_id"),)
