"""Campaigns and subscriptions: counts, calls and deliveries that must tell the same story.

Each question reads a bounded part: the newest campaigns, what an index of open rows holds, or a row an index entry. So it stays quick
with millions of deliveries. None depends on the clock: a restore asks the same of a copy and expects the same answers.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.bulletins.models import ConsentReceipt, Subscription, SubscriptionState
from crm.campaigns.models import Batch, BatchState, Campaign, CampaignState, Delivery, Tally
from crm.campaigns.results.measures import COUNTED
from crm.campaigns.sending import ranges
from crm.campaigns.tallies import REDUCED, Count
from crm.cli.checks import check
from crm.core.db import db
from crm.mail.models import EVERYTHING, Suppression, SuppressionReason, SuppressionSource

NEWEST = 20  # campaigns whose deliveries are counted anew: what is older was counted when it was new
MOST_COUNTED = 2_000_000  # deliveries in all; the newest campaign is counted however large it is
HAS_DELIVERIES = sa.or_(Campaign.prepared_upto > 0, Campaign.prepared_at.is_not(None))
ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)


@check(
    "The counts of the newest campaigns are those of their deliveries.",
    do="flask crm repair counts counts them anew.",
)
def campaign_counts() -> Iterator[str]:
    """Without those that were reduced to their totals: there the totals are all that is left."""
    reduced = sa.exists().where(Tally.campaign_id == Campaign.id, Tally.key == REDUCED)
    newest = sa.select(Campaign.id).where(HAS_DELIVERIES, ~reduced).order_by(Campaign.id.desc()).limit(NEWEST)
    counted = 0
    for campaign_id in db.session.scalars(newest).all():
        if counted > MOST_COUNTED:
            return
        right, known = counts_of(campaign_id)
        counted += right[Count.TARGET]
        wrong = [f"{key.value} {known[key]} instead of {right[key]}" for key in COUNTED if known[key] != right[key]]
        if wrong:
            yield f"Campaign {campaign_id} counts {', '.join(wrong)}."


def counts_of(campaign_id: int) -> tuple[dict[Count, int], dict[Count, int]]:
    """What the deliveries give, and what is kept: in one statement, so that nothing happens between the two."""

    def kept(key: Count) -> sa.ColumnElement[int]:
        found = sa.select(Tally.value).where(Tally.campaign_id == campaign_id, Tally.key == key.value)
        return sa.func.coalesce(found.scalar_subquery(), 0)

    anew = [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in COUNTED.values()]
    row = db.session.execute(
        sa.select(*anew, *(kept(key) for key in COUNTED)).where(Delivery.__table__.c.campaign_id == campaign_id)
    ).one()
    numbers = [int(number) for number in row]
    return dict(zip(COUNTED, numbers, strict=False)), dict(zip(COUNTED, numbers[len(COUNTED) :], strict=True))


@check(
    "Nobody waits in a campaign that has ended.",
    do="Nobody of these got the mail. Write to them in a new campaign, and ask whoever wrote to the database past Mitra.",
)
def pending_in_ended_campaigns() -> Iterator[str]:
    waits = sa.exists(sa.select(sa.literal(1)).where(Delivery.campaign_id == Campaign.id, ranges.PENDING))
    for campaign_id in db.session.scalars(sa.select(Campaign.id).where(Campaign.state.in_(ENDED), waits).order_by(Campaign.id)):
        yield f"Campaign {campaign_id} has ended, and people in it still wait."


@check(
    "What became of a call is what became of those in it.",
    do="Pause the campaign and ask whoever wrote to the database past Mitra: whether these people got the mail is not known.",
)
def calls_and_deliveries() -> Iterator[str]:
    yield from _waiting_in_settled_calls()
    yield from _open_calls_of_ended_campaigns()


def _waiting_in_settled_calls() -> Iterator[str]:
    settled = (Batch.state.in_([BatchState.ACCEPTED, BatchState.FAILED]), Batch.is_canary.is_(False))
    inside = ranges.in_range(Batch.campaign_id, Batch.variant, Batch.first_id, Batch.last_id)  # type: ignore[arg-type]
    in_range = sa.exists(sa.select(sa.literal(1)).select_from(Delivery).where(*inside, ranges.PENDING))
    by_range = sa.select(Batch.id, Batch.campaign_id, Batch.state).where(*settled, Batch.first_id.is_not(None), in_range)
    apart: Any = (
        sa.select(Batch.id, Batch.campaign_id, Batch.state).distinct().join_from(Delivery, Batch, Batch.id == Delivery.batch_id)
    )
    for found in (by_range, apart.where(ranges.PENDING, Delivery.batch_id.is_not(None), *settled)):
        for batch_id, campaign_id, state in db.session.execute(found.order_by(Batch.id)):
            yield f"Call {batch_id} of campaign {campaign_id} is {state.value}, and people in it still wait."


def _open_calls_of_ended_campaigns() -> Iterator[str]:
    ended = sa.select(Batch.id, Batch.campaign_id, Batch.state).join(Campaign, Campaign.id == Batch.campaign_id)
    ended = ended.where(ranges.OPEN, Batch.is_canary.is_(False), Campaign.state.in_(ENDED))
    for batch_id, campaign_id, state in db.session.execute(ended.order_by(Batch.id)):
        yield f"Call {batch_id} is {state.value}, and its campaign {campaign_id} has ended."


@check(
    "Nobody who asked for silence subscribes to anything.",
    do="End the subscription on the bulletin's page. Nothing is sent to the address meanwhile: the do-not-send list has the last word.",
)
def subscriptions_of_silent_people() -> Iterator[str]:
    """Those who said so themselves. After a bounce the subscription stays, and the list refuses the address until it works again."""
    silent = sa.select(Suppression.email).where(
        Suppression.list_key == EVERYTHING,
        Suppression.reason == SuppressionReason.UNSUBSCRIBED,
        Suppression.source == SuppressionSource.PERSON,
        Suppression.lifted_at.is_(None),
        Suppression.email != "",
    )
    found = sa.select(Subscription.id).where(Subscription.state == SubscriptionState.ACTIVE, Subscription.email.in_(silent))
    for subscription_id in db.session.scalars(found.order_by(Subscription.id)):
        yield f"Subscription {subscription_id} is active, and its owner asked for silence from everything."


@check(
    "Every active subscription has a receipt of the consent.",
    do="Find the paper or mail in which the person agreed and enter the subscription anew with it; else end it.",
)
def consent_receipts() -> Iterator[str]:
    receipt = orm.aliased(ConsentReceipt)
    proved = sa.exists(sa.select(sa.literal(1)).where(receipt.subscription_id == Subscription.id, receipt.withdrawn_at.is_(None)))
    found = sa.select(Subscription.id, Subscription.bulletin_id).where(Subscription.state == SubscriptionState.ACTIVE, ~proved)
    for subscription_id, bulletin_id in db.session.execute(found.order_by(Subscription.id)):
        yield f"Nothing proves the consent to subscription {subscription_id} of bulletin {bulletin_id}."
