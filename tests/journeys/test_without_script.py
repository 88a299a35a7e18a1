"""Every page of the product, read by somebody whose browser runs no script: whole, and without a word of English."""

import re
from urllib.parse import urlsplit

import pytest

from tests.journeys.checks import OUTSIDE, PHONE
from tests.journeys.other_words import OtherWords

# Addresses that give a file or a fragment, and those that a link must never reach by itself.
NO_PAGE = re.compile(
    r"/(static|files)/|\.(json|xlsx|pdf|csv|eml|svg|png|xml)$|/search/(suggestions|completions)|/preview$"
    r"|^/archive/[^/]+/[0-9]+$"  # an issue: the mail itself
)

# A button that nothing answers: no form around it, no dialog, menu or key of ours. With script off none may be seen at all.
DEAD = """() => [...document.querySelectorAll('button')].filter((el) => el.checkVisibility() && (!el.form || el.type === 'button'))
  .map((el) => el.outerHTML.slice(0, 120))"""
EMPTY = """() => [...document.querySelectorAll('form')].filter((el) => !el.getAttribute('action') && el.getAttribute('action') !== '')
  .map((el) => el.outerHTML.slice(0, 120))"""


def shape(url):
    """One of each kind: /stakeholders/17 is like /stakeholders/4, a filter like none."""
    return re.sub(r"/\d+", "/1", urlsplit(url).path)


def links(page):
    hrefs = page.evaluate("[...document.querySelectorAll('a[href]')].map((el) => el.href)")
    return [href.split("#")[0] for href in hrefs if urlsplit(href).netloc == urlsplit(page.url).netloc]


@pytest.mark.parametrize("who", ["ratna", "daniel"])
def test_every_page_that_a_link_reaches_is_whole_without_script(visit, who):
    visitor = visit(who, script=False)
    page = visitor.page
    page.set_viewport_size(PHONE)
    waiting, seen, wrong, english = [page.url], {shape(page.url)}, [], OtherWords("en")
    assert OtherWords("id").on(page)  # it sees words
    while waiting:
        url = waiting.pop(0)
        answer = page.goto(url)
        assert answer is not None
        wrong += [f"{url}: {problem}" for problem in [*_problems(page, answer.status), *english.on(page)]]
        for href in links(page):
            if shape(href) not in seen and not NO_PAGE.search(urlsplit(href).path):
                seen.add(shape(href))
                waiting.append(href)
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 25, sorted(seen)


def _problems(page, status):
    if status != 200:
        return [f"status {status}"]
    found = [f"dead button {one}" for one in page.evaluate(DEAD)] + [f"form to nowhere {one}" for one in page.evaluate(EMPTY)]
    if page.locator("main h1, h1").count() != 1:
        found.append("no single title")
    main = page.locator("main")
    if main.count() != 1 or len(main.inner_text().strip()) < 40:
        found.append("no main content")
    if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
        found.append(f"wider than the phone: {page.evaluate(OUTSIDE, PHONE['width'])}")
    return found
