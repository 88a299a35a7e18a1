"""Saved audiences."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core.db import Model
from crm.core.scope import OfficeScoped, Scoped, offices_in_scope
from crm.core.types import BigId, Json, UtcDateTime
from crm.stakeholders.models import COMBINE


class Segment(OfficeScoped, Model):
    """A saved audience. Dynamic: asked anew each time. Static: the people of the moment it was frozen (`frozen_at`), kept as members.

    `tree` is `{"op": "and"|"or", "not": bool, "items": [tree | {"condition": name, "not": bool, ...fields}]}`.
    """

    __tablename__ = "segments"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    tree: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    is_static: orm.Mapped[bool] = orm.mapped_column(default=False)
    frozen_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    archived_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    version: orm.Mapped[int] = orm.mapped_column(default=1)

    __table_args__ = (sa.Index("ix_segments_office", "office_id", "id"),)
    __mapper_args__ = {"version_id_col": version}


class SegmentMember(Scoped, Model):
    """Who was in a static segment when it was frozen."""

    __tablename__ = "segment_members"
    part_of = "segment_id"

    segment_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("segments.id"), primary_key=True)
    stakeholder_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("stakeholders.id"), primary_key=True, index=True, info=COMBINE
    )

    @classmethod
    def scope_criterion(cls) -> sa.ColumnElement[bool]:
        whole = Segment.__table__.alias("whole")
        return sa.exists(
            sa.select(sa.literal(1))
            .select_from(whole)
            .where(whole.c.id == cls.segment_id, whole.c.office_id.in_(offices_in_scope()))
        )
