"""The substitutions of one recipient, as `writing.fields.substitutions` makes them, many thousand times a second.

What a text's tags ask for is worked out once for a call; only a value that might hold a tag goes through the slow and careful way.
"""

import hashlib
import html
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from crm.campaigns import marks
from crm.campaigns.writing import fields

_SPECIAL = frozenset("&<>\"'")


class Personal:
    """Makes the map of tag to value. `used` are the tags of one language's texts."""

    def __init__(self, tags: Mapping[str, str]) -> None:
        self.tags = dict(tags)
        self.of_links: list[tuple[str, str, bool]] = []
        self.of_values: list[tuple[str, str, bool]] = []
        for tag, meaning in tags.items():
            name, _, rest = meaning.partition(".")
            is_html = rest.partition("|")[0] == "h"
            (self.of_links if name in fields.LINK_FIELDS else self.of_values).append((tag, name, is_html))
        self.empty = fields.substitutions(self.tags, {}, {})
        self.marks = {tag[1:].partition(".")[0] for tag, _name, _html in self.of_values}
        halves = ((mark, max(1, len(mark) // 2)) for mark in self.marks)  # a part of a mark that matters has one of its ends
        self.hints = tuple({end for mark, half in halves for end in (mark[:half], mark[-half:])})

    @property
    def names(self) -> set[str]:
        """The personal fields that the tags ask for."""
        return {name for _tag, name, _html in self.of_values}

    def of(self, values: Mapping[str, Any], links: Mapping[str, str]) -> dict[str, str]:
        made = self.empty.copy()
        for tag, name, is_html in self.of_links:
            made[tag] = html.escape(links[name]) if is_html and "&" in links[name] else links[name]
        for tag, name, is_html in self.of_values:
            value = values.get(name)
            if not value:
                continue
            if not self._is_harmless(value):
                return fields.substitutions(self.tags, values, links)
            made[tag] = html.escape(value) if is_html and not _SPECIAL.isdisjoint(value) else value
        return made

    def _is_harmless(self, value: Any) -> bool:
        """One line of printable words in which nothing of a tag's mark can be."""
        return (
            isinstance(value, str)
            and value.isprintable()
            and "  " not in value
            and value[0] != " "
            and value[-1] != " "
            and not any(hint in value for hint in self.hints)
        )


def quoted(base: str) -> str:
    """The start of every link, quoted once as the fields would quote the whole."""
    return quote(base, safe="/:?&=%#~-._")


_PAIRS = [a + b for a in "abcdefghijklmnopqrstuvwxyz234567" for b in "abcdefghijklmnopqrstuvwxyz234567"]


def maker(key: str) -> Callable[[int], tuple[str, str]]:
    """`marks.event_mark` and `marks.link_token` of a delivery, both at once and three times as fast: the key is worked into HMAC once."""
    secret = key.encode()
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in _padded(secret)))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in _padded(secret)))
    for_event, for_link = inner.copy(), inner.copy()
    for_event.update(b"event ")
    for_link.update(b"link ")

    def proof(started: Any, text: bytes) -> str:
        first, second = started.copy(), outer.copy()
        first.update(text)
        second.update(first.digest())
        made = int.from_bytes(second.digest()[: marks.BITS // 8])
        return (
            f"{_PAIRS[made >> 70]}{_PAIRS[made >> 60 & 1023]}{_PAIRS[made >> 50 & 1023]}{_PAIRS[made >> 40 & 1023]}"
            f"{_PAIRS[made >> 30 & 1023]}{_PAIRS[made >> 20 & 1023]}{_PAIRS[made >> 10 & 1023]}{_PAIRS[made & 1023]}"
        )

    def make(delivery_id: int) -> tuple[str, str]:
        text, number = b"%d" % delivery_id, marks._base36(delivery_id)
        return f"d.{number}-{proof(for_event, text)}", f"{number}-{proof(for_link, text)}"

    return make


def _padded(secret: bytes) -> bytes:
    return (hashlib.sha256(secret).digest() if len(secret) > 64 else secret).ljust(64, b"\0")
