"""From the news of the office's site to a draft without promises, in a real browser."""

import os
import re

from playwright.sync_api import expect

from tests.bulletins.feeds import sites
from tests.journeys.checks import look
from tests.security.fetching_server import by_path


def shoot(page, name):
    if os.environ.get("LOOK"):
        page.screenshot(path=f"{os.environ['LOOK']}/{name}.png", full_page=True)


def test_a_bulletin_is_made_of_the_sites_news_and_its_promise_softened(product, visit):
    pages = {"/feed": sites.feed(("2", "Paspor pasti selesai besok"), ("1", "Antrean dibuka lagi"))}
    product.site.answer = by_path({**pages, "/1.jpg": sites.picture_answer(), "/2.jpg": sites.picture_answer()})
    manager = visit("ratna")
    page = manager.go("/bulletins/new")
    page.fill("#name", "Kabar dari situs")
    page.fill("#feed_url", product.site.url("/feed"))
    page.click("main .m-form-acts button[type=submit]")
    expect(page.locator("h1")).to_have_text("Kabar dari situs")
    where = page.url.removeprefix(product.base)
    expect(page.locator("main")).to_contain_text("Kabar dari situs kantor")
    for _try in range(60):
        if "Antrean dibuka lagi" in manager.go(f"{where}/site").inner_text("main"):
            break
        page.wait_for_timeout(500)
    shoot(page, "site")
    look(page)
    officer = visit("suparmi")
    page = officer.go(where)
    shoot(page, "bulletin")
    look(page)
    without = visit("suparmi", script=False)
    page = without.go(where)
    page.click("text=Buat buletin dari kabar baru")
    expect(page).to_have_url(re.compile(r"/campaigns/\d+/edit"))
    expect(page.locator("#checks")).to_contain_text("pasti")
    shoot(page, "checks")
    officer.go(page.locator("#checks a:has-text('Cara lain')").first.get_attribute("href"))
    expect(officer.page.locator("h1")).to_have_text("Kalimat yang mengikat kantor")
    look(officer.page)
    shoot(officer.page, "promise")
    page.click("#checks button:has-text('Lunakkan') >> nth=0")
    expect(page.locator("[name$='-title'] >> nth=0")).to_have_value("Paspor pada umumnya selesai besok")
