import re

from playwright.sync_api import expect

from tests.journeys.checks import PHONE, look, small_targets

PAGES = (
    "/desk", "/stakeholders", "/stakeholders/4", "/stakeholders/4/edit", "/stakeholders/organizations/new", "/interactions",
    "/interactions/new", "/meetings", "/commitments?view=office", "/reports/coordination", "/search?q=dinas", "/me",
)  # fmt: skip


def test_a_finger_finds_every_button_and_no_page_moves_sideways(visit):
    officer = visit("suparmi", phone=True)
    small = {}
    for path in PAGES:
        page = officer.go(path)
        found = small_targets(page)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            found.append("moves sideways")
        if found:
            small[path] = found
    assert not small, "\n".join(f"{path}: {one}" for path, found in small.items() for one in found)


def test_the_tab_bar_leads_to_the_five_places(visit):
    page = visit("suparmi", phone=True).page
    bar = page.locator(".m-tabbar")
    expect(bar.locator("a")).to_have_count(5)
    expect(bar.locator("[aria-current=page]")).to_contain_text("Meja")
    bar.get_by_text("Rapat").tap()
    page.wait_for_url("**/meetings")
    bar.get_by_text("Lainnya").tap()
    menu = page.locator("#menu")
    expect(menu.get_by_role("link", name="Pemangku kepentingan")).to_be_visible()
    look(page, widths=(PHONE,))
    menu.get_by_role("link", name="Janji").tap()
    page.wait_for_url("**/commitments*")
    bar.get_by_text("Cari").tap()
    page.locator("#palette input").fill("puspaning")
    page.locator("#palette [role=option]", has_text="Sari Puspaningrat").first.tap()
    page.wait_for_url(re.compile(r"/stakeholders/\d+$"))


def list_without(visit, script):
    """The list on a phone while one of its scripts is on its way, and what lets it arrive."""
    officer = visit("suparmi", phone=True)
    page, waiting = officer.page, []
    page.route(f"**/js/{script}", lambda route: waiting.append(route))
    with page.expect_request(f"**/js/{script}"):
        page.goto(officer.base + "/stakeholders", wait_until="commit")
    bar = page.locator("[data-bulk]")
    bar.wait_for(state="attached")
    return page, bar, lambda: [route.continue_() for route in waiting]


def test_the_bar_of_verbs_is_not_there_before_something_is_ticked(visit):
    page, bar, arrive = list_without(visit, "tick.js")
    expect(bar).to_be_hidden()
    arrive()
    page.wait_for_selector("[data-bulk=wired]", state="attached")
    expect(bar).to_be_hidden()
    page.locator("tbody input[type=checkbox]").first.check()
    expect(bar).to_be_visible()


def test_the_bar_of_verbs_does_not_flash_while_the_scripts_are_on_their_way(visit):
    page, bar, arrive = list_without(visit, "shell.js")
    assert bar.evaluate("(bar) => getComputedStyle(bar).visibility") == "hidden"
    arrive()
    page.wait_for_selector("[data-bulk=wired]", state="attached")


def test_the_quick_log_fills_the_screen_and_its_button_stays_in_reach(visit):
    officer = visit("suparmi", phone=True)
    page = officer.page
    officer.hand.reset()
    page.locator(".m-tabbar .is-log").tap()
    dialog = page.locator("#quick-log")
    expect(dialog.locator("textarea")).to_be_focused()
    page.keyboard.type("telp Budi, Sari @Disdukcapil: data WNA #koordinasi !senin kirim surat")
    expect(dialog.locator("input[name=summary]")).to_have_value("data WNA")
    box = dialog.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, PHONE["width"], PHONE["height"])
    assert not small_targets(page)
    look(page, widths=(PHONE,))
    save = dialog.get_by_role("button", name="Simpan", exact=True)
    expect(save).to_be_in_viewport(ratio=1)
    save.tap()
    expect(dialog).to_be_hidden()
    assert officer.hand.clicks <= 2, officer.hand.presses
    expect(page.locator("[data-toast]")).to_be_visible()
    page.locator("[data-toast] form button").tap()
    page.wait_for_load_state()
