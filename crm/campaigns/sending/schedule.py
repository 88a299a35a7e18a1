"""What moves a campaign on by itself: its hour, the end of its preparation, its last answer, the rest of one that was stopped."""

import datetime as dt

import sqlalchemy as sa

from crm.campaigns.models import Batch, BatchState, Campaign, CampaignState, Delivery, DeliveryState
from crm.campaigns.sending import agreed, guard, ranges, states
from crm.campaigns.tallies import Count, move
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db

SCOPE = scopes.system_scope("move campaigns on")
GRACE = dt.timedelta(minutes=60)  # later than this a person decides whether the mail is still right
CHUNK = 20_000


def start_due(campaign: Campaign) -> None:
    """The hour has come: it runs, or waits for the end of its preparation; or it has passed long ago, and a person decides."""
    assert campaign.scheduled_at is not None
    if campaign.scheduled_at > now():
        return
    if campaign.scheduled_at < now() - GRACE:
        states.move(campaign, CampaignState.MISSED, by=None, reason="missed")
    elif campaign.prepared_at is not None:
        run(campaign)
    else:
        states.move(campaign, CampaignState.PREPARING, by=None)


def run(campaign: Campaign) -> None:
    """Sending begins; it rests at once when the list is another than was agreed to, till a person has looked."""
    is_first = campaign.started_at is None
    states.move(campaign, CampaignState.RUNNING, by=None, started_at=campaign.started_at or now())
    if is_first and not agreed.is_as_agreed(campaign):
        states.pause(campaign, states.OTHER_LIST)


def move_on(campaign_id: int) -> CampaignState | None:
    """Whatever is due for this campaign, in the caller's unit. Twice does nothing more."""
    campaign = states.locked(campaign_id)
    if campaign is None:
        return None
    if campaign.state is CampaignState.SCHEDULED:
        start_due(campaign)
    if campaign.state is CampaignState.PREPARING and campaign.prepared_at is not None:
        if campaign.scheduled_at is not None and campaign.scheduled_at < now() - GRACE:
            states.move(campaign, CampaignState.MISSED, by=None, reason="missed")
        else:
            run(campaign)
    elif campaign.state is CampaignState.RUNNING:
        finish_if_done(campaign)
    return campaign.state


def finish_if_done(campaign: Campaign) -> None:
    """Finished is what the tables say: no delivery waits, the fate of every call is known, and none can be taken back any more."""
    if _is_settled(campaign):
        states.move(campaign, CampaignState.FINISHED, by=None, finished_at=now())


def cancel_more(campaign_id: int) -> CampaignState | None:
    """Cancel everybody who is in no call that may have gone: calls not made, then people not planned, a chunk at a time.

    None when nobody is left but those whose fate is not known yet.
    """
    campaign = states.locked(campaign_id)
    if campaign is None or campaign.state is not CampaignState.CANCELLING:
        return campaign.state if campaign is not None else None
    ready = sa.select(Batch).where(Batch.campaign_id == campaign.id, ranges.OPEN, Batch.state == BatchState.READY)
    cancelled = 0
    for batch in db.session.scalars(ready.order_by(Batch.id).with_for_update()).all():
        cancelled += ranges.settle(batch, DeliveryState.CANCELLED)
        batch.state, batch.note = BatchState.FAILED, "cancelled"
    db.session.flush()
    cancelled += _cancel_some(campaign)
    move(campaign.id, {Count.CANCELLED: cancelled})
    if _is_settled(campaign):
        states.move(campaign, CampaignState.CANCELLED, by=None, finished_at=now())
    return campaign.state if cancelled or campaign.state is CampaignState.CANCELLED else None


def _is_settled(campaign: Campaign) -> bool:
    if ranges.has_open(campaign.id) or guard.may_spare(campaign.id) or ranges.has_following(campaign.id):
        return False
    return not ranges.has_pending(campaign.id)


def _cancel_some(campaign: Campaign) -> int:
    """The next so many who are in no call yet; when there are none, whoever waits though no open call holds them."""
    for line in ranges.lines(campaign.id):
        some = ranges.following(campaign.id, *line)
        if count := _cancel(sa.select(Delivery.id).where(*some).order_by(Delivery.id).limit(CHUNK)):
            return count
    return _cancel(sa.select(Delivery.id).where(*_unplanned(campaign)).order_by(Delivery.id).limit(CHUNK))


def _cancel(some: sa.Select[tuple[int]]) -> int:
    which = (Delivery.id.in_(some.scalar_subquery()),)
    return ranges.change(which, state=DeliveryState.CANCELLED, reason=DeliveryState.CANCELLED.value)


def _unplanned(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    """Pending deliveries that no open call holds."""
    holds = sa.exists(
        sa.select(sa.literal(1)).where(
            Batch.campaign_id == campaign.id,
            ranges.OPEN,
            sa.or_(
                Batch.id == Delivery.batch_id,
                sa.and_(
                    Delivery.batch_id.is_(None),
                    Batch.variant == Delivery.variant,
                    Batch.first_id <= Delivery.id,
                    Batch.last_id >= Delivery.id,
                ),
            ),
        )
    )
    return (Delivery.campaign_id == campaign.id, ranges.LINE, ranges.PENDING, ~holds)


def open_ids() -> list[int]:
    """Campaigns that something may be due for."""
    with transaction.unit(SCOPE):
        found = sa.select(Campaign.id).where(Campaign.state.in_(states.OPEN)).order_by(Campaign.id)
        return list(db.session.scalars(found))
