"""The style guide in a real browser: no accessibility fault, no policy fault, no sideways scroll; keys and dialogs work."""

import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from crm.app import create_app

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
# A field that takes the focus while the page loads scrolls it, some time or other, and letters of another width move what is judged.
SETTLED = """() => document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  scrollTo({ top: 0, behavior: 'instant' });
  done(true);
}))))"""
SCREENS = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    app = create_app(
        {
            "MODE": "development",
            "CRM_DATA": str(folder),
            "SECRET_KEY": "a key for the style guide in tests",
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'empty.db'}",
        }
    )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/styleguide"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(chromium, request):
    screen = getattr(request, "param", "desk")
    context = chromium.new_context(locale="en", viewport=SCREENS[screen], has_touch=screen == "phone")
    page = context.new_page()
    page.set_default_timeout(5_000)
    faults = []
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def violations(page) -> list[str]:
    page.evaluate(SETTLED)
    page.evaluate(AXE)
    return [f"{found['id']}: {found['nodes'][0]}" for found in page.evaluate(RULES)["violations"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", ["desk", "phone"], indirect=True)
def test_components_have_no_accessibility_fault(page, address, theme):
    page.goto(f"{address}?theme={theme}")
    page.wait_for_selector("html.has-script")
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_targets_are_large_enough_for_a_finger(page, address):
    page.goto(address)
    small = page.evaluate(
        """() => [...document.querySelectorAll('.btn, .form-control, .form-select, .m-chip > a, .m-tabbar a, .m-bulk button')]
            .filter((e) => e.offsetParent).filter((e) => e.getBoundingClientRect().height < (e.closest('.m-chip') ? 40 : 44))
            .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_the_list_of_keys_opens_and_gives_the_focus_back(page, address):
    page.goto(address)
    page.wait_for_selector("html.has-script")
    opener = page.locator('[data-dialog="sample-dialog"]')
    opener.click()
    assert page.locator("#sample-dialog").is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement?.dataset.dialog === 'sample-dialog'")
    page.keyboard.press("?")
    page.locator("#shortcuts").wait_for(state="visible")


def test_a_key_does_nothing_while_somebody_types(page, address):
    page.goto(address)
    page.wait_for_selector("html.has-script")
    page.fill("#name", "")
    page.type("#name", "jkx?ge")
    assert page.input_value("#name") == "jkx?ge"
    assert not page.locator("#shortcuts").is_visible()


def test_rows_are_walked_and_ticked_by_keys(page, address):
    page.goto(address)
    page.wait_for_selector("html.has-script")
    assert not page.locator("[data-bulk]").is_visible()
    rows = page.locator("[data-rows] > li").count()
    page.locator("body").click(position={"x": 700, "y": 5})
    for _ in range(rows + 1):
        page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("[data-bulk]").wait_for(state="visible")
    assert page.inner_text("[data-tick-count]") == "1"
    page.click("[data-tick-none]")
    assert not page.locator("[data-bulk]").is_visible()


def test_unsaved_text_comes_back_and_can_be_dropped(page, address):
    address += "?faults=no"
    page.goto(address)
    page.wait_for_selector("html.has-script")
    saved = page.input_value("#name")
    page.fill("#name", "Disdukcapil Kota")
    page.fill("#about", "Nota kesepahaman berlaku sampai 2027.")
    page.uncheck("#key")
    page.goto(address)
    page.locator("button", has_text="Start from what is saved").wait_for()
    assert (page.input_value("#name"), page.input_value("#about"), page.is_checked("#key")) == (
        "Disdukcapil Kota",
        "Nota kesepahaman berlaku sampai 2027.",
        False,
    )
    page.click("text=Start from what is saved")
    page.wait_for_function("(saved) => document.querySelector('#name')?.value === saved", arg=saved)
    assert page.is_checked("#key")


def test_a_menu_closes_by_escape_and_by_a_press_outside(page, address):
    page.goto(address)
    page.wait_for_selector("html.has-script")
    menu = page.locator("details[data-menu]", has_text="Profil ringkas").first
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    menu.locator("summary").click()
    page.locator("h1").click()
    assert menu.get_attribute("open") is None


def test_the_system_chooses_the_theme_without_script(chromium, address):
    context = chromium.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    assert page.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor") == "rgb(19, 23, 25)"
    context.close()
