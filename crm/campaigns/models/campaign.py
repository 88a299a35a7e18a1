"""The campaign, what it says, and who agreed to it."""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.bulletins.models import Bulletin
from crm.core.db import Model
from crm.core.scope import OfficeScoped, Scoped, offices_in_scope
from crm.core.types import BigId, Json, UtcDateTime, enum_column
from crm.segments.models import Segment


class CampaignKind(StrEnum):
    BULLETIN = "bulletin"  # needs consent
    NOTICE = "notice"  # official notice: a public task
    GREETING = "greeting"
    PRESS = "press-release"


class CampaignState(StrEnum):
    """draft -> scheduled -> preparing -> running <-> paused -> finished; scheduled -> missed; any -> cancelling -> cancelled."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    MISSED = "missed"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


class Campaign(OfficeScoped, Model):
    """One mailing. Moves between states by compare-and-set on (state, version), each with an entry in the activity record."""

    __tablename__ = "campaigns"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(150))
    kind: orm.Mapped[CampaignKind] = orm.mapped_column(enum_column(CampaignKind))
    bulletin_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("bulletins.id"), index=True)
    segment_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("segments.id"), index=True)
    state: orm.Mapped[CampaignState] = orm.mapped_column(enum_column(CampaignState), default=CampaignState.DRAFT)
    state_reason: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    draft: orm.Mapped[dict[str, Any]] = orm.mapped_column(
        Json, default=dict
    )  # languages -> subject, preheader, blocks: see writing/
    content_id: orm.Mapped[int | None] = orm.mapped_column(
        sa.ForeignKey("campaign_contents.id")
    )  # fixed when approval is asked for
    sender_name: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    reply_to: orm.Mapped[str] = orm.mapped_column(sa.String(254), default="")
    scheduled_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    hold_minutes: orm.Mapped[int] = orm.mapped_column(default=0)  # between "send" and the first call
    first_batch: orm.Mapped[int] = orm.mapped_column(default=0)  # so many first; then it pauses until a person says go on
    rate_per_minute: orm.Mapped[int | None]
    is_guarded: orm.Mapped[bool] = orm.mapped_column(default=False)
    mark_key: orm.Mapped[str] = orm.mapped_column(
        sa.String(64)
    )  # random; what marks.py makes the marks and links of its deliveries with
    prepared_upto: orm.Mapped[int] = orm.mapped_column(BigId, default=0)  # cursor of the preparation: it can be started again
    kept_audience: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(Json)  # of a wide one: see audience/keeping.py
    prepared_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)  # when the list of deliveries was complete
    started_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    finished_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    updated_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    version: orm.Mapped[int] = orm.mapped_column(default=1)

    bulletin: orm.Mapped[Bulletin | None] = orm.relationship()
    segment: orm.Mapped[Segment | None] = orm.relationship()

    __table_args__ = (
        sa.Index("ix_campaigns_office", "office_id", "state", "id"),
        sa.Index("ix_campaigns_due", "state", "scheduled_at"),
    )
    __mapper_args__ = {"version_id_col": version}


class CampaignPart(Scoped):
    """A row that belongs to a campaign and is seen and changed with it."""

    part_of = "campaign_id"

    @orm.declared_attr
    @classmethod
    def campaign_id(cls) -> orm.Mapped[int]:
        return orm.mapped_column(sa.ForeignKey("campaigns.id"), nullable=False)

    @classmethod
    def scope_criterion(cls) -> sa.ColumnElement[bool]:
        whole = Campaign.__table__.alias("whole")
        return sa.exists(
            sa.select(sa.literal(1))
            .select_from(whole)
            .where(whole.c.id == cls.campaign_id, whole.c.office_id.in_(offices_in_scope()))
        )


class CampaignContent(OfficeScoped, Model):
    """What is sent, fixed.

    `variants` maps a language to subject, preheader, html and text with substitution tags; `tags` maps a tag to its field and form (`name.h`).
    """

    __tablename__ = "campaign_contents"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    draft: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    variants: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    tags: orm.Mapped[dict[str, str]] = orm.mapped_column(Json, default=dict)
    links: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(
        Json, default=list
    )  # url, text, block; Click.link_no counts from 0
    attachments: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(Json, default=list)  # file_id, name, sha256
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)


class CampaignVersion(CampaignPart, Model):
    """The draft as it was, at each save by hand and at most every ten minutes of writing."""

    __tablename__ = "campaign_versions"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    draft: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    note: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (sa.Index("ix_campaign_versions_campaign", "campaign_id", "id"),)


class CampaignComment(CampaignPart, Model):
    __tablename__ = "campaign_comments"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    block_id: orm.Mapped[str] = orm.mapped_column(sa.String(40), default="")
    text: orm.Mapped[str] = orm.mapped_column(sa.Text)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    created_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"))
    resolved_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_campaign_comments_campaign", "campaign_id", "id"),)


class ApprovalState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    VOID = "void"  # something that it was bound to changed


class CampaignApproval(CampaignPart, Model):
    """A second person's yes or no to exactly this: `bound_to` is the hash over content, subject, attachments and list of recipients."""

    __tablename__ = "campaign_approvals"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    state: orm.Mapped[ApprovalState] = orm.mapped_column(enum_column(ApprovalState))
    content_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("campaign_contents.id"))
    bound_to: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    recipient_count: orm.Mapped[int] = orm.mapped_column(default=0)
    sends: orm.Mapped[bool] = orm.mapped_column(default=False)  # who asked wants it sent as soon as it is approved
    note: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")
    asked_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    asked_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"))
    decided_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    decided_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    told: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict, server_default="{}")  # id of an approver -> when

    __table_args__ = (sa.Index("ix_campaign_approvals_campaign", "campaign_id", "id"),)
