"""The register of 28 files, written to the database: fates, records, search, again, undo."""

from collections import Counter

import pytest
import sqlalchemy as sa

from crm.accounts import viewer
from crm.core import scope as scopes
from crm.core.db import db
from crm.engagements.models import Engagement, Participation, ParticipationRole, Precision
from crm.exchange import running, service, undoing
from crm.exchange.models import Import, ImportRow, ImportState
from crm.exchange.profile_format import load_built_in
from crm.index import queries as index
from crm.meetings.models import Meeting
from crm.stakeholders.models import Organization, Person, Stakeholder


def run_import(acting, user, office, profile_key, paths, *, year=None):
    with acting(user):
        made = service.create_import(load_built_in(profile_key), office_id=office.id, year=year, by=user)
        for path in paths:
            with path.open("rb") as stream:
                service.add_file(made, name=path.name, stream=stream)
        made.state = ImportState.RUNNING
        return made.id


def carry_out(app, acting, user, import_id, *, dry=False):
    with app.app_context():
        running.carry_out(import_id, scope=viewer.scope_of(user), is_dry=dry)
    with acting(user) as session:
        return session.scalars(sa.select(Import).where(Import.id == import_id)).one()


@pytest.fixture
def register(app, acting, world, shared):
    paths = sorted((shared / "data" / "meetings").glob("*.csv"))
    return carry_out(app, acting, world.officer, run_import(acting, world.officer, world.sgr, "uk-ministers-meetings", paths))


def test_the_whole_register(register, acting, world, app, shared):
    assert register.state is ImportState.DONE
    counts = Counter(register.counts)
    assert (register.row_count, counts["new"], counts["added"], counts["skipped"], counts["problem"]) == (1618, 1511, 67, 40, 0)
    with acting(world.officer) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 1511
        kept = session.scalars(sa.select(ImportRow).where(ImportRow.fate == "new").order_by(ImportRow.id).limit(1)).one()
        assert kept.verbatim[0][0] == "Minister"
        precisions = dict(session.execute(sa.select(Engagement.precision, sa.func.count()).group_by(Engagement.precision)).all())
        assert precisions[Precision.MONTH] + precisions[Precision.QUARTER] == 1511
        hosts = session.scalar(sa.select(sa.func.count()).where(Participation.role == ParticipationRole.HOST))
        assert hosts > 1400
        # every row can be found when the run says done
        assert index.find(scopes.current(), "Civil Service Compensation", kinds=("meeting",)).count >= 1
        assert index.find(scopes.current(), "Mobile Network Operators", kinds=("organization",)).count == 0
        bt = session.scalars(sa.select(Organization).where(Organization.name == "BT")).all()
        assert len(bt) == 1

    # again: nothing new
    paths = sorted((shared / "data" / "meetings").glob("*.csv"))
    again = carry_out(app, acting, world.officer, run_import(acting, world.officer, world.sgr, "uk-ministers-meetings", paths))
    assert again.counts == {"new": 0, "added": 0, "matched": 0, "unchanged": 1578, "skipped": 40, "problem": 0}
    assert sum(again.created.values()) == 0

    # undo: everything goes, and the identities are free
    with acting(world.officer):
        seen = undoing.plan(session_import(acting, register.id))
    assert not seen.kept
    with acting(world.officer) as session:
        undoing.start_undo(session.get(Import, register.id), by=world.officer)
    with app.app_context():
        undoing.carry_out(register.id, scope=viewer.scope_of(world.officer))
    with acting(world.officer) as session:
        for model in (Engagement, Participation, Stakeholder, Person):
            assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 0, model
        assert index.find(scopes.current(), "Civil Service Compensation").count == 0
        assert session.scalar(sa.select(sa.func.count()).where(ImportRow.identity.is_not(None))) == 0
    third = carry_out(app, acting, world.officer, run_import(acting, world.officer, world.sgr, "uk-ministers-meetings", paths))
    assert third.counts["new"] == 1511


def session_import(acting, import_id):
    return db.session.get(Import, import_id)
