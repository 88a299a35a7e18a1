"""Which campaigns of a bulletin have not ended: while one is under way, the bulletin is not archived."""

from collections.abc import Sequence

import sqlalchemy as sa

from crm.bulletins.uses import Use
from crm.campaigns.models import Campaign, CampaignState
from crm.core.db import db

MOST = 50
UNDER_WAY = (
    CampaignState.SCHEDULED,
    CampaignState.MISSED,
    CampaignState.PREPARING,
    CampaignState.RUNNING,
    CampaignState.PAUSED,
)


def of_bulletin(bulletin_id: int) -> Sequence[Use]:
    """Those under way and drafts, newest first; one that is being stopped reaches nobody else."""
    named = sa.select(Campaign.id, Campaign.name, Campaign.state)
    found = named.where(Campaign.bulletin_id == bulletin_id, Campaign.state.in_((CampaignState.DRAFT, *UNDER_WAY)))
    order = (Campaign.state == CampaignState.DRAFT, Campaign.id.desc())
    rows = db.session.execute(found.order_by(*order).limit(MOST))
    return [
        Use(
            name,
            state in UNDER_WAY,
            "campaigns.results" if state in UNDER_WAY else "campaigns.show",
            {"campaign_id": campaign_id},
        )
        for campaign_id, name, state in rows
    ]
