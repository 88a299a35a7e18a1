"""The demo is a smoke test of every service: it must build, be complete, be the same every time, and be kept apart by office."""

import datetime as dt
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

import config
from crm.accounts import viewer
from crm.accounts.models import User
from crm.commitments.models import Commitment, CommitmentState, Side
from crm.core import clock as clocks
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.db import db
from crm.demo import office as demo
from crm.engagements.models import Engagement, Participation
from crm.offices.models import Office
from crm.stakeholders.models import Affiliation, Organization, Person, Position
from tests import databases

SYSTEM = scopes.system_scope("look at the demo")


@pytest.fixture(scope="module")
def built(request):
    """One demo office on an empty SQLite database, on a day that is always the same."""
    blank = databases.Blank("sqlite")
    databases.make_schema(blank.app)
    clocks.freeze(dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))
    assert demo.build_if_empty(blank.app)
    yield blank.app
    clocks.freeze(None)
    blank.close()


def numbers(app):
    with app.app_context(), transaction.unit(SYSTEM) as session:
        return {
            model.__name__: session.scalar(sa.select(sa.func.count()).select_from(model))
            for model in (Office, User, Organization, Person, Engagement, Commitment)
        }


def test_it_is_as_large_as_the_design_says(built):
    found = numbers(built)
    assert (found["Office"], found["Organization"]) == (5, 60)
    assert found["Person"] >= 100
    assert found["Engagement"] >= 400


def test_building_again_changes_nothing(built):
    before = numbers(built)
    assert not demo.build_if_empty(built)
    assert numbers(built) == before


def test_a_second_build_on_the_same_day_tells_the_same_story(built):
    blank = databases.Blank("sqlite")
    databases.make_schema(blank.app)
    clocks.freeze(dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))
    demo.build_if_empty(blank.app)

    def story(app):
        with app.app_context(), transaction.unit(SYSTEM) as session:
            return [
                tuple(row)
                for row in session.execute(
                    sa.select(Engagement.title, Engagement.occurred_on, Engagement.kind).order_by(Engagement.id)
                )
            ]

    assert story(blank.app) == story(built)
    blank.close()


def test_commitments_stand_in_every_state(built):
    with built.app_context(), transaction.unit(SYSTEM) as session:
        rows = session.scalars(sa.select(Commitment)).all()
    assert {row.state for row in rows} == set(CommitmentState)
    assert {row.side for row in rows} == set(Side)
    assert any(row.is_kept for row in rows)
    assert any(row.is_late for row in rows)
    assert any(row.is_overdue_on(dt.date(2026, 11, 24)) for row in rows)
    assert any(row.engagement_id for row in rows)


def test_a_post_kept_its_history_when_its_holder_changed(built):
    with built.app_context(), transaction.unit(SYSTEM) as session:
        held = session.execute(
            sa.select(Person.name, Affiliation.until_on)
            .join(Affiliation, Affiliation.person_id == Person.id)
            .join(Position, Position.id == Affiliation.position_id)
            .where(Position.title == "Kapolres")
        ).all()
    assert len(held) == 2
    assert sum(until is None for _name, until in held) == 1


def test_nobody_took_part_on_a_weekend(built):
    with built.app_context(), transaction.unit(SYSTEM) as session:
        days = session.scalars(sa.select(Engagement.occurred_on).distinct()).all()
    assert not [day for day in days if day.weekday() > 4]


def test_the_sister_office_has_its_own_and_sees_the_shared(built):
    with built.app_context():
        with transaction.unit(SYSTEM) as session:
            kasmirah = session.scalars(sa.select(User).where(User.email.startswith("kasmirah"))).one()
        with transaction.unit(viewer.scope_of(kasmirah)):
            names = set(db.session.scalars(sa.select(Organization.name)))
            contacts = db.session.scalar(sa.select(sa.func.count()).select_from(Participation))
    assert {"Polres Wanamaya", "Polres Sagaramaya", "BP3MI Nusa Khayal"} <= names
    assert "Harian Kabar Sagara" not in names
    assert 0 < contacts < 20


def test_only_the_owner_may_read_the_sign_ins(built):
    place = Path(built.config["CRM_DATA"]) / config.DEMO_SIGN_INS
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert place.read_text().count("@") >= 6
