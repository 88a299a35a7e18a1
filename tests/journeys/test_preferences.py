from playwright.sync_api import expect

from tests.journeys.checks import look


def choose(page, name):
    page.locator(".m-top details summary").click()
    page.locator(".m-top").get_by_role("button", name=name).click()
    page.wait_for_load_state()


def test_language_theme_and_density_stay_chosen(visit, product):
    person = visit("meihwa")
    page = person.page
    choose(page, "English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("My desk")
    choose(page, "Dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    person.go("/me")
    look(page)
    page.locator("input[name=density][value=compact]").check()
    page.get_by_role("button", name="Save preferences").click()
    expect(page.locator("html")).to_have_attribute("data-density", "compact")

    again = visit(None).page  # another browser, after signing in there
    again.goto(product.base + "/sign-in")
    again.fill("input[name=email]", product.people["meihwa"][0])
    again.fill("input[name=password]", product.people["meihwa"][1])
    again.keyboard.press("Enter")
    again.wait_for_url("**/desk")
    for name, value in (("lang", "en"), ("data-bs-theme", "dark"), ("data-density", "compact")):
        expect(again.locator("html")).to_have_attribute(name, value)
    for path in ("/stakeholders", "/reports/coordination", "/commitments"):
        page.goto(product.base + path)
        look(page)


def test_settings_pages_hold_for_an_administrator(visit):
    admin = visit("daniel")
    for path in (
        "/me",
        "/users",
        "/users/new",
        "/offices",
        "/offices/holidays",
        "/permissions",
        "/settings/mail",
        "/activity",
        "/topics",
    ):
        look(admin.go(path))
