"""The bulk path: the same rows, defaults, errors and refusals as the slow one."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from crm.core.db import bulk_insert
from crm.core.scope import OutOfScope
from crm.stakeholders.keys import StakeholderKind, name_match
from crm.stakeholders.models import Affiliation, Category, ContactKind, ContactPoint, Organization, Person, Stakeholder, Topic

MADE = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def people(names, office):
    rows = [{"name": name, "name_sort": name.lower(), "name_match": name_match(StakeholderKind.PERSON, name)} for name in names]
    return bulk_insert(Person, rows, same={"office_id": office.id, "created_at": MADE, "updated_at": MADE})


def test_rows_are_as_if_made_one_by_one(acting, world):
    with acting(world.officer) as session:
        ids = people(["Wulan", "Sastro 'Bagong' \\N \t éa"], world.sgr)
        points = [{"stakeholder_id": ids[0], "kind": ContactKind.EMAIL, "value": "wulan@dinas.example"}]
        bulk_insert(ContactPoint, points)
    with acting(world.officer) as session:
        wulan, sastro = session.get(Stakeholder, ids[0]), session.get(Person, ids[1])
        assert isinstance(wulan, Person)
        assert (wulan.kind, wulan.version, wulan.note, wulan.is_shared, wulan.titles_before) == ("person", 1, "", False, "")
        assert wulan.created_at == MADE
        assert sastro.name == "Sastro 'Bagong' \\N \t éa"
        point = session.scalars(sa.select(ContactPoint)).one()
        assert (point.kind, point.is_private, point.position, point.network) == (ContactKind.EMAIL, False, 0, "")


def test_a_double_is_the_error_that_it_is_elsewhere(acting, world):
    with pytest.raises(exc.IntegrityError), acting(world.officer):
        bulk_insert(Topic, [{"name": "Paspor", "name_match": "paspor"}, {"name": "paspor", "name_match": "paspor"}])
    with acting(world.officer) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Topic)) == 0


def test_rows_of_another_office_are_refused(acting, world):
    with pytest.raises(OutOfScope), acting(world.officer):
        people(["Wulan"], world.wnm)


def test_what_rows_point_at_must_be_in_sight(acting, world):
    with acting(world.sister_officer):
        theirs = people(["Rahasia"], world.wnm)
    rows = [{"stakeholder_id": theirs[0], "kind": ContactKind.EMAIL, "value": "a@b.example"}]
    with pytest.raises(OutOfScope), acting(world.officer):
        bulk_insert(ContactPoint, rows)
    with acting(world.officer):
        mine = people(["Wulan"], world.sgr)
        for absent in (theirs[0], 987_654):
            held = [{"person_id": mine[0], "organization_id": mine[0]}, {"person_id": mine[0], "organization_id": absent}]
            with pytest.raises(OutOfScope):
                bulk_insert(Affiliation, held, same={"office_id": world.sgr.id})


def test_what_is_settled_in_one_transaction_is_not_in_the_next(acting, world):
    """A person made by bulk needs no look in their own transaction; in another one's they are looked for, and not found."""
    with acting(world.officer):
        mine = people(["Wulan"], world.sgr)
        bulk_insert(ContactPoint, [{"stakeholder_id": mine[0], "kind": ContactKind.EMAIL, "value": "a@b.example"}])
    with acting(world.sister_officer), pytest.raises(OutOfScope):
        bulk_insert(ContactPoint, [{"stakeholder_id": mine[0], "kind": ContactKind.EMAIL, "value": "a@b.example"}])


def test_a_shared_record_is_seen_but_its_parts_are_not_written(acting, world):
    with acting(world.sister_officer):
        (theirs,) = people(["Bersama"], world.wnm)
    with acting(world.sister_officer) as session:
        session.get(Stakeholder, theirs).is_shared = True
    with acting(world.officer):
        mine = people(["Wulan"], world.sgr)
        held = [{"person_id": mine[0], "organization_id": theirs}]
        bulk_insert(Affiliation, held, same={"office_id": world.sgr.id})  # pointing at it is fine
        with pytest.raises(OutOfScope):
            bulk_insert(ContactPoint, [{"stakeholder_id": theirs, "kind": ContactKind.EMAIL, "value": "a@b.example"}])


def test_an_organization_has_its_columns_in_two_tables(acting, world):
    with acting(world.officer) as session:
        row = {"name": "Dinas", "name_sort": "dinas", "name_match": "dinas", "category": Category.MEDIA, "address": "Jl. Satu"}
        ids = bulk_insert(Organization, [row], same={"office_id": world.sgr.id, "created_at": MADE, "updated_at": MADE})
        made = session.get(Organization, ids[0])
        assert (made.category, made.address, made.kind) == (Category.MEDIA, "Jl. Satu", StakeholderKind.ORGANIZATION)
