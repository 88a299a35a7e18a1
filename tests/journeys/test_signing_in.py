from playwright.sync_api import expect

from tests.journeys.checks import look


def test_signing_in_by_keyboard_after_a_wrong_password_and_out_again(visit, product):
    stranger = visit(None)
    page = stranger.page
    page.goto(stranger.base + "/desk")
    expect(page.locator("h1")).to_have_text("Masuk ke Mitra")
    look(page)
    address, password = product.people["kasmirah"]
    expect(page.locator("input[name=email]")).to_be_focused()
    page.keyboard.type(address)
    page.locator("input[name=password]").focus()
    page.keyboard.type("bukan kata sandinya")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("input[name=email]")).to_have_value(address)
    expect(page.locator("input[name=password]")).to_be_focused()
    expect(page.locator("input[name=password]")).to_have_value("")
    look(page)
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    expect(page.locator("h1")).to_have_text("Meja saya")
    look(page)

    page.locator(".m-top details summary").focus()
    page.keyboard.press("Enter")
    look(page)
    page.get_by_role("button", name="Keluar").press("Enter")
    page.wait_for_url("**/sign-in*")
    page.goto(stranger.base + "/desk")
    expect(page.locator("h1")).to_have_text("Masuk ke Mitra")


def test_what_one_was_writing_survives_a_sign_out_in_another_window(visit, product):
    officer = visit("kasmirah")
    page = officer.go("/stakeholders/people/new")
    page.locator("input[name=name]").fill("Nama Yang Tidak Boleh Hilang")
    other = page.context.new_page()
    other.goto(officer.base + "/desk")
    other.locator(".m-top details summary").click()
    other.get_by_role("button", name="Keluar").click()
    other.wait_for_url("**/sign-in*")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("textarea[name=name]")).to_have_value("Nama Yang Tidak Boleh Hilang")
    look(page)
    page.get_by_role("button", name="Kirim lagi").click()
    expect(page.locator("h1")).to_have_text("Masuk ke Mitra")
    page.locator("input[name=email]").fill(product.people["kasmirah"][0])
    page.locator("input[name=password]").fill(product.people["kasmirah"][1])
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("body")).to_contain_text("Nama Yang Tidak Boleh Hilang")
    look(page)
