"""Sites are read each hour, and when somebody asks. Fetching happens between transactions, never in one."""

import datetime as dt

from crm.bulletins.feeds import gathering, queries, service
from crm.bulletins.feeds.models import FeedItem
from crm.bulletins.models import Bulletin
from crm.core import jobs
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import db
from crm.core.fetching import Fetched, Limits, NotFetched, fetch
from crm.core.jobs import job
from crm.core.transaction import unit

PICTURES_A_READING = 12
PICTURE_DAYS = 3  # so long a picture that could not be had is asked for again
PICTURE_LIMITS = Limits(bytes_=8 * 1024 * 1024, seconds=20)


@job("bulletins.read_sites", minute="7")
def read_sites() -> None:
    """A job for each, so that a slow site keeps no other waiting."""
    for bulletin_id in queries.bulletins_with_site():
        jobs.enqueue("bulletins.read_site", bulletin_id=bulletin_id)


@job("bulletins.read_site", long=True)
def read_site(*, scope: scopes.Scope, bulletin_id: int) -> None:
    system = scopes.system_scope("read the site of a bulletin")
    with unit(system):
        bulletin = db.session.get(Bulletin, bulletin_id)
        if bulletin is None or not bulletin.feed_url or bulletin.archived_at is not None:
            return
        url, known, state = bulletin.feed_url, queries.keys_of(bulletin_id), queries.state_of(bulletin_id)
        same = state is not None and state.url == url and state.problem is None
        etag, modified = (state.etag, state.modified) if state is not None and same else ("", "")
    gathered = gathering.gather(url, known=known, etag=etag, modified=modified)
    with unit(system):
        bulletin = db.session.get(Bulletin, bulletin_id)
        if bulletin is None or bulletin.feed_url != url:
            return
        service.keep(bulletin, url, gathered)
        since = now() - dt.timedelta(days=PICTURE_DAYS)
        wanted = [
            (row.id, row.picture_url) for row in queries.without_picture(bulletin_id, since=since, limit=PICTURES_A_READING)
        ]
    for item_id, picture_url in wanted:
        _copy_picture(item_id, picture_url, system)


def _copy_picture(item_id: int, picture_url: str, scope: scopes.Scope) -> None:
    try:
        answer: Fetched = fetch(picture_url, accept="image/jpeg, image/png, image/webp", limits=PICTURE_LIMITS)
    except NotFetched:
        return
    with unit(scope) as session:
        item = session.get(FeedItem, item_id)
        if item is not None and item.picture_file_id is None and not service.keep_picture(item, answer):
            item.picture_url = ""
