import re

from playwright.sync_api import expect

from tests.journeys.checks import look


def test_the_weekly_report_is_one_click_from_the_desk(visit):
    manager = visit("ratna")
    page = manager.page
    manager.hand.reset()
    page.locator("main").get_by_role("link", name="Laporan").click()
    page.wait_for_url("**/reports/coordination*")
    assert manager.hand.clicks <= 1, manager.hand.presses
    expect(page.locator(".m-prose .m-lead")).to_have_text(re.compile(r"\w{3,}.*\."))
    look(page)
    shown = page.locator(".m-fig-table").first
    shown.locator("summary").press("Enter")
    expect(shown.locator("table")).to_be_visible()
    look(page)


def test_a_figure_leads_to_the_list_that_it_counts(visit):
    manager = visit("ratna")
    page = manager.go("/reports/coordination")
    figure = page.locator(".m-kpi a").first
    counted = int(figure.inner_text().replace(".", ""))
    figure.click()
    page.wait_for_load_state()
    rows = page.locator("main tbody tr, main .m-tl > li.m-entry, main ol.m-tl > li:not(.m-month)")
    look(page)
    assert rows.count() == min(counted, 50), (counted, rows.count(), page.url)


def test_pdf_workbook_and_print_are_downloaded_whole(visit):
    manager = visit("ratna")
    page = manager.go("/reports/coordination")
    for name, begins in (("paper.pdf", b"%PDF-"), ("workbook.xlsx", b"PK\x03\x04")):
        link = page.locator(f"main a[href*='{name}']").first
        if not link.is_visible():
            page.locator(".m-head details.m-menu summary").click()
        with page.expect_download() as download:
            link.click()
        content = download.value.path().read_bytes()
        assert content.startswith(begins), name
        assert len(content) > 5_000, name
        assert download.value.suggested_filename.endswith(name.rsplit(".")[-1])
    manager.go("/reports/coordination/print")
    look(page)
