"""What follows from events that were read: moments and counts, clicks, suppressions, evidence for calls in doubt, the breaker.

All of it in the transaction that stores the events: an event that is stored was applied, and once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from crm.bulletins import service as bulletins
from crm.bulletins.models import Subscription
from crm.campaigns.events import clicking, evidence, machines, moments
from crm.campaigns.events.finding import About
from crm.campaigns.events.moments import State
from crm.core.db import db
from crm.mail.hooks.events import Event
from crm.mail.models import EventKind, SuppressionReason, SuppressionSource
from crm.mail.suppressing import suppress

# Why SendGrid did not even try, in its own words; it knew what our list did not.
_DROPPED = {
    "bounced address": SuppressionReason.BOUNCED,
    "spam reporting address": SuppressionReason.COMPLAINED,
    "unsubscribed address": SuppressionReason.UNSUBSCRIBED,
    "invalid": SuppressionReason.INVALID,
}


def apply(_sender: Any, *, events: Sequence[Event], **_more: Any) -> None:
    """Receiver of `events_read`."""
    ours = [(event, event.about) for event in events if isinstance(event.about, About)]
    if not ours:
        return
    with_delivery = [(event, about.delivery) for event, about in ours if about.delivery is not None]
    states = {state.id: state for _event, state in with_delivery}
    for event, state in with_delivery:
        _note(event, state)
    clicking.weigh({state.id: state for event, state in with_delivery if _touches_clicks(event, state)})
    moments.save(states[each] for each in sorted(states))
    _suppress(with_delivery)
    _end_subscriptions(with_delivery)
    evidence.weigh(state.campaign_id for event, state in with_delivery if event.kind in _WEIGHED)


def _note(event: Event, state: State) -> None:
    if event.kind is EventKind.OPEN:
        event.is_machine = bool(event.details.get("sg_machine_open")) or machines.is_program(event.details.get("useragent", ""))
        state.first("machine_opened_at" if event.is_machine else "opened_at", event.at)
    elif event.kind in moments.COLUMN_OF:
        state.first(moments.COLUMN_OF[event.kind], event.at)
        state.is_hard_bounce = state.is_hard_bounce or event.is_hard


def _touches_clicks(event: Event, state: State) -> bool:
    """A click, or the moment of delivery that clicks are measured by."""
    has_clicks = state.clicked_at is not None or state.machine_clicked_at is not None
    return event.kind is EventKind.CLICK or (event.kind is EventKind.DELIVERED and has_clicks)


def _suppress(events: Iterable[tuple[Event, State]]) -> None:
    wanted: dict[tuple[SuppressionReason, int], set[str]] = defaultdict(set)
    for event, state in events:
        reason = _reason(event, state)
        if reason is not None and state.email:
            wanted[reason, state.office_id].add(state.email)
    for (reason, office_id), emails in sorted(wanted.items()):
        suppress(emails, reason=reason, source=SuppressionSource.EVENT, office_id=office_id)


def _reason(event: Event, state: State) -> SuppressionReason | None:
    if event.kind is EventKind.DROPPED:
        return next((reason for said, reason in _DROPPED.items() if event.reason.lower().startswith(said)), None)
    if event.kind is EventKind.GROUP_UNSUBSCRIBE and state.subscription_id is not None:
        return None  # it is that bulletin that ends
    return _REASONS.get(event.kind)


_WEIGHED = {EventKind.COMPLAINT, EventKind.BOUNCE, EventKind.BLOCKED}
_REASONS = {
    EventKind.BOUNCE: SuppressionReason.BOUNCED,
    EventKind.COMPLAINT: SuppressionReason.COMPLAINED,
    EventKind.UNSUBSCRIBE: SuppressionReason.UNSUBSCRIBED,
    EventKind.GROUP_UNSUBSCRIBE: SuppressionReason.UNSUBSCRIBED,
}


def _end_subscriptions(events: Iterable[tuple[Event, State]]) -> None:
    """Whoever stops by SendGrid's own means stops the bulletin that the mail was of."""
    ended = {
        state.subscription_id: event.at
        for event, state in events
        if event.kind in {EventKind.UNSUBSCRIBE, EventKind.GROUP_UNSUBSCRIBE} and state.subscription_id is not None
    }
    for subscription in db.session.scalars(sa.select(Subscription).where(Subscription.id.in_(ended)).order_by(Subscription.id)):
        bulletins.end_subscription(subscription, how="mail-service", at=ended[subscription.id])
