"""Records that may be the one somebody is about to add. Looks only where the person may look: a warning must not tell of other offices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core.db import db
from crm.stakeholders import keys
from crm.stakeholders.details import StakeholderDetails
from crm.stakeholders.keys import StakeholderKind
from crm.stakeholders.models import ContactKind, ContactPoint, OtherName, Stakeholder

MOST = 10
S = Stakeholder


class Reason(StrEnum):
    NAME = "name"
    OTHER_NAME = "other-name"
    EMAIL = "email"
    PHONE = "phone"


@dataclass
class Duplicate:
    """A record that may be the same, and why one thinks so: (reason, what is alike)."""

    id: int
    kind: StakeholderKind
    name: str
    is_archived: bool
    office_id: int
    reasons: list[tuple[Reason, str]] = field(default_factory=list)


def find_duplicates(
    kind: StakeholderKind,
    *,
    name: str,
    other_names: Iterable[str] = (),
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    except_id: int | None = None,
) -> Sequence[Duplicate]:
    """Likely doubles in scope, at most ten, names first. E-mails in lower case, phones in E.164. At most three queries."""
    wanted = sorted({key for written in (name, *other_names) for key in keys.all_keys(kind, written)})
    found: dict[int, Duplicate] = {}
    for row in _by_name(kind, wanted, except_id):
        _note(found, row, Reason.NAME, row.name)
    for row in _by_other_name(kind, wanted, except_id):
        _note(found, row, Reason.OTHER_NAME, row.alike)
    for row in _by_contact(emails, phones, except_id):
        _note(found, row, Reason.EMAIL if row.contact_kind is ContactKind.EMAIL else Reason.PHONE, row.alike)
    return list(found.values())[:MOST]


def duplicates_of(kind: StakeholderKind, details: StakeholderDetails, *, except_id: int | None = None) -> Sequence[Duplicate]:
    """The same for the value of a form."""
    contacts = (*details.contacts, *details.private_contacts)
    return find_duplicates(
        kind,
        name=details.name,
        other_names=[line.name for line in details.other_names],
        emails=[line.value for line in contacts if line.kind is ContactKind.EMAIL],
        phones=[line.value for line in contacts if line.kind is ContactKind.PHONE],
        except_id=except_id,
    )


def new_duplicates_of(stakeholder: Stakeholder, before: StakeholderDetails, after: StakeholderDetails) -> Sequence[Duplicate]:
    """Likely doubles that a change brings about. Who was alike before has been looked at, and is not told again."""
    if _identity(before) == _identity(after):
        return []
    kind, own_id = stakeholder.kind, stakeholder.id
    known = {(double.id, reason) for double in duplicates_of(kind, before, except_id=own_id) for reason in double.reasons}
    found = duplicates_of(kind, after, except_id=own_id)
    return [double for double in found if any((double.id, reason) not in known for reason in double.reasons)]


def _identity(details: StakeholderDetails) -> tuple[Any, ...]:
    return details.name, details.other_names, details.contacts, details.private_contacts


def _note(found: dict[int, Duplicate], row: sa.Row[*tuple[Any, ...]], reason: Reason, alike: str) -> None:
    double = found.setdefault(row.id, Duplicate(row.id, row.kind, row.name, row.archived_at is not None, row.office_id))
    if (reason, alike) not in double.reasons:
        double.reasons.append((reason, alike))


_columns = (S.id, S.kind, S.name, S.archived_at, S.office_id)


def _by_name(kind: StakeholderKind, wanted: Sequence[str], except_id: int | None) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    base = sa.select(*_columns).where(S.name_match.in_(wanted), S.kind == kind, S.id != (except_id or 0)).limit(MOST)
    own = base.where(S.office_id.in_(scopes.offices_in_scope()))
    if kind is StakeholderKind.PERSON:
        return db.session.execute(own).all()
    both = sa.union_all(sa.select(own.subquery()), sa.select(base.where(S.is_shared).subquery())).subquery()
    return list({row.id: row for row in db.session.execute(sa.select(both)).all()}.values())


def _by_other_name(kind: StakeholderKind, wanted: Sequence[str], except_id: int | None) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    statement = (
        sa.select(*_columns, OtherName.name.label("alike"))
        .join(OtherName, OtherName.stakeholder_id == S.id)
        .where(OtherName.name_match.in_(wanted), S.kind == kind, S.id != (except_id or 0))
    )
    return db.session.execute(statement.limit(MOST)).all()


def _by_contact(emails: Iterable[str], phones: Iterable[str], except_id: int | None) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Of either kind: a person may have been added with the address of an office. Private contacts of other offices don't count."""
    pairs = [(ContactKind.EMAIL, list(emails)), (ContactKind.PHONE, list(phones))]
    alike = [sa.and_(ContactPoint.kind == kind, ContactPoint.value.in_(values)) for kind, values in pairs if values]
    if not alike:
        return []
    open_to_us = sa.or_(ContactPoint.is_private.is_(False), S.office_id.in_(scopes.offices_in_scope()))
    statement = (
        sa.select(*_columns, ContactPoint.kind.label("contact_kind"), ContactPoint.value.label("alike"))
        .join(ContactPoint, ContactPoint.stakeholder_id == S.id)
        .where(sa.or_(*alike), open_to_us, S.id != (except_id or 0))
    )
    return db.session.execute(statement.limit(MOST)).all()
