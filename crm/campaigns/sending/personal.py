"""The substitutions of one recipient, as `writing.fields.substitutions` makes them, many thousand times a second.

What a text's tags ask for is worked out once for a call; only a value that might hold a tag goes through the slow and careful way.
"""

import hashlib
import html
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from crm.campaigns import marks
from crm.campaigns.writing import fields

PROOF = marks.BITS // 4
_SPECIAL = frozenset("&<>\"'")


class Personal:
    """Makes the map of tag to value. `used` are the tags of one language's texts."""

    def __init__(self, tags: Mapping[str, str]) -> None:
        self.tags = dict(tags)
        self.of_links: list[tuple[str, str, bool]] = []
        self.of_values: dict[str, list[tuple[str, bool]]] = {}
        for tag, meaning in tags.items():
            name, _, rest = meaning.partition(".")
            is_html = rest.partition("|")[0] == "h"
            if name in fields.LINK_FIELDS:
                self.of_links.append((tag, name, is_html))
            else:
                self.of_values.setdefault(name, []).append((tag, is_html))
        self.empty = fields.substitutions(self.tags, {}, {})
        self.marks = {tag[1:].partition(".")[0] for some in self.of_values.values() for tag, _html in some}
        halves = ((mark, max(1, len(mark) // 2)) for mark in self.marks)  # a part of a mark that matters has one of its ends
        ends = sorted({re.escape(end) for mark, half in halves for end in (mark[:half], mark[-half:])})
        self.harms = re.compile("|".join([*ends, "  ", "^ ", " $"]))

    @property
    def names(self) -> set[str]:
        """The personal fields that the tags ask for."""
        return set(self.of_values)

    def of(self, values: Mapping[str, Any], links: Mapping[str, str]) -> dict[str, str]:
        made = self.empty.copy()
        for tag, name, is_html in self.of_links:
            made[tag] = html.escape(links[name]) if is_html and "&" in links[name] else links[name]
        for name, tags in self.of_values.items():
            value = values.get(name)
            if not value:
                continue
            if not self._is_harmless(value):
                return fields.substitutions(self.tags, values, links)
            is_plain = _SPECIAL.isdisjoint(value)
            for tag, is_html in tags:
                made[tag] = value if is_plain or not is_html else html.escape(value)
        return made

    def _is_harmless(self, value: Any) -> bool:
        """One line of printable words in which nothing of a tag's mark can be."""
        return isinstance(value, str) and value.isprintable() and self.harms.search(value) is None


def quoted(base: str) -> str:
    """The start of every link, quoted once as the fields would quote the whole."""
    return quote(base, safe="/:?&=%#~-._")


def maker(key: str) -> Callable[[int], tuple[str, str]]:
    """`marks.event_mark` and `marks.link_token` of a delivery, both at once and three times as fast: the key is worked into HMAC once."""
    secret = key.encode()
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in _padded(secret)))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in _padded(secret)))
    for_event, for_link = inner.copy(), inner.copy()
    for_event.update(b"event ")
    for_link.update(b"link ")

    def make(delivery_id: int) -> tuple[str, str]:
        text, number = b"%d" % delivery_id, marks._base36(delivery_id)
        first, event, second, link = for_event.copy(), outer.copy(), for_link.copy(), outer.copy()
        first.update(text)
        event.update(first.digest())
        second.update(text)
        link.update(second.digest())
        return f"d.{number}-{event.hexdigest()[:PROOF]}", f"{number}-{link.hexdigest()[:PROOF]}"

    return make


def _padded(secret: bytes) -> bytes:
    return (hashlib.sha256(secret).digest() if len(secret) > 64 else secret).ljust(64, b"\0")
