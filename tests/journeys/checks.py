"""What every page of a journey is held against: axe-core, sideways scroll, touch targets, and a watch over errors and the policy."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
EXPECTED = (
    "status of 400",
    "status of 401",
    "status of 404",
    "status of 409",
    "status of 410",
    "status of 422",
    "status of 403",
)  # the browser logs each such page

# The frame of a mail's preview runs no script, so axe can't look inside it; what is in there is tested as text.
# Colours change with the theme, places with the width: the whole set once per width in light, contrast again in dark.
RUN = """async ([only, tags]) => {
  const run = only.length ? { type: 'rule', values: only } : { type: 'tag', values: tags };
  const found = await axe.run(document, { iframes: false, runOnly: run, resultTypes: ['violations'] });
  const shown = (node) => `${node.target.join(' ')} ${node.html.slice(0, 160)}`;
  return found.violations.map((one) => `${one.id} (${one.help}): ` + one.nodes.slice(0, 3).map(shown).join(' | '));
}"""

SMALL = """() => {
  const inside = (box) => box.width > 0 && box.height > 0;
  // What ::after adds around a tick box belongs to it. While a dialog is open, only that can be touched.
  const reach = (el) => {
    const more = getComputedStyle(el, '::after');
    return more.position === 'absolute' && more.content !== 'none' ? Math.max(0, -2 * parseFloat(more.top)) || 0 : 0;
  };
  const main = [...(document.querySelector('dialog[open]') ?? document).querySelectorAll(
    'a.btn, button, summary, .m-tabbar a, .m-tabs a, .m-seg a, select, input:not([type=hidden])')];
  return main.filter((el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !el.closest('.m-sr, .m-sr-focus, [hidden]'))
    .map((el) => [el, (el.matches('input[type=checkbox], input[type=radio]') ? el.closest('label') ?? el : el).getBoundingClientRect(), reach(el)])
    .filter(([, box, more]) => inside(box) && (box.height + more < 43.5 || box.width + more < 43.5))
    .map(([el, box]) => `${el.outerHTML.slice(0, 120)} is ${Math.round(box.width)} x ${Math.round(box.height)}`);
}"""

# A line of text that sticks out of the box it was given without being scrollable there, or is cut without an ellipsis.
OVERHANG = """() => [...document.querySelectorAll('main :is(.btn, .m-tabs a, .m-state, .m-tag, h1, h2, h3, td, dd)')]
  .filter((el) => el.checkVisibility() && !el.closest('.m-sr') && el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).display !== 'inline'
    && getComputedStyle(el).overflowX === 'visible' && !el.querySelector('input[type=checkbox]'))
  .map((el) => `${el.outerHTML.slice(0, 140)} needs ${el.scrollWidth} of ${el.clientWidth}`)"""


# What reaches past the right edge and isn't inside something that scrolls or hides.
OUTSIDE = """(edge) => [...document.querySelectorAll('body *')]
  .filter((el) => el.checkVisibility() && !el.closest('svg') && el.getBoundingClientRect().width && el.getBoundingClientRect().right > edge + 1)
  .filter((el) => {
    for (let up = el.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== 'visible') return false;
    return true;
  })
  .slice(0, 3).map((el) => el.outerHTML.slice(0, 140))"""


class Watch:
    """Collects what a page complains about: the content policy, errors of scripts, answers of 500 and above."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda problem: self.complaints.append(f"script: {problem}"))
        page.on("response", lambda answer: self._status(answer.status, answer.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(words in message.text for words in EXPECTED):
            self.complaints.append(f"console: {message.text}")

    def _status(self, status: int, url: str) -> None:
        if status >= 500:
            self.complaints.append(f"{status}: {url}")


def look(page: Page, *, widths: Sequence[dict[str, int]] = (WIDE, PHONE)) -> None:
    """Judge what the page shows now, in light and dark, wide and narrow; the page is left as it was found."""
    before = page.viewport_size
    found: list[str] = []
    page.evaluate(AXE)
    for size in widths:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(60)  # colours settle one frame after the other
            rules = [] if theme == "light" else ["color-contrast"]
            found += [f"{size['width']} {theme}: {problem}" for problem in page.evaluate(RUN, [rules, RULES])]
        found += [f"{size['width']}: {problem}" for problem in sideways(page, size["width"])]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before or WIDE)  # type: ignore[arg-type]
    assert not found, f"{page.url}\n" + "\n".join(found)


def faults(page: Page, width: int) -> list[str]:
    """What is wrong with the page as it is shown now, at this width."""
    page.evaluate(AXE)
    return page.evaluate(RUN, [[], RULES]) + sideways(page, width)


def sideways(page: Page, width: int) -> list[str]:
    needed = page.evaluate("document.documentElement.scrollWidth")
    outside = [f"the page is {needed} wide: {page.evaluate(OUTSIDE, width)}"] if needed > width else []
    return outside + page.evaluate(OVERHANG)


def small_targets(page: Page) -> list[str]:
    """Name what a finger would miss: buttons, fields and tabs under 44 pixels."""
    return page.evaluate(SMALL)
