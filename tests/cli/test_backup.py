import json
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm.bootstrap import ROOT
from crm.cli import checks
from crm.core import transaction
from crm.core.backup.archive import Damaged, Reader
from crm.files import disk, service
from crm.index import service as index
from crm.mail.models import MailMessage, MessageState
from crm.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.cli.elsewhere import empty_machine, rest, rows, run
from tests.cli.factories import SYSTEM, make_day
from tests.mail.factories import send
from tests.stakeholders.factories import make_organization
from tests.world import PASSWORD

ARRIVES = {"activity_entries", "sqlite_sequence"}  # a restore writes itself down


@pytest.fixture
def day(world, acting, clock):
    return make_day(world, acting, clock)


@pytest.fixture
def archive(app, day, tmp_path):
    place = tmp_path / "nightly.mitra"
    result = run(app, "backup", place)
    assert result.exit_code == 0, result.output
    return place


@pytest.fixture
def elsewhere(database, tmp_path):
    with empty_machine(database, tmp_path / "elsewhere") as app:
        yield app


def without_restore(found):
    return {name: value for name, value in found.items() if name not in ARRIVES}


def test_an_empty_machine_becomes_the_office_again(app, archive, elsewhere, day, acting):
    result = run(elsewhere, "restore", archive)
    assert result.exit_code == 0, result.output
    assert "every check passed" in result.output
    assert "Everything acknowledged before 2026-03-02 02:06:00 UTC is here" in result.output
    before, after = rows(app), rows(elsewhere)
    assert without_restore(before) == without_restore(after)
    assert len(after["activity_entries"]) == len(before["activity_entries"]) + 1
    assert set(before["activity_entries"]) < set(after["activity_entries"])
    with elsewhere.app_context():
        assert disk.place_of(day["file"]).is_file()
        assert [verdict.wrong for verdict in checks.judge(checks.invariants()) if verdict.wrong] == []
        with transaction.unit(SYSTEM):
            assert index.find(SYSTEM, "disduk").count == 1


def test_the_restored_office_goes_on(archive, elsewhere, world, day):
    """People sign in with their password, search, and what they write gets ids that were never given before."""
    assert run(elsewhere, "restore", archive).exit_code == 0
    browser = Browser(elsewhere)
    browser.post("/sign-in", {"email": world.officer.email, "password": PASSWORD})
    assert "Disdukcapil" in browser.get("/stakeholders").text
    with elsewhere.app_context(), transaction.unit(SYSTEM) as session:
        newest = session.scalar(sa.select(sa.func.max(Stakeholder.id)))
        made = make_organization(world.sgr, "Baru")
        assert made.id > newest


def test_the_archive_is_its_owners_alone_and_says_what_it_holds(archive, day):
    assert archive.stat().st_mode & 0o077 == 0
    manifest = Reader(archive).manifest
    assert manifest["counts"]["engagements"] == 2
    assert manifest["activity"]["seal"] == 1
    assert len(manifest["activity"]["hash"]) == 64
    assert (manifest["broken"], manifest["missing_files"]) == ([], [])
    assert [name for name in manifest["entries"] if name.startswith("files/")] == [f"files/{day['file'][:2]}/{day['file']}"]


def test_a_used_database_is_kept_aside_and_only_with_force(app, archive, day, acting, world, database):
    with acting(SYSTEM) as session:
        session.get(Stakeholder, day["organization"]).note = "setelah cadangan"
    before = rows(app)
    rest(app)
    refused = run(app, "restore", archive)
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert rows(app) == before

    done = run(app, "restore", "--force", archive)
    assert done.exit_code == 0, done.output
    assert "Kept aside" in done.output
    database.is_dirty = True
    with acting(SYSTEM) as session:
        assert session.get(Stakeholder, day["organization"]).note == ""
    kept = list(database.folder.glob("before-restore-*"))
    assert len(kept) == 1
    if database.kind == "sqlite":
        old = sa.create_engine(f"sqlite:///{kept[0] / 'mitra.db'}")
        with old.connect() as connection:
            assert "setelah cadangan" in connection.scalars(sa.text("select note from stakeholders")).all()
        old.dispose()
    else:
        schema = kept[0].name.replace("-", "_")
        with acting(SYSTEM) as session:
            assert "setelah cadangan" in session.scalars(sa.text(f"select note from {schema}.stakeholders")).all()


def test_nothing_is_restored_under_a_running_mitra(app, archive, database, day):
    with app.app_context(), transaction.unit(SYSTEM) as session:
        session.scalar(sa.select(Stakeholder.id))
        environment = {
            **os.environ, "DATABASE_URL": database.url, "CRM_DATA": str(database.folder), "MODE": "development",
            "SECRET_KEY": "not-a-secret-only-for-tests-0123456789",
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "flask", "crm", "restore", "--force", archive],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert "top " in done.stderr
    assert "Nothing was changed" in done.stderr


def rewritten(archive, to, change):
    """A copy of an archive in which `change(name, bytes)` decides what stands."""
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                target.writestr(name, data)
    return to


def manifest_with(**changes):
    def change(name, data):
        return json.dumps({**json.loads(data), **changes}) if name == "manifest.json" else data

    return change


