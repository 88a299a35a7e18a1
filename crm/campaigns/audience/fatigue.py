"""How much somebody was asked to read lately, over all offices: numbers and nothing else leave them."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from crm.campaigns.models import Campaign, CampaignState, Delivery
from crm.core import clock, settings
from crm.core.db import db

_campaigns: Any = Campaign.__table__
_deliveries: Any = Delivery.__table__
_BEFORE_SENDING = (CampaignState.DRAFT, CampaignState.SCHEDULED, CampaignState.MISSED)


def since() -> dt.datetime:
    return clock.now() - dt.timedelta(days=settings.get("FATIGUE_DAYS"))


def limit_of(campaign: Campaign) -> int:
    return settings.get("FATIGUE_LIMITS")[campaign.kind.value]


def is_over(campaign: Campaign, email: Any) -> sa.ColumnElement[bool] | None:
    """The criterion that an address had its fill of this kind already; None while there were too few campaigns for anybody to be over.

    Tables and not models: the mail of all offices counts, whoever asks. Nothing comes out but yes or no.
    """
    start, limit = since(), limit_of(campaign)
    if _recent_campaigns(campaign, start) < limit:
        return None
    c, d = _campaigns.alias("sent_campaign"), _deliveries.alias("sent")
    had = (
        sa.select(sa.func.count())
        .select_from(d.join(c, c.c.id == d.c.campaign_id))
        .where(d.c.email == email, d.c.accepted_at >= start, c.c.kind == campaign.kind, c.c.id != (campaign.id or 0))
    )
    return had.scalar_subquery() >= limit


def _recent_campaigns(campaign: Campaign, start: dt.datetime) -> int:
    """Campaigns of the kind that can have sent since: an address has at most one delivery of each."""
    c = _campaigns
    recent = sa.or_(c.c.finished_at.is_(None), c.c.finished_at >= start)
    counted = sa.select(sa.func.count()).select_from(c)
    found = counted.where(c.c.kind == campaign.kind, c.c.id != (campaign.id or 0), c.c.state.not_in(_BEFORE_SENDING), recent)
    return db.session.execute(found).scalar() or 0
