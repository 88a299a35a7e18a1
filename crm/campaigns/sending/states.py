"""The states of a campaign and the moves between them. Each move is a compare-and-set: of two who try, one wins."""

from typing import Any

import sqlalchemy as sa

from crm.activity import service as activity
from crm.activity.service import Actor
from crm.bulletins.models import Bulletin
from crm.campaigns.models import Campaign
from crm.campaigns.models import CampaignState as S
from crm.core.clock import now
from crm.core.db import db

MOVES: dict[S, frozenset[S]] = {
    S.DRAFT: frozenset({S.SCHEDULED}),
    S.SCHEDULED: frozenset({S.SCHEDULED, S.PREPARING, S.RUNNING, S.MISSED, S.CANCELLING}),
    S.MISSED: frozenset({S.SCHEDULED, S.CANCELLING}),
    S.PREPARING: frozenset({S.RUNNING, S.MISSED, S.CANCELLING}),
    S.RUNNING: frozenset({S.PAUSED, S.FINISHED, S.CANCELLING}),
    S.PAUSED: frozenset({S.RUNNING, S.FINISHED, S.CANCELLING}),
    S.CANCELLING: frozenset({S.CANCELLED}),
    S.FINISHED: frozenset(),
    S.CANCELLED: frozenset(),
}
OTHER_LIST = "recipients-changed"  # why one waits whose list is not the one that was approved
ARCHIVED = "bulletin-archived"  # why one waits whose bulletin is no longer sent
OPEN = (S.SCHEDULED, S.PREPARING, S.RUNNING, S.PAUSED, S.CANCELLING)


class NotNow(Exception):
    """The campaign is not in a state for this, or somebody moved it a moment ago."""

    def __init__(self, state: S) -> None:
        super().__init__(state.value)
        self.state = state


def may_move(campaign: Campaign, to: S) -> bool:
    return to in MOVES[campaign.state]


def move(campaign: Campaign, to: S, *, by: Actor | None, reason: str = "", **values: Any) -> None:
    """Move a campaign on, and write down who did it. Raises NotNow when it is not (any more) where the caller saw it."""
    was = campaign.state
    if to not in MOVES[was]:
        raise NotNow(was)
    seen = (Campaign.id == campaign.id, Campaign.state == was, Campaign.version == campaign.version)
    changed = {"state": to, "state_reason": reason[:300], "version": campaign.version + 1, "updated_at": now(), **values}
    made = sa.update(Campaign).where(*seen).values(changed).execution_options(synchronize_session=False)
    won = db.session.execute(made).rowcount == 1  # type: ignore[attr-defined]
    db.session.refresh(campaign)
    if not won:
        raise NotNow(campaign.state)
    changes = {"state": (was, to)} if to is not was else {}
    activity.record(f"campaign-{to.value}", campaign, by=by, changes=changes, reason=reason)


def is_archived(campaign: Campaign) -> bool:
    """Whether the bulletin is put away, as the table says now: its readers don't find it among their preferences any more."""
    put_away = sa.select(Bulletin.id).where(Bulletin.id == campaign.bulletin_id, Bulletin.archived_at.is_not(None))
    return campaign.bulletin_id is not None and db.session.scalar(put_away) is not None


def locked(campaign_id: int) -> Campaign | None:
    """The campaign, held till the end of this transaction: one at a time plans its calls."""
    found = sa.select(Campaign).where(Campaign.id == campaign_id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(found).one_or_none()


def pause(campaign: Campaign, reason: str) -> bool:
    """The engine itself stops a campaign, for a reason that a person reads. False when it is not running."""
    if campaign.state is not S.RUNNING:
        return False
    move(campaign, S.PAUSED, by=None, reason=reason)
    return True
