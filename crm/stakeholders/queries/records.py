"""One stakeholder and everything that hangs on it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.accounts.models import User
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import db
from crm.core.scope import offices_in_scope
from crm.stakeholders.details import (
    AffiliationLine,
    ContactLine,
    OrganizationDetails,
    OtherNameLine,
    PersonDetails,
    StakeholderDetails,
)
from crm.stakeholders.models import (
    Affiliation,
    ContactKind,
    ContactPoint,
    Organization,
    OtherName,
    Person,
    Position,
    Rating,
    Region,
    Stakeholder,
    StakeholderLink,
    StakeholderTag,
    StakeholderTopic,
    Tag,
    Topic,
)

_whole: Any = orm.with_polymorphic(Stakeholder, [Organization, Person])


def stakeholders_visible_to(_user: User) -> sa.Select[Stakeholder]:
    """Stakeholders of the offices in scope, and organizations that others share."""
    return sa.select(_whole).options(orm.joinedload(_whole.owner))


def stakeholders_changeable_by(user: User) -> sa.Select[Stakeholder]:
    """Only those of the offices in scope: a shared organization is changed by the office that owns it."""
    return stakeholders_visible_to(user).where(Stakeholder.office_id.in_(offices_in_scope()))


def may_change(stakeholder: Stakeholder) -> bool:
    return scopes.current().holds(stakeholder.office_id)


@dataclass(frozen=True)
class Held:
    """A person's time in an organization, with the names that a page shows."""

    affiliation_id: int
    person_id: int
    person_name: str
    organization_id: int
    organization_name: str
    title: str
    from_on: dt.date | None
    until_on: dt.date | None

    @property
    def is_present(self) -> bool:
        return self.until_on is None or self.until_on >= now().date()

    @property
    def line(self) -> str:
        """`Kepala Bidang, Disdukcapil`."""
        return ", ".join(part for part in (self.title, self.organization_name) if part)


@dataclass
class Parts:
    """The rows that hang on one stakeholder. Affiliations are those of a person."""

    other_names: list[OtherName] = field(default_factory=list)
    contacts: list[ContactPoint] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    affiliations: list[Held] = field(default_factory=list)


def parts_of(stakeholder_ids: Sequence[int], *, with_posts: bool = True) -> Mapping[int, Parts]:
    """Parts of many stakeholders by id, in four queries for each 500; three when there are no people among them."""
    found: dict[int, Parts] = defaultdict(Parts)
    for start in range(0, len(stakeholder_ids), 500):
        _read_parts(stakeholder_ids[start : start + 500], found, with_posts)
    return found


def _read_parts(ids: Sequence[int], found: dict[int, Parts], with_posts: bool) -> None:
    given = {"ids": ids}
    for row in db.session.scalars(_other_names.now, given):
        found[row.stakeholder_id].other_names.append(row)
    for row in db.session.scalars(_contacts.now, given):
        found[row.stakeholder_id].contacts.append(row)
    for is_topic, stakeholder_id, name in sorted(db.session.execute(_marks.now, given).all(), key=lambda row: row[2].casefold()):
        (found[stakeholder_id].topics if is_topic else found[stakeholder_id].tags).append(name)
    for held in held_where(Affiliation.person_id.in_(ids)) if with_posts else ():
        found[held.person_id].affiliations.append(held)


def _marks_of(ids: Any) -> sa.CompoundSelect[*tuple[Any, ...]]:
    topics = sa.select(sa.literal(1), StakeholderTopic.stakeholder_id, Topic.name).join(
        Topic, Topic.id == StakeholderTopic.topic_id
    )
    tags = sa.select(sa.literal(0), StakeholderTag.stakeholder_id, Tag.name).join(Tag, Tag.id == StakeholderTag.tag_id)
    return sa.union_all(
        topics.where(StakeholderTopic.stakeholder_id.in_(ids)), tags.where(StakeholderTag.stakeholder_id.in_(ids))
    )


_ids = sa.bindparam("ids", expanding=True)
_other_names = scopes.Kept(sa.select(OtherName).where(OtherName.stakeholder_id.in_(_ids)).order_by(OtherName.id))
_contacts = scopes.Kept(
    sa.select(ContactPoint).where(ContactPoint.stakeholder_id.in_(_ids)).order_by(ContactPoint.position, ContactPoint.id)
)
_marks = scopes.Kept(_marks_of(_ids))

# Built once: naming the aliases anew for each page took longer than the query.
_holder, _place = orm.aliased(Stakeholder), orm.aliased(Stakeholder)
_holdings = (
    sa.select(Affiliation, _holder.name, _place.name, Position.title)
    .join(_holder, _holder.id == Affiliation.person_id)
    .join(_place, _place.id == Affiliation.organization_id)
    .outerjoin(Position, Position.id == Affiliation.position_id)
    .order_by(Affiliation.until_on.is_not(None), Affiliation.until_on.desc(), Affiliation.is_main.desc(), Affiliation.id)
)


