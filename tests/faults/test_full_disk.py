"""F-06: nothing more fits. What was typed is kept on the page, reading goes on, and saving works again without a restart."""

import contextlib
import io
import os
import shutil
import subprocess
import sys

import pytest
from sqlalchemy import event

from crm.core import durability, migrations
from crm.core.db import db
from tests import world as worlds
from tests.browser import Browser
from tests.databases import make_app
from tests.faults.ledger import broken_invariants

LONG = "Catatan panjang. " * 580  # with its index entries more than the room that is left


@pytest.fixture
def sqlite_only(request):
    if request.config.getoption("--database") == "postgres":
        pytest.skip("--database=postgres")


@pytest.fixture
def small_disk(tmp_path, sqlite_only):
    """A disk of a few megabytes, as root."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk; the limit in pages is tested instead")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def office_on(folder):
    app = make_app(f"sqlite:///{folder / 'mitra.db'}", folder, RAISE_UNEXPECTED=False)
    migrations.upgrade(app)
    worlds.plant(app)
    return app, worlds.World(app)


def close(app):
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def check_full_then_free(app, world, fill, free):
    browser = Browser(app).sign_in(world.officer)
    form = {"name": "Sebelum penuh", "category": "media"}
    browser.post("/stakeholders/organizations/new", form)
    fill()
    form = {"name": "Saat penuh", "category": "media", "note": LONG}
    page = browser.post("/stakeholders/organizations/new", form, status=507)
    assert "Catatan panjang. Catatan panjang." in page.text
    assert "Saat penuh" in page.text
    assert "Sebelum penuh" in browser.get("/stakeholders").text
    assert "Saat penuh" not in browser.get("/stakeholders").text
    free()
    browser.post("/stakeholders/organizations/new", form)
    assert "Saat penuh" in browser.get("/stakeholders").text
    assert broken_invariants(app) == []
    with app.app_context(), db.engine.connect():
        assert list(durability.damages()) == []


def test_a_full_disk_is_told_and_outlived(small_disk):
    app, world = office_on(small_disk)
    ballast = small_disk / "ballast"

    def fill():
        room = shutil.disk_usage(small_disk).free
        with ballast.open("wb") as out:
            out.write(b"\0" * (room - 16 * 1024))

    check_full_then_free(app, world, fill, ballast.unlink)
    close(app)


def test_a_full_disk_refuses_a_file_without_leaving_a_row(small_disk):
    """F-07: the bytes of an upload find no room."""
    app, world = office_on(small_disk)
    browser = Browser(app).sign_in(world.officer)
    browser.get("/interactions/new")
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * (shutil.disk_usage(small_disk).free - 300 * 1024))
    content = os.urandom(220 * 1024).hex().encode()  # larger ones the test client would put into a file of its own
    form = {
        "channel": "call", "direction": "out", "on": "2026-03-02", "precision": "day", "summary": "Dengan berkas besar", "program": "0",
        "role": "", "tone": "", "follow_ups-0-owner": "0",
    }  # fmt: skip
    page = browser.post("/interactions/new", {**form, "files": (io.BytesIO(content), "besar.txt")}, status=507)
    assert "Dengan berkas besar" in page.text
    assert [path for path in (small_disk / "files").rglob("*") if path.is_file() and path.name != ".lock"] == []
    ballast.unlink()
    browser.post("/interactions/new", {**form, "files": (io.BytesIO(content), "besar.txt")})
    assert broken_invariants(app) == []
    close(app)


def test_a_database_that_may_not_grow_is_told_and_outlived(tmp_path, sqlite_only):
    """The same without being root: SQLite itself allows no more pages."""
    app, world = office_on(tmp_path)
    limit = {"pages": 0}

    def keep_small(connection, _record, _proxy):
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count={pages + 1 if limit['pages'] else 1_000_000_000}")

    with app.app_context():
        event.listen(db.engine, "checkout", keep_small)
    check_full_then_free(app, world, lambda: limit.update(pages=1), lambda: limit.update(pages=0))
    close(app)


def test_a_log_that_nothing_can_be_written_to_fails_no_request(app, world, monkeypatch):
    """F-07: /dev/full answers every write as a full disk does."""
    monkeypatch.setitem(app.config, "RAISE_UNEXPECTED", False)
    browser = Browser(app).sign_in(world.viewer)
    full = open("/dev/full", "w")  # noqa: SIM115 - closing it fails too, which is not what is asked here
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", full)
        denied = browser._request("GET", "/users")  # a line of the log
        patch.setattr("crm.stakeholders.queries.list_page", lambda *_a, **_k: 1 / 0)
        failed = browser._request("GET", "/stakeholders")
    with contextlib.suppress(OSError):
        full.close()
    assert denied.status_code == 403
    assert failed.status_code == 500
    assert "K-" in failed.text
    assert browser.get("/desk").status_code == 200
