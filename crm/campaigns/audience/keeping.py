"""How many a wide audience is, kept for the pages that only show it: working it out anew takes seconds at each look.

A page says of what moment its figures are. Who decides, sends or fixes the list works everything out anew: nothing here is asked then.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import sqlalchemy as sa

from crm.campaigns.audience import queries
from crm.campaigns.models import Campaign, CampaignState, Exclusion
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import enqueue, job
from crm.segments.models import Segment

SCOPE = scopes.system_scope("keep how many an audience is")
WIDE = 10_000  # people; a smaller audience is asked anew at each look
FRESH = dt.timedelta(minutes=5)  # older ones are shown still, and a job works them out anew
USABLE = dt.timedelta(hours=1)  # older ones are not shown
RECEIVES = "receives"


@dataclass(frozen=True)
class Figures:
    """How many receive (None) and how many do not, by reason; the digest of who receives, where it is known; `as_of`: of kept ones."""

    counts: dict[Exclusion | None, int]
    digest: str = ""
    as_of: dt.datetime | None = None

    @property
    def is_wide(self) -> bool:
        return sum(self.counts.values()) >= WIDE


def figures(campaign: Campaign, *, with_digest: bool = False) -> Figures:
    """For a page: kept ones where there are some. The digest is given of wide audiences only."""
    kept = _kept(campaign)
    if kept is not None and kept.as_of is not None and (kept.digest or not with_digest):
        if kept.as_of < now() - FRESH:
            transaction.survive(partial(_ask_anew, campaign.id))
        return kept
    found = Figures(queries.counts(campaign))
    if not found.is_wide:
        return found
    if with_digest:
        found = replace(found, digest=queries.digest(campaign)[0])
    transaction.survive(partial(_write, campaign.id, _stored(campaign, found, now())))
    return found


def keep(campaign: Campaign, counts: Mapping[Exclusion | None, int], digest: str) -> None:
    """What was just worked out to ask for approval, for the looks at it that follow."""
    found = Figures(dict(counts), digest)
    if found.is_wide:
        _write(campaign.id, _stored(campaign, found, now()))


def forget(campaign_id: int) -> None:
    """They were seen to be no longer true."""
    _write(campaign_id, None)


def _ask_anew(campaign_id: int) -> None:
    enqueue("campaigns.count_audience", campaign_id=campaign_id)


@job("campaigns.count_audience", long=True)
def count_audience(*, scope: scopes.Scope, campaign_id: int) -> None:
    """Once for all who look meanwhile. It only reads while it counts: nobody who writes waits for it."""
    moment = now()
    with transaction.unit_that_reads(SCOPE) as session:
        campaign = session.get(Campaign, campaign_id)
        if campaign is None or campaign.state is not CampaignState.DRAFT or _is_fresh(campaign):
            return
        stored = _stored(campaign, Figures(queries.counts(campaign), queries.digest(campaign)[0]), moment)
    with transaction.unit(SCOPE):
        _write(campaign_id, stored)


def _is_fresh(campaign: Campaign) -> bool:
    kept = _kept(campaign)
    return kept is not None and kept.as_of is not None and bool(kept.digest) and kept.as_of >= now() - FRESH


def _kept(campaign: Campaign) -> Figures | None:
    stored = campaign.kept_audience
    if stored is None or stored["of"] != _choice(campaign):
        return None
    as_of = dt.datetime.fromisoformat(stored["as_of"])
    if as_of < now() - USABLE:
        return None
    counts = {None if why == RECEIVES else Exclusion(why): number for why, number in stored["counts"].items()}
    return Figures(counts, stored["digest"], as_of)


def _stored(campaign: Campaign, found: Figures, moment: dt.datetime) -> dict[str, object]:
    counts = {RECEIVES if why is None else why.value: number for why, number in found.counts.items()}
    return {"of": _choice(campaign), "counts": counts, "digest": found.digest, "as_of": moment.isoformat()}


def _choice(campaign: Campaign) -> list[object]:
    """What was chosen: another choice has other figures. The segment may be one of an office above."""
    version = None
    if campaign.segment_id is not None:
        with scopes.use(SCOPE):
            version = db.session.scalar(sa.select(Segment.version).where(Segment.id == campaign.segment_id))
    return [campaign.kind.value, campaign.bulletin_id, campaign.segment_id, version]


def _write(campaign_id: int, stored: dict[str, object] | None) -> None:
    """Beside the version of the record: who writes in the campaign meanwhile is not held up."""
    made = sa.update(Campaign).where(Campaign.id == campaign_id).values(kept_audience=stored)
    db.session.execute(made.execution_options(synchronize_session=False))