_people, _organizations = (sa.bindparam(name, expanding=True) for name in ("people", "organizations"))
_present_holdings = scopes.Kept(
    _holdings.where(
        sa.or_(Affiliation.person_id.in_(_people), Affiliation.organization_id.in_(_organizations)),
        sa.or_(Affiliation.until_on.is_(None), Affiliation.until_on >= sa.bindparam("today", type_=sa.Date())),
    ).limit(1000)
)


def held_where(condition: sa.ColumnElement[bool], limit: int | None = None) -> list[Held]:
    """Affiliations whose person and organization are both in sight, present ones first, the main one on top."""
    return _held(db.session.execute(_holdings.where(condition).limit(limit)))


def _held(rows: Iterable[Any]) -> list[Held]:
    return [
        Held(row.id, row.person_id, person_name, row.organization_id, organization_name, title or "", row.from_on, row.until_on)
        for row, person_name, organization_name, title in rows
    ]


def people_ever_in(organization_id: int) -> sa.Select[Person]:
    ids = sa.select(Affiliation.person_id).where(Affiliation.organization_id == organization_id)
    return sa.select(Person).where(Person.id.in_(ids)).order_by(Person.id)


def present_posts(organization_ids: Sequence[int], person_ids: Sequence[int]) -> list[Held]:
    """Present affiliations of a page of a list: of its people, and of its organizations."""
    given = {"people": person_ids, "organizations": organization_ids, "today": now().date()}
    return _held(db.session.execute(_present_holdings.now, given))


def links_of(stakeholder: Stakeholder) -> sa.Select[StakeholderLink]:
    return sa.select(StakeholderLink).where(
        sa.or_(StakeholderLink.from_id == stakeholder.id, StakeholderLink.to_id == stakeholder.id)
    )


def ratings_of(stakeholder: Stakeholder) -> Sequence[Rating]:
    """How influence and interest were judged, newest first."""
    statement = (
        sa.select(Rating).where(Rating.stakeholder_id == stakeholder.id).order_by(Rating.rated_on.desc(), Rating.id.desc())
    )
    return db.session.scalars(statement.limit(20)).all()


# As one value, for editing and for saying what changed ---------------------------------------------------------------


def details_of(record: Stakeholder, *, with_private: bool = True, parts: Parts | None = None) -> StakeholderDetails:
    """A record as the value that forms begin with and the service compares."""
    have = parts or parts_of([record.id], with_posts=isinstance(record, Person))[record.id]
    common: dict[str, Any] = {
        name: getattr(record, name) for name in ("name", "tier", "influence", "interest", "owner_id", "note", "private_note")
    }
    common.update(
        other_names=tuple(OtherNameLine(row.name, row.kind) for row in have.other_names),
        contacts=tuple(_contact(row) for row in have.contacts if not row.is_private),
        private_contacts=tuple(_contact(row) for row in have.contacts if row.is_private),
        topics=tuple(have.topics),
        tags=tuple(have.tags),
        keeps_private=not with_private,
    )
    if isinstance(record, Organization):
        names = ("category", "parent_id", "region_id", "address", "website", "is_shared")
        return OrganizationDetails(**common, **{name: getattr(record, name) for name in names})
    assert isinstance(record, Person)
    names = ("titles_before", "titles_after", "salutation", "called", "preferred_channel", "preferred_language", "beat")
    more = {
        name: getattr(record, name)
        for name in (*names, "must_not_be_contacted", "do_not_contact_reason", "birth_on", "home_address")
    }
    held = [AffiliationLine(h.organization_id, h.title, h.from_on, h.until_on, h.affiliation_id) for h in have.affiliations]
    return PersonDetails(**common, **more, affiliations=tuple(held))


def _contact(row: ContactPoint) -> ContactLine:
    return ContactLine(row.kind, row.value, row.network, row.label, row.is_private, row.has_whatsapp)


_TARGETS: dict[str, type[Any]] = {"owner_id": User, "parent_id": Organization, "region_id": Region}


def described_changes(before: StakeholderDetails, after: StakeholderDetails, names: Iterable[str]) -> dict[str, tuple[Any, Any]]:
    """Old and new value of each field as history shows them: names in place of ids, lists of lines."""
    return {name.removesuffix("_id"): (described(before, name), described(after, name)) for name in names}


def described(details: StakeholderDetails, name: str) -> Any:
    """A field's value in words that hold without the database: what history keeps and two editors compare."""
    value = getattr(details, name)
    if name in _TARGETS:
        target = db.session.get(_TARGETS[name], value) if value else None
        return target.name if target is not None else None
    if name == "other_names":
        return [line.name for line in value]
    if name in {"contacts", "private_contacts"}:
        return [_contact_words(line) for line in value]
    if name == "affiliations":
        return [_affiliation_words(line) for line in value]
    return list(value) if isinstance(value, tuple) else value


def _contact_words(line: ContactLine) -> str:
    value = f"{line.network}: {line.value}" if line.kind is ContactKind.SOCIAL else line.value
    return f"{value} ({line.label})" if line.label else value


def _affiliation_words(line: AffiliationLine) -> str:
    organization = db.session.get(Stakeholder, line.organization_id)
    words = ", ".join(part for part in (line.title, organization.name if organization else "") if part)
    span = f"{line.from_on or ''}–{line.until_on or ''}"
    return f"{words} ({span})" if span != "–" else words
