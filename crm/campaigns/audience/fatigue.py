"""How much somebody was asked to read lately, over all offices: numbers and nothing else leave them.

The same person may be known to several offices. Who shares an address counts as one.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.campaigns.models import Campaign, CampaignState, Delivery
from crm.core import clock, settings
from crm.core.db import db
from crm.core.registers import Once
from crm.engagements.models import Participation
from crm.stakeholders.models import ContactKind, ContactPoint

_campaigns: Any = Campaign.__table__
_deliveries: Any = Delivery.__table__
_points: Any = ContactPoint.__table__
_parts: Any = Participation.__table__
_BEFORE_SENDING = (CampaignState.DRAFT, CampaignState.SCHEDULED, CampaignState.MISSED)

# (stakeholders, since) -> how many calls each had, as (key, number): the packages that know calls register it. `stakeholders` has the
# columns key and stakeholder_id.
CountCalls = Callable[[sa.Subquery, dt.date], sa.Select[*tuple[Any, ...]]]
_calls: Once[CountCalls] = Once()


@dataclass(frozen=True)
class Lately:
    """What somebody had in the last so many days from all offices together."""

    messages: int = 0
    invitations: int = 0
    calls: int = 0

    def __bool__(self) -> bool:
        return bool(self.messages or self.invitations or self.calls)


def register_calls(count: CountCalls) -> None:
    """Tell how calls are counted."""
    _calls.add(count)


def since() -> dt.datetime:
    return clock.now() - dt.timedelta(days=settings.get("FATIGUE_DAYS"))


def limit_of(campaign: Campaign) -> int:
    return settings.get("FATIGUE_LIMITS")[campaign.kind.value]


def is_over(campaign: Campaign, email: Any) -> sa.ColumnElement[bool] | None:
    """The criterion that an address had its fill of this kind already; None while there were too few campaigns for anybody to be over.

    Tables and not models: the mail of all offices counts, whoever asks. Nothing comes out but yes or no.
    """
    start, limit = since(), limit_of(campaign)
    c, d, near = _campaigns.alias("sent_campaign"), _deliveries.alias("sent"), _deliveries.alias("near")
    others = (c.c.kind == campaign.kind, c.c.id != (campaign.id or 0))
    # An address has at most one delivery of each campaign that can have sent since.
    firsts = db.session.execute(_first_ids(start, c).where(*others)).scalars().all()
    if len(firsts) < limit:
        return None
    first_id = min(first for first in firsts if first is not None) if any(firsts) else 0
    had = (
        sa.select(sa.func.count())
        .select_from(d.join(c, c.c.id == d.c.campaign_id))
        .where(d.c.email == email, d.c.id >= first_id, d.c.accepted_at >= start, *others)
    )
    # Hardly anybody has so many of any kind since: that is told by the index alone, and only the others are looked at one by one.
    enough = sa.select(sa.literal(1)).where(near.c.email == email, near.c.id >= first_id).limit(1).offset(max(limit - 1, 0))
    return sa.and_(sa.exists(enough), had.scalar_subquery() >= limit)


def _first_ids(start: dt.datetime, c: Any) -> sa.Select[*tuple[Any, ...]]:
    """The first delivery of each campaign that can have sent since.

    Ids grow with time, so nothing that was sent since has a smaller one. The index by address holds ids and no moments, because moments are
    written while a campaign is sent.
    """
    d = _deliveries.alias("first_delivery")
    # In order of the campaigns: of "the least id of this campaign" PostgreSQL makes a walk through all ids till one is of it.
    own = sa.select(sa.case((d.c.campaign_id == c.c.id, d.c.id))).where(sa.tuple_(d.c.campaign_id, d.c.id) > sa.tuple_(c.c.id, 0))
    first = own.order_by(d.c.campaign_id, d.c.id).limit(1).scalar_subquery()
    recent = sa.or_(c.c.finished_at.is_(None), c.c.finished_at >= start)
    return sa.select(first.label("first_id")).select_from(c).where(c.c.state.not_in(_BEFORE_SENDING), recent)


def of_addresses(emails: Sequence[str]) -> Mapping[str, Lately]:
    """What each address had lately; one query. Addresses without anything are left out."""
    wanted = sorted({email for email in emails if email})
    if not wanted:
        return {}
    people = sa.select(_points.c.value.label("key"), _points.c.stakeholder_id).where(
        _points.c.kind == ContactKind.EMAIL, _points.c.value.in_(wanted)
    )
    d = _deliveries
    messages = _messages(d.c.email.label("key"), d.c.email.in_(wanted)).group_by(d.c.email)
    return _counted(people.distinct().subquery("people"), messages)


def of_stakeholder(stakeholder_id: int) -> Lately:
    """What a person or organization had lately, and whoever has the same address in another office's records; one query."""
    own = sa.select(_points.c.value).where(_points.c.stakeholder_id == stakeholder_id, _points.c.kind == ContactKind.EMAIL)
    me = sa.select(sa.literal("me").label("key"), sa.literal(stakeholder_id).label("stakeholder_id"))
    same = sa.select(sa.literal("me"), _points.c.stakeholder_id).where(
        _points.c.kind == ContactKind.EMAIL, _points.c.value.in_(own)
    )
    d = _deliveries
    mine = sa.or_(d.c.email.in_(own), d.c.stakeholder_id == stakeholder_id)
    return _counted(sa.union(me, same).subquery("people"), _messages(sa.literal("me"), mine)).get("me", Lately())


def _messages(key: Any, whose: Any) -> sa.Select[*tuple[Any, ...]]:
    start = since()
    firsts = _first_ids(start, _campaigns.alias("recent")).subquery("firsts")
    earliest = sa.select(sa.func.coalesce(sa.func.min(firsts.c.first_id), 0)).scalar_subquery()
    d = _deliveries
    return sa.select(key, sa.literal("messages"), sa.func.count()).where(whose, d.c.id >= earliest, d.c.accepted_at >= start)


def _counted(people: sa.Subquery, messages: sa.Select[*tuple[Any, ...]]) -> dict[str, Lately]:
    day = since().date()
    invited = (
        sa.select(people.c.key, sa.literal("invitations"), sa.func.count(_parts.c.engagement_id.distinct()))
        .join(_parts, _parts.c.stakeholder_id == people.c.stakeholder_id)
        .where(_parts.c.was_invited.is_(True), _parts.c.occurred_on >= day)
        .group_by(people.c.key)
    )
    called = []
    for count in _calls:
        numbers = count(people, day).subquery("called")
        called.append(sa.select(numbers.c[0], sa.literal("calls"), numbers.c[1]))
    found: dict[str, dict[str, int]] = {}
    for key, what, number in db.session.execute(sa.union_all(messages, invited, *called)):
        if number:
            found.setdefault(key, {})[what] = number
    return {key: Lately(**numbers) for key, numbers in found.items()}
