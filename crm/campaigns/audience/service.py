"""Choosing who a draft is for."""

from crm.accounts.models import User
from crm.activity import service as activity
from crm.bulletins.models import Bulletin
from crm.campaigns import approval
from crm.campaigns.approval import NotADraft
from crm.campaigns.models import Campaign, CampaignState
from crm.core.clock import now
from crm.core.db import db
from crm.engagements.service import check_version
from crm.segments.models import Segment


def choose_audience(
    campaign: Campaign, *, bulletin: Bulletin | None, segment: Segment | None, seen_version: int, by: User
) -> None:
    """Subscribers of a bulletin, people of a segment, or those subscribers who are in the segment. An approval that was given becomes void.

    Raises NotADraft, StaleRecord.
    """
    if campaign.state is not CampaignState.DRAFT:
        raise NotADraft(campaign.id)
    check_version(campaign, seen_version)
    before = {"bulletin_id": campaign.bulletin_id, "segment_id": campaign.segment_id}
    campaign.bulletin_id = bulletin.id if bulletin else None
    campaign.segment_id = segment.id if segment else None
    if (campaign.bulletin_id, campaign.segment_id) == tuple(before.values()):
        return
    campaign.updated_at = now()
    db.session.flush()
    activity.record_changes(campaign, before=before, by=by)
    approval.void_what_changed(campaign, by=by)
