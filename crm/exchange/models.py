"""Imports: the files, every row's fate, what was made and changed, so that a run can be explained, resumed and undone."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.db import Model
from crm.core.scope import OfficeScoped, Scoped, offices_in_scope
from crm.core.types import BigId, Json, UtcDateTime, enum_column
from crm.exchange.codes import Fate
from crm.stakeholders.models import MOVE


class ImportState(StrEnum):
    DRAFT = "draft"
    PLANNING = "planning"
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"


class Import(OfficeScoped, Model):
    """One import: its files, the JSON text of the profile as it was then, and how far it got. `counts` by fate, `created` by kind."""

    __tablename__ = "imports"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    state: orm.Mapped[ImportState] = orm.mapped_column(enum_column(ImportState), default=ImportState.DRAFT)
    profile_key: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    profile: orm.Mapped[str] = orm.mapped_column(sa.Text)
    year: orm.Mapped[int | None]
    row_count: orm.Mapped[int | None]
    rows_done: orm.Mapped[int] = orm.mapped_column(default=0)
    counts: orm.Mapped[dict[str, int]] = orm.mapped_column(Json, default=dict)
    created: orm.Mapped[dict[str, int]] = orm.mapped_column(Json, default=dict)
    error: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    started_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    finished_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    undone_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    files: orm.Mapped[list["ImportFile"]] = orm.relationship(order_by="ImportFile.position", cascade="all, delete-orphan")

    __table_args__ = (sa.Index("ix_imports_office", "office_id", "id"),)


class ImportPart(Scoped):
    """A row that belongs to an import and is seen and changed with it."""

    part_of = "import_id"

    @orm.declared_attr
    @classmethod
    def import_id(cls) -> orm.Mapped[int]:
        return orm.mapped_column(sa.ForeignKey("imports.id"), nullable=False)

    @classmethod
    def scope_criterion(cls) -> sa.ColumnElement[bool]:
        whole = Import.__table__.alias("whole")
        return sa.exists(
            sa.select(sa.literal(1))
            .select_from(whole)
            .where(whole.c.id == cls.import_id, whole.c.office_id.in_(offices_in_scope()))
        )


class ImportFile(ImportPart, Model):
    """A file as it was sent; `overrides` is what a person said of its encoding, delimiter, line end, header row or sheet."""

    __tablename__ = "import_files"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    position: orm.Mapped[int]
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    path: orm.Mapped[str] = orm.mapped_column(sa.String(500))
    byte_count: orm.Mapped[int] = orm.mapped_column(BigId)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    overrides: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)

    __table_args__ = (sa.Index("ix_import_files_import", "import_id", "position"),)


class ImportRow(ImportPart, Model):
    """What became of one row. `identity` is unique in an office while the import stands, and free again after an undo."""

    __tablename__ = "import_rows"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    office_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("offices.id"))
    file_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("import_files.id"))
    row_number: orm.Mapped[int]
    fate: orm.Mapped[Fate] = orm.mapped_column(enum_column(Fate))
    reason: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    field: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    identity: orm.Mapped[str | None] = orm.mapped_column(sa.String(64))
    subject_kind: orm.Mapped[str] = orm.mapped_column(sa.String(20), default="")
    subject_id: orm.Mapped[int | None] = orm.mapped_column(BigId)
    verbatim: orm.Mapped[list[Any]] = orm.mapped_column(Json, default=list)
    notes: orm.Mapped[list[str]] = orm.mapped_column(Json, default=list)

    __table_args__ = (
        sa.UniqueConstraint("office_id", "identity"),
        sa.Index("ix_import_rows_import", "import_id", "file_id", "row_number"),
        sa.Index("ix_import_rows_fate", "import_id", "fate"),
        sa.Index("ix_import_rows_subject", "subject_kind", "subject_id"),
    )


class ImportRecord(ImportPart, Model):
    """A record that an import made beside the subjects of its rows, or made and completed later.

    `version` is the one it had then: a higher one means that somebody worked on it since. A row names its own subject (version 1).
    """

    __tablename__ = "import_records"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    record_id: orm.Mapped[int] = orm.mapped_column(BigId)
    version: orm.Mapped[int] = orm.mapped_column(default=1)

    __table_args__ = (
        sa.Index("ix_import_records_import", "import_id", "kind", "record_id"),
        sa.Index("ix_import_records_record", "kind", "record_id"),
    )


class ImportChange(ImportPart, Model):
    """A field of an existing record that an import filled: what it held and what it holds since. Added guests are changes too."""

    __tablename__ = "import_changes"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    kind: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    record_id: orm.Mapped[int] = orm.mapped_column(BigId)
    field: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    before: orm.Mapped[Any] = orm.mapped_column(Json)
    after: orm.Mapped[Any] = orm.mapped_column(Json)

    __table_args__ = (sa.Index("ix_import_changes_import", "import_id", "id"),)


class ExternalId(OfficeScoped, Model):
    """The name that a register gives a record: two different ones of one register are never the same record."""

    __tablename__ = "external_ids"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    source: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    value: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    stakeholder_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), index=True, info=MOVE)

    __table_args__ = (sa.UniqueConstraint("office_id", "source", "value"),)


class SavedProfile(OfficeScoped, Model):
    """A profile that an office made or corrected: readable JSON, checked each time it is read."""

    __tablename__ = "import_profiles"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    key: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    title: orm.Mapped[str] = orm.mapped_column(sa.String(150))
    body: orm.Mapped[str] = orm.mapped_column(sa.Text)
    updated_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    updated_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (sa.UniqueConstraint("office_id", "key"),)


class ExportState(StrEnum):
    ASKED = "asked"
    READY = "ready"
    FAILED = "failed"
    NOT_PERMITTED = "not-permitted"
    EXPIRED = "expired"


class Export(OfficeScoped, Model):
    """A file of stakeholders that somebody asked for: only that person may fetch it, and only for a day."""

    __tablename__ = "exports"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    state: orm.Mapped[ExportState] = orm.mapped_column(enum_column(ExportState), default=ExportState.ASKED)
    format: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    purpose: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    filters: orm.Mapped[dict[str, str]] = orm.mapped_column(Json, default=dict)
    office_ids: orm.Mapped[list[int]] = orm.mapped_column(Json, default=list)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    zone: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    has_private: orm.Mapped[bool] = orm.mapped_column(default=False)
    row_count: orm.Mapped[int | None]
    path: orm.Mapped[str] = orm.mapped_column(sa.String(100), default="")
    created_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"))
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    expires_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_exports_person", "created_by_id", "id"), sa.Index("ix_exports_expiry", "state", "expires_at"))
