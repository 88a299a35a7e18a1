"""Running imports in tests: files from text or from disk, carried out as the worker does."""

import io
from pathlib import Path

import sqlalchemy as sa

from crm.accounts import viewer
from crm.core.db import db
from crm.exchange import running, service, undoing
from crm.exchange.models import Import, ImportRow, ImportState
from crm.exchange.profile_format import load_built_in

MEETINGS_HEAD = "Minister,Date,Name of Organisation,Purpose of meeting\n"
CONTACTS_HEAD = "Nama,Instansi,Jabatan,Surel,Telepon\n"


def begin(acting, user, profile, *files, state=ImportState.RUNNING, year=None):
    """Store an import. A file is text, (name, text) or a path. Gives its id."""
    with acting(user) as session:
        profile = load_built_in(profile) if isinstance(profile, str) else profile
        made = service.create_import(profile, office_id=user.office_id, year=year, by=user)
        for number, file in enumerate(files):
            name, content = _named(file, number)
            service.add_file(made, name=name, stream=io.BytesIO(content))
        made.state = state
        session.flush()
        return made.id


def _named(file, number):
    if isinstance(file, Path):
        return file.name, file.read_bytes()
    name, text = file if isinstance(file, tuple) else (f"file-{number}.csv", file)
    return name, text if isinstance(text, bytes) else text.encode()


def carry_out(app, acting, user, import_id, *, dry=False):
    with app.app_context():
        running.carry_out(import_id, scope=viewer.scope_of(user), is_dry=dry)
    return stored(acting, user, import_id)


def stored(acting, user, import_id):
    with acting(user) as session:
        return session.scalars(sa.select(Import).where(Import.id == import_id)).one()


def run(app, acting, user, profile, *files, year=None):
    return carry_out(app, acting, user, begin(acting, user, profile, *files, year=year))


def plan(app, acting, user, profile, *files, year=None):
    """A dry run."""
    return carry_out(app, acting, user, begin(acting, user, profile, *files, state=ImportState.PLANNING, year=year), dry=True)


def undo(app, acting, user, import_id):
    with acting(user) as session:
        undoing.begin_undo(session.get(Import, import_id), by=user)
    with app.app_context():
        undoing.carry_out(import_id, scope=viewer.scope_of(user))
    return stored(acting, user, import_id)


def undo_plan(acting, user, import_id):
    with acting(user) as session:
        return undoing.plan(session.get(Import, import_id))


def fates(import_):
    """The fates that came up, as a plain dictionary."""
    return {fate: count for fate, count in import_.counts.items() if count}


def rows_of(acting, user, import_id):
    with acting(user) as session:
        statement = sa.select(ImportRow).where(ImportRow.import_id == import_id).order_by(ImportRow.file_id, ImportRow.row_number)
        return list(session.scalars(statement))


def count(acting, user, model):
    with acting(user) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model))


def named(acting, user, model, name):
    """The one record of this name, with its columns."""
    with acting(user):
        return db.session.scalars(sa.select(model).where(model.name == name)).one()
