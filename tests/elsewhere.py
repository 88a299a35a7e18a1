"""Somebody else at the same time: a transaction of another thread and connection that waits for no lock of SQLite's."""

from concurrent.futures import ThreadPoolExecutor

from crm.core import db as database
from crm.core import transaction
from tests.world import SCOPE


def elsewhere(app, statement):
    """Run one statement and commit it. Raises what the database says, at once where the file is locked."""

    def run():
        database.busy_ms.set(0)  # of this thread alone
        with app.app_context(), transaction.unit(SCOPE) as session:
            session.execute(statement)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(run).result()
