import re

from playwright.sync_api import expect

from tests.journeys.checks import look

SAVE = "main form.m-form button.btn-primary"


def test_an_organization_and_a_person_are_added_with_a_warning_about_doubles(visit):
    officer = visit("suparmi")
    page = officer.go("/stakeholders")
    look(page)
    page.get_by_role("link", name="Tambah organisasi").click()
    look(page)
    page.locator("input[name=name]").fill("Disdukcapil")
    page.locator("input[name=category][value='partner-agency']").check()
    page.locator(SAVE).press("Enter")
    warning = page.locator("[data-error-summary]")
    expect(warning).to_contain_text("Dinas Kependudukan dan Pencatatan Sipil Kota Sagaramaya")
    expect(page.locator("input[name=name]")).to_have_value("Disdukcapil")
    look(page)
    page.locator("input[name=name]").fill("Balai Uji Perjalanan")
    page.locator(SAVE).press("Enter")
    page.wait_for_url(re.compile(r"/stakeholders/\d+$"))
    expect(page.locator("h1")).to_have_text("Balai Uji Perjalanan")
    look(page)
    organization = page.url

    officer.go("/stakeholders/people/new")
    look(page)
    page.locator("input[name=name]").fill("Suhartini")
    page.locator("input[name='affiliations-0-organization']").fill("balai uji")
    page.locator(".m-complete-box [role=option]").filter(has_text="Balai Uji Perjalanan").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(SAVE).press("Enter")
    page.wait_for_url(re.compile(r"/stakeholders/\d+$"))
    expect(page.locator("main")).to_contain_text("Balai Uji Perjalanan")
    page.goto(organization)
    expect(page.locator("#people, aside").filter(has_text="Suhartini").first).to_be_visible()


def test_two_people_edit_one_record_and_nobody_loses_a_word(visit):
    first, second = visit("suparmi"), visit("ratna")
    first.go("/stakeholders/organizations/new")
    first.page.locator("input[name=name]").fill("Paguyuban Dua Penyunting")
    first.page.locator("input[name=category][value='community-group']").check()
    first.page.locator(SAVE).click()
    first.page.wait_for_url(re.compile(r"/stakeholders/\d+$"))
    edit = first.page.url + "/edit"
    for visitor in (first, second):
        visitor.page.goto(edit)
    first.page.locator("[name=address]").fill("Jl. Pertama 1")
    first.page.locator(SAVE).click()
    first.page.wait_for_url(re.compile(r"/stakeholders/\d+$"))
    page = second.page
    page.locator("[name=address]").fill("Jl. Kedua 2")
    page.locator("[name=website]").fill("https://paguyuban.example")
    page.locator(SAVE).click()
    versions = page.locator("main table").first
    for words in ("Jl. Pertama 1", "Jl. Kedua 2", "https://paguyuban.example"):
        expect(versions).to_contain_text(words)
    look(page)
    page.get_by_role("button", name=re.compile("Alamat")).click()
    page.locator(SAVE).click()
    page.wait_for_url(re.compile(r"/stakeholders/\d+$"))
    expect(page.locator("main")).to_contain_text("Jl. Pertama 1")
    expect(page.locator("main")).to_contain_text("paguyuban.example")
    page.goto(page.url + "/history")
    look(page)


def test_archiving_is_taken_back_from_the_message(visit):
    manager = visit("ratna")
    page = manager.go("/stakeholders?q=Klub+Warga+Asing")
    page.locator("#stakeholder-rows a", has_text="Klub Warga Asing").first.click()
    page.locator(".m-head details.m-menu summary").click()
    page.locator(".m-head").get_by_role("button", name="Arsipkan").click()
    expect(page.locator("[data-toast]")).to_contain_text("diarsipkan")
    look(page)
    page.locator("[data-toast] form button").click()
    expect(page.locator("[data-toast]")).to_be_visible()
    page.locator(".m-head details.m-menu summary").click()
    expect(page.locator(".m-head").get_by_role("button", name="Arsipkan")).to_be_visible()
