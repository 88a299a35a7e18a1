"""Making and changing organizations and people, with the record of what changed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from crm.accounts.models import User
from crm.activity import service as activity
from crm.core import scope as scopes
from crm.core.clock import now, today
from crm.core.db import db
from crm.core.jobs import enqueue
from crm.offices.models import Office
from crm.stakeholders import queries
from crm.stakeholders.details import OrganizationDetails, PersonDetails, StakeholderDetails, changed_fields
from crm.stakeholders.models import Organization, Person, Rating, Stakeholder
from crm.stakeholders.service import parts
from crm.stakeholders.service.indexing import index_stakeholder

LONGEST_CHAIN = 50
_COMMON = ("name", "tier", "influence", "interest", "owner_id", "note")
_ORGANIZATION = (*_COMMON, "category", "parent_id", "region_id", "address", "website", "is_shared")
_PERSON = (*_COMMON, "titles_before", "titles_after", "salutation", "called", "preferred_channel", "preferred_language", "beat")


class StaleRecord(Exception):
    """Somebody else saved this record since the editor read it. Nothing was written."""

    def __init__(self, stakeholder_id: int) -> None:
        super().__init__(stakeholder_id)
        self.stakeholder_id = stakeholder_id


class ParentCircle(ValueError):
    """An organization would stand above itself."""


def create_organization(details: OrganizationDetails, *, office_id: int, by: User | None) -> Organization:
    """Raises ParentCircle never: a new organization has nothing below it."""
    organization = Organization(office_id=office_id, **_stamps(by))
    _set(organization, details, _ORGANIZATION)
    organization.private_note = details.private_note
    _add(organization, details, by=by)
    return organization


def create_person(details: PersonDetails, *, office_id: int, by: User | None) -> Person:
    person = Person(office_id=office_id, **_stamps(by))
    _set_person(person, details)
    _add(person, details, by=by)
    return person


def edit_organization(
    organization: Organization, details: OrganizationDetails, *, by: User, seen_version: int | None = None
) -> bool:
    """Give an organization new details. Raises StaleRecord, ParentCircle. False when nothing differed."""
    check_parent(organization, details.parent_id)
    renamed = organization.name != details.name

    def write() -> None:
        _set(organization, details, _ORGANIZATION)
        if not details.keeps_private:
            organization.private_note = details.private_note

    changed = _edit(organization, details, write, by=by, seen_version=seen_version)
    if changed and renamed:
        enqueue("stakeholders.index_people", organization_id=organization.id)
    return changed


def edit_person(person: Person, details: PersonDetails, *, by: User, seen_version: int | None = None) -> bool:
    """Give a person new details. Raises StaleRecord. False when nothing differed."""
    return _edit(person, details, lambda: _set_person(person, details), by=by, seen_version=seen_version)


def check_parent(organization: Organization, parent_id: int | None) -> None:
    """Raise ParentCircle if the parent is the organization itself or stands below it.

    The chain may lead through organizations that the person can't see: the refusal tells nothing about them.
    """
    with scopes.use(scopes.system_scope("walk up the chain of parents")):
        above, steps = parent_id, 0
        while above is not None and steps < LONGEST_CHAIN:
            if above == organization.id:
                raise ParentCircle(organization.id)
            above = db.session.scalar(sa.select(Organization.parent_id).where(Organization.id == above))
            steps += 1
    if steps >= LONGEST_CHAIN:
        raise ParentCircle(organization.id)


def _stamps(by: User | None) -> dict[str, Any]:
    moment = now()
    return {"created_at": moment, "updated_at": moment, "created_by_id": by.id if by is not None else None}


def _set(record: Stakeholder, details: StakeholderDetails, names: tuple[str, ...]) -> None:
    for name in names:
        setattr(record, name, getattr(details, name))


def _set_person(person: Person, details: PersonDetails) -> None:
    _set(person, details, _PERSON)
    if details.must_not_be_contacted:
        person.do_not_contact_at = person.do_not_contact_at or now()
    else:
        person.do_not_contact_at = None
    person.do_not_contact_reason = details.do_not_contact_reason if details.must_not_be_contacted else ""
    if not details.keeps_private:
        _set(person, details, ("private_note", "birth_on", "home_address"))


def _add(record: Stakeholder, details: StakeholderDetails, *, by: User | None) -> None:
    db.session.add(record)
    db.session.flush()
    parts.write(record, details, by=by)
    if details.influence is not None or details.interest is not None:
        _rate(record, by=by)
    db.session.flush()
    activity.record("created", record, by=by, name=record.name)
    index_stakeholder(record)


def _edit(
    record: Stakeholder, details: StakeholderDetails, write: Callable[[], None], *, by: User, seen_version: int | None
) -> bool:
    if seen_version is not None and seen_version != record.version:
        raise StaleRecord(record.id)
    record_id, before = record.id, queries.details_of(record)
    fields = changed_fields(before, details)
    if not fields:
        return False
    try:
        write()
        record.updated_at = now()
        parts.write(record, details, by=by)
        if {"influence", "interest"} & set(fields):
            _rate(record, by=by)
        db.session.flush()
    except StaleDataError:  # the other save came between our read and our write
        raise StaleRecord(record_id) from None
    after = queries.details_of(record)
    activity.record("changed", record, by=by, changes=queries.described_changes(before, after, fields))
    index_stakeholder(record)
    return True


def _rate(record: Stakeholder, *, by: User | None) -> None:
    """Keep the judgement of today; a second one on the same day replaces the first."""
    day = _today_of(record)
    there = db.session.scalar(sa.select(Rating).where(Rating.stakeholder_id == record.id, Rating.rated_on == day).limit(1))
    rating = there or Rating(stakeholder_id=record.id, rated_on=day)
    rating.influence, rating.interest = record.influence, record.interest
    rating.rated_by_id = by.id if by is not None else None
    db.session.add(rating)


def _today_of(record: Stakeholder) -> dt.date:
    zone = db.session.scalar(sa.select(Office.timezone).where(Office.id == record.office_id))
    return today(zone or "Asia/Jakarta")
