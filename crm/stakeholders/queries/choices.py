"""What forms and filters offer to choose from, and records found by a written name."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import User
from crm.core import scope as scopes
from crm.core.db import db
from crm.core.scope import offices_in_scope
from crm.core.text import name_key
from crm.offices.models import Office
from crm.stakeholders import keys
from crm.stakeholders.keys import StakeholderKind
from crm.stakeholders.models import (
    Organization,
    OtherName,
    Region,
    RegionKind,
    Stakeholder,
    StakeholderTopic,
    Tag,
    Topic,
)

MOST = 400
MOST_REGIONS = 700
S = Stakeholder
Choice = tuple[int, str]


def filter_choices() -> dict[str, list[Choice]]:
    """Topics, tags and owners for a filter panel, in one query."""
    found: dict[str, list[Choice]] = defaultdict(list)
    for what, row_id, name, _key in sorted(db.session.execute(_all_choices().now), key=lambda row: str(row[3]).casefold()):
        found[what].append((row_id, name))
    return found


@cache
def _all_choices() -> scopes.Kept[Any]:
    topics = sa.select(sa.literal("topic"), Topic.id, Topic.name, Topic.name_match).where(Topic.archived_at.is_(None)).limit(MOST)
    tags = sa.select(sa.literal("tag"), Tag.id, Tag.name, Tag.name_match).limit(MOST)
    owners = sa.select(sa.literal("owner"), User.id, User.name, User.name).where(_is_colleague()).limit(MOST)
    return scopes.Kept(sa.union_all(*(sa.select(part.subquery()) for part in (topics, tags, owners))))


def _is_colleague() -> sa.ColumnElement[bool]:
    return sa.and_(User.office_id.in_(offices_in_scope()), User.disabled_at.is_(None))


def owners(*, with_id: int | None = None) -> list[Choice]:
    """Who can be responsible: people of the offices in scope, and whoever is it now."""
    may_be = sa.or_(_is_colleague(), User.id == (with_id or 0))
    return [
        (row.id, row.name) for row in db.session.execute(sa.select(User.id, User.name).where(may_be).order_by(User.name, User.id))
    ]


def offices_to_write_in() -> list[Choice]:
    """Offices in scope in tree order, for a new record; the home office stands first."""
    home = scopes.current().home_office_id
    rows = db.session.execute(sa.select(Office.id, Office.name).order_by(Office.path, Office.id)).all()
    return sorted(((row.id, row.name) for row in rows), key=lambda row: row[0] != home)


def topic_names() -> Sequence[str]:
    """Topics that are offered, in order of name."""
    return db.session.scalars(
        sa.select(Topic.name).where(Topic.archived_at.is_(None)).order_by(Topic.name_match).limit(MOST)
    ).all()


def topics_with_use() -> list[tuple[Topic, int]]:
    """All topics with the number of stakeholders in sight that carry them."""
    used = sa.func.count(StakeholderTopic.id)
    statement = (
        sa.select(Topic, used)
        .outerjoin(StakeholderTopic, StakeholderTopic.topic_id == Topic.id)
        .group_by(Topic.id)
        .order_by(Topic.archived_at.is_not(None), Topic.name_match)
    )
    return [(topic, count) for topic, count in db.session.execute(statement)]


def topics() -> sa.Select[Topic]:
    return sa.select(Topic)


def organizations_named(written: str, *, limit: int = 8) -> list[Choice]:
    """Organizations in sight that this writing may mean: by name, other name or abbreviation. One means it is sure."""
    return _named(StakeholderKind.ORGANIZATION, written, limit)


def stakeholders_named(written: str, *, limit: int = 8) -> list[Choice]:
    """The same for either kind."""
    found = _named(StakeholderKind.ORGANIZATION, written, limit) + _named(StakeholderKind.PERSON, written, limit)
    return list(dict(found).items())[:limit]


def by_index(statement: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Select[*tuple[Any, ...]]]:
    """A question about names, once for the offices in scope and once for what is shared: each has an index, an OR over both has none."""
    if scopes.current().is_system:
        return [statement]
    return [statement.where(S.office_id.in_(offices_in_scope())), statement.where(S.is_shared)]


def _named(kind: StakeholderKind, written: str, limit: int) -> list[Choice]:
    wanted = sorted(keys.all_keys(kind, written))
    shown = (S.archived_at.is_(None), S.kind == kind)
    by_name = [part.limit(limit) for part in by_index(sa.select(S.id, S.name).where(S.name_match.in_(wanted), *shown))]
    by_other = (
        sa.select(S.id, S.name)
        .join(OtherName, OtherName.stakeholder_id == S.id)
        .where(OtherName.name_match.in_(wanted), *shown)
        .limit(limit)
    )
    rows = db.session.execute(sa.union_all(*(sa.select(part.subquery()) for part in (*by_name, by_other)))).all()
    return list({row[0]: row[1] for row in rows}.items())[:limit]


def organization_name(organization_id: int | None) -> str:
    """The name of an organization in sight, else nothing."""
    return (
        db.session.scalar(sa.select(Organization.name).where(Organization.id == organization_id)) or "" if organization_id else ""
    )


def stakeholder_name(stakeholder_id: int | None) -> str:
    """The name of one in sight, else nothing."""
    return db.session.scalar(sa.select(S.name).where(S.id == stakeholder_id)) or "" if stakeholder_id else ""


_KINDS = {"kota": "city", "kab": "regency", "kabupaten": "regency", "prov": "province", "provinsi": "province"}


def regions_named(written: str, *, limit: int = 12) -> list[Choice]:
    """Regions that this writing may mean. `Kota Bima` and `Kabupaten Bima` are two; `Bima` alone is a question."""
    key = name_key(written)
    first, _, rest = key.partition(" ")
    bare = rest if first in _KINDS and rest else key
    folded = sa.func.lower(Region.name)
    candidates = {written.strip().lower(), key, bare, f"kota {bare}", f"kabupaten {bare}", f"kab. {bare}", f"provinsi {bare}"}
    rows = db.session.execute(
        sa.select(Region.id, Region.name, Region.kind).where(folded.in_(sorted(candidates))).order_by(Region.code).limit(limit)
    ).all()
    if first in _KINDS:
        rows = [row for row in rows if row.kind.value == _KINDS[first]]
    return [(row.id, row.name) for row in rows]


def regions_by_code() -> list[Choice]:
    """Provinces, each with its regencies and cities, in order of their official codes."""
    wanted = Region.kind.in_((RegionKind.PROVINCE, RegionKind.REGENCY, RegionKind.CITY))
    rows = db.session.execute(sa.select(Region.id, Region.name).where(wanted).order_by(Region.code).limit(MOST_REGIONS))
    return [(row.id, row.name) for row in rows]


def region_name(region_id: int | None) -> str:
    region = db.session.get(Region, region_id) if region_id else None
    return region.name if region is not None else ""


def names_of_filter(choices: dict[str, list[Choice]], what: str, value: str) -> str:
    """The words of a chip: the name behind an id, or the value itself when nothing in sight has it."""
    return next((name for row_id, name in choices.get(what, []) if str(row_id) == value), value)


def stakeholders_by_id(ids: Sequence[int]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(S).where(S.id.in_(ids)).order_by(S.id)
