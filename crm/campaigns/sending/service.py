"""What a person does with a campaign that is sent: send, pause, go on, stop, change the pace, decide about a call in doubt."""

import datetime as dt

import sqlalchemy as sa

from crm.accounts import queries as accounts
from crm.accounts.models import User
from crm.activity import service as activity
from crm.activity.service import Actor
from crm.campaigns import approval, queries
from crm.campaigns.models import Batch, Campaign, CampaignApproval, CampaignState
from crm.campaigns.sending import breaker, resolving, states
from crm.campaigns.sending.states import NotNow
from crm.core import settings
from crm.core.access import Permission
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import enqueue

__all__ = [
    "BulletinArchived",
    "NotApproved",
    "NotInDoubt",
    "NotNow",
    "OtherList",
    "cancel",
    "change_rate",
    "go_on",
    "pause",
    "reschedule",
    "resume",
    "send",
    "send_as_asked",
    "settle",
    "usual_hold",
]


class NotApproved(Exception):
    """Nobody approved exactly this for exactly these recipients."""


class OtherList(Exception):
    """Others receive it than were approved: who lets it go on is a second person again."""


class BulletinArchived(Exception):
    """The bulletin is put away: it is brought back first."""


class NotInDoubt(Exception):
    """The call was settled meanwhile."""


def send(
    campaign: Campaign,
    *,
    by: Actor,
    at: dt.datetime | None = None,
    hold_minutes: int = 0,
    first_batch: int = 0,
    rate_per_minute: int | None = None,
    is_guarded: bool = False,
    recipients: str = "",
) -> None:
    """Send now (after the hold) or at a time. The list of recipients is fixed from here on. Raises NotApproved, NotNow.

    `recipients`: the digest of them, where it was worked out in the same transaction.
    """
    if campaign.state is not CampaignState.DRAFT:
        raise NotNow(campaign.state)
    if approval.valid(campaign, recipients) is None:
        raise NotApproved(campaign.id)
    states.move(
        campaign,
        CampaignState.SCHEDULED,
        by=by,
        scheduled_at=max(at or now(), now()) if at else now() + dt.timedelta(minutes=hold_minutes),
        hold_minutes=hold_minutes,
        first_batch=first_batch,
        rate_per_minute=rate_per_minute,
        is_guarded=is_guarded,
        prepared_upto=0,
        prepared_at=None,
    )
    enqueue("campaigns.deliver", campaign_id=campaign.id)


def send_as_asked(approved: CampaignApproval, recipients: str) -> bool:
    """Send what was to be sent on a yes, in the name of who asked and after the usual hold; False when that person may not send it any more.

    `recipients`: the digest that the yes was compared with, in the same transaction: of a wide audience it takes a second to work out.
    Raises NotApproved, NotNow.
    """
    campaign, asker = db.session.get_one(Campaign, approved.campaign_id), db.session.get(User, approved.asked_by_id)
    if not approved.sends or asker is None or not asker.may(Permission.CAMPAIGNS_SEND):
        return False
    if not accounts.has_office(asker, campaign.office_id):
        return False
    send(campaign, by=asker, hold_minutes=usual_hold(), recipients=recipients)
    return True


def usual_hold() -> int:
    """Minutes between "send" and the first call where nobody chose: time to notice a mistake and stop it."""
    return settings.get("HOLD_MINUTES")


def reschedule(campaign: Campaign, *, by: Actor, at: dt.datetime | None = None) -> None:
    """Another hour for one that waits for its own, or missed it: now, or a time. Raises NotNow, BulletinArchived."""
    if campaign.state not in {CampaignState.SCHEDULED, CampaignState.MISSED}:
        raise NotNow(campaign.state)
    _require_bulletin(campaign)
    states.move(campaign, CampaignState.SCHEDULED, by=by, scheduled_at=max(at, now()) if at else now())
    enqueue("campaigns.deliver", campaign_id=campaign.id)


def pause(campaign: Campaign, *, by: Actor) -> None:
    """No call begins any more; those under way end. Raises NotNow."""
    if campaign.state is not CampaignState.RUNNING:
        raise NotNow(campaign.state)
    states.move(campaign, CampaignState.PAUSED, by=by, reason="by-person")


def resume(campaign: Campaign, *, by: User) -> None:
    """Go on after any pause but that of the first batch. Complaints and bounces so far are excused.

    Raises NotNow, OtherList, BulletinArchived.
    """
    if campaign.state is not CampaignState.PAUSED:
        raise NotNow(campaign.state)
    _require_bulletin(campaign)
    if campaign.state_reason == states.OTHER_LIST and not _may_agree(campaign, by):
        raise OtherList(campaign.id)
    if campaign.state_reason in {"complaints", "bounces"}:
        breaker.excuse(campaign)
    states.move(campaign, CampaignState.RUNNING, by=by)
    enqueue("campaigns.deliver", campaign_id=campaign.id)


def _require_bulletin(campaign: Campaign) -> None:
    if states.is_archived(campaign):
        raise BulletinArchived(campaign.id)


def _may_agree(campaign: Campaign, by: User) -> bool:
    """Whoever asked, or changed the recipients since, could else send to whom nobody agreed."""
    given = queries.newest_approval(campaign.id)
    return by.may(Permission.CAMPAIGNS_APPROVE) and (given is None or by.id not in approval.barred(campaign, given))


def go_on(campaign: Campaign, *, by: Actor) -> None:
    """The first batch looked right: send to everybody. Raises NotNow, BulletinArchived."""
    if campaign.state is not CampaignState.PAUSED or campaign.state_reason != "first-batch":
        raise NotNow(campaign.state)
    _require_bulletin(campaign)
    states.move(campaign, CampaignState.RUNNING, by=by, first_batch=0)
    enqueue("campaigns.deliver", campaign_id=campaign.id)


def cancel(campaign: Campaign, *, by: Actor) -> int:
    """Stop for good, at any point. Gives for how many people the mail had left by then. Raises NotNow."""
    states.move(campaign, CampaignState.CANCELLING, by=by, reason="by-person")
    enqueue("campaigns.deliver", campaign_id=campaign.id)
    return people_gone(campaign)


def people_gone(campaign: Campaign) -> int:
    """People in calls that were made, or may have been."""
    gone = (Batch.campaign_id == campaign.id, Batch.is_canary.is_(False), Batch.state.in_(("sending", "accepted", "in-doubt")))
    return db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Batch.size), 0)).where(*gone)) or 0


def change_rate(campaign: Campaign, per_minute: int | None, *, by: Actor) -> None:
    """Slower or faster from the next call on. Raises NotNow for one that has ended."""
    if campaign.state in {CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.CANCELLING}:
        raise NotNow(campaign.state)
    before = {"rate_per_minute": campaign.rate_per_minute}
    campaign.rate_per_minute, campaign.updated_at = per_minute, now()
    db.session.flush()
    activity.record_changes(campaign, before=before, by=by)
    enqueue("campaigns.deliver", campaign_id=campaign.id)


def settle(batch: Batch, *, sent: bool, by: Actor) -> None:
    """A person says of a call in doubt that it went out, or that it is made once more: people may get it twice. Raises NotInDoubt."""
    if not resolving.settle_by_person(batch, sent=sent):
        raise NotInDoubt(batch.id)
    campaign = db.session.get_one(Campaign, batch.campaign_id)
    activity.record("call-taken-as-sent" if sent else "call-made-again", campaign, by=by, call=batch.id, people=batch.size)
    enqueue("campaigns.deliver", campaign_id=batch.campaign_id)
