"""The substitutions of one recipient, as `writing.fields.substitutions` makes them, many thousand times a second.

What a text's tags ask for is worked out once for a call; only a value that might hold a tag goes through the slow and careful way.
"""

import html
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from crm.campaigns.writing import fields

_SPECIAL = frozenset("&<>\"'")
_NEEDS_CARE = re.compile(r"""[&<>"'\\]| (?=[ ]|$)|^ """).search


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
        self.ends = sorted({end for mark, half in halves for end in (mark[:half], mark[-half:])})

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
        if not isinstance(value, str) or not value.isprintable() or "  " in value or value != value.strip():
            return False
        return all(end not in value for end in self.ends)

    def plainness(self) -> Callable[[Any], bool]:
        """Tells whether a value stands in HTML and in JSON as it is: harmless, and without a sign that either escapes."""
        ends, needs_care = self.ends, _NEEDS_CARE

        def is_plain(value: Any) -> bool:
            if not isinstance(value, str) or not value or not value.isprintable() or needs_care(value) is not None:
                return False
            for end in ends:  # noqa: SIM110 - this runs a million times
                if end in value:
                    return False
            return True

        return is_plain


def quoted(base: str) -> str:
    """The start of every link, quoted once as the fields would quote the whole."""
    return quote(base, safe="/:?&=%#~-._")
