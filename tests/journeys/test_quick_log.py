import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.checks import look

LINE = "telp Budi, Sari @Disdukcapil: data WNA #koordinasi !senin kirim surat"


def open_box(page: Page) -> Locator:
    page.keyboard.press("c")
    box = page.locator("#quick-log textarea")
    expect(box).to_be_focused()
    return box


def summary(page: Page) -> Locator:
    return page.locator("[data-preview-into] input[name=summary]")


def tab_to(page: Page, selector: str, most: int = 20) -> Locator:
    """Go on with the keyboard until the field has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return page.locator(":focus")
    raise AssertionError(f"{selector} is not reached with {most} presses of Tab")


def test_a_call_with_two_people_costs_two_clicks_and_is_taken_back_with_one(visit):
    officer = visit("suparmi")
    page = officer.go("/stakeholders")
    officer.hand.reset()
    open_box(page)
    page.keyboard.type(LINE)
    expect(summary(page)).to_have_value("data WNA")
    preview = page.locator("#quick-log [data-preview-into]")
    expect(preview.locator("select.is-who")).to_have_count(3)
    expect(preview.locator("input[type=text][name$='-text']")).to_have_value("kirim surat")
    look(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#quick-log")).to_be_hidden()
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("Kontak dengan Budi, Sari Puspaningrat")
    assert page.url.endswith("/stakeholders")
    assert officer.hand.clicks <= 2, officer.hand.presses
    look(page)
    address = officer.base + (toast.get_by_role("link").get_attribute("href") or "")
    toast.get_by_role("link").click()
    page.wait_for_url(address)
    main = page.locator("main")
    for words in ("Telepon: data WNA", "Budi", "Sari Puspaningrat", "Dinas Kependudukan", "koordinasi", "kirim surat"):
        expect(main).to_contain_text(words)
    look(page)
    page.locator("[data-toast], main").get_by_role("button", name="Urungkan").first.click()
    page.wait_for_load_state()
    gone = page.request.get(address)
    assert gone.status == 404


def logged(page: Page) -> Locator:
    """Save the box; the toast that says so."""
    page.keyboard.press("Control+Enter")
    expect(page.locator("#quick-log")).to_be_hidden()
    return page.locator("[data-toast]").filter(has=page.get_by_role("link"))


def test_undo_from_the_page_one_stayed_on_gives_the_line_back(visit):
    officer = visit("suparmi")
    page = officer.go("/interactions")
    listed = page.locator("main")
    open_box(page)
    page.keyboard.type("telp Budi @Disdukcapil: contoh yang diurungkan")
    expect(summary(page)).to_have_value("contoh yang diurungkan")
    toast = logged(page)
    expect(listed).to_contain_text("contoh yang diurungkan")  # the list behind the box is drawn anew
    toast.get_by_role("button", name="Urungkan").click()
    expect(page.locator("[data-toast]").last).to_contain_text("Barisnya ada lagi di Catat cepat")
    expect(toast).to_have_count(0)
    expect(listed).not_to_contain_text("contoh yang diurungkan")
    assert page.url.endswith("/interactions")
    expect(open_box(page)).to_have_value("telp Budi @Disdukcapil: contoh yang diurungkan")


def test_another_line_can_follow_at_once(visit):
    page = visit("suparmi").page
    open_box(page)
    page.keyboard.type("telp Budi @Disdukcapil: yang pertama")
    expect(summary(page)).to_have_value("yang pertama")
    page.get_by_role("button", name="Simpan, catat lagi").click()
    box = page.locator("#quick-log textarea")
    expect(page.locator("[data-toast] a")).to_have_count(1)
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.type("telp Budi @Disdukcapil: yang kedua")
    expect(summary(page)).to_have_value("yang kedua")
    expect(logged(page)).to_have_count(2)


def test_what_is_being_written_on_the_page_stays_when_a_line_is_logged_over_it(visit):
    officer = visit("suparmi")
    page = officer.go("/interactions/new")
    page.fill("#summary", "Setengah jadi")
    page.locator("h1").click()
    open_box(page)
    page.keyboard.type("telp Budi @Disdukcapil: sambil lalu")
    expect(summary(page)).to_have_value("sambil lalu")
    expect(logged(page)).to_be_visible()
    expect(page.locator("#summary")).to_have_value("Setengah jadi")


def test_a_line_that_is_too_long_is_refused_in_the_box_with_its_text(visit):
    page = visit("suparmi").page
    box = open_box(page)
    line = "telp Budi: " + "a" * 4000
    box.fill(line)
    expect(page.locator("#quick-log [role=alert]", has_text="kelebihan 11 huruf")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#quick-log [role=alert]", has_text="kelebihan 11 huruf")).to_be_visible()
    expect(page.locator("#quick-log textarea")).to_have_value(line)
    look(page)


def test_without_a_connection_the_box_says_so_and_keeps_the_line(visit):
    officer = visit("suparmi")
    page = officer.page
    open_box(page)
    page.keyboard.type("telp Budi @Disdukcapil: tanpa sambungan")
    expect(summary(page)).to_have_value("tanpa sambungan")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#quick-log [data-offline]")).to_be_visible()
    page.context.set_offline(False)
    expect(logged(page)).to_be_visible()
    officer.watch.complaints.clear()  # the browser logs that it was offline


def test_a_piece_that_was_read_wrongly_is_corrected_by_keyboard(visit):
    page = visit("suparmi").page
    open_box(page)
    page.keyboard.type("Sari @Disdukcapil: minta jadwal loket")
    expect(summary(page)).to_have_value("minta jadwal loket")
    channel = tab_to(page, "select[name=channel]")
    channel.press("k")  # Kunjungan
    page.wait_for_load_state("networkidle")
    expect(page.locator(":focus")).to_have_attribute("name", "channel")  # the fresh preview keeps the place
    logged(page).get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(re.compile("^Kunjungan.*: minta jadwal loket$"))


def test_an_unknown_name_becomes_a_person_from_within_the_line(visit):
    page = visit("suparmi").page
    open_box(page)
    page.keyboard.type("wa Wagimanto Contoh @Disdukcapil: tanya syarat paspor")
    unknown = page.locator("select.is-ask[aria-label*='Wagimanto']")
    expect(unknown).to_be_visible()
    tab_to(page, "select.is-ask")
    for _ in range(4):
        if unknown.input_value() == "new":
            break
        page.keyboard.press("ArrowUp")
    page.wait_for_load_state("networkidle")
    logged(page).get_by_role("link").click()
    page.get_by_role("link", name="Wagimanto Contoh").first.click()
    expect(page.locator("h1")).to_have_text("Wagimanto Contoh")


def test_people_organizations_and_topics_complete_while_one_types(visit):
    page = visit("suparmi").page
    box = open_box(page)
    for typed, taken in (("telp Harton", "Hartono Wirasmitra"), (" @Disdukc", "@"), (": berkas #perkaw", "#perkawinan")):
        page.keyboard.type(typed)
        option = page.locator("#quick-log-completions [role=option]").first
        expect(option).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", re.compile("option"))
        page.keyboard.press("Enter")
        expect(box).to_have_value(re.compile(re.escape(taken)))
    expect(page.locator("[data-preview-into] select.is-who")).to_have_count(2)


def test_text_that_was_not_saved_waits_when_the_box_is_closed(visit):
    officer = visit("suparmi")
    page = officer.page
    open_box(page)
    page.keyboard.type("telp budi: belum selesai")
    expect(summary(page)).to_have_value("belum selesai")
    page.keyboard.press("Escape")
    expect(page.locator("#quick-log")).to_be_hidden()
    officer.go("/interactions")
    expect(open_box(page)).to_have_value("telp budi: belum selesai")


def test_a_box_opened_from_a_row_is_about_that_row(visit):
    page = visit("ratna").page
    page.goto(page.url + "?view=office")
    rows = page.locator("section[aria-labelledby=quiet] .m-row")
    for index in (0, 1):
        name = rows.nth(index).locator("h3").inner_text()
        rows.nth(index).locator(".m-do a").click()
        expect(page.locator("#quick-log textarea")).to_be_focused()
        about = page.locator("#quick-log input[name=with]")
        expect(about).to_have_count(1)
        assert rows.nth(index).locator(".m-do a").get_attribute("href").endswith(f"with={about.input_value()}"), name
        page.keyboard.press("Escape")
        expect(page.locator("#quick-log")).to_be_hidden()


def test_without_script_the_line_is_checked_then_saved(visit):
    officer = visit("suparmi", script=False)
    page = officer.page
    page.get_by_role("link", name="Catat", exact=True).first.click()
    page.locator("main textarea[name=text]").fill(LINE)
    page.get_by_role("button", name="Periksa").click()
    expect(summary(page)).to_have_value("data WNA")
    page.get_by_role("button", name="Simpan", exact=True).click()
    page.wait_for_url(re.compile(r"/interactions/\d+$"))
    expect(page.locator("h1")).to_have_text("Telepon: data WNA")
    page.locator("[data-toast] form button").click()
    expect(page.locator("[data-toast]")).to_be_visible()
