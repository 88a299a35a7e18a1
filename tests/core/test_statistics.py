"""SQLite is told how its tables lie, so that a page's rows are found by their ids and not through the whole office."""

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.db import db, is_sqlite
from crm.core.statistics import measure_tables
from tests.stakeholders.factories import make_person

SYSTEM = scopes.system_scope("test statistics")


def test_measured_tables_have_statistics_and_use_them(app, world, acting):
    with acting(world.officer):
        for n in range(300):
            make_person(world.sgr, f"Orang {n:03}")
    with app.app_context(), transaction.unit(SYSTEM):
        measure_tables()
    with app.app_context(), transaction.unit(SYSTEM):
        if not is_sqlite():
            return  # PostgreSQL measures by itself; here only: the call is harmless
        db.engine.dispose()
    with app.app_context(), db.engine.connect() as connection:
        known = connection.exec_driver_sql("select idx from sqlite_stat1 where tbl = 'stakeholders'").scalars().all()
        ids = ", ".join(map(str, range(1, 51)))
        plan = connection.execute(
            sa.text(f"explain query plan select name from stakeholders where id in ({ids}) and office_id = {world.sgr.id}")
        ).all()
    assert "ix_stakeholders_office_name" in known
    assert "PRIMARY KEY" in plan[0][-1]
