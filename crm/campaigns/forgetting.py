"""What of a campaign is of use for a while only, and goes by itself. What proves something stays: contents, approvals, deliveries, replies."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from crm.campaigns.models import Campaign, CampaignVersion, LinkTrial
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import job

SCOPE = scopes.system_scope("forget what campaigns no longer need")
KEEP_VERSIONS = dt.timedelta(days=90)  # after the end: then what was sent is what there is
MOST_VERSIONS = 100  # of a draft: as many as its page shows
KEEP_TRIALS = dt.timedelta(days=90)
AT_ONCE = 1000


@job("campaigns.forget_drafts", long=True, minute="49")
def forget_drafts(*, scope: scopes.Scope) -> None:
    """Earlier versions of the text, and how links answered long ago."""
    over = sa.select(Campaign.id).where(Campaign.finished_at < now() - KEEP_VERSIONS)
    _remove_in_parts(CampaignVersion, CampaignVersion.campaign_id.in_(over))
    for campaign_id, newest_to_go in _crowded():
        too_old = sa.and_(CampaignVersion.campaign_id == campaign_id, CampaignVersion.id <= newest_to_go)
        _remove_in_parts(CampaignVersion, too_old)
    _remove_in_parts(LinkTrial, LinkTrial.tried_at < now() - KEEP_TRIALS)


def _crowded() -> list[tuple[int, int]]:
    """Campaigns with more versions than are shown, each with the newest that is shown no more."""
    with transaction.unit(SCOPE):
        many = (
            sa.select(CampaignVersion.campaign_id).group_by(CampaignVersion.campaign_id).having(sa.func.count() > MOST_VERSIONS)
        )
        found = []
        for campaign_id in db.session.scalars(many).all():
            mine = sa.select(CampaignVersion.id).where(CampaignVersion.campaign_id == campaign_id)
            last = db.session.scalar(mine.order_by(CampaignVersion.id.desc()).offset(MOST_VERSIONS).limit(1))
            if last is not None:
                found.append((campaign_id, last))
        return found


def _remove_in_parts(model: Any, which: sa.ColumnElement[bool]) -> None:
    """Portions, so that nobody waits long for the lock."""
    while True:
        with transaction.unit(SCOPE):
            ids = db.session.scalars(sa.select(model.id).where(which).order_by(model.id).limit(AT_ONCE)).all()
            if not ids:
                return
            db.session.execute(sa.delete(model).where(model.id.in_(ids)).execution_options(synchronize_session=False))