def spoil_rows(name, data):
    return data.replace(b"Disdukcapil Kota Sagaramaya", b"Disdukcapil Kota Sagaramayu") if "manifest" not in name else data


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (spoil_rows, "is not what was written"),
        (lambda name, data: None if name.startswith("files/") else data, "can't be read"),
        (manifest_with(revision="9999"), "does not know"),
        (manifest_with(format="other/1"), "has the format"),
        (manifest_with(database="oracle"), "can't be mixed"),
        (manifest_with(entries={"../../etc/passwd": {"bytes": 1, "sha256": ""}}), "which no backup holds"),
    ],
)
def test_a_backup_that_is_not_what_was_written_changes_nothing(archive, elsewhere, tmp_path, change, said):
    spoiled = rewritten(archive, tmp_path / "spoiled.mitra", change)
    result = run(elsewhere, "restore", spoiled)
    assert result.exit_code == 1
    assert said in result.output
    with elsewhere.app_context():
        assert "stakeholders" not in sa.inspect(elsewhere.extensions["sqlalchemy"].engine).get_table_names()
    left = {place.name for place in Path(elsewhere.config["CRM_DATA"]).iterdir()}
    assert left <= {"static", "running.lock", "mitra.db", "mitra.db-wal", "mitra.db-shm"}


def test_verify_reads_every_byte(app, archive, tmp_path):
    fine = run(app, "verify-backup", archive)
    assert fine.exit_code == 0, fine.output
    assert "whole" in fine.output
    damaged = run(app, "verify-backup", rewritten(archive, tmp_path / "spoiled.mitra", spoil_rows))
    assert damaged.exit_code == 1
    assert "is not what was written" in damaged.output
    cut = tmp_path / "cut.mitra"
    cut.write_bytes(archive.read_bytes()[:-200])
    assert "not a whole backup" in run(app, "verify-backup", cut).output
    with pytest.raises(Damaged):
        Reader(cut)


def test_a_full_disk_leaves_the_older_backup_as_it_was(app, archive, database, day):
    """F-07: no file may grow beyond a few kB, as on a disk without room."""
    before = archive.read_bytes()
    most = 64 * 1024 if database.kind == "sqlite" else 4096  # SQLite's own index of the log takes 32 kB
    rest(app)
    environment = {
        **os.environ, "DATABASE_URL": database.url, "CRM_DATA": str(database.folder), "MODE": "development",
        "SECRET_KEY": "not-a-secret-only-for-tests-0123456789", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "flask", "crm", "backup", archive], cwd=ROOT, env=environment, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert "No backup was made" in done.stderr
    assert archive.read_bytes() == before
    assert [place.name for place in archive.parent.iterdir() if place.name.startswith(".")] == []


def test_what_was_broken_then_is_told_and_does_not_keep_a_backup_from_being_made(app, day, acting, tmp_path, elsewhere):
    with acting(SYSTEM) as session:
        session.connection().execute(sa.text("update commitments set closed_at = null where state = 'done'"))
    with app.app_context():
        disk.remove(day["file"])
    made = run(app, "backup", tmp_path / "b.mitra")
    assert made.exit_code == 0, made.output
    assert "its dates say otherwise" in made.stderr
    assert "was missing or changed" in made.stderr
    back = run(elsewhere, "restore", tmp_path / "b.mitra")
    assert back.exit_code == 0, back.output
    assert "already so when the backup was made" in back.stderr


def test_mail_that_waited_then_is_never_sent_twice(app, world, acting, tmp_path, elsewhere):
    with acting(world.admin):
        message_id = send(world.sgr).id
    assert run(app, "backup", tmp_path / "b.mitra").exit_code == 0
    result = run(elsewhere, "restore", tmp_path / "b.mitra")
    assert "1 messages waited to be sent" in result.output
    with elsewhere.app_context(), transaction.unit(SYSTEM) as session:
        message = session.get(MailMessage, message_id)
        assert message.state is MessageState.IN_DOUBT
        assert "Restored from a backup" in message.note


def test_exports_stay_behind_and_their_links_say_so(app, world, acting, jobs, tmp_path, elsewhere):
    asked = Browser(app).sign_in(world.officer).post("/exports/new", {"format": "xlsx", "purpose": "rapat"})
    jobs.run_all()
    assert run(app, "backup", tmp_path / "b.mitra").exit_code == 0
    assert not [name for name in Reader(tmp_path / "b.mitra").entries if "export" in name.partition("/")[0]]
    result = run(elsewhere, "restore", tmp_path / "b.mitra")
    assert "1 finished exports are not in a backup" in result.output
    browser = Browser(elsewhere)
    browser.post("/sign-in", {"email": world.officer.email, "password": PASSWORD})
    for address, status in ((asked.headers["Location"], 200), (f"{asked.headers['Location']}/file", 404)):
        page = browser.get(address, status=status).text
        assert "Berkas sudah tidak ada" in page
        assert "Buat lagi" in page


def test_no_file_is_swept_while_a_backup_reads_them(app, day, acting):
    with app.app_context():
        place = disk.place_of("cd" * 24)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"nobody's")
        os.utime(place, (1, 1))
        with disk.kept_still(), transaction.unit(SYSTEM):
            assert service.sweep() == 0
        assert place.exists()
        with transaction.unit(SYSTEM):
            assert service.sweep() == 1
        assert not place.exists()
