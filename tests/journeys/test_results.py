"""Reading what became of a bulletin, on a wide screen, on a phone, and without script."""

import re

from playwright.sync_api import expect

from tests.journeys.checks import look


def newest_issue(visitor):
    page = visitor.go("/campaigns?view=sent")
    page.locator("main").get_by_role("link", name=re.compile("Jadwal layanan akhir tahun")).first.click()
    page.wait_for_load_state()
    return page


def test_results_are_read_and_each_figure_leads_to_its_list(visit):
    officer = visit("suparmi")
    page = newest_issue(officer)
    expect(page.locator(".m-prose .m-lead")).to_have_text(re.compile(r"surel sampai\. Sekitar .* mesin\."))
    look(page)
    dead = (
        page.locator("#attention").locator("xpath=..").locator("xpath=..").get_by_role("link", name=re.compile("Terpental tetap"))
    )
    counted = int(dead.inner_text().split()[0])
    dead.click()
    page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terpental tetap")
    assert page.locator("#rows > tr").count() == counted
    look(page)
    page.go_back()
    page.get_by_role("link", name="Bandingkan").click()
    page.wait_for_load_state()
    assert page.locator("thead th").count() == 4  # its figures and three issues
    look(page)


def test_results_on_a_phone_and_without_script(visit):
    phone = visit("suparmi", phone=True)
    look(newest_issue(phone))
    plain = visit("suparmi", script=False)
    page = newest_issue(plain)
    expect(page.get_by_text("Menurut penyedia surel").first).to_be_visible()


def test_what_paused_says_why_and_shows_what_came_of_it_so_far(visit):
    officer = visit("suparmi")
    page = officer.page
    page.locator("main").get_by_role("link", name=re.compile("Jam layanan Sabtu")).first.click()
    page.wait_for_load_state()
    expect(page.get_by_text("Sebagian kecil sudah dikirim")).to_be_visible()
    look(page)


def test_anybody_reads_the_archive(visit):
    stranger = visit(None)
    page = stranger.go("/archive/mitra-sagara?lang=id")
    look(page)
    page.get_by_role("link", name=re.compile("Timpora")).click()
    page.wait_for_load_state()
    expect(page.get_by_role("link", name="Semua edisi")).to_be_visible()
