"""Words of the other language that a page still says: what the catalog knows in Indonesian on an English page, and the reverse."""

import re
from collections import defaultdict
from collections.abc import Iterable

from babel.messages.catalog import Message
from playwright.sync_api import Page

from crm.core import catalog

# Texts, and what is said without being seen. What people wrote is marked with its language or stands in a field.
SAID = """() => {
  const own = 'script, style, textarea, trix-editor, iframe, [lang]:not(html), [contenteditable]', found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(own)) found.push(walk.currentNode.data);
  for (const el of document.querySelectorAll('[aria-label], [title], [placeholder], img[alt]'))
    if (!el.matches('[lang]:not(html)') && !el.parentElement.closest(own)) for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      if (el.getAttribute(name)) found.push(el.getAttribute(name));
  return [...new Set(found.map((text) => text.replace(/\\s+/g, ' ').trim()).filter((text) => text.length > 3))];
}"""
GAP = re.compile(r"%\\(\w+\\)s|%\\(\w+\\)d|%s|%%")

# The name of a language in itself; a segment, a subject and a column of a file of the demo that are called like something of ours.
NAMES = {"Bahasa Indonesia", "English", "Instansi mitra", "Date", "Konfirmasi langganan buletin"}


class OtherWords:
    """`wrong` is the language that a page must not speak: id or en."""

    def __init__(self, wrong: str) -> None:
        messages = [message for message in catalog.merged("id") if message.id and message.string]
        said = {"en": _texts(messages, "id"), "id": _texts(messages, "string")}
        self.whole = (
            {text for text in said[wrong] if "%(" not in text and len(text) > 3} - said["id" if wrong == "en" else "en"] - NAMES
        )
        self.gapped: dict[str, list[re.Pattern[str]]] = defaultdict(list)
        for text in said[wrong]:
            first = text.partition(" ")[0]
            if "%(" in text and "%(" not in first and len(first) > 2:
                self.gapped[first].append(re.compile(GAP.sub(".+", re.escape(text))))

    def on(self, page: Page) -> list[str]:
        return [f"says {text!r}" for text in page.evaluate(SAID) if self._is_foreign(text)]

    def _is_foreign(self, text: str) -> bool:
        return text in self.whole or any(one.fullmatch(text) for one in self.gapped.get(text.partition(" ")[0], []))


def _texts(messages: Iterable[Message], part: str) -> set[str]:
    texts: set[str] = set()
    for message in messages:
        given = getattr(message, part)
        texts.update(given if isinstance(given, tuple) else [given])
    return texts
