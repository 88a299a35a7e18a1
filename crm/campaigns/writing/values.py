"""The raw values of personal fields, for many recipients at once."""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.stakeholders.models import Affiliation, Person, Position, Stakeholder

OF_AFFILIATION = frozenset({"organization", "position"})


def load(names: Collection[str], stakeholder_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The asked-for fields of each stakeholder in scope, raw. One query, two when posts or organizations are asked for."""
    ids = sorted(set(stakeholder_ids))
    if not ids or not names:
        return {each: {} for each in ids}
    found = {row.id: _of_person(row) for row in db.session.execute(_people(ids))}
    if OF_AFFILIATION & set(names):
        for person_id, organization, position in db.session.execute(_affiliations(ids)):
            found.setdefault(person_id, {}).update(organization=organization or "", position=position or "")
    return {each: {name: values[name] for name in names if values.get(name)} for each, values in found.items()}


def _people(ids: list[int]) -> sa.Select[*tuple[Any, ...]]:
    person = Person.__table__
    return (
        sa.select(
            Stakeholder.id,
            Stakeholder.kind,
            Stakeholder.name,
            person.c.titles_before,
            person.c.titles_after,
            person.c.salutation,
            person.c.called,
        )
        .join(person, person.c.id == Stakeholder.id, isouter=True)
        .where(Stakeholder.id.in_(ids))
    )


def _of_person(row: Any) -> dict[str, Any]:
    if row.kind == "organization":
        return {"name": row.name, "greeting": row.name, "organization": row.name}
    full = f"{row.titles_before} {row.name}".strip() + (f", {row.titles_after}" if row.titles_after else "")
    called = row.called or row.name
    return {"name": full, "salutation": row.salutation, "greeting": f"{row.salutation} {called}" if row.salutation else full}


def _affiliations(ids: list[int]) -> sa.Select[*tuple[Any, ...]]:
    """The present main affiliation last, so that it stands."""
    return (
        sa.select(Affiliation.person_id, Stakeholder.name, Position.title)
        .join(Stakeholder, Stakeholder.id == Affiliation.organization_id)
        .join(Position, Position.id == Affiliation.position_id, isouter=True)
        .where(Affiliation.person_id.in_(ids), Affiliation.until_on.is_(None))
        .order_by(Affiliation.person_id, Affiliation.is_main, Affiliation.id)
    )
