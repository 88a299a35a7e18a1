"""SC-13 to SC-15: rights are those of this moment, for a page that was opened before, and for work that was asked for before."""

import io

import pytest
import sqlalchemy as sa

from crm.accounts import service as accounts
from crm.accounts.models import Role, User
from crm.core import transaction
from crm.core.db import db
from crm.core.jobs import JobRow
from crm.exchange import service as imports
from crm.exchange.models import Export, ExportState, Import, ImportState
from crm.exchange.profile_format import load_built_in
from crm.offices.models import Office
from crm.stakeholders.models import Person, Stakeholder
from tests.browser import Browser
from tests.security.office import SYSTEM, difference, everything, planted
from tests.stakeholders.factories import make_organization


def look(app, model):
    with app.app_context(), transaction.unit(SYSTEM):
        return list(db.session.scalars(sa.select(model).order_by(model.id)))


def change(acting, world, who, **how):
    with acting(SYSTEM) as session:
        user = session.get(User, who.id)
        wanted = {
            "email": user.email,
            "name": user.name,
            "post": user.post,
            "role": user.role,
            "office": session.get(Office, user.office_id),
        } | how
        accounts.change_user(user, **wanted, by=None)


# SC-13: all or nothing, before anything is written.
@pytest.mark.parametrize("act", ["archival", "restoration", "topic"])
def test_one_foreign_record_among_many_stops_the_whole(app, world, acting, act):
    with acting(world.officer):
        own = [make_organization(world.sgr, f"Dinas {n}").id for n in range(3)]
    with acting(world.sister_officer):
        foreign = make_organization(world.wnm, "Dinas Asing").id
        shared = make_organization(world.wnm, "Dinas Bersama", is_shared=True).id
    browser = Browser(app).sign_in(world.manager)
    before = everything(app)
    for stranger in (foreign, shared, 999_999):  # a shared one is seen, and not theirs to change
        for ids in ([*own, stranger], [stranger, *own], [stranger]):
            fields = {"ids": [str(one) for one in ids], "step": "save", "topic": "pilihan"}
            answer = browser.post(f"/stakeholders/selection/{act}", fields, status=404)
            assert "Dinas" not in answer.text
            browser.post(
                f"/stakeholders/selection/{act}?ids={','.join(map(str, ids))}", {"step": "save", "topic": "pilihan"}, status=404
            )
    assert difference(before, everything(app)) == {}
    browser.post(f"/stakeholders/selection/{act}", {"ids": [str(one) for one in own], "step": "save", "topic": "pilihan"})
    if act != "restoration":
        assert difference(before, everything(app))


# SC-14
def test_somebody_who_moves_leaves_everything_behind(app, world, acting, jobs):
    ids = planted(world, acting, by=world.officer)
    browser = Browser(app).sign_in(world.officer)
    browser.get(f"/stakeholders/{ids['person_id']}")
    browser.post("/exports/new", {"format": "xlsx", "purpose": "rapat"})
    export = look(app, Export)[-1]
    change(acting, world, world.officer, office=world.wnm)
    stale = {"name": "Orang Berganti", "version": "1", "owner_id": "0", "tier": "", "influence": "", "interest": ""}
    browser.post(f"/stakeholders/{ids['person_id']}/edit", stale, status=401)  # the old session is over
    jobs.run_all()
    moved = Browser(app).sign_in(look(app, User)[world.officer.id - 1])
    for address in (f"/stakeholders/{ids['person_id']}", f"/interactions/{ids['interaction_id']}", f"/files/{ids['file_id']}"):
        moved.get(address, status=404)
    moved.post(f"/stakeholders/{ids['person_id']}/edit", stale, status=404)
    moved.get(f"/exports/{export.id}/file", status=404)
    assert "Kucingrahasia" not in moved.get("/stakeholders").text + moved.get("/search?q=Orang").text + moved.get("/desk").text
    assert "Orang Kucingrahasia" in [one.name for one in look(app, Stakeholder)]


# SC-14: as often as one looks down, one never looks up or beside.
def test_the_office_switcher_leads_only_downwards(app, world):
    browser = Browser(app).sign_in(world.admin)
    for office in (world.wnm, world.knk, world.dji):
        browser.post("/office", {"office_id": str(office.id)}, status=404)
    browser.post("/office", {"office_id": str(world.sgr_lng.id)})
    browser.get(f"/offices/{world.sgr.id}", status=404)  # narrowed: what stands above is not there


def _export(browser):
    browser.post("/exports/new", {"format": "xlsx", "purpose": "rapat"})


def _lose(acting, world, how):
    if how == "disabled":
        with acting(SYSTEM) as session:
            accounts.disable_user(session.get(User, world.officer.id), by=None)
    elif how == "role":
        change(acting, world, world.officer, role=Role.VIEWER)
    else:
        change(acting, world, world.officer, office=world.wnm)


# SC-15: an export is made with the rights of whoever asked, as they are when it is made.
@pytest.mark.parametrize("how", ["disabled", "role", "office"])
def test_an_export_asks_again_whether_it_may(app, world, acting, jobs, how):
    planted(world, acting, by=world.officer)
    _export(Browser(app).sign_in(world.officer))
    _lose(acting, world, how)
    jobs.run_all()
    export = look(app, Export)[-1]
    if how == "disabled":
        assert export.state is ExportState.ASKED
        assert "NotPermitted: exchange.export_stakeholders" in [row.error for row in look(app, JobRow) if row.failed_at]
    elif how == "role":
        assert export.state is ExportState.NOT_PERMITTED
    assert not export.path or not export.row_count, "somebody else's list was written to a file"


# SC-15
@pytest.mark.parametrize("how", ["disabled", "role", "office"])
def test_an_import_asks_again_whether_it_may(app, world, acting, jobs, how):
    with acting(world.officer):
        made = imports.create_import(load_built_in("contacts"), office_id=world.sgr.id, year=None, by=world.officer)
        imports.add_file(made, name="orang.csv", stream=io.BytesIO(b"Nama,Telepon\nSutisna Kiriman,0812 3456 7890\n"))
    browser = Browser(app).sign_in(world.officer)
    browser.post(f"/imports/{made.id}/planning")
    jobs.run_all()
    assert look(app, Import)[0].state is ImportState.PLANNED
    browser.post(f"/imports/{made.id}/run")
    _lose(acting, world, how)
    jobs.run_all()
    assert look(app, Person) == []
    assert look(app, Import)[0].state is not ImportState.DONE


# And without losing anything both do their work.
def test_both_do_their_work_for_who_may(app, world, acting, jobs):
    planted(world, acting, by=world.officer)
    _export(Browser(app).sign_in(world.officer))
    jobs.run_all()
    export = look(app, Export)[-1]
    assert export.state is ExportState.READY
    assert export.row_count == 2
