import re

from playwright.sync_api import expect

from tests.journeys.checks import look


def test_an_open_action_is_finished_on_the_desk_with_one_click_and_undone(visit):
    officer = visit("suparmi")
    page = officer.page
    row = page.locator("section[aria-labelledby=due-1] .m-row").first
    title = row.locator("h3").inner_text()
    officer.hand.reset()
    row.get_by_role("button", name=re.compile("^Selesai")).click()
    expect(page.locator("[data-toast]")).to_be_visible()
    assert officer.hand.clicks <= 1, officer.hand.presses
    assert page.url.split("?")[0].endswith("/desk")  # finished from where it stands
    expect(page.locator("section[aria-labelledby^=due-] h3", has_text=title)).to_have_count(0)
    look(page)
    page.locator("[data-toast] form button").click()
    expect(page.locator("section[aria-labelledby^=due-] h3", has_text=title)).to_have_count(1)


def test_the_ledger_and_one_commitment(visit):
    officer = visit("suparmi")
    page = officer.go("/commitments?view=overdue")
    look(page)
    page.locator("#commitment-rows .m-name").first.click()
    look(page)
    officer.go("/commitments?view=closed")
    look(page)
    officer.go("/commitments/new")
    look(page)
    page.locator("[name=text]").fill("Kirim contoh formulir")
    page.locator("main form.m-form button.btn-primary").click()
    page.wait_for_url(re.compile(r"/commitments/\d+$"))
    expect(page.locator("h1")).to_contain_text("Kirim contoh formulir")
    page.locator("[data-toast] form button").click()
    expect(page.locator("[data-toast]")).to_be_visible()


def test_without_script_it_is_done_as_well(visit):
    page = visit("suparmi", script=False).page
    page.goto(page.url.replace("/desk", "/commitments?view=mine"))
    first = page.locator("#commitment-rows tr").first
    title = first.locator(".m-name").inner_text()
    first.get_by_role("button", name=re.compile("^Selesai")).click()
    expect(page.locator("#commitment-rows .m-name", has_text=title)).to_have_count(0)
    page.locator("[data-toast] form button").click()
    page.goto(page.url.split("/commitments")[0].split("/desk")[0] + "/commitments?view=mine")
    expect(page.locator("#commitment-rows .m-name", has_text=title)).to_have_count(1)
