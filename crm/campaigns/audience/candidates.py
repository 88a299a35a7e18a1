"""Everybody of an audience with the reason why they receive nothing, as SQL: one branch for each way into it.

* of a bulletin: its subscriptions, narrowed by the segment, and then those of the segment who have none (no consent);
* of a segment alone: its people and organizations, each with the first address that is not private.

Whether an address is there twice is not decided here: it takes two rows (queries.py).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql

from crm.bulletins.models import Subscription, SubscriptionState
from crm.campaigns.audience import addresses, fatigue
from crm.campaigns.models import Campaign, CampaignKind, Exclusion
from crm.core.db import is_sqlite
from crm.core.types import enum_column, json_text
from crm.mail.models import EVERYTHING, Suppression, SuppressionReason
from crm.mail.suppressing import WEIGHT, refused_sql
from crm.segments import queries as segments
from crm.segments.models import Segment, SegmentMember
from crm.segments.queries import Narrow
from crm.stakeholders.asking import Asked
from crm.stakeholders.models import ContactKind, ContactPoint, Person, Stakeholder

REASON = enum_column(Exclusion)
_LISTED = "listed"
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


class Candidate(NamedTuple):
    """Somebody of the audience. `key` grows along the list; `exclusion` is None for who receives."""

    key: int
    stakeholder_id: int | None
    subscription_id: int | None
    email: str
    name: str
    language: str
    exclusion: Exclusion | None


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

    The key of a row is `number + offset`; rows are read in order of `number`, which has an index. `numbers` are those of all rows, without
    what only the other columns need.
    """

    rows: sa.Select[*tuple[Any, ...]]
    numbers: sa.Select[*tuple[Any, ...]]
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

    def select(self, *names: str) -> sa.Select[*tuple[Any, ...]]:
        """The rows with all columns, or only those named: what isn't asked for needs no look into its table."""
        columns = {
            "key": self.key,
            "stakeholder_id": self.stakeholder_id,
            "subscription_id": self.subscription_id,
            "email": sa.func.coalesce(self.email, ""),
            "name": sa.func.coalesce(self.name, ""),
            "language": sa.func.coalesce(self.language, ""),
            "reason": self.reason,
        }
        return self.rows.with_only_columns(*(columns[name].label(name) for name in names or columns))


def branches(ground: Ground, narrow: Narrow | None = None, *, is_listed: bool = False) -> Sequence[Branch]:
    """The ways into the audience in order of their keys; none for a campaign that nobody chose an audience for.

    With `narrow` only rows of the stakeholders that it names are asked for (all rows of a bulletin without a segment). Where
    `is_listed`, the rows of some numbers, which are given with the statement (`listed`): they were found to be in the segment before.
    """
    campaign = ground.campaign
    if campaign.segment_id is not None and ground.segment is None:
        return []  # a segment that the campaign's office does not see: nobody rather than everybody
    if campaign.bulletin_id is None:
        return [_of_segment(ground, narrow, is_listed)] if ground.segment is not None else []
    if ground.segment is None:
        return [_of_bulletin(ground, narrow, is_listed)]
    return [_of_bulletin(ground, narrow, is_listed), _of_segment(ground, narrow, is_listed, without_subscription=True)]


def _of_segment(ground: Ground, narrow: Narrow | None, is_listed: bool, *, without_subscription: bool = False) -> Branch:
    assert ground.segment is not None
    who = orm.aliased(Stakeholder, name="who")
    rows, listed_id = _chosen(ground, ground.segment, who, narrow, is_listed)
    consent, offset = [], 0
    if without_subscription:
        own = _subscriptions.alias("own_subscription")
        has_one = sa.select(own.c.id).where(own.c.bulletin_id == ground.campaign.bulletin_id, own.c.stakeholder_id == listed_id)
        rows, offset = rows.where(~sa.exists(has_one)), WITHOUT_SUBSCRIPTION
    if without_subscription or ground.needs_consent:
        consent = [(sa.true(), Exclusion.NO_CONSENT)]
    point, is_first = _first_address(who)
    return Branch(
        rows=rows.outerjoin(point, is_first),
        numbers=rows.with_only_columns(listed_id),
        number=listed_id,
        offset=offset,
        stakeholder_id=who.id,
        subscription_id=sa.cast(sa.null(), sa.BigInteger()),
        email=point.c.value,
        name=who.name,
        language=_language_of(who),
        reason=_reason(ground, who.id.is_(None), who, point.c.value, consent),
    )


