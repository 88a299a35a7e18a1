"""Keeping what a site published."""

import io
from collections.abc import Iterable

import structlog

from crm.bulletins.feeds import queries
from crm.bulletins.feeds.gathering import Gathered
from crm.bulletins.feeds.items import Item
from crm.bulletins.feeds.models import FeedItem, FeedState
from crm.bulletins.models import Bulletin
from crm.core import jobs
from crm.core.clock import now
from crm.core.db import db
from crm.core.fetching import Fetched
from crm.files import service as files
from crm.files.service import FileRefused

log = structlog.get_logger(__name__)

ENDINGS = {"image/jpeg": "jpg", "image/jpg": "jpg", "image/png": "png", "image/webp": "webp"}


def ask_to_read(bulletin: Bulletin) -> None:
    """Read the site as soon as a worker is free."""
    jobs.enqueue("bulletins.read_site", bulletin_id=bulletin.id)


def keep(bulletin: Bulletin, url: str, gathered: Gathered) -> int:
    """Write down what one reading gave: new items, changed items, and how the site does. Gives the number of new items."""
    state = queries.state_of(bulletin.id)
    if state is None:
        state = FeedState(office_id=bulletin.office_id, bulletin_id=bulletin.id, url=url, read_at=now())
        db.session.add(state)
    elif state.url != url:
        state.answered_at, state.title = None, ""
    reading = gathered.reading
    state.url, state.read_at, state.problem = url, now(), reading.problem
    if reading.problem is not None:
        state.etag = state.modified = ""
        db.session.flush()
        return 0
    state.answered_at, state.etag, state.modified = now(), gathered.etag, gathered.modified
    state.title = reading.title or state.title
    return len(keep_items(bulletin, reading.items))


def keep_items(bulletin: Bulletin, items: Iterable[Item]) -> list[FeedItem]:
    """Write down items, each once, and what is new in those that are known. Gives the new ones, oldest first."""
    given = {item.key: item for item in items}
    known = queries.by_key(bulletin.id, list(given))
    for key, row in known.items():
        _renew(row, given[key])
    moment = now()
    fresh = [
        FeedItem(
            office_id=bulletin.office_id,
            bulletin_id=bulletin.id,
            key=item.key,
            title=item.title,
            url=item.url,
            summary=item.summary,
            language=item.language,
            picture_url=item.picture,
            sha256=item.sha256,
            published_at=item.published_at,
            dated_at=min(item.published_at or moment, moment),
            first_seen_at=moment,
        )
        for key, item in reversed(given.items())
        if key not in known
    ]
    db.session.add_all(fresh)
    db.session.flush()
    return fresh


def _renew(row: FeedItem, item: Item) -> None:
    """An item says something else than before: keep the new words, and when that was."""
    if row.sha256 == item.sha256 or (row.title == item.title and not item.summary):
        return
    row.title, row.summary, row.sha256, row.url = item.title, item.summary, item.sha256, item.url or row.url
    row.changed_at = now()


def keep_picture(item: FeedItem, answer: Fetched) -> bool:
    """Keep our own copy of an item's picture, judged and drawn anew like any file that people send. False when it is none."""
    ending = ENDINGS.get(answer.media_type)
    if not answer.is_fine or ending is None:
        return False
    try:
        received = files.receive(io.BytesIO(answer.body), shown_name=f"{item.title[:60]}.{ending}")
    except FileRefused as refused:
        log.info("picture not kept", item=item.id, why=refused.why.value)
        return False
    stored = files.keep(received, subject=item)
    item.picture_file_id = stored.id
    return True
