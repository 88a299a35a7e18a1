import re

from playwright.sync_api import expect

from tests.journeys.checks import look


def test_half_a_name_and_enter_open_a_record(visit):
    officer = visit("suparmi")
    page = officer.go("/commitments")
    officer.hand.reset()
    page.keyboard.press("/")
    page.keyboard.type("puspaning")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("Sari Puspaningrat")
    look(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/stakeholders/\d+$"))
    expect(page.locator("h1")).to_contain_text("Sari Puspaningrat")
    assert officer.hand.clicks == 2, officer.hand.presses
    look(page)


def test_commands_answer_too_and_nothing_found_says_so(visit):
    page = visit("suparmi").page
    page.keyboard.press("Control+k")
    page.keyboard.type("zzqqxx")
    expect(page.locator("[data-palette-said]")).to_have_text("Tidak ada hasil")
    page.locator("#palette input").fill("laporan")
    expect(page.locator("#palette [role=option]").filter(has_text="Laporan").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_keys_go_to_places_and_through_rows(visit):
    page = visit("suparmi").page
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/stakeholders")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("tr.is-on")).to_have_count(1)
    second = page.locator("#stakeholder-rows tr").nth(1)
    expect(second).to_have_class(re.compile("is-on"))
    name = second.locator(".m-name").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/stakeholders/\d+$"))
    expect(page.locator("h1")).to_contain_text(name)
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    look(page)


def test_the_search_page_does_the_same_without_script(visit):
    page = visit("suparmi", script=False).page
    page.goto(page.url.replace("/desk", "/search"))
    page.locator("main input[name=q]").fill("puspaning")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("Sari Puspaningrat")).first.click()
    expect(page.locator("h1")).to_contain_text("Sari Puspaningrat")
