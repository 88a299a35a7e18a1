"""What of a campaign is of use for a while only, and goes by itself. What proves something stays: what was sent, approvals, deliveries, replies."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.activity import service as activity
from crm.bulletins.feeds.models import FeedItem
from crm.campaigns.models import ApprovalState, Campaign, CampaignApproval, CampaignContent, CampaignVersion, LinkTrial, SiteUse
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import job
from crm.files import service as files

SCOPE = scopes.system_scope("forget what campaigns no longer need")
KEEP_VERSIONS = dt.timedelta(days=90)  # after the end: then what was sent is what there is
MOST_VERSIONS = 100  # of a draft: as many as its page shows
KEEP_TRIALS = dt.timedelta(days=90)
KEEP_ITEMS = dt.timedelta(days=396)  # news of the site, beyond the newest that its reading is compared with
MOST_ITEMS = 2_000
AT_ONCE = 1000


@job("campaigns.forget_drafts", long=True, minute="49")
def forget_drafts(*, scope: scopes.Scope) -> None:
    """Earlier versions of the text, texts that were asked about and never sent, how links answered long ago, old news of the site."""
    over = sa.select(Campaign.id).where(Campaign.finished_at < now() - KEEP_VERSIONS)
    _remove_in_parts(CampaignVersion, CampaignVersion.campaign_id.in_(over))
    for campaign_id, newest_to_go in _crowded(CampaignVersion, CampaignVersion.campaign_id, MOST_VERSIONS):
        _remove_in_parts(CampaignVersion, _crowding(campaign_id, newest_to_go))
    _empty_unsent(over)
    _remove_in_parts(LinkTrial, LinkTrial.tried_at < now() - KEEP_TRIALS)
    for bulletin_id, newest_to_go in _crowded(FeedItem, FeedItem.bulletin_id, MOST_ITEMS):
        _remove_items(bulletin_id, newest_to_go)


def _crowding(campaign_id: int, newest_to_go: int) -> sa.ColumnElement[bool]:
    """Each writer keeps one: who wrote in a text may not approve it, however long ago that was."""
    each = orm.aliased(CampaignVersion)
    newest_of_each = sa.select(sa.func.max(each.id)).where(each.campaign_id == campaign_id).group_by(each.created_by_id)
    mine = CampaignVersion.campaign_id == campaign_id
    return sa.and_(mine, CampaignVersion.id <= newest_to_go, CampaignVersion.id.not_in(newest_of_each))


def _crowded(model: Any, owner: Any, most: int) -> list[tuple[int, int]]:
    """Owners with more rows than are kept, each with the newest row that is kept no more."""
    with transaction.unit(SCOPE):
        many = sa.select(owner).group_by(owner).having(sa.func.count() > most)
        found = []
        for owner_id in db.session.scalars(many).all():
            last = db.session.scalar(sa.select(model.id).where(owner == owner_id).order_by(model.id.desc()).offset(most).limit(1))
            if last is not None:
                found.append((owner_id, last))
        return found


def _empty_unsent(over: sa.Select[int]) -> None:
    """An approval that came to nothing keeps whose word it was and the hash of the text; the text itself is nowhere sent or shown."""
    sent = sa.exists(sa.select(sa.literal(1)).where(Campaign.content_id == CampaignContent.id))
    mine = CampaignApproval.content_id == CampaignContent.id
    approved = sa.exists(sa.select(sa.literal(1)).where(mine, CampaignApproval.state == ApprovalState.APPROVED))
    asked = sa.exists(sa.select(sa.literal(1)).where(mine, CampaignApproval.campaign_id.in_(over)))
    last = 0
    while True:
        with transaction.unit(SCOPE):
            which = (CampaignContent.id > last, sa.cast(CampaignContent.variants, sa.Text) != "{}", asked, ~approved, ~sent)
            ids = db.session.scalars(
                sa.select(CampaignContent.id).where(*which).order_by(CampaignContent.id).limit(AT_ONCE)
            ).all()
            if not ids:
                return
            last = ids[-1]
            nothing = {"draft": {}, "variants": {}, "tags": {}, "links": []}
            emptied = sa.update(CampaignContent).where(CampaignContent.id.in_(ids)).values(**nothing)
            db.session.execute(emptied.execution_options(synchronize_session=False))


def _remove_items(bulletin_id: int, newest_to_go: int) -> None:
    """Published items that no campaign tells, with our copies of their pictures. A campaign has copies of its own."""
    told = sa.exists(sa.select(sa.literal(1)).where(SiteUse.item_id == FeedItem.id))
    old = (FeedItem.bulletin_id == bulletin_id, FeedItem.id <= newest_to_go, FeedItem.dated_at < now() - KEEP_ITEMS, ~told)
    while True:
        with transaction.unit(SCOPE):
            found = db.session.scalars(sa.select(FeedItem).where(*old).order_by(FeedItem.id).limit(AT_ONCE)).all()
            if not found:
                return
            for item in found:
                item.picture_file_id = None
            db.session.flush()
            for item in found:
                files.remove_all_of(activity.kind_of(FeedItem), item.id)
                db.session.delete(item)


def _remove_in_parts(model: Any, which: sa.ColumnElement[bool]) -> None:
    """Portions, so that nobody waits long for the lock."""
    while True:
        with transaction.unit(SCOPE):
            ids = db.session.scalars(sa.select(model.id).where(which).order_by(model.id).limit(AT_ONCE)).all()
            if not ids:
                return
            db.session.execute(sa.delete(model).where(model.id.in_(ids)).execution_options(synchronize_session=False))
