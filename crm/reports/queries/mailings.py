"""Campaigns that began in a period and what became of their mails, and how the lists of subscribers changed.

A mail counts with its campaign: whoever opens the campaign's page finds the same mails. People are counted by address, each once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.bulletins.models import Bulletin, Subscription, SubscriptionState
from crm.campaigns.models import Campaign
from crm.campaigns.results.measures import MEASURES, d
from crm.core import pagination
from crm.core.db import db
from crm.core.pagination import Page
from crm.reports.queries.ground import ENDS, OFFICES, STARTS, Ground, Span, is_one

campaigns, subscriptions, bulletins = Campaign.__table__, Subscription.__table__, Bulletin.__table__
c, s = campaigns.c, subscriptions.c
# In the order of the table. Those of PEOPLE count addresses, those of MAILS mails.
PEOPLE = {"mail-reached": "delivered", "mail-clicked": "clicked"}
MAILS = {"mail-bounced": "bounced", "mail-unsubscribed": "unsubscribed"}
NAMES = ("mail-campaigns", *PEOPLE, *MAILS, "mail-joined", "mail-ended", "mail-subscribers")
_confirmed = sa.and_(s.confirmed_at.is_not(None), sa.type_coerce(s.state, sa.String) != SubscriptionState.PENDING.value)


def _begun() -> list[sa.ColumnElement[bool]]:
    return [c.office_id.in_(OFFICES), c.started_at >= STARTS, c.started_at < ENDS]


def _lists() -> Mapping[str, sa.ColumnElement[bool]]:
    """Confirmed in the period; ended in it; there at its end."""
    return {
        "mail-joined": sa.and_(_confirmed, s.confirmed_at >= STARTS, s.confirmed_at < ENDS),
        "mail-ended": sa.and_(_confirmed, s.ended_at >= STARTS, s.ended_at < ENDS),
        "mail-subscribers": sa.and_(_confirmed, s.confirmed_at < ENDS, sa.or_(s.ended_at.is_(None), s.ended_at >= ENDS)),
    }


def mail(ground: Ground, span: Span) -> dict[str, int]:
    """Every figure of the section, by the name of its list. Three statements."""
    named = ground.params | span.params
    return {
        "mail-campaigns": db.session.execute(_campaigns(), named).scalar() or 0,
        **dict(zip((*PEOPLE, *MAILS), map(int, db.session.execute(_mails(), named).one()), strict=True)),
        **dict(zip(_lists(), map(int, db.session.execute(_subscriptions(), named).one()), strict=True)),
    }


@cache
def _campaigns() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(sa.func.count()).select_from(campaigns).where(*_begun())


@cache
def _mails() -> sa.Select[*tuple[Any, ...]]:
    people = [sa.func.count(sa.distinct(sa.case((MEASURES[measure], d.c.email)))) for measure in PEOPLE.values()]
    mails = [sa.func.coalesce(sa.func.sum(is_one(MEASURES[measure])), 0) for measure in MAILS.values()]
    return sa.select(*people, *mails).select_from(d.join(campaigns, c.id == d.c.campaign_id)).where(*_begun())


@cache
def _subscriptions() -> sa.Select[*tuple[Any, ...]]:
    sums = [sa.func.coalesce(sa.func.sum(is_one(condition)), 0) for condition in _lists().values()]
    return sa.select(*sums).where(s.office_id.in_(OFFICES))


def rows(ground: Ground, name: str, span: Span, zone: ZoneInfo, cursor: str | None) -> Page[dict[str, Any]]:
    """A page of what is behind a figure, the newest first: plain values, for `lists` to make rows of."""
    inner = _list(name).subquery("found")
    statement = sa.select(inner).order_by(inner.c.id.desc()).limit(pagination.PAGE_ROWS + 1)
    if cursor:
        statement = statement.where(inner.c.id < pagination.decode_cursor(cursor, [pagination.read_id])[0])
    found = db.session.execute(statement, ground.params | span.params).all()
    page = pagination.cut(found, pagination.PAGE_ROWS, lambda row: (row.id,))
    return Page([_values(row, zone) for row in page.rows], page.next_cursor)


def _values(row: Any, zone: ZoneInfo) -> dict[str, Any]:
    if row.stakeholder_id is not None:
        kind, record_id = "stakeholder", row.stakeholder_id
    else:
        kind, record_id = row.kind, row.id
    day = row.at.astimezone(zone).date() if row.at else None
    return {"kind": kind, "record_id": record_id, "title": row.title or row.email, "day": day, "note": row.note}


def _list(name: str) -> sa.Select[*tuple[Any, ...]]:
    if name == "mail-campaigns":
        nobody, no_address = sa.cast(sa.null(), sa.Integer).label("stakeholder_id"), sa.literal("").label("email")
        columns = (
            c.id,
            sa.literal("campaign").label("kind"),
            nobody,
            c.name.label("title"),
            no_address,
            c.started_at.label("at"),
        )
        note = sa.func.coalesce(bulletins.c.name, "").label("note")
        joined = campaigns.outerjoin(bulletins, bulletins.c.id == c.bulletin_id)
        return sa.select(*columns, note).select_from(joined).where(*_begun())
    if name in _lists():
        at = {"mail-ended": s.ended_at}.get(name, s.confirmed_at)
        columns = (s.id, sa.literal("address").label("kind"), s.stakeholder_id, s.name.label("title"), s.email, at.label("at"))
        joined = subscriptions.join(bulletins, bulletins.c.id == s.bulletin_id)
        return (
            sa.select(*columns, bulletins.c.name.label("note"))
            .select_from(joined)
            .where(s.office_id.in_(OFFICES), _lists()[name])
        )
    return _deliveries(name)


def _deliveries(name: str) -> sa.Select[*tuple[Any, ...]]:
    joined = d.join(campaigns, c.id == d.c.campaign_id)
    shown = sa.select(
        d.c.id,
        sa.literal("address").label("kind"),
        d.c.stakeholder_id,
        d.c.name.label("title"),
        d.c.email,
        d.c.accepted_at.label("at"),
        c.name.label("note"),
    ).select_from(joined)
    if name in MAILS:
        return shown.where(*_begun(), MEASURES[MAILS[name]])
    newest = sa.select(sa.func.max(d.c.id)).select_from(joined).where(*_begun(), MEASURES[PEOPLE[name]]).group_by(d.c.email)
    return shown.where(d.c.id.in_(newest))
