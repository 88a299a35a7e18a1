"""The list behind each figure: `delivered`, `skipped:no-consent`, `domain:mitra.example`, `link:2`."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.campaigns import marks
from crm.campaigns.models import LEFT_OUT, Campaign, Click, Exclusion
from crm.campaigns.results import queries
from crm.campaigns.results.measures import MEASURES, d, in_doubt
from crm.core import pagination
from crm.core.db import db
from crm.core.pagination import Page
from crm.mail.models import EventKind, MailEvent
from crm.stakeholders.models import ContactKind, ContactPoint, Stakeholder

# Which moment a list shows beside each row.
MOMENT = {
    "accepted": "accepted_at", "delivered": "delivered_at", "deferred": "deferred_at", "silent": "accepted_at",
    "bounced": "bounced_at", "hard-bounced": "bounced_at", "soft-bounced": "bounced_at", "dropped": "dropped_at",
    "complained": "complained_at", "unsubscribed": "unsubscribed_at", "replied": "replied_at",
    "surely-read": "opened_at", "maybe-read": "opened_at", "read": "opened_at", "machine-read": "machine_opened_at",
    "clicked": "clicked_at", "surely-clicked": "clicked_at", "maybe-clicked": "clicked_at", "machine-clicked": "machine_clicked_at",
    "link": "clicked_at", "link-machine": "machine_clicked_at",
    "domain": "accepted_at", "domain-delivered": "delivered_at", "domain-bounced": "bounced_at", "domain-clicked": "clicked_at",
}  # fmt: skip
# What each list about a domain holds.
DOMAIN = {"domain": "accepted", "domain-delivered": "delivered", "domain-bounced": "bounced", "domain-clicked": "clicked"}
# Few of many, and nearly all have to be looked at to find them: such a page looks at so many deliveries and goes on at the next.
WALKED = frozenset({*DOMAIN, "accepted", "delivered", "silent", "pending", "in-doubt"}) | {
    name for name in MEASURES if name.endswith(("read", "clicked"))
}
WALK = 100_000
LEFT, FEW = frozenset({"skipped", "failed", "cancelled"}), 10_000  # few of them are found by their own index, and sorted
TO_PHONE = frozenset(
    {"domain-bounced", "in-doubt", "deferred", "bounced", "hard-bounced", "soft-bounced", "dropped", "failed", "skipped"}
)
_TOLD = {
    "bounced": (EventKind.BOUNCE, EventKind.BLOCKED),
    "domain-bounced": (EventKind.BOUNCE, EventKind.BLOCKED),
    "hard-bounced": (EventKind.BOUNCE, EventKind.BLOCKED),
    "soft-bounced": (EventKind.BOUNCE, EventKind.BLOCKED),
    "dropped": (EventKind.DROPPED,),
    "deferred": (EventKind.DEFERRED,),
}
REFUSALS = (EventKind.BOUNCE, EventKind.BLOCKED, EventKind.DROPPED)
_clicks = Click.__table__.c


class UnknownFigure(ValueError):
    """No figure of a campaign has this name. People see 404."""


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery of a list: who, when, why, and how to reach the person otherwise."""

    id: int
    email: str
    name: str
    stakeholder_id: int | None  # only where the reader may see the record
    at: dt.datetime | None
    reason: str
    phones: tuple[str, ...] = ()


def split(figure: str) -> tuple[str, str]:
    """The figure's name and what it is counted for. Raises UnknownFigure."""
    name, _, key = figure.partition(":")
    plain = name in MEASURES or name == "in-doubt"
    keyed = {
        "skipped": lambda: key in {reason.value for reason in Exclusion},
        **dict.fromkeys(DOMAIN, lambda: 0 < len(key) <= 254),
        "link": lambda: _is_small(key),
        "link-machine": lambda: _is_small(key),
    }
    if (plain and not key) or (key and name in keyed and keyed[name]()):
        return name, key
    raise UnknownFigure(figure)