def _of_bulletin(ground: Ground, narrow: Narrow | None, is_listed: bool) -> Branch:
    """A subscription says which address and language; who it belongs to may be unknown."""
    sub, who = _subscriptions.alias("subscription"), orm.aliased(Stakeholder, name="who")
    rows = sa.select().select_from(sub).outerjoin(who, who.id == sub.c.stakeholder_id)
    rows = rows.where(sub.c.bulletin_id == ground.campaign.bulletin_id)
    if is_listed:
        rows = rows.where(_is_listed(sub.c.id))
    elif ground.segment is not None:
        rows = rows.where(_is_in(ground.segment, who, sub.c.stakeholder_id, ground.asked, narrow))
    consent = [
        (sub.c.state == SubscriptionState.ENDED, Exclusion.UNSUBSCRIBED),
        (sub.c.state != SubscriptionState.ACTIVE, Exclusion.NO_CONSENT),
    ]
    is_outside = sa.and_(sub.c.stakeholder_id.is_not(None), who.id.is_(None))
    return Branch(
        rows=rows,
        numbers=rows.with_only_columns(sub.c.id),
        number=sub.c.id,
        stakeholder_id=who.id,
        subscription_id=sub.c.id,
        email=sa.case((is_outside, ""), else_=sub.c.email),
        name=sa.case((is_outside, ""), else_=sa.func.coalesce(who.name, sub.c.name)),
        language=sub.c.language,
        reason=_reason(ground, is_outside, who, sub.c.email, consent),
    )


# The stakeholder is asked for through the model, so that the scope is on it: in an outer join it leaves NULL where an office is not ours.


def _chosen(
    ground: Ground, segment: Segment, who: Any, narrow: Narrow | None, is_listed: bool
) -> tuple[sa.Select[*tuple[Any, ...]], Any]:
    """Rows of a segment and what each is counted by: a frozen list names people who may be out of sight by now."""
    if segment.is_static:
        kept = _members.alias("kept")
        rows = sa.select().select_from(kept).outerjoin(who, who.id == kept.c.stakeholder_id)
        rows, listed_id = rows.where(kept.c.segment_id == segment.id), kept.c.stakeholder_id
    elif is_listed:
        rows, listed_id = sa.select().select_from(who), who.id
    else:
        holds = segments.holds(segment, who, asked=ground.asked, narrow=narrow)
        rows, listed_id = sa.select().select_from(who).where(who.archived_at.is_(None), holds), who.id
    if is_listed:
        rows = rows.where(_is_listed(listed_id))
    return (rows if narrow is None else rows.where(narrow(listed_id))), listed_id


def _is_in(segment: Segment, who: Any, stakeholder_id: Any, asked: Asked, narrow: Narrow | None) -> sa.ColumnElement[bool]:
    if not segment.is_static:
        inside = segments.holds(segment, who, asked=asked, narrow=narrow)
        return inside if narrow is None else sa.and_(inside, narrow(stakeholder_id))
    kept = _members.alias("kept")
    return sa.exists(sa.select(kept.c.segment_id).where(kept.c.segment_id == segment.id, kept.c.stakeholder_id == stakeholder_id))


def _first_address(who: Any) -> tuple[Any, sa.ColumnElement[bool]]:
    """What to join for the first address of each, and on what: one look into the index of such addresses a head."""
    usable = _points.alias("usable")
    first = sa.select(usable.c.id).where(usable.c.stakeholder_id == who.id, is_usable(usable)).correlate(who)
    first = first.order_by(usable.c.position, usable.c.id).limit(1)
    if is_sqlite():
        point = _points.alias("point")
        return point, point.c.id == first.scalar_subquery()
    return first.with_only_columns(usable.c.value).lateral("point"), sa.true()


