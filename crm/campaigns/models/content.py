"""What a campaign's text was made of and what was said about it: items of the site, promises that somebody answers for, links that were tried."""

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import orm

from crm.bulletins.feeds.models import FeedItem
from crm.campaigns.models.campaign import CampaignPart
from crm.commitments.models import Commitment
from crm.core.db import Model
from crm.core.scope import OfficeScoped
from crm.core.types import BigId, UtcDateTime, enum_column


class SiteUse(CampaignPart, Model):
    """A published item that became a block. `sha256` is what the item said then: another one now means that the page changed."""

    __tablename__ = "campaign_site_uses"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    item_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("feed_items.id"), index=True)
    block_id: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)

    item: orm.Mapped[FeedItem] = orm.relationship()

    __table_args__ = (sa.Index("ix_campaign_site_uses_campaign", "campaign_id", "item_id"),)


class Answer(StrEnum):
    ATTACHED = "attached"  # a commitment says who, what and when
    KEPT = "kept"  # with a reason


class PromiseAnswer(CampaignPart, Model):
    """What somebody answered to a sentence that binds the office. `key` is over the sentence: other words have to be answered for anew."""

    __tablename__ = "campaign_promises"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    key: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    answer: orm.Mapped[Answer] = orm.mapped_column(enum_column(Answer))
    sentence: orm.Mapped[str] = orm.mapped_column(sa.String(500))
    reason: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    commitment_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("commitments.id", ondelete="CASCADE"), index=True)
    created_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    created_by_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"))

    commitment: orm.Mapped[Commitment | None] = orm.relationship()

    __table_args__ = (sa.Index("ix_campaign_promises_key", "campaign_id", "key", unique=True),)


class LinkTrial(OfficeScoped, Model):
    """How a link answered when it was tried last. `status` is empty when nothing answered."""

    __tablename__ = "link_trials"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    key: orm.Mapped[str] = orm.mapped_column(sa.String(64))  # SHA-256 of the address
    url: orm.Mapped[str] = orm.mapped_column(sa.String(1000))
    status: orm.Mapped[int | None]
    tried_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_link_trials_key", "office_id", "key", unique=True),)
