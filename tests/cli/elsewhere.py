"""Another, empty machine of the same kind: a database and a data folder of its own."""

import contextlib
import secrets

import sqlalchemy as sa

from crm.core import transaction
from crm.core.db import db
from tests import databases
from tests.cli.factories import SYSTEM


@contextlib.contextmanager
def empty_machine(database, folder):
    """An application on an empty database of the same kind; `url` is its address."""
    folder.mkdir(exist_ok=True)
    name = f"elsewhere_{secrets.token_hex(4)}"
    if database.kind == "sqlite":
        url = f"sqlite:///{folder / 'mitra.db'}"
    else:
        database._sql(f'create database "{name}" encoding utf8 template template0')
        url = sa.make_url(database.url).set(database=name).render_as_string(hide_password=False)
    app = databases.make_app(url, folder)
    app.extensions["tests.url"] = url
    try:
        yield app
    finally:
        rest(app)
        if database.kind == "postgres":
            database._sql(f'drop database if exists "{name}" with (force)')


def rest(app):
    """Close every connection, as a stopped Mitra has."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["crm", *map(str, arguments)])


def rows(app):
    """Everything that is stored, by table."""
    with app.app_context(), transaction.unit(SYSTEM) as session:
        connection = session.connection()
        tables = [name for name in sa.inspect(connection).get_table_names() if not name.startswith(("search_fts", "alembic"))]
        found = {}
        for name in tables:
            table = sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
            found[name] = sorted(map(repr, connection.execute(sa.select(table)).all()))
    rest(app)
    return found
