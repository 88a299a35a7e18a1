"""F-27: a backup is taken while people write, and brought back on an empty machine: whole, checked, and people sign in."""

import io
import os
import threading
import time

import pytest
import sqlalchemy as sa

from crm.accounts.models import User
from crm.cli import checks
from crm.core import transaction
from crm.core.backup.archive import Reader
from crm.files import service as files
from crm.interactions.models import Interaction
from tests import postgres_server
from tests.browser import Browser
from tests.databases import make_app
from tests.faults.ledger import Ledger, broken_invariants, summaries, summary_of
from tests.faults.running import OFFICER, rest
from tests.world import PASSWORD


class Uploads:
    """Somebody who hangs one file after the other on a contact, and takes every third off again."""

    def __init__(self, app):
        self.app, self.count = app, 0
        self._stop, self._thread = threading.Event(), threading.Thread(target=self._go, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(30)

    def _go(self):
        while not self._stop.is_set():
            with self.app.app_context(), transaction.unit(checks.SYSTEM) as session:
                by = session.scalars(sa.select(User).where(User.email == OFFICER)).one()
                subject = session.scalars(sa.select(Interaction).order_by(Interaction.id).limit(1)).first()
                if subject is not None:
                    self.count += 1
                    content = f"berkas {self.count}\n".encode() * 1000
                    stored = files.store(io.BytesIO(content), shown_name=f"berkas-{self.count}.txt", subject=subject, by=by)
                    if self.count % 3 == 0:
                        files.remove(stored, subject=subject, by=by)
            time.sleep(0.02)


BOTH = pytest.mark.parametrize("running_office", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def empty_machine(running_office, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    url = f"sqlite:///{folder / 'mitra.db'}"
    if running_office.kind == "postgres":
        url = postgres_server.fresh(f"mitra_elsewhere_{os.getpid()}")
    app = make_app(url, folder)
    yield app
    rest(app)


@BOTH
def test_a_backup_under_load_is_one_moment_and_comes_back_whole(running_office, empty_machine, tmp_path):
    office, runner = running_office, empty_machine.test_cli_runner()
    archives = []
    with Ledger(office, writers=3) as ledger, Uploads(office.app) as uploads:
        ledger.wait_for(10)
        office.mitra.wait(lambda: uploads.count > 5, 20)
        for number in (1, 2):
            before = dict(ledger.acknowledged)
            place = tmp_path / f"nightly-{number}.mitra"
            made = office.mitra.command("backup", place)
            assert made.returncode == 0, made.stderr
            archives.append((place, before, len(ledger.acknowledged)))
        assert archives[-1][2] > len(archives[0][1]), "nobody wrote meanwhile"
    assert 503 not in ledger.refused

    for place, _before, _during in archives:
        assert runner.invoke(args=["crm", "verify-backup", str(place)]).exit_code == 0
    place, before, _during = archives[-1]
    restored = runner.invoke(args=["crm", "restore", str(place)])
    assert restored.exit_code == 0, restored.output
    assert "every check passed" in restored.output

    found = summaries(empty_machine)
    assert [line for line, _place in before.values() if found.get(summary_of(line)) != 1] == []
    assert set(found.values()) == {1}
    manifest = Reader(place).manifest
    assert len(found) == manifest["counts"]["engagements"]
    assert manifest["counts"]["stored_files"] == len(Reader(place).named("files/")) >= 4
    assert (manifest["missing_files"], manifest["broken"]) == ([], [])
    assert broken_invariants(empty_machine) == []
    browser = Browser(empty_machine)
    browser.post("/sign-in", {"email": OFFICER, "password": PASSWORD})
    assert "Disdukcapil" in browser.get("/stakeholders").text
