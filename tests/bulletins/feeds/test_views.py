"""The page of a bulletin says how reading the site goes and what it published."""

from crm.bulletins.feeds import service
from crm.bulletins.feeds.gathering import Gathered
from crm.bulletins.feeds.items import Problem, Reading, item
from crm.bulletins.models import Bulletin
from tests.campaigns.factories import make_bulletin
from tests.fakes import SYSTEM


def read(acting, bulletin, *, problem=None, items=()):
    with acting(SYSTEM) as session:
        row = session.get(Bulletin, bulletin.id)
        service.keep(row, row.feed_url, Gathered(Reading(tuple(items), problem, "Situs kanim")))


def make(acting, world, **fields):
    with acting(world.manager):
        return make_bulletin(world.sgr, **{"feed_url": "https://kanim.example/feed", **fields})


def test_health_and_items_are_shown(browser, world, acting, clock):
    clock.freeze("2026-11-24 09:00")
    bulletin = make(acting, world)
    browser.sign_in(world.officer)
    assert "sedang dibaca untuk pertama kali" in browser.get(f"/bulletins/{bulletin.id}").text
    read(acting, bulletin, items=[item(key="1", title="Antrean dibuka", url="https://kanim.example/1", summary="Mulai Rabu.")])
    page = browser.get(f"/bulletins/{bulletin.id}/site", queries=12).text
    assert "Antrean dibuka" in page
    assert 'href="https://kanim.example/1"' in page
    assert "Situs kanim" in browser.get(f"/bulletins/{bulletin.id}").text


def test_a_site_that_fell_silent_says_since_when(browser, world, acting, clock):
    clock.freeze("2026-11-24 09:00")
    bulletin = make(acting, world)
    read(acting, bulletin, items=[item(key="1", title="x")])
    clock.freeze("2026-11-25 09:00")
    read(acting, bulletin, problem=Problem.SILENT)
    for page in (f"/bulletins/{bulletin.id}", f"/bulletins/{bulletin.id}/site"):
        assert "Situs tidak menjawab sejak 24\u00a0Nov, 09.00\u00a0WIB" in browser.sign_in(world.officer).get(page).text


def test_every_problem_has_its_sentence(browser, world, acting):
    bulletin = make(acting, world)
    said = set()
    for problem in Problem:
        read(acting, bulletin, problem=problem)
        page = browser.sign_in(world.officer).get(f"/bulletins/{bulletin.id}/site").text
        said.add(page.split("is-late", 1)[1][:400])
    assert len(said) == len(Problem) - 1  # an empty feed and one of empty items are one matter to a person


def test_reading_is_asked_for_by_who_manages_bulletins(browser, world, acting, jobs):
    bulletin, without = make(acting, world), make(acting, world, feed_url="")
    browser.sign_in(world.viewer).post(f"/bulletins/{bulletin.id}/site/reading", status=403)
    browser.sign_in(world.sister_manager).post(f"/bulletins/{bulletin.id}/site/reading", status=404)
    browser.get(f"/bulletins/{bulletin.id}/site", status=404)
    browser.sign_in(world.manager).post(f"/bulletins/{without.id}/site/reading")
    assert jobs.names() == []
    browser.post(f"/bulletins/{bulletin.id}/site/reading")
    assert jobs.names() == ["bulletins.read_site"]
