"""The last look before a call: who may no longer be written to is taken out, in the transaction that claims the call."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from crm.bulletins.models import Subscription, SubscriptionState
from crm.campaigns.models import Campaign, Delivery, DeliveryState, Exclusion
from crm.campaigns.sending import ranges
from crm.campaigns.sending.calls import QUIET
from crm.campaigns.tallies import Count, move
from crm.core.db import db
from crm.mail import suppressing
from crm.mail.models import Suppression, SuppressionReason
from crm.stakeholders.models import Person, Stakeholder

REFUSED = {SuppressionReason.BOUNCED: Exclusion.BOUNCED, SuppressionReason.COMPLAINED: Exclusion.COMPLAINED}
_EARLIER = dt.timedelta(hours=1)  # clocks of machines differ


def leave_out(campaign: Campaign, which: tuple[sa.ColumnElement[bool], ...]) -> int:
    """Skip those of these deliveries whose address, subscription or person refuses by now. Each keeps its reason."""
    people, own = Person.__table__, Stakeholder.__table__
    ended = sa.and_(
        Delivery.subscription_id.is_not(None),
        ~_exists(Subscription.id == Delivery.subscription_id, Subscription.state == SubscriptionState.ACTIVE),
    )
    silent = _exists(people.c.id == Delivery.stakeholder_id, people.c.do_not_contact_at.is_not(None))
    gone = _exists(own.c.id == Delivery.stakeholder_id, own.c.archived_at.is_not(None))
    suppressed = suppressing.refused_sql(Delivery.email, list_key_of(campaign))
    why = sa.case(
        (suppressed, Exclusion.SUPPRESSED.value),
        (ended, Exclusion.UNSUBSCRIBED.value),
        (silent, Exclusion.DO_NOT_CONTACT.value),
        else_=Exclusion.ARCHIVED.value,
    )
    found = sa.select(Delivery.id, Delivery.email, why).where(*which, sa.or_(suppressed, ended, silent, gone))
    reasons: dict[int, str] = {}
    addresses: dict[int, str] = {}
    for delivery_id, email, reason in db.session.execute(found):
        reasons[delivery_id] = reason
        if reason == Exclusion.SUPPRESSED.value:
            addresses[delivery_id] = email or ""
    if addresses or _hashes_are_new(campaign):
        reasons |= _by_list(campaign, which)
    for reason in sorted(set(reasons.values())):
        ids = [delivery_id for delivery_id, told in reasons.items() if told == reason]
        ranges.end_these(ids, DeliveryState.SKIPPED, reason=reason)
    if reasons:
        move(campaign.id, {Count.SKIPPED: len(reasons)})
    return len(reasons)


def hush(campaign: Campaign, variant: str, which: tuple[sa.ColumnElement[bool], ...]) -> None:
    """Who refused meanwhile that clicks are recorded goes into a call of those who did."""
    refusing = _exists(Subscription.id == Delivery.subscription_id, Subscription.refuses_clicks.is_(True))
    ids = db.session.scalars(sa.select(Delivery.id).where(*which, refusing)).all()
    ranges.set_apart(campaign.id, variant + QUIET, ids)


def list_key_of(campaign: Campaign) -> str | None:
    return f"bulletin:{campaign.bulletin_id}" if campaign.bulletin_id else None


def _by_list(campaign: Campaign, which: tuple[sa.ColumnElement[bool], ...]) -> dict[int, str]:
    """By the suppression list itself, which also knows the hashes of erased addresses and the weightiest reason."""
    rows = db.session.execute(sa.select(Delivery.id, Delivery.email).where(*which))
    emails = {row[0]: row[1] or "" for row in rows}
    key = list_key_of(campaign)
    refused = suppressing.refused(emails.values(), list_keys=[key] if key else [])
    return {
        delivery_id: REFUSED.get(refused[email], Exclusion.SUPPRESSED).value
        for delivery_id, email in emails.items()
        if email in refused
    }


def _hashes_are_new(campaign: Campaign) -> bool:
    """Whether an address was erased since the list was made: only its hash is left, which no join finds."""
    since = (campaign.prepared_at or campaign.created_at) - _EARLIER
    found = sa.select(Suppression.id).where(
        Suppression.email == "", Suppression.created_at >= since, Suppression.lifted_at.is_(None)
    )
    return db.session.scalar(found.limit(1)) is not None


def _exists(*criteria: Any) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(sa.literal(1)).where(*criteria))
