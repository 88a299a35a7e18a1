"""Writing a campaign in a real browser: with the keyboard, without script, and as few presses as the weekly bulletin may cost."""

import re

from playwright.sync_api import expect

from tests.journeys.checks import look

SAVED = re.compile("^Tersimpan")
# What a word processor puts on the clipboard: headings of its own, and lists as paragraphs with their marks.
ITEM = (
    "<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l{0} level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'>"
    "<span style='mso-list:Ignore'>{1}<span style='font:7pt Times'>&nbsp;&nbsp; </span></span></span><![endif]>{2}<o:p></o:p></p>"
)
WORD = (
    "<html><head><style><!-- p.MsoNormal { color: red } --></style></head><body lang=IN><!--StartFragment-->"
    "<h2 style='mso-x:1'>Jadwal<o:p></o:p></h2><p class=MsoNormal style='margin:0'>Mulai Senin.<o:p></o:p></p>"
    f"{ITEM.format(0, '·', 'satu')}{ITEM.format(0, '·', 'dua')}{ITEM.format(1, '1.', 'pertama')}<!--EndFragment--></body></html>"
)
PASTE = """(editor, html) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.setData('text/html', html);
  dataTransfer.setData('text/plain', 'Jadwal');
  editor.dispatchEvent(new InputEvent('beforeinput', { inputType: 'insertFromPaste', dataTransfer, bubbles: true, cancelable: true }));
}"""


def begin(visitor, design="weekly"):
    page = visitor.go("/campaigns/new")
    page.locator(f"button[value={design}]").click()
    page.wait_for_url(re.compile(r"/campaigns/\d+/edit"))
    return page


def saved(page):
    """Wait until what was done last is on the server."""
    page.wait_for_timeout(200)
    page.wait_for_function("() => !document.querySelector('[data-saved-at]').textContent.startsWith('Menyimpan')")
    page.wait_for_timeout(1600)
    expect(page.locator("[data-saved-at]")).to_have_text(SAVED)


def order(page):
    return page.locator("[data-block]").evaluate_all("blocks => blocks.map((one) => one.id)")


def test_a_bulletin_is_written_with_the_keyboard_and_saves_itself(visit):
    officer = visit("suparmi")
    page = begin(officer)
    look(page)
    editor = page.locator("trix-editor").first
    editor.focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("Mulai Senin kuota dibuka bertahap untuk ")
    page.locator("[data-personal] summary").focus()
    page.keyboard.press("Enter")
    page.locator("[data-insert='[[organization]]']").focus()
    page.keyboard.press("Enter")
    page.keyboard.type(".")
    saved(page)
    expect(page.frame_locator("iframe[name=preview]").locator("body")).to_contain_text("dibuka bertahap untuk instansi Anda.")
    count = page.locator("[data-count]").text_content()
    page.keyboard.type(" Kuota pasti cukup.")
    expect(page.locator("#checks")).to_contain_text(
        "“pasti” terdengar seperti jaminan"
    )  # by itself, while the writer stays in the text
    expect(page.locator("[data-count]")).not_to_have_text(count)
    expect(editor).to_be_focused()
    page.keyboard.type(" Salam.")
    page.get_by_role("button", name="Lunakkan").first.click()  # what was typed last goes before it
    page.wait_for_url(re.compile(r"/edit"))
    expect(page.locator("[data-count]")).to_have_text(count)
    expect(page.locator("trix-editor").first).to_contain_text("Salam.")
    editor.evaluate(PASTE, WORD)
    expect(editor.locator("strong")).to_have_text("Jadwal")
    assert editor.locator("ul li, ol li").all_inner_texts() == ["satu", "dua", "pertama"]
    assert [each.evaluate("item => item.parentNode.tagName") for each in editor.locator("li").all()] == ["UL", "UL", "OL"]
    saved(page)
    page.locator("button[value='add:button']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-block] input[name$='-label']").last).to_be_focused()
    page.keyboard.type("Daftar antrean")
    before = order(page)
    page.locator("[data-block]").last.locator("[data-move=up]").focus()
    page.keyboard.press("Enter")
    saved(page)
    page.reload()
    assert order(page) == [*before[:-2], before[-1], before[-2]]
    expect(page.locator("trix-editor .m-person-mark", has_text="Organisasi")).to_be_visible()
    look(page)


