"""Drafts as they were. The newest version is always of whoever wrote last, so that they tell who wrote what stands there."""

import datetime as dt

from crm.accounts.models import User
from crm.campaigns import queries
from crm.campaigns.models import Campaign, CampaignVersion
from crm.core.clock import now
from crm.core.db import db

EVERY = dt.timedelta(minutes=10)
BEGUN, SAVED, WRITING, RESTORED, BEFORE_RESTORING = "begun", "saved", "", "restored", "before-restoring"


def keep(campaign: Campaign, note: str, by: User) -> None:
    """The draft as it is now, of this person."""
    _keep(campaign, note, by.id)


def keep_what_was(campaign: Campaign, by: User) -> None:
    """Before a draft changes: keep it if the last version is ten minutes old, or a colleague wrote last."""
    newest = _newest(campaign)
    if newest is None or newest.created_at < now() - EVERY or newest.created_by_id != by.id:
        keep_if_new(campaign)


def keep_if_new(campaign: Campaign, note: str = WRITING) -> None:
    """The draft as it is now, of whoever wrote last, unless the newest version is the same."""
    newest = _newest(campaign)
    if newest is None or newest.draft != campaign.draft:
        _keep(campaign, note, newest.created_by_id if newest else campaign.created_by_id)


def is_new(campaign: Campaign) -> bool:
    newest = _newest(campaign)
    return newest is None or newest.draft != campaign.draft


def is_of(campaign: Campaign, by: User) -> bool:
    """Whether the newest version is this person's."""
    newest = _newest(campaign)
    return newest is not None and newest.created_by_id == by.id


def _newest(campaign: Campaign) -> CampaignVersion | None:
    return next(iter(queries.versions_of(campaign.id, limit=1)), None)


def _keep(campaign: Campaign, note: str, by_id: int | None) -> None:
    row = CampaignVersion(campaign_id=campaign.id, draft=campaign.draft, note=note, created_at=now(), created_by_id=by_id)
    db.session.add(row)
    db.session.flush()
