"""Items of a site as they were read, and how the reading goes."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm

from crm.bulletins.feeds.items import Problem
from crm.core.db import Model
from crm.core.scope import OfficeScoped
from crm.core.types import BigId, UtcDateTime, enum_column


class FeedState(OfficeScoped, Model):
    """How reading the site of a bulletin goes. `url` is what was read last: another address begins anew."""

    __tablename__ = "bulletin_feeds"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    bulletin_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("bulletins.id"), unique=True)
    url: orm.Mapped[str] = orm.mapped_column(sa.String(1000))
    title: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    read_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    answered_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)  # when it last gave what we could read
    problem: orm.Mapped[Problem | None] = orm.mapped_column(enum_column(Problem))
    etag: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="")
    modified: orm.Mapped[str] = orm.mapped_column(sa.String(60), default="")


class FeedItem(OfficeScoped, Model):
    """A published item. `sha256` is over what it says: another one means that the page changed."""

    __tablename__ = "feed_items"

    id: orm.Mapped[int] = orm.mapped_column(BigId, primary_key=True)
    bulletin_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("bulletins.id"))
    key: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    title: orm.Mapped[str] = orm.mapped_column(sa.String(300))
    url: orm.Mapped[str] = orm.mapped_column(sa.String(1000), default="")
    summary: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")
    language: orm.Mapped[str] = orm.mapped_column(sa.String(10), default="")
    picture_url: orm.Mapped[str] = orm.mapped_column(sa.String(1000), default="")
    picture_file_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stored_files.id"))  # our copy of it
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    published_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)
    dated_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)  # published, or first seen: what they are ordered by
    first_seen_at: orm.Mapped[dt.datetime] = orm.mapped_column(UtcDateTime)
    changed_at: orm.Mapped[dt.datetime | None] = orm.mapped_column(UtcDateTime)

    __table_args__ = (
        sa.Index("ix_feed_items_key", "bulletin_id", "key", unique=True),
        sa.Index("ix_feed_items_dated", "bulletin_id", "dated_at", "id"),
    )
