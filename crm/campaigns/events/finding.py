"""Whose an event is: by the mark that it brings back; a late refusal without one by its address and the newest delivery to it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crm.campaigns import marks
from crm.campaigns.events import evidence, moments
from crm.campaigns.events.moments import State
from crm.campaigns.models import Batch, Campaign, Delivery
from crm.core.clock import now
from crm.core.db import db
from crm.mail.addresses import normal
from crm.mail.hooks.events import Event
from crm.mail.models import EventKind

RECENT = dt.timedelta(days=60)  # a refusal comes days later at most, an answer weeks later
MOST_CAMPAIGNS = 300
_LATE = frozenset({EventKind.BOUNCE, EventKind.BLOCKED})


@dataclass(slots=True)
class About:
    """What an event is about: a delivery, a call, or both."""

    delivery: State | None
    batch_mark: str = ""


def recognize(events: Sequence[Event]) -> None:
    """Set `about` of the events that are ours. Deliveries are loaded once, and locked, for what is applied to them next.

    Calls come first, as with the workers that send: who locks in one order never waits in a ring.
    """
    batches = _campaigns_of_batches({event.bid for event in events if event.bid})
    evidence.seen(batches)
    claimed = {event.event_key: _claimed_id(event.rid) for event in events if event.rid}
    late = {event.event_key: normal(event.email) for event in events if event.kind in _LATE and not event.rid and event.email}
    newest = newest_deliveries(set(late.values()))
    states = moments.load([*(each for each in claimed.values() if each is not None), *newest.values()])
    proved: dict[str, bool] = {}
    for event in events:
        state = states.get(claimed.get(event.event_key) or newest.get(late.get(event.event_key, ""), 0))
        if (
            state is not None
            and event.rid
            and not proved.setdefault(event.rid, marks.is_event_mark(event.rid, state.mark_key, state.id))
        ):
            state = None
        of_batch = batches.get(event.bid)
        knows_batch = of_batch is not None and (state is None or of_batch == state.campaign_id)
        if state is not None or knows_batch:
            event.about = About(state, event.bid if knows_batch else "")


def _claimed_id(rid: str) -> int | None:
    return marks.delivery_id_of(rid) if rid.startswith("d.") else None


def _campaigns_of_batches(wanted: set[str]) -> dict[str, int]:
    if not wanted:
        return {}
    found = sa.select(Batch.mark, Batch.campaign_id).where(Batch.mark.in_(wanted))
    return {row.mark: row.campaign_id for row in db.session.execute(found)}


def recent_campaigns() -> list[int]:
    """Those that an answer or a late refusal may belong to, the newest first."""
    found = sa.select(Campaign.id).where(Campaign.started_at > now() - RECENT).order_by(Campaign.started_at.desc())
    return list(db.session.scalars(found.limit(MOST_CAMPAIGNS)))


def newest_deliveries(emails: Iterable[str], campaign_ids: Sequence[int] | None = None) -> dict[str, int]:
    """Address to the newest delivery that went to it, among recent campaigns: looked up in the index of each."""
    wanted = {email for email in emails if email}
    campaigns = (recent_campaigns() if campaign_ids is None else list(campaign_ids)) if wanted else []
    if not campaigns:
        return {}
    found = (
        sa.select(Delivery.email, Delivery.id)
        .where(Delivery.campaign_id.in_(campaigns), Delivery.email.in_(wanted), Delivery.accepted_at.is_not(None))
        .order_by(Delivery.accepted_at, Delivery.id)
    )
    return {row.email: row.id for row in db.session.execute(found)}
