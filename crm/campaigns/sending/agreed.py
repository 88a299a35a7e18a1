"""Whether the list that was made is the one that a second person agreed to.

At the press of "send" it is, address by address: `approval.valid` compares. Between the press and the end of the preparation people come and go.
Of a segment the list stays what was agreed to, exactly: who is in it may be another with the same number. A bulletin is agreed to as all its
subscribers of the hour when approval was asked for: who left since is no harm, and who came since makes it wait for a person.
"""

import hashlib

import sqlalchemy as sa

from crm.activity import queries as activity
from crm.bulletins.models import Subscription
from crm.campaigns import approval, queries
from crm.campaigns.models import ApprovalState, Campaign, CampaignApproval, Delivery
from crm.campaigns.sending import ranges
from crm.core.db import db, is_sqlite

STREAM = 5000


def is_as_agreed(campaign: Campaign) -> bool:
    """Those who were agreed to, or of a bulletin some of them; compared by their addresses, not by their number."""
    given = queries.newest_approval(campaign.id)
    if given is None or given.state is not ApprovalState.APPROVED:
        return True  # made before there were approvals; `service.send` lets nothing out without one
    recipients, count = _digest(campaign)
    if approval.is_bound_to(given, recipients):
        return True
    if campaign.segment_id is not None or count >= given.recipient_count:
        return False
    return not _has_newcomers(campaign, given)


def _has_newcomers(campaign: Campaign, given: CampaignApproval) -> bool:
    """Whether somebody is on the list whose subscription began, or began anew or at another address, after approval was asked for."""
    moved = activity.subjects_since("subscription-moved", "subscription", given.asked_at)
    is_new = sa.or_(
        Subscription.created_at > given.asked_at, Subscription.confirmed_at > given.asked_at, Subscription.id.in_(moved)
    )
    found = (
        sa.select(Delivery.id)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .where(Delivery.campaign_id == campaign.id, ranges.PENDING, is_new)
    )
    return db.session.scalar(found.limit(1)) is not None


def _digest(campaign: Campaign) -> tuple[str, int]:
    """As `audience.digest` makes it, over who has a delivery that waits."""
    found, number = hashlib.sha256(), 0
    order = Delivery.email if is_sqlite() else Delivery.email.collate("C")
    waiting = sa.select(Delivery.email).where(Delivery.campaign_id == campaign.id, ranges.PENDING).order_by(order)
    for emails in db.session.execute(waiting, execution_options={"yield_per": STREAM}).scalars().partitions():
        found.update("".join(f"{email}\n" for email in emails).encode())
        number += len(emails)
    return found.hexdigest(), number
