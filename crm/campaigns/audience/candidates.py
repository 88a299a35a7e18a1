"""Everybody of an audience with the reason why they receive nothing, as SQL: one branch for each way into it.

* of a bulletin: its subscriptions, narrowed by the segment, and then those of the segment who have none (no consent);
* of a segment alone: its people and organizations, each with the first address that is not private.

Whether an address is there twice is not decided here: it takes two rows (queries.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.bulletins.models import Subscription, SubscriptionState
from crm.campaigns.audience import addresses, fatigue
from crm.campaigns.models import Campaign, CampaignKind, Exclusion
from crm.core.types import enum_column
from crm.mail.models import EVERYTHING, Suppression, SuppressionReason
from crm.mail.suppressing import WEIGHT, refused_sql
from crm.segments import queries as segments
from crm.segments.models import Segment, SegmentMember
from crm.segments.queries import Way
from crm.stakeholders.asking import Asked
from crm.stakeholders.models import ContactKind, ContactPoint, Person, Stakeholder

REASON = enum_column(Exclusion)
WITHOUT_SUBSCRIPTION = 2**50  # keys of stakeholders without a subscription come after those of all subscriptions
_SHOWN_AS = {
    SuppressionReason.UNSUBSCRIBED: Exclusion.UNSUBSCRIBED,
    SuppressionReason.BOUNCED: Exclusion.BOUNCED,
    SuppressionReason.COMPLAINED: Exclusion.COMPLAINED,
    SuppressionReason.INVALID: Exclusion.INVALID,
}
_points: Any = ContactPoint.__table__
_people: Any = Person.__table__
_members: Any = SegmentMember.__table__
_subscriptions: Any = Subscription.__table__
_suppressions: Any = Suppression.__table__


@dataclass(frozen=True)
class Ground:
    """What is looked up once before the question is put."""

    campaign: Campaign
    segment: Segment | None
    asked: Asked

    @property
    def list_key(self) -> str | None:
        return f"bulletin:{self.campaign.bulletin_id}" if self.campaign.bulletin_id else None

    @property
    def needs_consent(self) -> bool:
        return self.campaign.kind is CampaignKind.BULLETIN


@dataclass(frozen=True)
class Branch:
    """Rows of one way in: `rows` has FROM and WHERE, the others are its columns. `reason` is NULL where nothing speaks against it.

    The key of a row is `number + offset`; rows are read in order of `number`, which has an index.
    """

    rows: sa.Select[*tuple[Any, ...]]
    number: Any
    stakeholder_id: Any
    subscription_id: Any
    email: Any
    name: Any
    language: Any
    reason: Any
    offset: int = 0

    @property
    def key(self) -> Any:
        return self.number + self.offset if self.offset else self.number

    def select(self) -> sa.Select[*tuple[Any, ...]]:
        return self.rows.with_only_columns(
            self.key.label("key"),
            self.stakeholder_id.label("stakeholder_id"),
            self.subscription_id.label("subscription_id"),
            sa.func.coalesce(self.email, "").label("email"),
            sa.func.coalesce(self.name, "").label("name"),
            sa.func.coalesce(self.language, "").label("language"),
            self.reason.label("reason"),
        )


def branches(ground: Ground, way: Way, *, tag: str = "") -> Sequence[Branch]:
    """The ways into the audience; none for a campaign that nobody chose an audience for. `tag` keeps the names apart where it is used twice."""
    campaign = ground.campaign
    if campaign.segment_id is not None and ground.segment is None:
        return []  # a segment that the campaign's office does not see: nobody rather than everybody
    if campaign.bulletin_id is None:
        return [_of_segment(ground, way, tag)] if ground.segment is not None else []
    if ground.segment is None:
        return [_of_bulletin(ground, way, tag)]
    return [_of_bulletin(ground, way, tag), _of_segment(ground, way, tag, without_subscription=True)]


def may_receive(ground: Ground, way: Way, *, tag: str) -> Branch:
    """The one branch of which somebody can receive: with an inner join, for looking one address up."""
    if ground.campaign.bulletin_id is None:
        return _of_segment(ground, way, tag, with_address=True)
    return _of_bulletin(ground, way, tag)


def _of_segment(ground: Ground, way: Way, tag: str, *, with_address: bool = False, without_subscription: bool = False) -> Branch:
    assert ground.segment is not None
    who, point, person = _aliases(tag)
    rows, listed_id = _chosen(ground, ground.segment, who, way, tag)
    rows = rows.join(point, _is_first_address(point, who.id, tag), isouter=not with_address)
    rows = rows.outerjoin(person, person.c.id == who.id)
    consent, offset = [], 0
    if without_subscription:
        own = _subscriptions.alias(f"own_subscription{tag}")
        has_one = sa.select(own.c.id).where(own.c.bulletin_id == ground.campaign.bulletin_id, own.c.stakeholder_id == listed_id)
        rows, offset = rows.where(~sa.exists(has_one)), WITHOUT_SUBSCRIPTION
    if without_subscription or ground.needs_consent:
        consent = [(sa.true(), Exclusion.NO_CONSENT)]
    return Branch(
        rows=rows,
        number=listed_id,
        offset=offset,
        stakeholder_id=who.id,
        subscription_id=sa.cast(sa.null(), sa.BigInteger()),
        email=point.c.value,
        name=who.name,
        language=person.c.preferred_language,
        reason=_reason(ground, who.id.is_(None), who, point.c.value, consent, tag),
    )


def _of_bulletin(ground: Ground, way: Way, tag: str) -> Branch:
    """A subscription says which address and language; who it belongs to may be unknown."""
    sub = _subscriptions.alias(f"subscription{tag}")
    who, _point, _person = _aliases(tag)
    rows = sa.select().select_from(sub).outerjoin(who, who.id == sub.c.stakeholder_id)
    rows = rows.where(sub.c.bulletin_id == ground.campaign.bulletin_id)
    if ground.segment is not None:
        rows = rows.where(_is_in(ground.segment, who, sub.c.stakeholder_id, ground.asked, way, tag))
    consent = [
        (sub.c.state == SubscriptionState.ENDED, Exclusion.UNSUBSCRIBED),
        (sub.c.state != SubscriptionState.ACTIVE, Exclusion.NO_CONSENT),
    ]
    is_outside = sa.and_(sub.c.stakeholder_id.is_not(None), who.id.is_(None))
    return Branch(
        rows=rows,
        number=sub.c.id,
        stakeholder_id=who.id,
        subscription_id=sub.c.id,
        email=sa.case((is_outside, ""), else_=sub.c.email),
        name=sa.case((is_outside, ""), else_=sa.func.coalesce(who.name, sub.c.name)),
        language=sub.c.language,
        reason=_reason(ground, is_outside, who, sub.c.email, consent, tag),
    )


def _aliases(tag: str) -> tuple[Any, Any, Any]:
    """The stakeholder through the model, so that the scope is on it: as an outer join it leaves NULL where an office is not ours."""
    return orm.aliased(Stakeholder, name=f"who{tag}"), _points.alias(f"point{tag}"), _people.alias(f"person{tag}")


def _chosen(ground: Ground, segment: Segment, who: Any, way: Way, tag: str) -> tuple[sa.Select[*tuple[Any, ...]], Any]:
    """Rows of a segment and what each is counted by: a frozen list names people who may be out of sight by now."""
    if segment.is_static:
        kept = _members.alias(f"kept{tag}")
        rows = sa.select().select_from(kept).outerjoin(who, who.id == kept.c.stakeholder_id)
        return rows.where(kept.c.segment_id == segment.id), kept.c.stakeholder_id
    holds = segments.holds(segment, who, asked=ground.asked, way=way)
    return sa.select().select_from(who).where(who.archived_at.is_(None), holds), who.id


def _is_in(segment: Segment, who: Any, stakeholder_id: Any, asked: Asked, way: Way, tag: str) -> sa.ColumnElement[bool]:
    if not segment.is_static:
        return segments.holds(segment, who, asked=asked, way=way)
    kept = _members.alias(f"kept{tag}")
    return sa.exists(sa.select(kept.c.segment_id).where(kept.c.segment_id == segment.id, kept.c.stakeholder_id == stakeholder_id))


def _is_first_address(point: Any, stakeholder_id: Any, tag: str) -> sa.ColumnElement[bool]:
    earlier = _points.alias(f"earlier{tag}")
    before = sa.or_(
        earlier.c.position < point.c.position, sa.and_(earlier.c.position == point.c.position, earlier.c.id < point.c.id)
    )

    def usable(one: Any) -> sa.ColumnElement[bool]:
        return sa.and_(one.c.kind == ContactKind.EMAIL, one.c.is_private.is_(False))

    same = earlier.c.stakeholder_id == point.c.stakeholder_id
    none_before = ~sa.exists(sa.select(earlier.c.id).where(same, usable(earlier), before).correlate(point))
    return sa.and_(point.c.stakeholder_id == stakeholder_id, usable(point), none_before)


def _reason(
    ground: Ground, is_outside: Any, who: Any, email: Any, consent: Sequence[tuple[Any, Exclusion]], tag: str
) -> sa.ColumnElement[Any]:
    """The first that speaks against it, the gravest first; what costs a look into another table comes last."""
    quiet = _people.alias(f"quiet{tag}")
    silent = sa.select(quiet.c.id).where(quiet.c.do_not_contact_at.is_not(None), quiet.c.id == who.id).correlate(who)
    speaks_against: list[tuple[Any, Any]] = [
        (is_outside, Exclusion.OTHER_OFFICE),
        (who.archived_at.is_not(None), Exclusion.ARCHIVED),
        (sa.exists(silent), Exclusion.DO_NOT_CONTACT),
        (sa.func.coalesce(email, "") == "", Exclusion.NO_ADDRESS),
        (addresses.is_invalid(email), Exclusion.INVALID),
        (addresses.is_role(email), Exclusion.ROLE_ADDRESS),
        *consent,
        (refused_sql(email, ground.list_key), _why_refused(email, ground.list_key, tag)),
    ]
    is_tired = fatigue.is_over(ground.campaign, email)
    if is_tired is not None:
        speaks_against.append((is_tired, Exclusion.FATIGUE))
    told = [(when, sa.literal(what, REASON) if isinstance(what, Exclusion) else what) for when, what in speaks_against]
    return sa.type_coerce(sa.case(*told, else_=sa.null()), REASON)


def _why_refused(email: Any, list_key: str | None, tag: str) -> sa.ScalarSelect[Any]:
    """The weightiest of the reasons for which an address stands on the list."""
    listed = _suppressions.alias(f"why{tag}")
    told = {reason: _SHOWN_AS.get(reason, Exclusion.SUPPRESSED) for reason in SuppressionReason}
    shown = sa.case({r.value: sa.literal(e, REASON) for r, e in told.items()}, value=listed.c.reason)
    weight = sa.case({reason.value: n for n, reason in enumerate(WEIGHT)}, value=listed.c.reason)
    keys = [EVERYTHING, *([list_key] if list_key else [])]
    why = sa.select(shown).where(listed.c.email == email, listed.c.list_key.in_(keys), listed.c.lifted_at.is_(None))
    return why.order_by(weight).limit(1).scalar_subquery()
