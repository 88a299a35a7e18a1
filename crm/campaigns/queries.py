"""Questions about campaigns while they are written: the list, one, its versions, comments and approvals."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import User
from crm.bulletins.models import Bulletin
from crm.campaigns.models import (
    ApprovalState,
    Campaign,
    CampaignApproval,
    CampaignComment,
    CampaignState,
    CampaignVersion,
)
from crm.core import pagination
from crm.core.db import db
from crm.core.pagination import Page
from crm.files.models import StoredFile

PICTURES = "campaign-picture"  # kind of the subject that pictures of mails hang on
OPEN = (ApprovalState.ASKED, ApprovalState.APPROVED)


class View(StrEnum):
    """The tabs of the list."""

    DRAFTS = "drafts"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"


STATES = {
    View.DRAFTS: (CampaignState.DRAFT,),
    View.WAITING: (CampaignState.DRAFT,),
    View.SENDING: (
        CampaignState.SCHEDULED,
        CampaignState.MISSED,
        CampaignState.PREPARING,
        CampaignState.RUNNING,
        CampaignState.PAUSED,
        CampaignState.CANCELLING,
    ),
    View.SENT: (CampaignState.FINISHED, CampaignState.CANCELLED),
}


def campaigns_visible_to(_user: User) -> sa.Select[Campaign]:
    """Those of the offices in scope."""
    return sa.select(Campaign)


def view_of(view: View) -> sa.Select[Campaign]:
    """Each campaign stands in one tab: a draft that waits for approval is not among the drafts."""
    found = sa.select(Campaign).where(Campaign.state.in_(STATES[view]))
    if view is View.WAITING:
        return found.where(_has_approval(ApprovalState.ASKED))
    return found.where(~_has_approval(ApprovalState.ASKED)) if view is View.DRAFTS else found


def _has_approval(state: ApprovalState) -> sa.ColumnElement[bool]:
    return sa.exists().where(CampaignApproval.campaign_id == Campaign.id, CampaignApproval.state == state)


def page_of(statement: sa.Select[Campaign], *, cursor: str | None, size: int = pagination.PAGE_ROWS) -> Page[Campaign]:
    """Newest first. Raises BadCursor."""
    if cursor:
        values = pagination.decode_cursor(cursor, [pagination.read_id])
        statement = statement.where(pagination.after([Campaign.id], values, descending=True))
    rows = db.session.scalars(
        statement.options(orm.joinedload(Campaign.bulletin)).order_by(Campaign.id.desc()).limit(size + 1)
    ).all()
    return pagination.cut(rows, size, lambda row: (row.id,))


def counts() -> dict[View, int]:
    """How many stand in each tab. Two queries."""
    rows = db.session.execute(sa.select(Campaign.state, sa.func.count()).group_by(Campaign.state))
    by_state = {row[0]: row[1] for row in rows}
    made = {view: sum(by_state.get(state, 0) for state in states) for view, states in STATES.items()}
    waiting = db.session.scalar(
        sa.select(sa.func.count()).select_from(view_of(View.WAITING).with_only_columns(Campaign.id).subquery())
    )
    return {**made, View.WAITING: waiting or 0, View.DRAFTS: made[View.DRAFTS] - (waiting or 0)}


def approvals_of(campaign_ids: Sequence[int]) -> dict[int, CampaignApproval]:
    """The newest approval of each. One query."""
    newest = (
        sa.select(sa.func.max(CampaignApproval.id))
        .where(CampaignApproval.campaign_id.in_(campaign_ids))
        .group_by(CampaignApproval.campaign_id)
    )
    rows = db.session.scalars(sa.select(CampaignApproval).where(CampaignApproval.id.in_(newest))).all()
    return {row.campaign_id: row for row in rows}


def newest_approval(campaign_id: int) -> CampaignApproval | None:
    return db.session.scalar(
        sa.select(CampaignApproval)
        .where(CampaignApproval.campaign_id == campaign_id)
        .order_by(CampaignApproval.id.desc())
        .limit(1)
    )


def open_approvals(campaign_id: int) -> Sequence[CampaignApproval]:
    return db.session.scalars(
        sa.select(CampaignApproval).where(CampaignApproval.campaign_id == campaign_id, CampaignApproval.state.in_(OPEN))
    ).all()


def told_lately(campaign_id: int, since: dt.datetime) -> dict[int, dt.datetime]:
    """Approvers who were told of a campaign, and when last; of requests made since a moment."""
    recent = (CampaignApproval.campaign_id == campaign_id, CampaignApproval.asked_at > since)
    found: dict[int, dt.datetime] = {}
    for told in db.session.scalars(sa.select(CampaignApproval.told).where(*recent).order_by(CampaignApproval.id)):
        found |= {int(user_id): dt.datetime.fromisoformat(moment) for user_id, moment in told.items()}
    return found


def last_approved_at(campaign_id: int) -> dt.datetime | None:
    """When somebody last said yes, whatever became of it afterwards."""
    yes = (CampaignApproval.campaign_id == campaign_id, CampaignApproval.decided_at.is_not(None))
    return db.session.scalar(
        sa.select(sa.func.max(CampaignApproval.decided_at)).where(*yes, CampaignApproval.state != ApprovalState.REFUSED)
    )


def writers_since(campaign_id: int, moment: dt.datetime | None) -> frozenset[int]:
    """Who saved a version after a moment, or ever."""
    found = sa.select(CampaignVersion.created_by_id).where(CampaignVersion.campaign_id == campaign_id).distinct()
    if moment is not None:
        found = found.where(CampaignVersion.created_at > moment)
    return frozenset(one for one in db.session.scalars(found) if one is not None)


def versions_of(campaign_id: int, limit: int = 100) -> Sequence[CampaignVersion]:
    """Newest first."""
    return db.session.scalars(
        sa.select(CampaignVersion)
        .where(CampaignVersion.campaign_id == campaign_id)
        .order_by(CampaignVersion.id.desc())
        .limit(limit)
    ).all()


def version(campaign_id: int, version_id: int) -> CampaignVersion | None:
    return db.session.scalar(
        sa.select(CampaignVersion).where(CampaignVersion.campaign_id == campaign_id, CampaignVersion.id == version_id)
    )


def comments_of(campaign_id: int) -> Sequence[CampaignComment]:
    """Open ones first, each group in the order of writing."""
    return db.session.scalars(
        sa.select(CampaignComment)
        .where(CampaignComment.campaign_id == campaign_id)
        .order_by(CampaignComment.resolved_at.is_not(None), CampaignComment.id)
    ).all()


def comment(campaign_id: int, comment_id: int) -> CampaignComment | None:
    return db.session.scalar(
        sa.select(CampaignComment).where(CampaignComment.campaign_id == campaign_id, CampaignComment.id == comment_id)
    )


def names_of(user_ids: Sequence[int | None]) -> dict[int, str]:
    """Names of staff by id. One query."""
    wanted = {one for one in user_ids if one}
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def bulletins() -> Sequence[Bulletin]:
    """Bulletins of the offices in scope that are not put away: the one that was written for last, then by name."""
    newest = sa.select(sa.func.max(Campaign.id)).where(Campaign.bulletin_id == Bulletin.id).scalar_subquery()
    order = (sa.func.coalesce(newest, 0).desc(), Bulletin.name, Bulletin.id)
    return db.session.scalars(sa.select(Bulletin).where(Bulletin.archived_at.is_(None)).order_by(*order)).all()


def pictures(limit: int = 60) -> Sequence[StoredFile]:
    """Pictures that mails of the offices in scope use, newest first."""
    return db.session.scalars(
        sa.select(StoredFile).where(StoredFile.subject_kind == PICTURES).order_by(StoredFile.id.desc()).limit(limit)
    ).all()


def index_words(campaign: Campaign) -> dict[str, Any]:
    """What a campaign is found by."""
    written = (campaign.draft.get("languages") or {}).values()
    return {"title": campaign.name, "words": [part["subject"] for part in written if part.get("subject")]}
