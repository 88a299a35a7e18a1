"""What kinds, categories, tiers and fields of stakeholders are called on a page."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.activity import wording
from crm.stakeholders.keys import NameKind, StakeholderKind
from crm.stakeholders.models import Category, PreferredChannel, RelationshipKind
from crm.stakeholders.queries import Reason

KINDS = {StakeholderKind.ORGANIZATION: _l("Organization"), StakeholderKind.PERSON: _l("Person")}
CATEGORIES = {
    Category.PARTNER_AGENCY: _l("Partner agency"),
    Category.MEDIA: _l("Media"),
    Category.COMMUNITY_GROUP: _l("Community group"),
    Category.BUSINESS: _l("Business"),
    Category.ACADEMIA: _l("Academia"),
    Category.OWN_UNIT: _l("Own unit"),
}
NAME_KINDS = {NameKind.ALIAS: _l("Other name"), NameKind.ABBREVIATION: _l("Abbreviation"), NameKind.FORMER: _l("Former name")}
CHANNELS = {
    PreferredChannel.CALL: _l("Phone call"),
    PreferredChannel.WHATSAPP: "WhatsApp",
    PreferredChannel.EMAIL: _l("E-mail"),
    PreferredChannel.LETTER: _l("Letter"),
    PreferredChannel.VISIT: _l("Visit"),
}
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English", "jv": "Basa Jawa", "su": "Basa Sunda", "zh": "中文", "ar": "العربية"}
SALUTATIONS = ("Bapak", "Ibu", "Saudara", "Kiai", "Ustaz", "Pendeta", "Romo", "Pedanda")
TIERS = {1: _l("Tier 1"), 2: _l("Tier 2"), 3: _l("Tier 3")}
LEVELS = {1: _l("Very low"), 2: _l("Low"), 3: _l("Medium"), 4: _l("High"), 5: _l("Very high")}
# As read from the one that the relationship starts at, and from the other.
RELATIONSHIPS = {
    RelationshipKind.COOPERATES: (_l("Cooperates with"), _l("Cooperates with")),
    RelationshipKind.SUPERVISES: (_l("Supervises"), _l("Is supervised by")),
    RelationshipKind.MEMBER_OF: (_l("Is a member of"), _l("Has as a member")),
    RelationshipKind.COVERS: (_l("Reports on"), _l("Is reported on by")),
    RelationshipKind.FAMILY: (_l("Is related to"), _l("Is related to")),
    RelationshipKind.OTHER: (_l("Has to do with"), _l("Has to do with")),
}
REASONS = {
    Reason.NAME: _l("the same or nearly the same name"),
    Reason.OTHER_NAME: _l("another name: %(alike)s"),
    Reason.EMAIL: _l("the same e-mail address: %(alike)s"),
    Reason.PHONE: _l("the same phone number: %(alike)s"),
}
FIELDS = {
    "name": _l("Name"),
    "category": _l("Category"),
    "parent": _l("Parent organization"),
    "region": _l("Region"),
    "address": _l("Address"),
    "website": _l("Web site"),
    "other_names": _l("Other names"),
    "contacts": _l("Ways to reach"),
    "private_contacts": _l("Private ways to reach"),
    "topics": _l("Topics"),
    "tags": _l("Tags"),
    "tier": _l("Tier"),
    "influence": _l("Influence"),
    "interest": _l("Interest"),
    "owner": _l("Person responsible"),
    "note": _l("Note"),
    "private_note": _l("Private note"),
    "is_shared": _l("Shared with all offices"),
    "titles_before": _l("Titles before the name"),
    "titles_after": _l("Titles after the name"),
    "salutation": _l("Form of address"),
    "called": _l("What people call them"),
    "affiliations": _l("Posts"),
    "preferred_channel": _l("Preferred channel"),
    "preferred_language": _l("Preferred language"),
    "beat": _l("Beat"),
    "must_not_be_contacted": _l("Do not contact"),
    "do_not_contact_reason": _l("Why not to contact"),
    "birth_on": _l("Date of birth"),
    "home_address": _l("Home address"),
}
_VALUES: dict[str, dict[Any, Any]] = {
    "category": {member.value: label for member, label in CATEGORIES.items()},
    "preferred_channel": {member.value: label for member, label in CHANNELS.items()},
    "preferred_language": LANGUAGES,
    "tier": TIERS,
    "influence": LEVELS,
    "interest": LEVELS,
}

# Where two features say the same word for a field, the one that is there already stays.
wording.add_words(
    verbs={"related": _l("Relationship added"), "unrelated": _l("Relationship removed")},
    kinds={"organization": _l("Organization"), "person": _l("Person"), "topic": _l("Topic"), "tag": _l("Tag")},
    fields=FIELDS,
)


def names_of_kinds() -> dict[str, str]:
    """Kinds and categories by code in the reader's language, looked up once for a whole list."""
    return {member.value: str(label) for labels in (KINDS, CATEGORIES) for member, label in labels.items()}


def field(name: str) -> str:
    """What a field is called, by its name in details or in history."""
    return str(FIELDS.get(name.removesuffix("_id"), name))


def value(name: str, stored: Any) -> str:
    """A stored value in words: `partner-agency` is a partner agency, a list is its lines."""
    plain = stored.value if isinstance(stored, StrEnum) else stored
    if plain is None or plain == "" or plain == []:
        return ""
    if isinstance(plain, bool):
        return str(_l("yes") if plain else _l("no"))
    if isinstance(plain, list | tuple):
        return "; ".join(str(part) for part in plain)
    return str(_VALUES.get(name, {}).get(plain, plain))


def reason(kind: Reason, alike: str) -> str:
    return str(REASONS[kind]) % {"alike": alike}
