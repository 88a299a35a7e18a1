"""Whether the list that was made is the one that a second person agreed to.

Between the press and the end of the preparation somebody may have changed the segment. Fewer people is no harm, they left meanwhile; others are.
"""

import hashlib

import sqlalchemy as sa

from crm.campaigns import approval, queries
from crm.campaigns.models import ApprovalState, Campaign, Delivery
from crm.campaigns.sending import ranges
from crm.core.db import db, is_sqlite

STREAM = 5000


def is_as_agreed(campaign: Campaign) -> bool:
    """Nobody more than agreed, and of a segment exactly those: who is in a segment may be another with the same number."""
    given = queries.newest_approval(campaign.id)
    if given is None or given.state is not ApprovalState.APPROVED:
        return True  # made before there were approvals; `service.send` lets nothing out without one
    recipients, count = _digest(campaign)
    if count > given.recipient_count:
        return False
    return campaign.segment_id is None or approval.is_bound_to(given, recipients)


def _digest(campaign: Campaign) -> tuple[str, int]:
    """As `audience.digest` makes it, over who has a delivery that waits."""
    found, number = hashlib.sha256(), 0
    order = Delivery.email if is_sqlite() else Delivery.email.collate("C")
    waiting = sa.select(Delivery.email).where(Delivery.campaign_id == campaign.id, ranges.PENDING).order_by(order)
    for emails in db.session.execute(waiting, execution_options={"yield_per": STREAM}).scalars().partitions():
        found.update("".join(f"{email}\n" for email in emails).encode())
        number += len(emails)
    return found.hexdigest(), number
