"""Anything that happened between the office and stakeholders, and who took part."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import User
from crm.core.db import Model
from crm.core.scope import OfficeScoped, Scoped, offices_in_scope
from crm.core.types import BigId, UtcDateTime, enum_column
from crm.engagements.precision import COARSE, Precision
from crm.stakeholders.models import COMBINE, MOVE, Stakeholder, Topic


class MandateRole(StrEnum):
    """The four roles of a public-relations unit."""

    INFORM = "R1"
    CONSULT = "R2"
    COORDINATE = "R3"
    IMPROVE = "R4"


class EngagementKind(Model):
    """A kind of engagement. A row and not a CHECK: a new feature adds a row instead of rebuilding a big table."""

    __tablename__ = "engagement_kinds"
    is_global = True

    code: orm.Mapped[str] = orm.mapped_column(sa.String(40), primary_key=True)


class Program(OfficeScoped, Model):
    __tablename__ = "programs"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(150))
    summary: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    archived_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)

    __table_args__ = (sa.UniqueConstraint("office_id", "name"),)


class Engagement(OfficeScoped, Model):
    """What all kinds have in common. Reports use `occurred_on`, lists `sort_at`; both are set by the service from the time given."""

    __tablename__ = "engagements"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    kind: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("engagement_kinds.code"))
    title: orm.Mapped[str] = orm.mapped_column(sa.String(300))
    summary: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    starts_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    ends_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    occurred_on: orm.Mapped[dt.date | None]
    sort_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    precision: orm.Mapped[Precision] = orm.mapped_column(enum_column(Precision), default=Precision.TIME)
    role: orm.Mapped[MandateRole] = orm.mapped_column(enum_column(MandateRole))
    program_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("programs.id"), index=True)
    # Who did the work: the default is who wrote it down.
    owner_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    updated_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    version: orm.Mapped[int] = orm.mapped_column(default=1)

    __table_args__ = (
        sa.Index("ix_engagements_office_sort", "office_id", "sort_at", "id"),
        # Wide like that of the participations, and for the same reason.
        sa.Index("ix_engagements_office_day", "office_id", "occurred_on", "kind", "role", "precision", "owner_id"),
    )
    __mapper_args__ = {"polymorphic_on": kind, "version_id_col": version}

    program: orm.Mapped[Program | None] = orm.relationship()
    owner: orm.Mapped[User | None] = orm.relationship(foreign_keys=[owner_id])
    participations: orm.Mapped[list["Participation"]] = orm.relationship(
        back_populates="engagement", cascade="all, delete-orphan", order_by="Participation.id"
    )
    topic_links: orm.Mapped[list["EngagementTopic"]] = orm.relationship(
        back_populates="engagement", cascade="all, delete-orphan", order_by="EngagementTopic.id"
    )


class ParticipationRole(StrEnum):
    """`host` is our side; all others are reached by the engagement."""

    PARTICIPANT = "participant"
    HOST = "host"
    CHAIR = "chair"
    SPEAKER = "speaker"
    GUEST = "guest"


_CONTACT = ("occurred_on", "office_id", "role", "has_attended")


class Participation(OfficeScoped, Model):
    """Who took part, and for which organization then: a later change of employer does not drag history along.

    `occurred_on`, `sort_at` and `office_id` are copies from the engagement; `flask crm doctor` finds one that differs.
    A participant that is an organization without a named person has itself as `organization_id`.
    """

    __tablename__ = "participations"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    engagement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("engagements.id"))
    stakeholder_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), info=COMBINE)
    organization_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stakeholders.id"), info=MOVE)
    role: orm.Mapped[ParticipationRole] = orm.mapped_column(enum_column(ParticipationRole), default=ParticipationRole.PARTICIPANT)
    was_invited: orm.Mapped[bool | None]
    answer: orm.Mapped[str] = orm.mapped_column(sa.String(20), default="")
    has_attended: orm.Mapped[bool | None]
    occurred_on: orm.Mapped[dt.date | None]
    sort_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)

    engagement: orm.Mapped[Engagement] = orm.relationship(back_populates="participations")
    stakeholder: orm.Mapped[Stakeholder] = orm.relationship(foreign_keys=[stakeholder_id])
    organization: orm.Mapped[Stakeholder | None] = orm.relationship(foreign_keys=[organization_id])

    __table_args__ = (
        sa.UniqueConstraint("engagement_id", "stakeholder_id"),
        # Walked backwards for newest first: a DESC index would be an expression that Alembic passes over on SQLite.
        # Wide, so that the last contact of everybody of an office is found without a look at the rows.
        sa.Index("ix_participations_stakeholder_time", "stakeholder_id", "sort_at", "engagement_id", *_CONTACT),
        sa.Index("ix_participations_organization_time", "organization_id", "sort_at", "engagement_id", *_CONTACT),
        # Wide on purpose: reports count a period of an office from this index alone (six times faster than through the rows).
        sa.Index(
            "ix_participations_office_day",
            "office_id",
            "occurred_on",
            "stakeholder_id",
            "organization_id",
            "engagement_id",
            "role",
            "has_attended",
        ),
    )


class EngagementTopic(Scoped, Model):
    __tablename__ = "engagement_topics"
    part_of = "engagement_id"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    engagement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("engagements.id"), index=True)
    topic_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("topics.id"), index=True)

    engagement: orm.Mapped[Engagement] = orm.relationship(back_populates="topic_links")
    topic: orm.Mapped[Topic] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("engagement_id", "topic_id"),)

    @classmethod
    def scope_criterion(cls) -> sa.ColumnElement[bool]:
        whole = Engagement.__table__.alias("whole")
        return sa.exists(
            sa.select(sa.literal(1))
            .select_from(whole)
            .where(whole.c.id == cls.engagement_id, whole.c.office_id.in_(offices_in_scope()))
        )


__all__ = [
    "COARSE",
    "Engagement",
    "EngagementKind",
    "EngagementTopic",
    "MandateRole",
    "Participation",
    "ParticipationRole",
    "Precision",
    "Program",
]
