"""What the page of a campaign shows about its sending: what may be done now, and the calls that a person has to decide about."""

from dataclasses import dataclass

import sqlalchemy as sa

from crm.campaigns import approval
from crm.campaigns.models import Batch, BatchState, Campaign
from crm.campaigns.models import CampaignState as S
from crm.campaigns.sending import courier, ranges, resolving, states, uses
from crm.core import settings
from crm.core.db import db
from crm.mail import gateway, instance


@dataclass(frozen=True)
class Panel:
    """Facts for the template; every act is asked for again by the service."""

    can_send: bool
    can_pause: bool
    can_resume: bool
    can_stop: bool
    can_set_time: bool
    can_change_pace: bool
    is_first_part: bool
    is_other_list: bool  # than was approved: a second person lets it go on
    is_archived: bool  # its bulletin, so that nothing of it goes out
    is_held: bool  # its hour has not come: a stop leaves no trace
    to_decide: list[Batch]
    is_local: bool
    may_send_here: bool
    under_way: int  # people in calls that may still leave after a stop


def of(campaign: Campaign) -> Panel:
    state, is_archived = campaign.state, states.is_archived(campaign)
    return Panel(
        can_send=state is S.DRAFT and approval.valid(campaign) is not None,
        can_pause=state is S.RUNNING,
        can_resume=state is S.PAUSED and not is_archived,
        can_stop=states.may_move(campaign, S.CANCELLING),
        can_set_time=state in {S.SCHEDULED, S.MISSED} and not is_archived,
        can_change_pace=state in {S.SCHEDULED, S.PREPARING, S.RUNNING, S.PAUSED},
        is_archived=is_archived and state in uses.UNDER_WAY,
        is_held=state in {S.SCHEDULED, S.PREPARING, S.MISSED} and campaign.started_at is None,
        is_first_part=state is S.PAUSED and campaign.state_reason == "first-batch",
        is_other_list=state is S.PAUSED and campaign.state_reason == states.OTHER_LIST,
        to_decide=[]
        if state is S.DRAFT
        else [batch for batch in resolving.open_doubts(campaign) if resolving.needs_decision(batch)],
        is_local=gateway.is_local(),
        may_send_here=instance.is_known(),
        under_way=_workers(campaign) * courier.most_at_once() * settings.get("SEND_BATCH") if state is S.RUNNING else 0,
    )


def _workers(campaign: Campaign) -> int:
    """How many workers have calls of the campaign under way: each may claim once more before it hears of a stop."""
    owners = sa.select(sa.func.count(Batch.owner.distinct())).where(
        Batch.campaign_id == campaign.id, ranges.OPEN, Batch.state == BatchState.SENDING
    )
    return max(1, db.session.scalar(owners) or 0)


def calls_of(campaign: Campaign) -> sa.Select[Batch]:
    return sa.select(Batch).where(Batch.campaign_id == campaign.id, Batch.is_canary.is_(False))
