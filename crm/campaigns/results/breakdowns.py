"""What only a pass over all deliveries tells of a campaign: by domain, by link, by hour, and how long mails took.

Of a small campaign it is worked out when it is asked for. Of a large one a job does it after the counts moved, not more often than it can
afford; the page says of what moment it is.
"""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from crm.campaigns import tallies
from crm.campaigns.models import Campaign, CampaignBreakdown, CampaignState, Tally
from crm.campaigns.results import queries
from crm.campaigns.results.figures import Domain
from crm.core import db as database
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import job

SCOPE = scopes.system_scope("work out by domain, link and hour what became of a campaign")
LARGE = 10_000
LEAST_APART = dt.timedelta(minutes=2)
PAUSE = 30  # times as long as it took: so it takes a thirtieth of a worker at most
_SHOWN = (CampaignState.PAUSED, CampaignState.FINISHED, CampaignState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`as_of`: none for what was worked out just now."""

    domains: Sequence[Domain]
    links: Mapping[int, tuple[int, int]]
    clicks: Sequence[int]
    half: int | None
    most: int | None
    as_of: dt.datetime | None = None


def of(campaign: Campaign, accepted: int) -> Breakdown | None:
    """None for a large one that was not worked out yet."""
    kept = db.session.scalar(sa.select(CampaignBreakdown).where(CampaignBreakdown.campaign_id == campaign.id))
    if accepted < LARGE and not (kept and kept.is_final):
        return work_out(campaign)
    if kept is None:
        return None
    links = {number: (people, machines) for number, people, machines in kept.links}
    return Breakdown([Domain(**row) for row in kept.domains], links, kept.clicks, kept.half, kept.most, kept.as_of)


def work_out(campaign: Campaign) -> Breakdown:
    """Seconds for a million deliveries: on a page for small ones only."""
    delays = queries.delays_of(campaign)
    return Breakdown(
        queries.by_domain(campaign),
        queries.clicks_by_link(campaign),
        queries.clicks_by_hour(campaign),
        delays.percentile(0.5),
        delays.percentile(0.95),
    )


@job("campaigns.work_out_results", long=True, minute="*")
def work_out_results(*, scope: scopes.Scope) -> None:
    """Of every large campaign whose counts moved since the last time."""
    for campaign_id in _due():
        keep(campaign_id)


def keep(campaign_id: int, *, is_final: bool = False) -> None:
    """Work out and keep what became of a campaign. The pass only reads: nobody who writes waits for it.

    After the final one there is none: what it was worked out of is forgotten then.
    """
    token, begun, moment = database.write_intent.set(False), time.monotonic(), now()
    try:
        with transaction.unit(SCOPE) as session:
            campaign = session.get(Campaign, campaign_id)
            kept = session.scalar(sa.select(CampaignBreakdown).where(CampaignBreakdown.campaign_id == campaign_id))
            if campaign is None or (kept and kept.is_final):
                return
            moves = session.scalar(sa.select(_moves(sa.literal(campaign_id)))) or 0
            found = work_out(campaign)
    finally:
        database.write_intent.reset(token)
    took_ms = round((time.monotonic() - begun) * 1000)
    with transaction.unit(SCOPE) as session:
        row = session.scalar(sa.select(CampaignBreakdown).where(CampaignBreakdown.campaign_id == campaign_id))
        row = row or CampaignBreakdown(campaign_id=campaign_id)
        row.as_of, row.moves, row.took_ms, row.is_final = moment, moves, took_ms, is_final
        row.domains = [asdict(domain) for domain in found.domains]
        row.links = [[number, *counted] for number, counted in sorted(found.links.items())]
        row.clicks, row.half, row.most = list(found.clicks), found.half, found.most
        session.add(row)


def _moves(campaign_id: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    tally = Tally.__table__.c
    return sa.select(tally.value).where(tally.campaign_id == campaign_id, tally.key == tallies.MOVES).scalar_subquery()


def _due() -> list[int]:
    with transaction.unit(SCOPE) as session:
        kept, tally = CampaignBreakdown, Tally.__table__.c
        large = sa.exists().where(
            tally.campaign_id == Campaign.id, tally.key == tallies.Count.ACCEPTED.value, tally.value >= LARGE
        )
        reduced = sa.exists().where(tally.campaign_id == Campaign.id, tally.key == tallies.REDUCED)
        moves = sa.func.coalesce(_moves(Campaign.id), 0)
        rows = session.execute(
            sa.select(Campaign.id, kept.as_of, kept.took_ms)
            .outerjoin(kept, kept.campaign_id == Campaign.id)
            .where(Campaign.state.in_(_SHOWN), large, ~reduced, sa.or_(kept.id.is_(None), kept.moves != moves))
            .order_by(Campaign.id.desc())
        ).all()
    moment = now()
    return [row.id for row in rows if row.as_of is None or row.as_of + _apart(row.took_ms) <= moment]


def _apart(took_ms: int) -> dt.timedelta:
    return max(LEAST_APART, dt.timedelta(milliseconds=took_ms * PAUSE))
