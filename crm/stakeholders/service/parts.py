"""Writing the rows that hang on a stakeholder: other names, contacts, topics, tags and affiliations. Rows that stay keep their ids."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from crm.accounts.models import User
from crm.core.db import db
from crm.core.text import name_key, one_line
from crm.stakeholders.details import AffiliationLine, ContactLine, OtherNameLine, PersonDetails, StakeholderDetails
from crm.stakeholders.models import (
    Affiliation,
    ContactPoint,
    OtherName,
    Position,
    Stakeholder,
    StakeholderTag,
    StakeholderTopic,
)
from crm.stakeholders.service.topics import find_or_create_tag, find_or_create_topic


def write(record: Stakeholder, details: StakeholderDetails, *, by: User | None) -> None:
    """Bring all parts to what the details say. Private contacts stay when the details don't carry them."""
    _write_other_names(record.id, details.other_names)
    _write_contacts(record.id, details)
    _write_links(record.id, StakeholderTopic, "topic_id", [find_or_create_topic(name, by=by).id for name in details.topics])
    _write_links(record.id, StakeholderTag, "tag_id", [find_or_create_tag(name, by=by).id for name in details.tags])
    if isinstance(details, PersonDetails):
        _write_affiliations(record, details.affiliations)


def _rows_of(model: type[Any], stakeholder_id: int) -> Sequence[Any]:
    return db.session.scalars(sa.select(model).where(model.stakeholder_id == stakeholder_id).order_by(model.id)).all()


def _delete(rows: Iterable[Any]) -> None:
    for row in rows:
        db.session.delete(row)


def _write_other_names(stakeholder_id: int, lines: Sequence[OtherNameLine]) -> None:
    there = {(row.name, row.kind): row for row in _rows_of(OtherName, stakeholder_id)}
    for line in dict.fromkeys(lines):
        if there.pop((line.name, line.kind), None) is None:
            db.session.add(OtherName(stakeholder_id=stakeholder_id, name=line.name, kind=line.kind))
    _delete(there.values())


def _write_contacts(stakeholder_id: int, details: StakeholderDetails) -> None:
    rows = _rows_of(ContactPoint, stakeholder_id)
    if details.keeps_private:
        rows, lines = [row for row in rows if not row.is_private], details.contacts
    else:
        lines = (*details.contacts, *details.private_contacts)
    there = {(row.kind, row.network, row.value): row for row in rows}
    wanted: dict[tuple[Any, ...], ContactLine] = {(line.kind, line.network, line.value): line for line in lines}
    for at, (key, line) in enumerate(wanted.items()):
        row = there.pop(key, None) or ContactPoint(stakeholder_id=stakeholder_id, kind=line.kind, value=line.value)
        row.network, row.label, row.position = line.network, line.label, at
        row.is_private, row.has_whatsapp = line.is_private, line.has_whatsapp
        db.session.add(row)
    _delete(there.values())


def _write_links(stakeholder_id: int, model: type[Any], key: str, ids: Iterable[int]) -> None:
    there = {getattr(row, key): row for row in _rows_of(model, stakeholder_id)}
    for target_id in dict.fromkeys(ids):
        if there.pop(target_id, None) is None:
            db.session.add(model(stakeholder_id=stakeholder_id, **{key: target_id}))
    _delete(there.values())


def _write_affiliations(person: Stakeholder, lines: Sequence[AffiliationLine]) -> None:
    """Rows of organizations that the editor can't see are not on the form, so they stay."""
    rows = db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == person.id).order_by(Affiliation.id)).all()
    there = {row.id: row for row in rows}
    kept = set()
    for at, line in enumerate(lines):
        row = there.get(line.affiliation_id or -1)
        if row is None or row.id in kept:
            row = Affiliation(person_id=person.id, office_id=person.office_id, organization_id=line.organization_id)
        else:
            kept.add(row.id)
        row.organization_id = line.organization_id
        row.position_id = find_or_create_position(line.organization_id, line.title, office_id=person.office_id)
        row.from_on, row.until_on, row.is_main = line.from_on, line.until_on, at == 0
        db.session.add(row)
    _delete(row for row in rows if row.id not in kept and row.organization is not None)


def find_or_create_position(organization_id: int, title: str, *, office_id: int) -> int | None:
    """The post of this title in an organization, as this office knows it: a record that outlives its holders."""
    wanted = one_line(title)[:150]
    if not wanted:
        return None
    match = name_key(wanted)[:150]
    known = sa.select(Position.id).where(
        Position.organization_id == organization_id, Position.office_id == office_id, Position.title_match == match
    )
    found = db.session.scalar(known)
    if found is not None:
        return found
    made = Position(organization_id=organization_id, office_id=office_id, title=wanted, title_match=match)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except exc.IntegrityError:  # made by somebody else in the meantime
        return db.session.scalar(known)
    return made.id
