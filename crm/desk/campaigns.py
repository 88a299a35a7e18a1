"""Campaigns that wait for a person: a word to give, a doubt to settle, a time missed, a pause nobody asked for; and news not told yet."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crm.accounts.models import User
from crm.bulletins.models import Bulletin
from crm.campaigns import from_site, second_person
from crm.campaigns.models import ApprovalState, Batch, BatchState, Campaign, CampaignApproval, CampaignState
from crm.core.access import Permission
from crm.core.clock import now
from crm.core.db import db

MOST = 10
DECIDED_BY_A_PERSON = dt.timedelta(hours=6)  # in doubt for longer than evidence takes to come
BY_PERSON = "by-person"


@dataclass(frozen=True)
class Waiting:
    """A campaign and what it waits for: `approval`, `doubt`, `missed` or `paused`; since when, and why in code."""

    campaign_id: int
    name: str
    what: str
    since: dt.datetime
    reason: str = ""


@dataclass(frozen=True)
class Untold:
    """A bulletin, and what the office's site published since its last issue: how much, and the newest."""

    bulletin_id: int
    name: str
    count: int
    newest: str


def untold_by(user: User) -> Sequence[Untold]:
    """Bulletins of the person's own office that have news to tell. One query a bulletin that reads a site."""
    if not user.may(Permission.CAMPAIGNS_WRITE):
        return []
    reads = (Bulletin.office_id == user.office_id, Bulletin.feed_url != "", Bulletin.archived_at.is_(None))
    own = db.session.execute(sa.select(Bulletin.id, Bulletin.name).where(*reads).order_by(Bulletin.name).limit(MOST))
    found = [(bulletin_id, name, from_site.new_items(bulletin_id)) for bulletin_id, name in own.all()]
    return [Untold(bulletin_id, name, len(items), items[0].title) for bulletin_id, name, items in found if items]


def waiting_for(user: User, *, whole_office: bool) -> Sequence[Waiting]:
    """The oldest first. Who may approve sees what others ask; who may send sees their own, or all of the offices in sight."""
    found = [*_asked_of(user)] if user.may(Permission.CAMPAIGNS_APPROVE) else []
    if user.may(Permission.CAMPAIGNS_SEND):
        found += _stuck(None if whole_office else user.id)
    return sorted(found, key=lambda row: (row.since, row.campaign_id))[:MOST]


def _asked_of(user: User) -> list[Waiting]:
    """What others made and asked for."""
    statement = (
        sa.select(Campaign.id, Campaign.name, CampaignApproval.asked_at)
        .join(CampaignApproval, CampaignApproval.campaign_id == Campaign.id)
        .where(
            Campaign.state == CampaignState.DRAFT,
            CampaignApproval.state == ApprovalState.ASKED,
            second_person.is_not_by(user.id),
        )
        .order_by(CampaignApproval.asked_at)
        .limit(MOST)
    )
    return [Waiting(campaign_id, name, "approval", at) for campaign_id, name, at in db.session.execute(statement)]


def _stuck(owner_id: int | None) -> list[Waiting]:
    doubt = (
        sa.select(sa.func.min(Batch.in_doubt_since))
        .where(
            Batch.campaign_id == Campaign.id,
            Batch.state == BatchState.IN_DOUBT,
            Batch.is_canary.is_(False),
            Batch.in_doubt_since < now() - DECIDED_BY_A_PERSON,
        )
        .scalar_subquery()
    )
    halted = sa.and_(Campaign.state == CampaignState.PAUSED, Campaign.state_reason != BY_PERSON)
    on_the_way = Campaign.state.in_([CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.MISSED, CampaignState.CANCELLING])
    statement = sa.select(Campaign.id, Campaign.name, Campaign.state, Campaign.state_reason, Campaign.updated_at, doubt).where(
        on_the_way, sa.or_(Campaign.state == CampaignState.MISSED, halted, doubt.is_not(None))
    )
    if owner_id is not None:
        statement = statement.where(Campaign.created_by_id == owner_id)
    rows = db.session.execute(statement.order_by(Campaign.updated_at).limit(MOST))
    return [_waiting(*row) for row in rows]


def _waiting(
    campaign_id: int, name: str, state: CampaignState, reason: str, at: dt.datetime, doubtful: dt.datetime | None
) -> Waiting:
    if state is CampaignState.MISSED:
        return Waiting(campaign_id, name, "missed", at)
    if state is CampaignState.PAUSED and reason != BY_PERSON:
        return Waiting(campaign_id, name, "paused", at, reason)
    return Waiting(campaign_id, name, "doubt", doubtful or at)
