"""A bulletin made of what the office's site published since the last one: each item a block, newest first, in the weekly design."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.activity import service as activity
from crm.bulletins.feeds import queries as feeds
from crm.bulletins.feeds.models import FeedItem
from crm.bulletins.feeds.uses import StaleUse
from crm.bulletins.models import Bulletin
from crm.campaigns import service
from crm.campaigns.models import Campaign, CampaignKind, CampaignState, SiteUse
from crm.campaigns.writing import designs
from crm.campaigns.writing.blocks import Kind, new_block
from crm.campaigns.writing.designs import Context, Design
from crm.core.clock import now
from crm.core.db import db
from crm.files import disk
from crm.files.models import StoredFile
from crm.files.refusals import FileRefused

MOST_ITEMS = 8
DAYS = 60  # what is older is no news, whether it was in a bulletin or not


class NothingNew(Exception):
    """Every recent item of the site was in a bulletin already, or there is none."""


@dataclass(frozen=True)
class Made:
    """A draft from the site: `new` items there were, `taken` are in it."""

    campaign: Campaign
    new: int
    taken: int


def new_items(bulletin_id: int) -> Sequence[FeedItem]:
    """Recent items that no bulletin has told yet, newest first. A draft that was put away has told nothing."""
    told = (
        sa.select(SiteUse.item_id)
        .join(Campaign, Campaign.id == SiteUse.campaign_id)
        .where(
            SiteUse.item_id == FeedItem.id, sa.or_(Campaign.state != CampaignState.CANCELLED, Campaign.started_at.is_not(None))
        )
    )
    recent = FeedItem.dated_at >= now() - dt.timedelta(days=DAYS)
    return db.session.scalars(feeds.newest(bulletin_id).where(recent, ~told.exists()).limit(200)).all()


def begin(bulletin: Bulletin, context: Context, *, name: str, by: User) -> Made:
    """Make a draft of what is new. Raises NothingNew."""
    found = new_items(bulletin.id)
    if not found:
        raise NothingNew(bulletin.id)
    taken = list(found[:MOST_ITEMS])
    language = "en" if all(item.language == "en" for item in taken) else "id"
    campaign = service.create_campaign(
        designs.draft_of(Design.WEEKLY, context, language),
        name=name,
        kind=CampaignKind.BULLETIN,
        office_id=bulletin.office_id,
        bulletin=bulletin,
        by=by,
    )
    _fill(campaign, taken, language, by=by)
    activity.record("begun-from-site", campaign, by=by, items=len(taken))
    return Made(campaign, len(found), len(taken))


def _fill(campaign: Campaign, items: list[FeedItem], language: str, *, by: User) -> None:
    """Put a block for each item where the design has its empty one, and keep what each was made of."""
    made = [(item, _block(campaign, item, by=by)) for item in items]
    part = campaign.draft["languages"][language]
    blocks: list[dict[str, Any]] = []
    for block in part["blocks"]:
        blocks += [one for _item, one in made] if block["kind"] == Kind.ARTICLE else [block]
    changed = {**part, "preheader": part["preheader"] or items[0].title, "blocks": blocks}
    draft = {**campaign.draft, "languages": {**campaign.draft["languages"], language: changed}}
    service.save_draft(campaign, draft, seen_version=campaign.version, by=by)
    _remember(campaign, made)


def _remember(campaign: Campaign, made: list[tuple[FeedItem, dict[str, Any]]]) -> None:
    db.session.add_all(
        SiteUse(campaign_id=campaign.id, item_id=item.id, block_id=block["id"], sha256=item.sha256, created_at=now())
        for item, block in made
    )
    db.session.flush()


def _block(campaign: Campaign, item: FeedItem, *, by: User) -> dict[str, Any]:
    src = _picture(campaign, item, by=by)
    return new_block(
        Kind.ARTICLE,
        title=item.title,
        text=item.summary,
        url=item.url,
        src=src,
        alt=item.title if src else "",
        source=str(item.id),
    )


def _picture(campaign: Campaign, item: FeedItem, *, by: User) -> str:
    """Our copy of the item's picture as a picture of this campaign: receivers load it from us. Empty when there is none."""
    stored = db.session.get(StoredFile, item.picture_file_id) if item.picture_file_id else None
    if stored is None:
        return ""
    try:
        with disk.open_stored(stored.storage_key) as source:
            return service.add_picture(campaign, source, name=stored.name, by=by)
    except (disk.NoSuchFile, FileRefused):
        return ""


def uses_of(campaign: Campaign) -> Sequence[SiteUse]:
    return db.session.scalars(sa.select(SiteUse).where(SiteUse.campaign_id == campaign.id)).all()


def changed_since_told(bulletin_id: int, limit: int = 20) -> Sequence[StaleUse]:
    """Campaigns that tell an item as it was before it changed, latest change first."""
    found = (
        sa.select(FeedItem.title, Campaign.id, Campaign.name)
        .join(SiteUse, SiteUse.item_id == FeedItem.id)
        .join(Campaign, Campaign.id == SiteUse.campaign_id)
        .where(FeedItem.bulletin_id == bulletin_id, FeedItem.changed_at.is_not(None), FeedItem.sha256 != SiteUse.sha256)
        .where(Campaign.state != CampaignState.CANCELLED)
        .order_by(FeedItem.changed_at.desc(), SiteUse.id.desc())
    )
    rows = db.session.execute(found.limit(limit))
    return [StaleUse(title, name, "campaigns.show", {"campaign_id": campaign_id}) for title, campaign_id, name in rows]


def add(campaign: Campaign, items: Sequence[FeedItem], language: str, *, seen_version: int, by: User) -> None:
    """Put items at the end of a draft. Raises StaleRecord, NotADraft, DraftRefused."""
    made = [(item, _block(campaign, item, by=by)) for item in items]
    part = campaign.draft["languages"][language]
    changed = {**part, "blocks": [*part["blocks"], *(block for _item, block in made)]}
    draft = {**campaign.draft, "languages": {**campaign.draft["languages"], language: changed}}
    service.save_draft(campaign, draft, seen_version=seen_version, by=by)
    _remember(campaign, made)
