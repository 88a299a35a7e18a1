import errno
import io
import os

import pytest
import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core.jobs import enqueue
from crm.core.scope import OutOfScope
from crm.files import disk, queries, service
from crm.files.models import StoredFile
from crm.files.refusals import FileRefused, Refusal
from tests.files import factories as made
from tests.stakeholders.factories import make_organization

SYSTEM = scopes.system_scope("file tests")


@pytest.fixture
def organization(world, acting):
    with acting(world.officer):
        return make_organization(office=world.sgr)


def on_disk(app):
    with app.app_context():
        return sorted(path for path in disk.folder().rglob("*") if path.is_file() and path.name != ".lock")


def store(data, name, subject, by):
    return service.store(io.BytesIO(data), shown_name=name, subject=subject, by=by)


def test_a_stored_file_keeps_its_bytes_under_a_random_name(app, world, acting, organization):
    with acting(world.officer):
        stored = store(made.PDF, "../Notulen.pdf", organization, world.officer)
        assert (stored.name, stored.office_id, stored.subject_kind) == ("Notulen.pdf", world.sgr.id, "organization")
        key = stored.storage_key
    assert [path.name for path in on_disk(app)] == [key]
    with app.app_context(), disk.open_stored(key) as source:
        assert source.read() == made.PDF
    assert oct(on_disk(app)[0].stat().st_mode)[-3:] == "600"
    with acting(world.officer):
        (found,) = queries.files_of("organization", organization.id)
        assert found.byte_count == len(made.PDF)
        assert len(found.sha256) == 64


@pytest.mark.parametrize(("name", "data"), [("a.svg", made.SVG), ("a.png", made.HTML), ("a.xlsx", made.BOMB), ("a.txt", b"")])
def test_a_refused_file_leaves_nothing(app, world, acting, organization, name, data):
    with acting(world.officer), pytest.raises(FileRefused):
        store(data, name, organization, world.officer)
    assert on_disk(app) == []


def test_a_file_over_the_limit_is_refused_while_it_arrives(app, world, acting, organization):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"a" * size

    stream = Endless()
    with acting(world.officer), pytest.raises(FileRefused) as refused:
        service.store(stream, shown_name="a.txt", subject=organization, by=world.officer)
    assert refused.value.why is Refusal.TOO_LARGE
    assert stream.given < app.config["MAX_FILE_BYTES"] + 2 * disk.PIECE
    assert on_disk(app) == []


def test_a_rolled_back_file_is_gone_from_the_disk(app, world, acting, organization):
    with acting(world.officer) as session:
        store(made.PDF, "a.pdf", organization, world.officer)
        assert len(on_disk(app)) == 1
        session.rollback()
    assert on_disk(app) == []


def test_a_file_of_another_offices_record_is_refused(app, world, acting):
    with acting(SYSTEM):
        foreign = make_organization(office=world.wnm)
    with pytest.raises(OutOfScope), acting(world.officer):
        store(made.PDF, "a.pdf", foreign, world.officer)
    assert on_disk(app) == []


def test_a_full_disk_leaves_no_row_and_no_file(app, world, acting, organization, monkeypatch):
    def no_space(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", no_space)
    with acting(world.officer) as session, pytest.raises(OSError, match="No space"):
        store(made.PDF, "a.pdf", organization, world.officer)
    monkeypatch.undo()
    assert on_disk(app) == []
    with acting(world.officer) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


def test_the_sweep_removes_what_no_row_names_and_nothing_else(app, world, acting, organization, jobs):
    with acting(world.officer):
        kept = store(made.PDF, "a.pdf", organization, world.officer).storage_key
        gone = store(made.ICS, "a.ics", organization, world.officer).storage_key
    with acting(world.officer) as session:
        service.remove(
            session.scalar(sa.select(StoredFile).where(StoredFile.storage_key == gone)), subject=organization, by=world.officer
        )
    with app.app_context():
        (disk.folder() / "waiting" / "left-by-a-killed-worker").write_bytes(b"x")
        fresh = disk.place_of("f" * 48)
        fresh.parent.mkdir(exist_ok=True)
        fresh.write_bytes(b"still being stored")
    for path in on_disk(app):
        if path != fresh:
            os.utime(path, (1, 1))
    with acting(SYSTEM):
        enqueue("files.sweep")
        enqueue("files.sweep")
    assert jobs.run_all().count("files.sweep") == 2
    assert {path.name for path in on_disk(app)} == {kept, fresh.name}


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 48, "f" * 47, "f" * 49, "ff/" + "f" * 45])
def test_only_our_own_keys_are_opened(app, key):
    with app.app_context(), pytest.raises(disk.NoSuchFile):
        disk.open_stored(key)


def test_a_link_in_the_store_is_not_followed(app, tmp_path):
    with app.app_context():
        place = disk.place_of("e" * 48)
        place.parent.mkdir(parents=True, exist_ok=True)
        secret = tmp_path / "secret"
        secret.write_text("secret")
        place.symlink_to(secret)
        with pytest.raises(disk.NoSuchFile):
            disk.open_stored("e" * 48)
