import re

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.stakeholders.models import (
    Category,
    Organization,
    Topic,
)
from tests.stakeholders.factories import (
    make_affiliation,
    make_contact_made,
    make_organization,
    make_person,
    make_topic,
)
from tests.stakeholders.pages import ORGANIZATION, stored


def test_list_shows_rows_and_views_within_ten_queries(browser, acting, world, agency, foreign, clock):
    with acting(world.officer):
        for at in range(60):
            made = make_organization(world.sgr, f"Dinas {at:02}", tier=1)
            person = make_person(world.sgr, f"Orang {at:02}")
            make_affiliation(person, made)
            make_contact_made(world.sgr, person, organization=made, on=world.officer.created_at.date())
    page = browser.sign_in(world.officer).get("/stakeholders", queries=10)
    assert "Dinas 49" in page.text
    assert "Canary" not in page.text
    following = re.search(r'href="([^"]*after=[^"]*)"', page.text).group(1).replace("&amp;", "&")
    more = browser.get(following, headers={"HX-Request": "true"}, queries=10)
    assert "<html" not in more.text
    assert more.text.count("<tr>") == 50
    assert browser.get(following).text.count("<tr>") > 50


@pytest.mark.parametrize(
    "query",
    [
        "sort=password",
        "tier=9",
        "owner__password=x",
        "kind=user",
        "after=junk",
        "topic=1%27%20OR%201=1",
        "q=a%00b",
        "category=media&category=x",
    ],
)
def test_list_refuses_what_no_page_of_ours_writes(browser, world, query):
    browser.sign_in(world.officer).get(f"/stakeholders?{query}", status=400)


def test_list_narrows_by_each_filter_and_says_so(browser, acting, world, agency):
    with acting(world.officer):
        make_organization(world.sgr, "Harian Suara", category=Category.MEDIA)
    page = browser.sign_in(world.officer).get("/stakeholders?category=media&tier=&kind=&topic=&tag=&owner=")
    assert "Harian Suara" in page.text
    assert "Disdukcapil" not in page.text.split("<table")[1]
    empty = browser.get("/stakeholders?tier=3&q=%25")
    assert "<table" not in empty.text


def test_list_is_for_who_may_read(browser, world):
    browser.sign_in(world.viewer).get("/stakeholders")


def test_half_a_name_finds(browser, acting, world):
    browser.sign_in(world.officer).post("/stakeholders/organizations/new", ORGANIZATION)
    page = browser.get("/stakeholders?q=disduk", queries=13)
    assert "Disdukcapil Kota Sagaramaya" in page.text.split("<table")[1]


def test_archive_several_with_count_and_undo(browser, acting, world, agency):
    with acting(world.manager):
        second = make_person(world.sgr).id
    response = browser.sign_in(world.manager).post(
        "/stakeholders/selection/archival", {"ids": [str(agency), str(second)], "where": "category=media&sort=-name"}
    )
    assert response.headers["Location"] == "/stakeholders?category=media&sort=-name"
    page = browser.follow(response)
    undo = re.search(r'action="([^"]*/selection/restoration[^"]*)"', page.text).group(1).replace("&amp;", "&")
    browser.post(undo)
    assert "Disdukcapil" in browser.get("/stakeholders").text
    browser.post("/stakeholders/selection/archival", {"ids": []})
    browser.sign_in(world.officer).post("/stakeholders/selection/archival", {"ids": [str(agency)]}, status=403)


def test_several_with_one_foreign_id_are_refused_as_a_whole(browser, acting, world, agency, foreign):
    for url in ("archival", "topic", "restoration"):
        sent = {"ids": [str(agency), str(foreign)], "topic": "x", "step": "save"}
        browser.sign_in(world.manager).post(f"/stakeholders/selection/{url}", sent, status=404)
    browser.post("/stakeholders/selection/archival", {"ids": ["1 or 1=1"]}, status=400)
    with acting(world.officer):
        assert db.session.get(Organization, agency).archived_at is None
        assert db.session.scalars(sa.select(Topic.id)).all() == []


def test_topic_for_several(browser, acting, world, agency):
    with acting(world.officer):
        make_topic("data WNA")
    page = browser.sign_in(world.officer).post("/stakeholders/selection/topic", {"ids": [str(agency)]}, status=200)
    assert "Disdukcapil Kota Sagaramaya" in page.text
    browser.post("/stakeholders/selection/topic", {"ids": [str(agency)], "step": "save", "topic": ""}, status=422)
    done = browser.post("/stakeholders/selection/topic", {"ids": [str(agency)], "step": "save", "topic": "DATA WNA"})
    page = browser.follow(done)
    undo = re.search(r'action="([^"]*/topic-removal/[^"]*)"', page.text).group(1).replace("&amp;", "&")
    assert stored(acting, world, agency)[0].topics == ("data WNA",)
    browser.post(undo)
    assert stored(acting, world, agency)[0].topics == ()
