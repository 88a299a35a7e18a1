"""An office with a record of every kind, as the attacks need it, and addresses of all its pages."""

import re

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.db import Base, db
from tests.sweeps.planted import plant
from tests.sweeps.routes import QUERIES, VALUES

SYSTEM = scopes.system_scope("look at what an attack left")
# Columns that say when somebody was last here, and tables that count tries: reading may change them.
MARKS = {"users": {"last_seen_at"}, "user_sessions": {"last_seen_at"}}


def planted(world, acting, by=None, office=None):
    """Ids of a record of every kind in the office of the officers."""
    by, office = by or world.officer, office or world.sgr
    with acting(by):
        return plant(world, by, office).ids


def addresses(app, ids):
    """Every GET address of the product, with the ids in its place and the queries that lists are asked for."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods:
            url = address_of(rule, ids)
            found += [url, *(f"{url}?{query.format(**ids)}" for query in QUERIES.get(rule.endpoint, []))]
    return found


def address_of(rule, ids):
    """The address of a route; a name without a value stands for what nobody has."""
    url = rule.rule
    for name in rule.arguments:
        url = re.sub(rf"<[^<>]*:{name}>", str(ids.get(name, VALUES.get(name, 1))), url)
    return url


def everything(app, *, without=()):
    """All rows of all tables, as text by table: what must not differ when nothing may have happened."""
    with app.app_context(), transaction.unit(SYSTEM):
        return {table.name: _rows(table) for table in Base.metadata.sorted_tables if table.name not in without}


def _rows(table):
    columns = [column for column in table.c if column.name not in MARKS.get(table.name, ())]
    return [str(tuple(row)) for row in db.session.execute(sa.select(*columns).order_by(*table.primary_key))]


def difference(before, after):
    """Tables whose rows differ, with how many rows came and went."""
    return {
        name: (len(set(after[name]) - set(rows)), len(set(rows) - set(after[name])))
        for name, rows in before.items()
        if after[name] != rows
    }


def close(app):
    """Let go of the connections of an application that a test made for itself."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
