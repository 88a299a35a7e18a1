"""A segment put together in a real browser: rows come without a new page, the count follows, and the keyboard is enough."""

import os
import re

from playwright.sync_api import expect

from tests.journeys.checks import PHONE, WIDE, faults


def shoot(page, name):
    if os.environ.get("LOOK"):
        page.screenshot(path=f"{os.environ['LOOK']}/{name}.png", full_page=True)


def test_a_segment_is_put_together_with_a_live_count(visit):
    visitor = visit("suparmi")
    page = visitor.go("/segments/new")
    page.fill("#name", "Orang di instansi mitra")
    page.select_option("[id='t.0.condition']", "kind")
    page.select_option("[id='t.0.f.kind']", "person")
    expect(page.locator("#segment-count strong")).to_have_text(re.compile(r"\d+ orang"))
    before = page.locator("#segment-count strong").inner_text()
    page.focus("#do-add-t")
    page.keyboard.press("Enter")
    expect(page.locator("[id='t.1.condition']")).to_be_focused()
    page.select_option("[id='t.1.condition']", "works-in-category")
    page.select_option("[id='t.1.f.category']", "partner-agency")
    expect(page.locator("#segment-count strong")).not_to_have_text(before)
    page.click("#do-group-t")
    page.select_option("[id='t.2.0.condition']", "quiet")
    page.fill("[id='t.2.0.f.days']", "30")
    expect(page.locator("#name")).to_have_value("Orang di instansi mitra")
    shoot(page, "segment-new")
    assert not faults(page, WIDE["width"])
    page.click("main .m-form-acts button[type=submit]")
    expect(page.locator("h1")).to_have_text("Orang di instansi mitra")
    shoot(page, "segment-show")
    assert not faults(page, WIDE["width"])


def test_the_exact_recipients_stand_on_one_page(visit):
    """Choose a segment for a draft, see who receives, go to those who do not by one click on a figure."""
    visitor = visit("suparmi")
    page = visitor.go("/segments/new")
    page.fill("#name", "Semua orang")
    page.select_option("[id='t.0.condition']", "kind")
    page.select_option("[id='t.0.f.kind']", "person")
    page.click("main .m-form-acts button[type=submit]")
    page = visitor.go("/campaigns/new")
    page.click("main button[value=invitation]")
    page.goto(re.sub(r"/edit.*", "/recipients", page.url))
    page.select_option("#segment", label="Semua orang")
    page.click("main .m-form-acts button[type=submit]")
    expect(page.locator("h1 + p")).to_have_text(re.compile(r"\d+ menerima, \d+ dikecualikan"))
    shoot(page, "recipients")
    assert not faults(page, WIDE["width"])
    page.locator(".m-tabs a").nth(2).click()
    expect(page.locator("#recipient-rows tr").first).to_be_visible()
    page.set_viewport_size(PHONE)
    shoot(page, "recipients-phone")
    assert not faults(page, PHONE["width"])
