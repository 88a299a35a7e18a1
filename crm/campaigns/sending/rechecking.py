"""The last look before a call: who may no longer be written to is taken out, in the transaction that claims the call."""

import datetime as dt
import functools
from operator import itemgetter
from typing import Any

import orjson
import sqlalchemy as sa

from crm.bulletins.models import Subscription, SubscriptionState
from crm.campaigns.models import Batch, Campaign, Delivery, DeliveryState, Exclusion
from crm.campaigns.sending import ranges
from crm.campaigns.sending.calls import QUIET, Addressee
from crm.campaigns.tallies import Count, move
from crm.core.db import db, is_sqlite
from crm.mail import suppressing
from crm.mail.models import Suppression, SuppressionReason
from crm.stakeholders.models import Person, Stakeholder

REFUSED = {SuppressionReason.BOUNCED: Exclusion.BOUNCED, SuppressionReason.COMPLAINED: Exclusion.COMPLAINED}
_REFUSES_CLICKS = "refuses-clicks"
_EARLIER = dt.timedelta(hours=1)  # clocks of machines differ
_people: Any = Person.__table__
_stakeholders: Any = Stakeholder.__table__
_subscriptions: Any = Subscription.__table__
_deliveries: Any = Delivery.__table__
_of: Any = sa.bindparam
_WHICH: dict[str, tuple[sa.ColumnElement[bool], ...]] = {
    "following": ranges.following(_of("of_campaign"), _of("of_variant"), _of("reached")),
    "range": ranges.pending_in(_of("of_campaign"), _of("of_variant"), _of("first"), _of("last")),
    "single": ranges.pending_of(_of("of_batch")),
}


def next_people(campaign: Campaign, variant: str, reached: int, *, most: int, with_values: bool) -> list[Addressee] | None:
    """Who comes after the last id that a call holds, as `people_of` says it."""
    asked = {"of_campaign": campaign.id, "of_variant": variant, "reached": reached, "most": most}
    return _looked_at(campaign, variant, "following", asked, with_values=with_values)


def people_of(campaign: Campaign, batch: Batch, *, with_values: bool) -> list[Addressee] | None:
    """Who of a call is still to be written to, in order of their ids; None when it holds no deliveries.

    Those whose address, subscription or person refuses by now are skipped, each with the reason. Who refused meanwhile that clicks are
    recorded goes into a call of those who did.
    """
    if batch.first_id is None:
        return _looked_at(campaign, batch.variant, "single", {"of_batch": batch.id}, with_values=with_values)
    asked = {"of_campaign": campaign.id, "of_variant": batch.variant, "first": batch.first_id, "last": batch.last_id}
    return _looked_at(campaign, batch.variant, "range", asked, with_values=with_values)


def _looked_at(
    campaign: Campaign, variant: str, which: str, asked: dict[str, Any], *, with_values: bool
) -> list[Addressee] | None:
    asks_about_clicks = bool(campaign.bulletin_id) and not variant.endswith(QUIET)
    read = _statement(which, list_key_of(campaign), with_values, asks_about_clicks, is_sqlite())
    rows = orjson.loads(db.session.execute(read, asked).scalar() or "[]")
    rows.sort(key=itemgetter(0))  # as they are, already; neither database promises it
    if not rows:
        return None
    out = {row[0]: row[-1] for row in rows if row[-1] is not None}
    if Exclusion.SUPPRESSED.value in out.values() or _hashes_are_new(campaign):
        out |= _by_list(campaign, {row[0]: row[1] or "" for row in rows})
    if out:
        _take_out(campaign, variant, out)
        rows = [row for row in rows if row[0] not in out]
    if with_values:
        return [Addressee(row[0], row[1], row[2], orjson.loads(row[3])) for row in rows]
    return [Addressee(delivery_id, email, name) for delivery_id, email, name, _why in rows]


@functools.lru_cache(maxsize=100)
def _statement(
    which: str, list_key: str | None, with_values: bool, asks_about_clicks: bool, sqlite: bool
) -> sa.Select[tuple[str]]:
    """Id, address, name, values where they are needed, and what speaks against writing: NULL where nothing does.

    Put together once for each bulletin: that costs as much as to look at four hundred people.

    All rows come as one piece of JSON. Row by row, other threads would be let in before each, and who waits for them a millisecond each time
    waits for seconds; like this the database works while another thread makes a body.
    """
    sub, person, own = _subscriptions, _people, _stakeholders
    why = [
        (suppressing.refused_sql(_deliveries.c.email, list_key), Exclusion.SUPPRESSED.value),
        (
            sa.and_(_deliveries.c.subscription_id.is_not(None), sub.c.state.is_distinct_from(SubscriptionState.ACTIVE)),
            Exclusion.UNSUBSCRIBED.value,
        ),
        (person.c.do_not_contact_at.is_not(None), Exclusion.DO_NOT_CONTACT.value),
        (own.c.archived_at.is_not(None), Exclusion.ARCHIVED.value),
    ]
    if asks_about_clicks:
        why.append((sub.c.refuses_clicks.is_(True), _REFUSES_CLICKS))
    columns = [_deliveries.c.id, _deliveries.c.email, _deliveries.c.name]
    if with_values:
        columns.append(sa.type_coerce(sa.cast(_deliveries.c["values"], sa.Text), sa.Text).label("values"))
    joined = (
        _deliveries.outerjoin(sub, sub.c.id == _deliveries.c.subscription_id)
        .outerjoin(person, person.c.id == _deliveries.c.stakeholder_id)
        .outerjoin(own, own.c.id == _deliveries.c.stakeholder_id)
    )
    told = sa.select(*columns, sa.case(*why, else_=sa.null()).label("why")).select_from(joined).where(*_WHICH[which])
    ordered = told.order_by(_deliveries.c.id)
    some = (ordered.limit(sa.bindparam("most", type_=sa.Integer)) if which == "following" else ordered).subquery("some")
    if sqlite:
        made: Any = sa.func.json_group_array(sa.func.json_array(*some.c))
    else:
        made = sa.cast(sa.func.json_agg(sa.func.json_build_array(*some.c)), sa.Text)
    return sa.select(sa.type_coerce(made, sa.Text))


def _take_out(campaign: Campaign, variant: str, out: dict[int, str]) -> None:
    left = 0
    for reason in sorted(set(out.values())):
        ids = [delivery_id for delivery_id, told in out.items() if told == reason]
        if reason == _REFUSES_CLICKS:
            ranges.set_apart(campaign.id, variant + QUIET, ids)
        else:
            ranges.end_these(ids, DeliveryState.SKIPPED, reason=reason)
            left += len(ids)
    if left:
        move(campaign.id, {Count.SKIPPED: left})


def list_key_of(campaign: Campaign) -> str | None:
    return f"bulletin:{campaign.bulletin_id}" if campaign.bulletin_id else None


def _by_list(campaign: Campaign, emails: dict[int, str]) -> dict[int, str]:
    """By the suppression list itself, which also knows the hashes of erased addresses and the weightiest reason."""
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
