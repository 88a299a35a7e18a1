import re

import pytest
from playwright.sync_api import expect

from tests.journeys.checks import look


def names(page):
    return page.locator("#stakeholder-rows .m-name").all_inner_texts()


def test_filters_stand_in_the_address_and_come_off_one_by_one(visit):
    officer = visit("suparmi")
    page = officer.go("/stakeholders")
    page.locator(".m-filters details summary").first.click()
    assert (
        page.locator(".m-chip.is-add").evaluate("e => getComputedStyle(e).borderRadius") == "999px"
    )  # no other part draws over it
    look(page)
    page.locator("select[name=category]").select_option("media")
    page.locator(".m-filters details button[type=submit]").click()
    page.wait_for_url("**category=media*")
    kinds = set(page.locator("#stakeholder-rows tr td:nth-child(3)").all_inner_texts())
    assert kinds == {"Media"}
    chip = page.locator(".m-chip").filter(has_text="Media")
    look(page)
    chip.locator("a").click()
    page.wait_for_url(lambda url: "category=media" not in url)
    page.locator(".m-filters .m-find").fill("disduk")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=disduk*")
    expect(page.locator("#stakeholder-rows")).to_contain_text("Dinas Kependudukan")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_more_rows_follow_without_a_gap_or_a_double(visit, script):
    page = visit("suparmi", script=script).page
    page.goto(page.url.replace("/desk", "/stakeholders"))
    first = names(page)
    page.get_by_role("link", name="Muat berikutnya").click()
    if script:
        expect(page.locator("#stakeholder-rows .m-name")).to_have_count(2 * len(first))
        seen = names(page)
        assert seen[: len(first)] == first
        expect(page.locator("#stakeholder-rows tr").nth(len(first)).locator("input, a").first).to_be_focused()
    else:
        page.wait_for_url("**after=*")
        seen = first + names(page)
    assert len(seen) == 2 * len(first)
    assert page.locator("#stakeholder-rows").count() == 1
    hrefs = page.locator("#stakeholder-rows a.m-name").evaluate_all("all => all.map((one) => one.href)")
    assert len(set(hrefs)) == len(hrefs)


def test_several_rows_get_a_topic_at_once_and_lose_it_again(visit):
    manager = visit("ratna")
    page = manager.go("/stakeholders?category=media")
    boxes = page.locator("#stakeholder-rows input[name=ids]")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-tick-count]")).to_have_text("3")
    look(page)
    page.locator("[data-bulk] button", has_text="topik").click()
    look(page)
    page.locator("main form input[name=topic], main form select[name=topic]").first.fill("uji perjalanan")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("[data-toast]")).to_contain_text("3")
    page.locator("[data-toast] form button").click()
    expect(page.locator("[data-toast]")).to_be_visible()


def test_the_other_lists_hold_too(visit):
    officer = visit("suparmi")
    for path in (
        "/interactions",
        "/interactions/new",
        "/interactions/quick-log/help",
        "/meetings",
        "/meetings/new",
        "/search?q=dinas",
    ):
        look(officer.go(path))
    page = officer.go("/interactions")
    page.locator(".m-filters details summary").first.click()
    page.locator("select[name=channel]").select_option("visit")
    page.locator(".m-filters details button[type=submit]").click()
    page.wait_for_url(re.compile("channel=visit"))
    titles = page.locator("#interaction-entries li h3").all_inner_texts()
    assert titles
    assert all("unjungan" in title for title in titles), titles
