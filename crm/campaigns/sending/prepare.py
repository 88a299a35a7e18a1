"""Fixing who gets a campaign: everybody of its audience becomes a delivery, in chunks that can be begun again after any of them."""

import contextlib
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from crm.bulletins.models import Subscription
from crm.campaigns import audience
from crm.campaigns.models import Campaign, CampaignState, Delivery, DeliveryState, Exclusion
from crm.campaigns.sending import states
from crm.campaigns.sending.calls import Copy
from crm.campaigns.tallies import Count, move
from crm.campaigns.writing import fields
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import bulk_insert, db, learn_sizes
from crm.mail import payload

SCOPE = scopes.system_scope("prepare a campaign")
CHUNK = 3000
WAITING = frozenset({CampaignState.SCHEDULED, CampaignState.PREPARING, CampaignState.MISSED})


def prepare(campaign_id: int) -> bool:
    """Make all deliveries. False when the campaign is no longer to be prepared. Killed anywhere, it goes on after its last chunk."""
    with transaction.unit_that_reads(SCOPE) as session:
        campaign = session.get(Campaign, campaign_id)
        if campaign is None or campaign.state not in WAITING:
            return False
        if campaign.prepared_at is not None:
            return True
        copy, roll = Copy(campaign), audience.Roll(campaign)  # as long as it takes: nobody who writes waits for it
    for number in itertools.count(1):
        with transaction.unit(SCOPE):
            campaign = states.locked(campaign_id)
            if campaign is None or campaign.state not in WAITING:
                return False
            if campaign.prepared_at is not None:
                return True
            _one_chunk(campaign, copy, roll)
        if number & (number - 1) == 0:  # as the table doubles
            _measure()
    raise AssertionError("unreachable")


def _measure() -> None:
    """PostgreSQL looks for addresses by reading all of a table that it believes empty; where it is being measured already, that will do."""
    with contextlib.suppress(exc.OperationalError), transaction.unit(SCOPE):
        learn_sizes([Delivery])


def _one_chunk(campaign: Campaign, copy: Copy, roll: audience.Roll) -> None:
    candidates = roll.piece(campaign, campaign.prepared_upto, CHUNK)  # another worker may have gone on meanwhile
    if not candidates:
        _note(campaign, prepared_at=now())
        return
    rows = _rows(campaign, copy, candidates)
    bulk_insert(Delivery, rows, {"campaign_id": campaign.id})
    skipped = sum(row["state"] is DeliveryState.SKIPPED for row in rows)
    _note(campaign, prepared_upto=candidates[-1].key)
    move(campaign.id, {Count.TARGET: len(rows), Count.SKIPPED: skipped})


def _note(campaign: Campaign, **values: Any) -> None:
    """Beside the version of the record: people may change the name of a campaign while it is prepared."""
    made = sa.update(Campaign).where(Campaign.id == campaign.id).values(values).execution_options(synchronize_session=False)
    db.session.execute(made)


def _rows(campaign: Campaign, copy: Copy, candidates: Sequence[Any]) -> list[dict[str, Any]]:
    receiving = [one for one in candidates if one.exclusion is None]
    taken = _receiving(campaign, {one.email for one in receiving})
    quiet = _refusing_clicks(one.subscription_id for one in receiving)
    # The name is on the delivery itself; other fields are read from the record of the person.
    names = copy.names
    is_plain = names <= {"name"}
    values = {} if is_plain else fields.load(names, [one.stakeholder_id for one in receiving if one.stakeholder_id])
    rows = []
    for one in candidates:
        why = one.exclusion
        if why is None and one.email in taken:
            why = Exclusion.DUPLICATE
        elif why is None and not _is_sendable(one.email):
            why = Exclusion.INVALID
        if why is None:
            taken.add(one.email)
        name = payload.name_of(one.name)
        rows.append(
            {
                "stakeholder_id": one.stakeholder_id,
                "subscription_id": one.subscription_id,
                "email": None if why is Exclusion.DUPLICATE else one.email or None,
                "name": name,
                "variant": copy.variant_for(one.language, is_quiet=one.subscription_id in quiet),
                "values": {} if is_plain or why else {"name": name, **values.get(one.stakeholder_id, {})},
                "state": DeliveryState.PENDING if why is None else DeliveryState.SKIPPED,
                "reason": "" if why is None else why.value,
            }
        )
    return _without_seconds(campaign, rows)


def _without_seconds(campaign: Campaign, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An address stands once in a campaign, also among those who are left out: the second one is told without it."""
    left_out = {row["email"] for row in rows if row["state"] is DeliveryState.SKIPPED and row["email"]}
    known = set(_taken(campaign, left_out)) | {row["email"] for row in rows if row["state"] is DeliveryState.PENDING}
    for row in rows:
        if row["state"] is DeliveryState.SKIPPED and row["email"]:
            if row["email"] in known:
                row["email"] = None
            else:
                known.add(row["email"])
    return rows


def _receiving(campaign: Campaign, emails: set[str]) -> set[str]:
    """Those of the addresses that get the campaign already. One that stands with somebody left out goes over to who receives."""
    found = _taken(campaign, emails)
    left_out = sorted(delivery_id for delivery_id, is_pending in found.values() if not is_pending)
    for start in range(0, len(left_out), 1000):
        freed = sa.update(Delivery).where(Delivery.id.in_(left_out[start : start + 1000])).values(email=None)
        db.session.execute(freed.execution_options(synchronize_session=False))
    return {email for email, (_id, is_pending) in found.items() if is_pending and email}


def _taken(campaign: Campaign, emails: set[str]) -> dict[str | None, tuple[int, bool]]:
    """Addresses that a delivery of the campaign has already: its id, and whether it receives."""
    found: dict[str | None, tuple[int, bool]] = {}
    wanted = sorted(emails)
    for start in range(0, len(wanted), 1000):
        some = wanted[start : start + 1000]
        rows = sa.select(Delivery.email, Delivery.id, Delivery.state)
        for email, delivery_id, state in db.session.execute(
            rows.where(Delivery.campaign_id == campaign.id, Delivery.email.in_(some))
        ):
            found[email] = (delivery_id, state is not DeliveryState.SKIPPED)
    return found


def _refusing_clicks(ids: Iterable[int | None]) -> set[int]:
    wanted = sorted({one for one in ids if one is not None})
    found: set[int] = set()
    for start in range(0, len(wanted), 1000):
        some = wanted[start : start + 1000]
        found |= set(
            db.session.scalars(sa.select(Subscription.id).where(Subscription.id.in_(some), Subscription.refuses_clicks.is_(True)))
        )
    return found


def _is_sendable(email: str) -> bool:
    try:
        return payload.address(email) == email
    except payload.UnsendableMessage:
        return False
