"""Who may decide about a campaign: nobody who asked, and nobody who changed what the word is about since somebody last gave it.

Read where it was written down: the versions of the text; for files, sender and recipients the record of acts. Of the chosen segment
counts what was done to it while the campaign was a draft.
"""

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.activity.models import ActivityEntry
from crm.activity.service import kind_of
from crm.campaigns import queries
from crm.campaigns.models import ApprovalState, Campaign, CampaignApproval, CampaignVersion
from crm.core import scope as scopes
from crm.core.db import db
from crm.segments.models import Segment


class Bar(StrEnum):
    """Why somebody is not the second person."""

    ASKED = "asked"
    WROTE = "wrote"
    ATTACHED = "attached"
    SENDER = "sender"
    RECIPIENTS = "recipients"


SCOPE = scopes.system_scope("who changed what an approval is about")
CAMPAIGN, SEGMENT = kind_of(Campaign), kind_of(Segment)
FILES = ("file-added", "file-removed")
FIELDS = {"sender_name": Bar.SENDER, "reply_to": Bar.SENDER, "bulletin_id": Bar.RECIPIENTS, "segment_id": Bar.RECIPIENTS}
CONDITIONS = ("tree", "is_static")  # of a segment: its name is nothing to anybody


def barred(campaign: Campaign, approval: CampaignApproval) -> dict[int, Bar]:
    """Who may not decide, and what each of them did."""
    since = queries.last_approved_at(campaign.id)
    writers = set(queries.writers_since(campaign.id, since))
    if since is None and campaign.created_by_id is not None:
        writers.add(campaign.created_by_id)
    return {**_by_record(campaign, since), **dict.fromkeys(writers, Bar.WROTE), approval.asked_by_id: Bar.ASKED}


def _by_record(campaign: Campaign, since: dt.datetime | None) -> dict[int, Bar]:
    found: dict[int | None, Bar] = {}
    with scopes.use(SCOPE):  # a segment may be of an office above
        acts = sa.select(ActivityEntry.actor_id, ActivityEntry.verb, ActivityEntry.changes)
        on_campaign = _of(CAMPAIGN, sa.literal(campaign.id), since)
        for actor_id, verb, changes in db.session.execute(acts.where(on_campaign, _touches_campaign())):
            found[actor_id] = Bar.ATTACHED if verb in FILES else next(bar for name, bar in FIELDS.items() if name in changes)
        if campaign.segment_id is not None:
            from_then = max(campaign.created_at, since) if since else campaign.created_at
            on_segment = _of(SEGMENT, sa.literal(campaign.segment_id), from_then)
            people = db.session.scalars(sa.select(ActivityEntry.actor_id).where(on_segment, _touches_segment()).distinct())
            found |= dict.fromkeys(people.all(), Bar.RECIPIENTS)
    return {actor_id: bar for actor_id, bar in found.items() if actor_id is not None}


def is_not_by(user_id: int) -> sa.ColumnElement[bool]:
    """As `barred` says it, for a list of requests with their campaigns."""
    earlier = orm.aliased(CampaignApproval)
    last = (
        sa.select(sa.func.max(earlier.decided_at))
        .where(earlier.campaign_id == Campaign.id, earlier.state != ApprovalState.REFUSED)
        .scalar_subquery()
    )
    wrote = sa.exists().where(
        CampaignVersion.campaign_id == Campaign.id,
        CampaignVersion.created_by_id == user_id,
        sa.or_(last.is_(None), CampaignVersion.created_at > last),
    )
    began = sa.and_(last.is_(None), Campaign.created_by_id.is_not(None), Campaign.created_by_id == user_id)
    own = (ActivityEntry.actor_id == user_id, sa.or_(last.is_(None), ActivityEntry.at > last))
    changed = sa.exists().where(_of(CAMPAIGN, Campaign.id), *own, _touches_campaign())
    while_draft = ActivityEntry.at > Campaign.created_at
    chose = sa.exists().where(_of(SEGMENT, Campaign.segment_id), *own, while_draft, _touches_segment())
    return sa.and_(CampaignApproval.asked_by_id != user_id, ~wrote, ~began, ~changed, ~chose)


def _of(kind: str, subject_id: Any, since: dt.datetime | None = None) -> sa.ColumnElement[bool]:
    """Acts of people on one subject."""
    own = (ActivityEntry.subject_kind == kind, ActivityEntry.subject_id == subject_id, ActivityEntry.actor_id.is_not(None))
    return sa.and_(*own, *((ActivityEntry.at > since,) if since is not None else ()))


def _touches_campaign() -> sa.ColumnElement[bool]:
    return sa.or_(ActivityEntry.verb.in_(FILES), sa.and_(ActivityEntry.verb == "changed", _changed(*FIELDS)))


def _touches_segment() -> sa.ColumnElement[bool]:
    return sa.or_(ActivityEntry.verb == "created", sa.and_(ActivityEntry.verb == "changed", _changed(*CONDITIONS)))


def _changed(*names: str) -> sa.ColumnElement[bool]:
    return sa.or_(*(ActivityEntry.changes[name].as_string().is_not(None) for name in names))
