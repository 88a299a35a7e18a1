"""What can be asked about stakeholders themselves: kind, category, posts, marks, place, tier, owner and language."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from crm.core.text import match_key, name_key
from crm.stakeholders import words
from crm.stakeholders.asking import Asked, ChoiceField, Condition, RecordField, TextField
from crm.stakeholders.models import (
    Affiliation,
    Category,
    Organization,
    Person,
    Position,
    Region,
    Stakeholder,
    StakeholderKind,
    StakeholderTag,
    StakeholderTopic,
)
from crm.stakeholders.queries import choices

Values = Mapping[str, Any]
Ids = sa.Select[*tuple[Any, ...]]
NONE = "none"
_organizations: Any = Organization.__table__
_people: Any = Person.__table__


def _kind(who: Any, values: Values, _asked: Asked) -> sa.ColumnElement[bool]:
    return who.kind == StakeholderKind(values["kind"])


def _category(_who: Any, values: Values, _asked: Asked) -> Ids:
    return sa.select(_organizations.c.id).where(_organizations.c.category == Category(values["category"]))


def _region(_who: Any, values: Values, _asked: Asked) -> Ids:
    return sa.select(_organizations.c.id).where(_is_within(values))


def _is_within(values: Values) -> Any:
    """Of a region itself, the towns and regencies of a province, and their districts."""
    below = sa.select(Region.id).where(Region.parent_id == values["region"])
    is_it = sa.or_(Region.id == values["region"], Region.parent_id == values["region"], Region.parent_id.in_(below))
    within = sa.select(Region.id).where(is_it)
    return _organizations.c.region_id.in_(within)


def _topic(_who: Any, values: Values, _asked: Asked) -> Ids:
    table: Any = StakeholderTopic.__table__
    return sa.select(table.c.stakeholder_id).where(table.c.topic_id == values["topic"])


def _tag(_who: Any, values: Values, _asked: Asked) -> Ids:
    table: Any = StakeholderTag.__table__
    return sa.select(table.c.stakeholder_id).where(table.c.tag_id == values["tag"])


def _tier(who: Any, values: Values, _asked: Asked) -> sa.ColumnElement[bool]:
    return who.tier.is_(None) if values["tier"] == NONE else who.tier == int(values["tier"])


def _owner(who: Any, values: Values, _asked: Asked) -> sa.ColumnElement[bool]:
    return who.owner_id == values["owner"]


def _language(_who: Any, values: Values, _asked: Asked) -> Ids:
    wanted = "" if values["language"] == NONE else values["language"]
    return sa.select(_people.c.id).where(_people.c.preferred_language == wanted)


def _held(asked: Asked) -> sa.Select[*tuple[Any, ...]]:
    """People by the posts that they hold today, as this office knows them."""
    begun = sa.or_(Affiliation.from_on.is_(None), Affiliation.from_on <= asked.today)
    still = sa.or_(Affiliation.until_on.is_(None), Affiliation.until_on >= asked.today)
    return sa.select(Affiliation.person_id).where(begun, still)


def _post(_who: Any, values: Values, asked: Asked) -> Ids:
    named = Position.title_match.contains(match_key(values["title"]), autoescape=True)
    return _held(asked).join(Position, Position.id == Affiliation.position_id).where(named)


def _works_at(_who: Any, values: Values, asked: Asked) -> Ids:
    employer = orm.aliased(Stakeholder, name="employer")
    named = employer.name_sort.contains(name_key(values["organization"]), autoescape=True)
    return _held(asked).join(employer, employer.id == Affiliation.organization_id).where(named)


def _works_in_category(_who: Any, values: Values, asked: Asked) -> Ids:
    is_such = _organizations.c.category == Category(values["category"])
    return _held(asked).join(_organizations, _organizations.c.id == Affiliation.organization_id).where(is_such)


def _works_in_region(_who: Any, values: Values, asked: Asked) -> Ids:
    """People have no region of their own: they are where they work."""
    return _held(asked).join(_organizations, _organizations.c.id == Affiliation.organization_id).where(_is_within(values))


def _regions() -> list[tuple[int, str]]:
    return choices.regions_by_code()


def _filter(what: str) -> Any:
    return lambda: choices.filter_choices().get(what, [])


_CATEGORIES = [(category.value, label) for category, label in words.CATEGORIES.items()]
_WHO, _POSTS, _MARKS = _l("Who they are"), _l("Posts"), _l("How we mark them")

CONDITIONS = (
    Condition(
        "kind",
        _l("Is a"),
        _WHO,
        [ChoiceField("kind", _l("Kind"), options=[(kind.value, label) for kind, label in words.KINDS.items()])],
        _kind,
        says_kind=True,
    ),
    Condition(
        "category",
        _l("Is an organization of the category"),
        _WHO,
        [ChoiceField("category", _l("Category"), options=_CATEGORIES)],
        _category,
    ),
    Condition(
        "region", _l("Is an organization in the region"), _WHO, [RecordField("region", _l("Region"), find=_regions)], _region
    ),
    Condition(
        "language",
        _l("Prefers the language"),
        _WHO,
        [ChoiceField("language", _l("Language"), options=[*words.LANGUAGES.items(), (NONE, _l("None known"))])],
        _language,
    ),
    Condition("post", _l("Holds a post called"), _POSTS, [TextField("title", _l("Part of the title"))], _post),
    Condition("works-at", _l("Works at"), _POSTS, [TextField("organization", _l("Part of the organization's name"))], _works_at),
    Condition(
        "works-in-category",
        _l("Works at an organization of the category"),
        _POSTS,
        [ChoiceField("category", _l("Category"), options=_CATEGORIES)],
        _works_in_category,
    ),
    Condition(
        "works-in-region",
        _l("Works at an organization in the region"),
        _POSTS,
        [RecordField("region", _l("Region"), find=_regions)],
        _works_in_region,
    ),
    Condition("topic", _l("Has the topic"), _MARKS, [RecordField("topic", _l("Topic"), find=_filter("topic"))], _topic),
    Condition("tag", _l("Has the tag"), _MARKS, [RecordField("tag", _l("Tag"), find=_filter("tag"))], _tag),
    Condition(
        "tier",
        _l("Is of tier"),
        _MARKS,
        [
            ChoiceField(
                "tier", _l("Tier"), options=[*((str(n), label) for n, label in words.TIERS.items()), (NONE, _l("No tier"))]
            )
        ],
        _tier,
    ),
    Condition(
        "owner",
        _l("Is the responsibility of"),
        _MARKS,
        [RecordField("owner", _l("Person responsible"), find=_filter("owner"))],
        _owner,
    ),
)
