"""Every page that a link reaches, in English, in the dark, on a phone: no accessibility fault, nothing sticks out."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys.checks import PHONE, faults
from tests.journeys.test_preferences import choose
from tests.journeys.test_without_script import NO_PAGE, links


def shape(url: str) -> str:
    """One of each kind: /stakeholders/17 is like /stakeholders/4, one list behind a figure like another."""
    return re.sub(r"/\d+", "/1", re.sub(r"/figures/.*", "/figures/x", urlsplit(url).path))


@pytest.fixture
def english_in_the_dark(visit):
    """The administrator's browser; what was chosen is put back, because others sign in as the same person."""
    visitor = visit("daniel")
    choose(visitor.page, "English")
    choose(visitor.page, "Dark")
    yield visitor
    visitor.page.set_viewport_size({"width": 1366, "height": 768})
    visitor.go("/desk")
    choose(visitor.page, "Bahasa Indonesia")
    choose(visitor.page, "Ikut sistem")


def test_every_page_holds_in_english_in_the_dark_on_a_phone(english_in_the_dark):
    page: Page = english_in_the_dark.page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    waiting, seen, wrong = [page.url], {shape(page.url)}, []
    while waiting:
        url = waiting.pop(0)
        page.goto(url)
        wrong += [f"{url}: {fault}" for fault in faults(page, PHONE["width"])]
        if page.locator("html").get_attribute("lang") != "en":
            wrong.append(f"{url}: not in English")
        for href in links(page):
            path = urlsplit(href).path
            if shape(href) not in seen and not NO_PAGE.search(path):
                seen.add(shape(href))
                waiting.append(href)
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 50, sorted(seen)