def _is_small(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= 4


def _condition(campaign_id: int, name: str, key: str, *, is_walked: bool) -> sa.ColumnElement[bool]:
    if name == "in-doubt":
        return in_doubt()
    if name in LEFT and (key or not is_walked):
        return sa.and_(MEASURES[name], d.c.reason == key if key else sa.true(), sa.literal_column(LEFT_OUT))
    if name in DOMAIN:
        return sa.and_(MEASURES["accepted"], MEASURES[DOMAIN[name]], queries.domain_of(d.c.email) == key)
    if name in {"link", "link-machine"}:
        on_link = [
            _clicks.campaign_id == campaign_id,
            _clicks.link_no == int(key),
            _clicks.is_machine.is_(name == "link-machine"),
        ]
        return d.c.id.in_(sa.select(_clicks.delivery_id).where(*on_link))
    return MEASURES[name]


def page(
    campaign: Campaign, figure: str, *, cursor: str | None = None, with_private: bool = False, size: int = pagination.PAGE_ROWS
) -> Page[Row]:
    """A page of the list, in the order of preparation. Raises UnknownFigure and BadCursor."""
    name, key = split(figure)
    count = None if key else queries.figures(campaign)[name]
    if count == 0:
        return Page([], None)
    is_walked = name in WALKED or (name in LEFT and count is not None and count > FEW)
    moment = d.c[MOMENT[name]] if name in MOMENT else sa.null()
    statement = sa.select(d.c.id, d.c.email, d.c.name, d.c.stakeholder_id, moment.label("at"), d.c.reason).where(
        d.c.campaign_id == campaign.id, _condition(campaign.id, name, key, is_walked=is_walked)
    )
    last = pagination.decode_cursor(cursor, [pagination.read_id])[0] if cursor else 0
    statement = statement.order_by(d.c.id).limit(size + 1)
    until = _walk_until(campaign.id, last) if is_walked else None
    rows = db.session.execute(statement.where(d.c.id > last, d.c.id <= until if until else sa.true())).all()
    cut = pagination.cut(rows, size, lambda row: (row.id,))
    if until and not cut.next_cursor:
        cut = Page(cut.rows, pagination.encode_cursor((until,)))
    return Page(_rows(campaign, name, cut.rows, with_private=with_private), cut.next_cursor)


def _walk_until(campaign_id: int, last: int) -> int | None:
    """The delivery at which a page stops looking; none when there are not so many after the last one."""
    following = sa.select(d.c.id).where(d.c.campaign_id == campaign_id, d.c.id > last).order_by(d.c.id)
    return db.session.scalar(following.offset(WALK).limit(1))


def _rows(campaign: Campaign, name: str, found: Sequence[Any], *, with_private: bool) -> list[Row]:
    ids = {row.stakeholder_id for row in found if row.stakeholder_id}
    names = visible_names(ids)
    phones = phones_of(names, with_private=with_private) if name in TO_PHONE else {}
    reasons = reasons_told(campaign, [row.id for row in found], _TOLD[name]) if name in _TOLD else {}
    return [
        Row(
            row.id,
            row.email or "",
            names.get(row.stakeholder_id) or row.name or "",
            row.stakeholder_id if row.stakeholder_id in names else None,
            row.at,
            reasons.get(row.id) or row.reason or "",
            phones.get(row.stakeholder_id, ()),
        )
        for row in found
    ]


def visible_names(ids: Collection[int]) -> dict[int, str]:
    """Names of those of these stakeholders whom the reader may see."""
    rows = db.session.execute(sa.select(Stakeholder.id, Stakeholder.name).where(Stakeholder.id.in_(ids))) if ids else ()
    return {row.id: row.name for row in rows}


def phones_of(ids: Collection[int], *, with_private: bool) -> dict[int, tuple[str, ...]]:
    if not ids:
        return {}
    statement = sa.select(ContactPoint.stakeholder_id, ContactPoint.value).where(
        ContactPoint.stakeholder_id.in_(list(ids)), ContactPoint.kind == ContactKind.PHONE
    )
    if not with_private:
        statement = statement.where(ContactPoint.is_private.is_(False))
    found: dict[int, tuple[str, ...]] = {}
    for stakeholder_id, value in db.session.execute(statement.order_by(ContactPoint.position, ContactPoint.id)):
        found[stakeholder_id] = (*found.get(stakeholder_id, ()), value)
    return found


def reasons_told(campaign: Campaign, ids: Sequence[int], kinds: Sequence[EventKind]) -> dict[int, str]:
    """What the receiving side said, by the marks of these deliveries; the last word counts."""
    mark_of = {marks.event_mark(campaign.mark_key, delivery_id): delivery_id for delivery_id in ids}
    statement = sa.select(MailEvent.rid, MailEvent.reason).where(MailEvent.rid.in_(list(mark_of)), MailEvent.kind.in_(kinds))
    rows = db.session.execute(statement.order_by(MailEvent.at, MailEvent.id)) if mark_of else ()
    return {mark_of[rid]: reason for rid, reason in rows if reason}
