"""Who and what stands around one stakeholder: its office, parent and region, its people, the units below, its relationships."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from crm.core import scope as scopes
from crm.core.db import db
from crm.offices.models import Office
from crm.stakeholders import columns
from crm.stakeholders.models import Affiliation, Organization, Region, RelationshipKind, Stakeholder, StakeholderLink
from crm.stakeholders.queries.records import Held, held_where

MOST_BELOW = 20
NO_LINK = 0
S, L = Stakeholder, StakeholderLink
_organizations, _offices = Organization.__table__, Office.__table__
_own = _organizations.alias("own")
_parent = orm.aliased(Stakeholder)


@dataclass(frozen=True)
class Surroundings:
    """What the page of a stakeholder names beside its own columns."""

    office_name: str
    parent_id: int | None
    parent_name: str
    region_name: str
    last_contact_on: dt.date | None


def surroundings(stakeholder: Stakeholder, today: dt.date) -> Surroundings:
    """Office, parent, region and last contact, in one query. The office of a shared organization is no secret."""
    given = {"stakeholder": stakeholder.id, "today": today}
    row: Any = db.session.execute(_surroundings(columns.measure_of_last_contact()).now, given).one()
    return Surroundings(row[0], row[1], row[2] or "", row[3] or "", row[4])


@cache
def _surroundings(last_contact: columns.LastContact) -> scopes.Kept[Any]:
    last = last_contact(S.kind, S.id, sa.bindparam("today", type_=sa.Date()))
    return scopes.Kept(
        sa.select(_offices.c.name, _parent.id, _parent.name, Region.name, last)
        .select_from(S)
        .join(_offices, _offices.c.id == S.office_id)
        .outerjoin(_own, _own.c.id == S.id)
        .outerjoin(_parent, _parent.id == _own.c.parent_id)
        .outerjoin(Region, Region.id == _own.c.region_id)
        .where(S.id == sa.bindparam("stakeholder"))
    )


def people_of(organization: Organization, *, limit: int = 30) -> Sequence[Held]:
    """Who is and was in an organization."""
    return held_where(Affiliation.organization_id == organization.id, limit)


@dataclass(frozen=True)
class Related:
    """A relationship as seen from one of its two ends."""

    link_id: int
    kind: RelationshipKind
    note: str
    is_outward: bool
    other_id: int
    other_name: str


@dataclass(frozen=True)
class Neighbours:
    """Relationships, and organizations right below as (id, name), each in order of name."""

    related: Sequence[Related]
    below: Sequence[tuple[int, str]]


def neighbours_of(stakeholder: Stakeholder) -> Neighbours:
    """Those in sight, in one query. Each part walks an index of its own: an OR over both ends of a link would read all stakeholders."""
    rows = db.session.execute(_around(isinstance(stakeholder, Organization)).now, {"stakeholder": stakeholder.id}).all()
    rows = sorted(rows, key=lambda row: (row.name_sort, row.other_id))
    related = [
        Related(row.link_id, row.kind, row.note, bool(row.outward), row.other_id, row.name)
        for row in rows
        if row.link_id != NO_LINK
    ]
    return Neighbours(related, [(row.other_id, row.name) for row in rows if row.link_id == NO_LINK])


@cache
def _around(has_below: bool) -> scopes.Kept[Any]:
    parts = [_related(L.to_id, L.from_id, outward=1), _related(L.from_id, L.to_id, outward=0)]
    if has_below:
        parts.append(_below())
    return scopes.Kept(sa.union_all(*(sa.select(part.subquery()) for part in parts)))


def _related(far: Any, near: Any, *, outward: int) -> sa.Select[*tuple[Any, ...]]:
    shown = (
        L.id.label("link_id"),
        L.kind,
        L.note,
        sa.literal(outward).label("outward"),
        S.id.label("other_id"),
        S.name,
        S.name_sort,
    )
    return sa.select(*shown).join(S, far == S.id).where(near == sa.bindparam("stakeholder"))


def _below() -> sa.Select[*tuple[Any, ...]]:
    nothing = (
        sa.literal(NO_LINK, L.id.type).label("link_id"),
        sa.literal(RelationshipKind.OTHER, L.kind.type).label("kind"),
        sa.literal("", L.note.type).label("note"),
        sa.literal(0).label("outward"),
    )
    return (
        sa.select(*nothing, S.id.label("other_id"), S.name, S.name_sort)
        .join(_organizations, _organizations.c.id == S.id)
        .where(_organizations.c.parent_id == sa.bindparam("stakeholder"), S.archived_at.is_(None))
        .order_by(S.name_sort, S.id)
        .limit(MOST_BELOW)
    )
