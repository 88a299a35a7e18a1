"""Counts what a person presses: a click is one press or one choice, typing is free (product.md)."""

from playwright.sync_api import BrowserContext, Page

# Counted inside the page from real events, so that a test can't forget one. Every press of the pointer; every key that doesn't write:
# a shortcut, Enter, Tab, an arrow. A choice in a <select> by keyboard is a key; by pointer it is reported as a change.
LISTENER = """
  const writes = (el) => el && el.matches && el.matches('textarea, input:not([type=checkbox]):not([type=radio])');
  const quiet = new Set(['Shift', 'Control', 'Alt', 'Meta', 'Backspace', 'Delete']);
  addEventListener('pointerdown', (event) => event.isTrusted && window.countPress('pointer'), true);
  addEventListener('keydown', (event) => {
    if (!event.isTrusted || quiet.has(event.key) || event.repeat) return;
    const typing = writes(event.target) && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!typing) window.countPress(event.key);
  }, true);
  addEventListener('change', (event) => event.target.matches('select') && window.countPress('choice'), true);
"""


class Hand:
    """The presses so far in one browser."""

    def __init__(self, context: BrowserContext) -> None:
        self.presses: list[str] = []
        context.expose_binding("countPress", lambda _source, what: self.presses.append(what))
        context.add_init_script(LISTENER)

    def reset(self) -> None:
        self.presses.clear()

    @property
    def clicks(self) -> int:
        return len(self.presses)


def settle(page: Page) -> None:
    """Let requests end that what was typed has started."""
    page.wait_for_load_state("networkidle")
