"""The circuit breaker: a campaign that people complain about, or whose addresses are dead, stops before mail providers stop us."""

import sqlalchemy as sa

from crm.campaigns.models import Campaign, Tally
from crm.campaigns.sending import states
from crm.campaigns.tallies import Count, of
from crm.core.db import db

LEAST_DELIVERED, COMPLAINTS = 1_000, 0.001  # a tenth of a per cent of what was delivered
LEAST_BOUNCES, BOUNCES = 25, 0.05  # 25 are 5 % of the first 500
EXCUSED = {Count.COMPLAINED: "excused-complaints", Count.HARD_BOUNCED: "excused-bounces", Count.DELIVERED: "excused-delivered"}


def check(campaign_id: int) -> bool:
    """Pause the campaign when it has gone too far. True when this did. In the caller's transaction."""
    reason = judge(*_since_excused(campaign_id))
    if not reason:
        return False
    campaign = states.locked(campaign_id)
    return campaign is not None and states.pause(campaign, reason)


def judge(delivered: int, complained: int, bounced: int) -> str:
    """Why the campaign has to stop; empty when it has not. Pure."""
    if delivered >= LEAST_DELIVERED and complained >= delivered * COMPLAINTS:
        return "complaints"
    if bounced >= LEAST_BOUNCES and bounced >= (delivered + bounced) * BOUNCES:
        return "bounces"
    return ""


def excuse(campaign: Campaign) -> None:
    """A person lets the campaign go on: what happened so far counts no more, what comes is counted anew."""
    counts = of([campaign.id])[campaign.id]
    known = _excused(campaign.id)
    for count, key in EXCUSED.items():
        if key not in known:
            db.session.add(Tally(campaign_id=campaign.id, key=key, value=counts.get(count, 0)))
            continue
        change = sa.update(Tally).where(Tally.campaign_id == campaign.id, Tally.key == key).values(value=counts.get(count, 0))
        db.session.execute(change.execution_options(synchronize_session=False))
    db.session.flush()


def _since_excused(campaign_id: int) -> tuple[int, int, int]:
    counts, excused = of([campaign_id])[campaign_id], _excused(campaign_id)
    delivered, complained, bounced = (
        counts.get(count, 0) - excused.get(EXCUSED[count], 0) for count in (Count.DELIVERED, Count.COMPLAINED, Count.HARD_BOUNCED)
    )
    return delivered, complained, bounced


def _excused(campaign_id: int) -> dict[str, int]:
    rows = sa.select(Tally.key, Tally.value).where(Tally.campaign_id == campaign_id, Tally.key.in_(EXCUSED.values()))
    return {row[0]: row[1] for row in db.session.execute(rows)}