def test_a_block_taken_out_is_put_back_and_another_dragged(visit):
    page = begin(visit("suparmi"), "urgent")
    before = order(page)
    page.locator("[data-block]").nth(1).locator("[data-remove]").click()
    page.locator(".m-removed button").click()
    saved(page)
    assert order(page) == before
    grip, goal = page.locator("[data-grip]").nth(0).bounding_box(), page.locator("[data-block]").nth(1).bounding_box()
    assert grip is not None
    assert goal is not None
    page.mouse.move(grip["x"] + 4, grip["y"] + 4)
    page.mouse.down()
    page.mouse.move(goal["x"] + 40, goal["y"] + goal["height"] / 2, steps=4)
    page.mouse.move(goal["x"] + 40, goal["y"] + goal["height"] - 6, steps=4)
    page.mouse.up()
    saved(page)
    page.reload()
    assert order(page) == [before[1], before[0], *before[2:]]
    page.locator("button[value='add:button']").click()
    block = page.locator("[data-block]").last
    block.get_by_label("Menuju").fill("bukan alamat")
    expect(block.locator(".m-err")).to_contain_text("Awali dengan https://")  # where it is written, not only on top
    expect(page.locator("[data-saved-at]")).to_contain_text("Belum tersimpan")
    block.get_by_label("Menuju").fill("https://kantor.example/antrean")
    saved(page)
    expect(block.locator(".m-err")).to_have_count(0)


def test_two_tabs_of_one_draft_lose_neither_text(visit):
    first, second = visit("suparmi"), visit("ratna")
    page = begin(first, "press")
    other = second.go(page.url.removeprefix(first.base))
    other.fill("#subject", "Siaran pers dari Ratna")
    saved(other)
    page.fill("#subject", "Siaran pers dari Suparmi")
    expect(page.locator("[data-said]")).to_contain_text("Rekan menyimpan draf ini")
    look(page)
    page.locator("[data-save-over]").click()
    page.wait_for_load_state("networkidle")
    assert page.input_value("#subject") == "Siaran pers dari Suparmi"
    first.go(f"{page.url.removeprefix(first.base).split('/edit')[0]}/versions")
    look(page)


def test_without_script_every_block_is_a_plain_form(visit):
    page = begin(visit("suparmi", script=False), "invitation")
    text = page.locator("textarea[name$='-html-plain']").first
    text.fill("Yth. [[greeting]],\n\n- **satu**\n- dua")
    before = [one.get_attribute("id") for one in page.locator("[data-block]").all()]
    with page.expect_navigation():  # the list of blocks is read at once, and would be read of no page
        page.locator("[data-block]").first.locator("button[value^='down:']").click()
    after = [one.get_attribute("id") for one in page.locator("[data-block]").all()]
    assert after == [before[1], before[0], *before[2:]]
    assert page.locator("textarea[name$='-html-plain']").first.input_value() == "Yth. [[greeting]],\n\n- **satu**\n- dua"
    page.get_by_role("link", name="Teks", exact=True).click()
    expect(page.frame_locator("iframe[name=preview]").locator("body")).to_contain_text("satu")


def test_the_officer_asks_and_sees_the_answer_within_the_presses_of_the_weekly_bulletin(visit):
    officer, manager = visit("suparmi"), visit("ratna")
    page = officer.page
    officer.hand.reset()
    page.get_by_role("link", name="Siaran surel").first.click()
    page.get_by_role("link", name="Siaran surel baru").click()
    page.locator("button[value=weekly]").click()
    page.get_by_role("button", name="Minta persetujuan, lalu kirim").click()
    page.wait_for_url(re.compile(r"/campaigns/\d+$"))
    look(page)
    there = manager.go(page.url.removeprefix(officer.base))
    look(there)
    manager.hand.reset()
    there.get_by_role("button", name="Setujui dan kirim").click()
    there.wait_for_url(re.compile(r"/results$"))
    page.wait_for_url(re.compile(r"/results$"))  # by itself
    assert officer.hand.clicks + manager.hand.clicks <= 5, officer.hand.presses + manager.hand.presses
    look(page)
