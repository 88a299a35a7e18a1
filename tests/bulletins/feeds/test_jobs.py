"""The job that reads sites: items are kept once, changes are seen, pictures are copied, and the health is written down."""

import pytest
import sqlalchemy as sa

from crm.bulletins import service
from crm.bulletins.feeds import queries
from crm.bulletins.feeds.items import Problem
from crm.bulletins.feeds.models import FeedItem, FeedState
from crm.bulletins.models import Bulletin
from crm.bulletins.service import BulletinTerms
from crm.core import jobs as core_jobs
from crm.files import disk
from crm.files.models import StoredFile
from tests.bulletins.feeds import sites
from tests.campaigns.factories import make_bulletin
from tests.fakes import SYSTEM
from tests.security.fetching_server import by_path, says, serving


@pytest.fixture
def site(app, monkeypatch):
    pages = {
        "/feed": sites.feed(("2", "Dua"), ("1", "Satu")),
        "/1.jpg": sites.picture_answer(),
        "/2.jpg": says(b"<svg/>", media_type="image/svg+xml"),
    }
    with serving(by_path(pages)) as server:
        server.pages = pages
        monkeypatch.setitem(app.config, "FETCH_ALSO", [server.address])
        yield server


@pytest.fixture
def bulletin(acting, world, site):
    with acting(world.manager):
        return make_bulletin(world.sgr, feed_url=site.url("/feed"))


@pytest.fixture
def read(app, acting, jobs, bulletin):
    def run():
        with acting(SYSTEM):
            core_jobs.enqueue("bulletins.read_site", bulletin_id=bulletin.id)
        assert jobs.run_all()
        with acting(SYSTEM) as session:
            rows = session.scalars(sa.select(FeedItem).order_by(FeedItem.id)).all()
            return rows, session.scalar(sa.select(FeedState))

    return run


def test_items_are_kept_once_with_a_copy_of_their_picture(read, acting):
    rows, state = read()
    again, _state = read()
    assert [row.id for row in rows] == [row.id for row in again]
    assert [(row.title, row.summary) for row in rows] == [("Satu", "Ringkasan Satu."), ("Dua", "Ringkasan Dua.")]
    assert (state.title, state.problem) == ("Situs", None)
    assert state.answered_at is not None
    assert rows[0].picture_file_id is not None
    assert (rows[1].picture_file_id, rows[1].picture_url) == (None, "")  # not of a kind that we take
    with acting(SYSTEM) as session:
        stored = session.get(StoredFile, rows[0].picture_file_id)
        with disk.open_stored(stored.storage_key) as copy:
            assert copy.read(3) == b"\xff\xd8\xff"


def test_a_changed_page_is_seen(read, site, clock):
    clock.freeze("2026-11-24 09:00")
    read()
    site.pages["/feed"] = sites.feed(("1", "Satu, dibetulkan"), ("2", "Dua"))
    clock.freeze("2026-11-24 10:00")
    rows, _state = read()
    assert [(row.title, row.changed_at is not None) for row in rows] == [("Satu, dibetulkan", True), ("Dua", False)]


def test_a_site_that_does_not_answer_any_more_keeps_its_items_and_says_since_when(read, site, clock):
    clock.freeze("2026-11-24 09:00")
    _rows, before = read()
    site.pages["/feed"] = says(b"x", status="503 Busy")
    clock.freeze("2026-11-24 12:00")
    rows, state = read()
    assert len(rows) == 2
    assert (state.problem, state.answered_at) == (Problem.ERROR_PAGE, before.answered_at)
    site.close()
    assert read()[1].problem is Problem.SILENT


def test_each_site_is_read_hourly_by_a_job_of_its_own(acting, world, bulletin, jobs):
    with acting(world.manager):
        make_bulletin(world.sgr, "Tanpa situs")
        make_bulletin(world.sgr, "Lama", feed_url="http://127.0.0.1:1/", archived_at=bulletin.created_at)
    with acting(SYSTEM):
        core_jobs.enqueue("bulletins.read_sites")
    assert jobs.run_all() == ["bulletins.read_sites", "bulletins.read_site"]
    assert core_jobs.registered()["bulletins.read_sites"].minute == "7"


def test_a_new_address_begins_anew_and_is_read_at_once(acting, world, read, bulletin, site, jobs):
    read()
    with acting(world.manager) as session:
        row = session.get(Bulletin, bulletin.id)
        for _twice in range(2):
            terms = BulletinTerms(name=row.name, feed_url=site.url("/other"))
            service.change_bulletin(row, terms, seen_version=row.version, by=world.manager)
    assert jobs.run_all() == ["bulletins.read_site"]
    with acting(world.manager):
        state = queries.state_of(bulletin.id)
        assert (state.url, state.problem, state.answered_at, state.title) == (site.url("/other"), Problem.ERROR_PAGE, None, "")


def test_an_address_inside_is_not_gone_to(acting, world, bulletin, read, monkeypatch, app, site):
    monkeypatch.setitem(app.config, "FETCH_ALSO", [])
    rows, state = read()
    assert (rows, state.problem, site.heads) == ([], Problem.SILENT, [])
