"""Mails and answers on a stakeholder's timeline. They are too many to be engagements: they keep their own tables, and are merged in by time."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from crm.campaigns.models import Campaign, Delivery, Reply
from crm.campaigns.results import wording
from crm.core import pagination
from crm.core.dates import local_date
from crm.core.db import db
from crm.engagements.queries.timeline import Entry, Key
from crm.stakeholders.models import Stakeholder

DELIVERY, REPLY = "delivery", "reply"
MAIL = frozenset({DELIVERY, REPLY})  # the kinds that the timeline can be narrowed to
# What became of a mail, the most telling first; at most two are said.
_TOLD = {
    "complained_at": "complained", "unsubscribed_at": "unsubscribed", "bounced_at": "bounced", "dropped_at": "dropped",
    "replied_at": "replied", "clicked_at": "clicked", "opened_at": "read", "delivered_at": "delivered",
}  # fmt: skip


def mails(stakeholder: Stakeholder, before: Key | None, size: int, kinds: frozenset[str] | None) -> Sequence[Entry]:
    """Both in one statement; each half walks the index of the stakeholder and stops after a page."""
    wanted = [name for name in _HALVES if kinds is None or name in kinds]
    if not wanted:
        return []
    halves = [_half(name, stakeholder, before, size) for name in wanted]
    rows = db.session.execute(halves[0] if len(halves) == 1 else sa.union_all(*halves)).all()
    return sorted((_entry(row) for row in rows), key=lambda entry: entry.key, reverse=True)[:size]


def _deliveries(stakeholder: Stakeholder) -> sa.Select[*tuple[Any, ...]]:
    """Mails that were handed to the mail service."""
    moments = [getattr(Delivery, column) for column in _TOLD]
    return (
        sa.select(
            sa.literal(DELIVERY).label("source"), Delivery.accepted_at.label("at"), Delivery.id.label("id"), Campaign.id.label("campaign_id"),
            Campaign.office_id.label("office_id"), Campaign.name.label("title"), sa.literal("").label("text"),
            sa.literal("").label("sender"), *moments,
        )
        .join(Campaign, Campaign.id == Delivery.campaign_id)
        .where(Delivery.stakeholder_id == stakeholder.id, Delivery.accepted_at.is_not(None))
    )  # fmt: skip


def _replies(stakeholder: Stakeholder) -> sa.Select[*tuple[Any, ...]]:
    """What the person wrote back; what machines answered stays on the campaign's page."""
    nothing = [sa.cast(sa.null(), Delivery.accepted_at.type).label(column) for column in _TOLD]
    return (
        sa.select(
            sa.literal(REPLY).label("source"), Reply.received_at.label("at"), Reply.id.label("id"), Campaign.id.label("campaign_id"),
            Campaign.office_id.label("office_id"), Reply.subject.label("title"), Reply.text.label("text"),
            sa.func.coalesce(Reply.checks["sender"].as_string(), "").label("sender"), *nothing,
        )
        .join(Campaign, Campaign.id == Reply.campaign_id)
        .where(Reply.stakeholder_id == stakeholder.id, Reply.kind == "reply")
    )  # fmt: skip


_HALVES: dict[str, tuple[Callable[[Stakeholder], Any], Any, Any]] = {
    DELIVERY: (_deliveries, Delivery.accepted_at, Delivery.id),
    REPLY: (_replies, Reply.received_at, Reply.id),
}


def _half(source: str, stakeholder: Stakeholder, before: Key | None, size: int) -> sa.Select[*tuple[Any, ...]]:
    make, moment, record_id = _HALVES[source]
    statement = make(stakeholder)
    if before is not None:
        statement = statement.where(_comes_after(before, source, moment, record_id))
    return sa.select(statement.order_by(moment.desc(), record_id.desc()).limit(size).subquery(source))


def _comes_after(before: Key, source: str, moment: Any, record_id: Any) -> sa.ColumnElement[bool]:
    """Entries below a key as this source sees it: at the same moment, sources sort by name and then by id."""
    sort_at, of_source, entry_id = before
    if of_source == source:
        return pagination.after([moment, record_id], [sort_at, entry_id], descending=True)
    at = sa.literal(sort_at, moment.type)
    return moment <= at if of_source > source else moment < at


def _entry(row: Any) -> Entry:
    if row.source == DELIVERY:
        title = _("E-mail to them: %(title)s", title=row.title)
    else:
        title = _("Reply: %(title)s", title=row.title or _("Without a subject"))
    told = [wording.name_of(measure) for column, measure in _TOLD.items() if getattr(row, column)][:2]
    if row.sender:
        told.append(_("Sender not proved"))
    facts = {
        "channel": "email",
        "marks": tuple(told),
        "endpoint": "campaigns.results",
        "arguments": {"campaign_id": row.campaign_id},
    }
    return Entry(
        sort_at=row.at,
        source=row.source,
        id=row.id,
        kind=row.source,
        title=title,
        summary=row.text,
        occurred_on=local_date(row.at),
        office_id=row.office_id,
        facts=facts,
    )
