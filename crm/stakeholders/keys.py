"""What a stakeholder's names are found by when doubles are looked for: the values of the `name_match` columns."""

from enum import StrEnum

from crm.core.text import match_key
from crm.stakeholders.matching import abbreviation_key, looks_abbreviated, organization_key, organization_keys, person_key

KEY_LENGTH = 200


class StakeholderKind(StrEnum):
    ORGANIZATION = "organization"
    PERSON = "person"


class NameKind(StrEnum):
    ALIAS = "alias"
    ABBREVIATION = "abbreviation"
    FORMER = "former"


def name_match(kind: StakeholderKind, name: str) -> str:
    """The key of the main name. A bulk insert must use it too, else its rows are never found as doubles."""
    key = person_key(name) if kind is StakeholderKind.PERSON else organization_key(name)
    return key[:KEY_LENGTH]


def other_name_match(kind: NameKind, name: str) -> str:
    """The key of another name, which may belong to either kind: abbreviations by letters only, else as an organization's."""
    key = abbreviation_key(name) if kind is NameKind.ABBREVIATION else organization_key(name)
    return (key or match_key(name))[:KEY_LENGTH]


def all_keys(kind: StakeholderKind, name: str) -> frozenset[str]:
    """Every key under which a record that carries this name may be stored, as main name or as another name."""
    found = {name_match(kind, name), other_name_match(NameKind.ALIAS, name)}
    if kind is StakeholderKind.ORGANIZATION:
        found.update(organization_keys(name).abbreviations)
        if looks_abbreviated(name):
            found.add(abbreviation_key(name))
    return frozenset(key for key in found if key)
