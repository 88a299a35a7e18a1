"""Statements that are made once must be filled with the scope of each run, never with that of the first."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from crm.core import scope as scopes
from crm.core.db import db
from crm.stakeholders import queries
from crm.stakeholders.models import Stakeholder
from crm.stakeholders.queries import Filter, Rhythm
from tests.stakeholders.factories import make_person


def names_seen(user_id: int) -> tuple[set[str], int]:
    rhythm = Rhythm(today=dt.date(2026, 3, 2), tier_days={})
    page = queries.list_page(Filter(), rhythm, viewer_id=user_id)
    return {row.name for row in page.rows}, queries.count(Filter(), rhythm, viewer_id=user_id)[0]


def test_kept_pages_and_counts_show_each_viewer_their_own_offices(world, acting):
    for who, office, name in (
        (world.officer, world.sgr, "Orang Sagara"),
        (world.sister_officer, world.wnm, "Orang Saudara"),
    ):
        with acting(who):
            make_person(office, name)
    for _time in range(2):
        for who, own, other in (
            (world.officer, "Orang Sagara", "Orang Saudara"),
            (world.sister_officer, "Orang Saudara", "Orang Sagara"),
        ):
            with acting(who):
                seen, count = names_seen(who.id)
            assert own in seen
            assert other not in seen
            assert count == len(seen)


def test_a_limited_statement_needs_a_scope_and_follows_it(world, acting):
    with acting(world.officer):
        make_person(world.sgr, "Orang Sagara")
    statement = scopes.Kept(sa.select(Stakeholder.name).where(Stakeholder.name == "Orang Sagara"))
    found = []
    for who in (world.officer, world.sister_officer, world.officer):
        with acting(who):
            found.append(list(db.session.scalars(statement.now)))
    assert found == [["Orang Sagara"], [], ["Orang Sagara"]]


def test_system_work_sees_all_and_work_without_a_scope_sees_nothing(app, world, acting):
    with acting(world.officer):
        make_person(world.sgr, "Orang Sagara")
    statement = scopes.Kept(sa.select(Stakeholder.name).where(Stakeholder.name == "Orang Sagara"))
    with acting(scopes.system_scope("test")):
        assert list(db.session.scalars(statement.now)) == ["Orang Sagara"]
    with app.app_context(), pytest.raises(exc.StatementError, match="no office scope"):
        list(db.session.scalars(statement.now))