def marked(rows: Sequence[Candidate], which: Collection[Any], why: Exclusion, *, by_key: bool = False) -> list[Candidate]:
    """The rows, of which those who would receive and whose address (or key) is named do not."""
    if not which:
        return list(rows)
    return [
        row._replace(exclusion=why) if row.exclusion is None and (row.key if by_key else row.email) in which else row
        for row in rows
    ]


def listed(numbers: Sequence[int]) -> dict[str, Any]:
    """What to give with a statement of listed rows: however many they are, one parameter."""
    return {_LISTED: json_text(list(numbers)) if is_sqlite() else list(numbers)}


def _is_listed(number: Any) -> sa.ColumnElement[bool]:
    if is_sqlite():
        return number.in_(sa.select(sa.func.json_each(sa.bindparam(_LISTED)).table_valued("value").c.value))
    return number == sa.any_(sa.bindparam(_LISTED, type_=postgresql.ARRAY(sa.BigInteger())))


def is_usable(point: Any) -> sa.ColumnElement[bool]:
    """An address that bulk mail may go to: private ones are for those who know the person.

    The kind stands in the statement itself: with a parameter SQLite can't know that the index of such addresses serves.
    """
    return sa.and_(point.c.kind == sa.literal_column(f"'{ContactKind.EMAIL.value}'"), point.c.is_private.is_(False))


def _reason(
    ground: Ground, is_outside: Any, who: Any, email: Any, consent: Sequence[tuple[Any, Exclusion]]
) -> sa.ColumnElement[Any]:
    """The first that speaks against it, the gravest first; what costs a look into another table comes last."""
    speaks_against: list[tuple[Any, Any]] = [
        (is_outside, Exclusion.OTHER_OFFICE),
        (who.archived_at.is_not(None), Exclusion.ARCHIVED),
        (_is_silent(who), Exclusion.DO_NOT_CONTACT),
        (sa.func.coalesce(email, "") == "", Exclusion.NO_ADDRESS),
        (addresses.is_invalid(email), Exclusion.INVALID),
        (addresses.is_role(email), Exclusion.ROLE_ADDRESS),
        *consent,
        (refused_sql(email, ground.list_key), _why_refused(email, ground.list_key)),
    ]
    is_tired = fatigue.is_over(ground.campaign, email)
    if is_tired is not None:
        speaks_against.append((is_tired, Exclusion.FATIGUE))
    told = [(when, sa.literal(what, REASON) if isinstance(what, Exclusion) else what) for when, what in speaks_against]
    return sa.type_coerce(sa.case(*told, else_=sa.null()), REASON)


def _language_of(who: Any) -> sa.ScalarSelect[Any]:
    """A look for each: joined, PostgreSQL reads all people for a few thousand of them."""
    person = _people.alias("person")
    return sa.select(person.c.preferred_language).where(person.c.id == who.id).correlate(who).scalar_subquery()


def _is_silent(who: Any) -> sa.ColumnElement[bool]:
    """Few are: SQLite reads them once, from an index of theirs. PostgreSQL does so when it has the room, and else looks up each."""
    quiet = _people.alias("quiet")
    silent = sa.select(quiet.c.id).where(quiet.c.do_not_contact_at.is_not(None))
    return who.id.in_(silent) if is_sqlite() else sa.exists(silent.where(quiet.c.id == who.id))


def _why_refused(email: Any, list_key: str | None) -> sa.ScalarSelect[Any]:
    """The weightiest of the reasons for which an address stands on the list."""
    listed = _suppressions.alias("why")
    told = {reason: _SHOWN_AS.get(reason, Exclusion.SUPPRESSED) for reason in SuppressionReason}
    shown = sa.case({r.value: sa.literal(e, REASON) for r, e in told.items()}, value=listed.c.reason)
    weight = sa.case({reason.value: n for n, reason in enumerate(WEIGHT)}, value=listed.c.reason)
    keys = [EVERYTHING, *([list_key] if list_key else [])]
    why = sa.select(shown).where(listed.c.email == email, listed.c.list_key.in_(keys), listed.c.lifted_at.is_(None))
    return why.order_by(weight).limit(1).scalar_subquery()
