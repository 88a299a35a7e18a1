import re

from playwright.sync_api import expect

from tests.journeys.checks import look

OWN = """Minister,Date,Name of Organisation,Purpose of meeting
"Minister of State, Ana Wijaya",Jan-14,Perkumpulan Uji Satu,Perkenalan
,,Perkumpulan Uji Dua,
"Minister of State, Ana Wijaya",Feb-14,Perkumpulan Uji Satu,Tindak lanjut data
"""


def go_through_three_screens(officer, path):
    """File, rows, run: what is pressed on the way is counted by the caller."""
    page = officer.go("/imports/new")
    look(page)
    officer.hand.reset()
    page.locator("input[type=file]").set_input_files(path)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile(r"/imports/\d+/files"))
    screens = {"files"}
    look(page)
    if page.locator("button[value=rows]").count() == 0:
        page.locator("button[value=columns]").click()
        page.wait_for_url(re.compile(r"/imports/\d+/mapping"))
        look(page)
        screens.add("columns")
    page.locator("button[value=rows]").click()
    page.wait_for_url(re.compile(r"/imports/\d+(/progress)?$"))
    expect(page.locator("#fate-rows tr").first).to_be_visible(timeout=60_000)
    screens.add("rows")
    look(page)
    return page, screens


def test_a_register_comes_in_by_three_screens_and_goes_back_out(visit, tmp_path):
    path = tmp_path / "Uji_meetings_jan_mar_14.csv"
    path.write_text(OWN, encoding="utf-8")
    officer = visit("daniel")
    page, screens = go_through_three_screens(officer, path)
    assert len(screens) <= 3, screens
    expect(page.locator("main")).to_contain_text("Belum ada yang disimpan")
    page.locator(".m-head .btn-primary").click()
    undo = page.locator(".m-head").get_by_role("link", name="Urungkan impor")
    expect(undo).to_be_visible(timeout=60_000)
    assert officer.hand.clicks <= 5, officer.hand.presses
    look(page)
    officer.go("/stakeholders?q=Perkumpulan+Uji")
    expect(page.locator("#stakeholder-rows .m-name")).to_have_count(2)
    page.go_back()
    undo.click()
    expect(page.locator("main")).to_contain_text("organisasi")
    look(page)
    page.locator("main").get_by_role("button", name="Urungkan impor").click()
    expect(page.locator(".m-head").get_by_role("link", name="Impor berkas")).to_be_visible(timeout=60_000)
    page.goto(officer.base + "/stakeholders?q=Perkumpulan+Uji")
    expect(page.locator("#stakeholder-rows .m-name")).to_have_count(0)
    officer.go("/imports")
    look(page)


def test_a_real_register_shows_the_fate_of_every_row(visit, meetings):
    officer = visit("daniel")
    page, screens = go_through_three_screens(officer, meetings / "CO_meetings_jan_mar_14.csv")
    assert len(screens) <= 3, screens
    expect(page.locator("main")).to_contain_text("Big Society Capital")
