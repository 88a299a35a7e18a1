"""Items that were read, and how reading goes."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from crm.bulletins.feeds.models import FeedItem, FeedState
from crm.bulletins.models import Bulletin
from crm.core.db import db


def state_of(bulletin_id: int) -> FeedState | None:
    return db.session.scalar(sa.select(FeedState).where(FeedState.bulletin_id == bulletin_id))


def items_of(bulletin_id: int, *, since: dt.datetime | None = None, limit: int = 30) -> Sequence[FeedItem]:
    """Newest first."""
    found = newest(bulletin_id)
    if since is not None:
        found = found.where(FeedItem.dated_at >= since)
    return db.session.scalars(found.limit(limit)).all()


def items_of_office(office_id: int, *, limit: int = 30) -> Sequence[FeedItem]:
    """Of all sites that an office reads, newest first."""
    own = sa.select(Bulletin.id).where(Bulletin.office_id == office_id)
    found = sa.select(FeedItem).where(FeedItem.bulletin_id.in_(own)).order_by(FeedItem.dated_at.desc(), FeedItem.id.desc())
    return db.session.scalars(found.limit(limit)).all()


def newest(bulletin_id: int) -> sa.Select[FeedItem]:
    return sa.select(FeedItem).where(FeedItem.bulletin_id == bulletin_id).order_by(FeedItem.dated_at.desc(), FeedItem.id.desc())


def keys_of(bulletin_id: int) -> frozenset[str]:
    """What is known of a site; the newest are enough, because no more than a feed's worth is compared."""
    found = sa.select(FeedItem.key).where(FeedItem.bulletin_id == bulletin_id).order_by(FeedItem.id.desc()).limit(2_000)
    return frozenset(db.session.scalars(found))


def by_key(bulletin_id: int, keys: Sequence[str]) -> dict[str, FeedItem]:
    found = sa.select(FeedItem).where(FeedItem.bulletin_id == bulletin_id, FeedItem.key.in_(keys))
    return {row.key: row for row in db.session.scalars(found)}


def bulletins_with_site() -> Sequence[int]:
    """Ids of those whose site is read."""
    wanted = sa.select(Bulletin.id).where(Bulletin.feed_url != "", Bulletin.archived_at.is_(None)).order_by(Bulletin.id)
    return db.session.scalars(wanted).all()


def without_picture(bulletin_id: int, *, since: dt.datetime, limit: int) -> Sequence[FeedItem]:
    """Items whose picture we have no copy of, newest first."""
    missing = newest(bulletin_id).where(
        FeedItem.picture_url != "", FeedItem.picture_file_id.is_(None), FeedItem.first_seen_at >= since
    )
    return db.session.scalars(missing.limit(limit)).all()
