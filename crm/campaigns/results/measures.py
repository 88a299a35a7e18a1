"""What each figure of a campaign means: a condition on its deliveries. Figures and the lists behind them are made of the same ones.

What people did is a range. A gateway or a phone that fetches ahead leaves the same traces as a reader, so three sorts are kept apart
that never overlap: surely people (no machine touched that mail), maybe people (both did), only a machine.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from crm.campaigns.models import Batch, BatchState, Delivery, DeliveryState
from crm.campaigns.tallies import Count

d = Delivery.__table__
b = Batch.__table__
_state = sa.type_coerce(d.c.state, sa.String)
_accepted = _state == DeliveryState.ACCEPTED.value
_delivered = sa.and_(d.c.delivered_at.is_not(None), d.c.bounced_at.is_(None))
_clicked, _machine_clicked = d.c.clicked_at.is_not(None), d.c.machine_clicked_at.is_not(None)
_opened, _machine_opened = d.c.opened_at.is_not(None), d.c.machine_opened_at.is_not(None)
_surely_clicked = sa.and_(_clicked, sa.not_(_machine_clicked))
_maybe_clicked = sa.and_(_clicked, _machine_clicked)
_surely_read = sa.or_(_surely_clicked, sa.and_(_opened, sa.not_(_machine_opened)))
_maybe_read = sa.and_(sa.not_(_surely_read), sa.or_(_opened, _clicked))

_heard = sa.or_(*(column.is_not(None) for column in (d.c.delivered_at, d.c.bounced_at, d.c.dropped_at, d.c.deferred_at)))

MEASURES: Mapping[str, sa.ColumnElement[bool]] = {
    "target": sa.true(),
    "skipped": _state == DeliveryState.SKIPPED.value,
    "failed": _state == DeliveryState.FAILED.value,
    "cancelled": _state == DeliveryState.CANCELLED.value,
    "pending": _state == DeliveryState.PENDING.value,
    "accepted": _accepted,
    "delivered": _delivered,
    "deferred": sa.and_(
        d.c.deferred_at.is_not(None), d.c.delivered_at.is_(None), d.c.bounced_at.is_(None), d.c.dropped_at.is_(None)
    ),
    "silent": sa.and_(_accepted, sa.not_(_heard)),
    "bounced": d.c.bounced_at.is_not(None),
    "hard-bounced": sa.and_(d.c.bounced_at.is_not(None), d.c.is_hard_bounce),
    "soft-bounced": sa.and_(d.c.bounced_at.is_not(None), sa.not_(d.c.is_hard_bounce)),
    "dropped": d.c.dropped_at.is_not(None),
    "complained": d.c.complained_at.is_not(None),
    "unsubscribed": d.c.unsubscribed_at.is_not(None),
    "read": sa.or_(_surely_read, _maybe_read),
    "surely-read": _surely_read,
    "maybe-read": _maybe_read,
    "machine-read": sa.and_(_machine_opened, sa.not_(sa.or_(_surely_read, _maybe_read))),
    "clicked": _clicked,
    "surely-clicked": _surely_clicked,
    "maybe-clicked": _maybe_clicked,
    "machine-clicked": sa.and_(_machine_clicked, sa.not_(_clicked)),
    "replied": d.c.replied_at.is_not(None),
}

# What each running count counts: counting anew must give the same.
COUNTED: Mapping[Count, sa.ColumnElement[bool]] = {
    **{count: MEASURES[count.value] for count in Count if count.value in MEASURES},
    Count.OPENED: _opened,
    Count.MACHINE_OPENED: _machine_opened,
    Count.MACHINE_CLICKED: _machine_clicked,
    Count.HEARD: _heard,
}


def of_counts(counts: Mapping[Count, int]) -> dict[str, int]:
    """Every measure out of the running counts."""
    n = {count: counts.get(count, 0) for count in Count}
    maybe_clicked = n[Count.CLICKED] - n[Count.SURELY_CLICKED]
    ended = n[Count.SKIPPED] + n[Count.FAILED] + n[Count.CANCELLED]
    made = {
        "pending": n[Count.TARGET] - ended - n[Count.ACCEPTED],
        "silent": n[Count.ACCEPTED] - n[Count.HEARD],
        "bounced": n[Count.HARD_BOUNCED] + n[Count.SOFT_BOUNCED],
        "read": n[Count.SURELY_READ] + n[Count.MAYBE_READ],
        "maybe-clicked": maybe_clicked,
        "machine-clicked": n[Count.MACHINE_CLICKED] - maybe_clicked,
    }
    # Events may come before the answer to the call is written down: never less than none for that moment.
    return {name: max(made[name] if name in made else n[Count(name)], 0) for name in MEASURES}


def in_doubt() -> sa.ColumnElement[bool]:
    """Pending deliveries of a call of which nobody knows whether it was taken."""
    planned = sa.and_(d.c.batch_id.is_(None), b.c.first_id <= d.c.id, d.c.id <= b.c.last_id, b.c.variant == d.c.variant)
    whole = sa.exists(
        sa.select(sa.literal(1)).where(
            b.c.campaign_id == d.c.campaign_id,
            sa.type_coerce(b.c.state, sa.String) == BatchState.IN_DOUBT.value,
            sa.or_(b.c.id == d.c.batch_id, planned),
        )
    )
    return sa.and_(MEASURES["pending"], whole)
