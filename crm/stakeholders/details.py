"""What an organization or a person is to be, as one value: what forms, imports and the demo hand to the service."""

import datetime as dt
import hashlib
from dataclasses import dataclass, fields
from typing import Any

from crm.stakeholders import phones, socials
from crm.stakeholders.keys import NameKind
from crm.stakeholders.models import Category, ContactKind, PreferredChannel


@dataclass(frozen=True)
class OtherNameLine:
    name: str
    kind: NameKind = NameKind.ALIAS


@dataclass(frozen=True)
class ContactLine:
    """A way to reach somebody, `value` in normal form: make one with email_line, phone_line or social_line."""

    kind: ContactKind
    value: str
    network: str = ""
    label: str = ""
    is_private: bool = False
    has_whatsapp: bool = False


@dataclass(frozen=True)
class AffiliationLine:
    """A time in an organization. `affiliation_id` names the row that it was read from, so that editing keeps it."""

    organization_id: int
    title: str = ""
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    affiliation_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class StakeholderDetails:
    """What both kinds have. With `keeps_private` the private parts of an existing record stay as they are."""

    name: str
    other_names: tuple[OtherNameLine, ...] = ()
    contacts: tuple[ContactLine, ...] = ()
    private_contacts: tuple[ContactLine, ...] = ()
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tier: int | None = None
    influence: int | None = None
    interest: int | None = None
    owner_id: int | None = None
    note: str = ""
    private_note: str = ""
    keeps_private: bool = False


@dataclass(frozen=True, kw_only=True)
class OrganizationDetails(StakeholderDetails):
    category: Category
    parent_id: int | None = None
    region_id: int | None = None
    address: str = ""
    website: str = ""
    is_shared: bool = False


@dataclass(frozen=True, kw_only=True)
class PersonDetails(StakeholderDetails):
    titles_before: str = ""
    titles_after: str = ""
    salutation: str = ""
    called: str = ""
    affiliations: tuple[AffiliationLine, ...] = ()
    preferred_channel: PreferredChannel | None = None
    preferred_language: str = ""
    beat: str = ""
    must_not_be_contacted: bool = False
    do_not_contact_reason: str = ""
    birth_on: dt.date | None = None
    home_address: str = ""


PRIVATE = frozenset({"private_contacts", "private_note", "birth_on", "home_address"})
NOT_A_FIELD = frozenset({"keeps_private"})


def email_line(address: str, label: str = "", *, is_private: bool = False) -> ContactLine:
    return ContactLine(ContactKind.EMAIL, address.strip().lower(), label=label, is_private=is_private)


def phone_lines(
    written: str, label: str = "", *, is_private: bool = False, has_whatsapp: bool = False
) -> tuple[ContactLine, ...]:
    """One line for each number of a written text; an extension goes to the label. Raises phones.UnknownPhone."""
    return tuple(
        ContactLine(
            ContactKind.PHONE,
            phone.e164,
            label=" ".join(part for part in (label, f"ext. {phone.extension}" if phone.extension else "") if part),
            is_private=is_private,
            has_whatsapp=has_whatsapp and phones.is_mobile(phone.e164),
        )
        for phone in phones.parse(written)
    )


def social_line(written: str, network: str = "") -> ContactLine:
    """Raises socials.UnknownAccount."""
    account = socials.parse(written, network)
    return ContactLine(ContactKind.SOCIAL, account.handle, network=account.network)


def field_names(kind: type[StakeholderDetails]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in NOT_A_FIELD)


def comparable(value: Any) -> Any:
    """A value as two versions of a record compare it: order of topics, tags and contact rows does not count."""
    if not isinstance(value, tuple):
        return value
    if value and isinstance(value[0], AffiliationLine):
        return sorted((line.organization_id, line.title, str(line.from_on), str(line.until_on)) for line in value)
    return sorted(map(repr, value))


def changed_fields(before: StakeholderDetails, after: StakeholderDetails) -> tuple[str, ...]:
    """Fields in which two versions differ. Private ones are left out when `after` does not carry them."""
    return tuple(
        name
        for name in field_names(type(before))
        if not (after.keeps_private and name in PRIVATE) and comparable(getattr(before, name)) != comparable(getattr(after, name))
    )


def fingerprints(details: StakeholderDetails) -> dict[str, str]:
    """A short hash of each field: what a form carries so that it is known later which fields its reader touched."""
    return {
        name: hashlib.sha256(repr(comparable(getattr(details, name))).encode("utf-8", "replace")).hexdigest()[:12]
        for name in field_names(type(details))
        if not (details.keeps_private and name in PRIVATE)
    }


def merged(
    mine: StakeholderDetails, theirs: StakeholderDetails, seen: dict[str, str]
) -> tuple[StakeholderDetails, tuple[str, ...]]:
    """Bring two edits of one record together. `seen` are the fingerprints of the version that mine began from.

    A field that only one side touched takes that side's value. Gives the merged value, in which mine still stands in
    fields that both touched differently, and the names of these fields: a person must choose there.
    """
    their_marks, my_marks = fingerprints(theirs), fingerprints(mine)
    values = {name: getattr(mine, name) for name in field_names(type(mine))}
    contested = []
    for name, mark in my_marks.items():
        if mark == their_marks.get(name):
            continue
        if mark == seen.get(name):
            values[name] = getattr(theirs, name)
        elif their_marks.get(name) != seen.get(name):
            contested.append(name)
    return type(mine)(**values, keeps_private=mine.keeps_private), tuple(contested)
