"""F-03: the worker, the whole process, is killed without a word in the middle of an import, three times; the next goes on from the last batch."""

import datetime as dt
import io
import os
import signal
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa

from crm.bootstrap import ROOT
from crm.core.db import db
from crm.core.jobs import JobRow
from crm.exchange import service
from crm.exchange.models import Import, ImportRow, ImportState
from crm.exchange.profile_format import load_built_in
from crm.index import service as index
from crm.stakeholders.models import Organization, Person
from tests.cli.factories import SYSTEM
from tests.faults.ledger import broken_invariants

ROWS = 450
# The worker's own program, in small and slow batches so that there is a last moment to be killed in. What a killed worker had in hand
# is handed over again by the first tick of the next one, here without the two minutes that this otherwise waits.
WORKER = """
import datetime as dt, time
from crm import worker
from crm.core import jobs
from crm.exchange import running
jobs.HAND_OVER_AGAIN_AFTER = dt.timedelta(0)
running.BATCH = 3
write = running.write_batch
running.write_batch = lambda *given, **named: time.sleep(0.02) or write(*given, **named)
worker.signal.signal(worker.signal.SIGTERM, worker._stop)
try:
    worker.main()
except KeyboardInterrupt:
    pass
"""


def table():
    lines = ["Nama,Instansi,Jabatan,Email"]
    lines += [f"Orang {n:04} Nusantara,Dinas Nomor {n % 25:02},Kepala Seksi,orang{n:04}@contoh.example" for n in range(ROWS)]
    return ("\n".join(lines) + "\n").encode()


def begin(world, acting):
    with acting(world.officer):
        import_ = service.create_import(load_built_in("contacts"), office_id=world.sgr.id, year=None, by=world.officer)
        service.add_file(import_, name="kontak.csv", stream=io.BytesIO(table()))
        service.start(import_, by=world.officer)
        job_id = db.session.scalar(sa.select(sa.func.max(JobRow.id)))
        db.session.get(JobRow, job_id).created_at -= dt.timedelta(
            minutes=1
        )  # so that a tick takes it for one that was never handed over
        return import_.id, job_id


class Worker:
    def __init__(self, database):
        settings = {"DATABASE_URL": database.url, "CRM_DATA": str(database.folder), "MODE": "development"}
        command = [sys.executable, "-c", WORKER]
        self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True)

    def kill_at(self, rows, progress):
        self._wait(lambda: progress() >= rows)
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def finish(self, is_done):
        self._wait(is_done)
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)

    def _wait(self, truth):
        until = time.monotonic() + 90
        while not truth():
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < until
            time.sleep(0.005)


@pytest.fixture
def progress(app, database):
    """Rows that are committed: how many rows of the import have a fate."""
    engine = sa.create_engine(database.url, poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT")

    def committed():
        with engine.connect() as connection:
            return connection.exec_driver_sql("select count(*) from import_rows").scalar()

    return committed


def counted(acting):
    with acting(SYSTEM) as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Person, Organization, ImportRow)]


@pytest.fixture
def is_done(database):
    """Whether the outbox holds the job no more."""
    engine = sa.create_engine(database.url, poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT")

    def of(job_id):
        def asked():
            with engine.connect() as connection:
                return connection.execute(sa.select(sa.func.count()).where(JobRow.id == job_id)).scalar() == 0

        return asked

    return of


def test_a_worker_killed_at_10_50_and_99_percent_makes_no_doubles_and_the_next_one_finishes(
    app, database, world, acting, progress, is_done
):
    import_id, job_id = begin(world, acting)
    database.is_dirty = True
    for percent in (10, 50, 99):
        Worker(database).kill_at(-(-ROWS * percent // 100), progress)
        with acting(SYSTEM) as session:
            assert session.get(JobRow, job_id) is not None, "the job must not be lost with its worker"
        people, organizations, rows = counted(acting)
        assert people == rows < ROWS
        assert organizations <= 25
    Worker(database).finish(is_done(job_id))

    with acting(SYSTEM) as session:
        import_ = session.get(Import, import_id)
        assert import_.state is ImportState.DONE
        assert sum(import_.counts.values()) == ROWS
        assert import_.created["people"] == ROWS
        assert session.get(JobRow, job_id) is None
        assert session.scalar(sa.select(sa.func.count(sa.distinct(ImportRow.row_number)))) == ROWS
        assert index.find(SYSTEM, "Orang 0449 Nusantara").count == 1
    assert counted(acting) == [ROWS, 25, ROWS]
    assert broken_invariants(app) == []

    again, job_id = begin(world, acting)
    Worker(database).finish(is_done(job_id))
    with acting(SYSTEM) as session:
        assert session.get(Import, again).counts["unchanged"] == ROWS
    assert counted(acting)[:2] == [ROWS, 25]
