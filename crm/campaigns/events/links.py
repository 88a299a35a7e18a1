"""Which link of a mail was clicked: its place among the links of the content. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

UNKNOWN = -1


TRAP = "trap"  # the block of the link that no person sees


class Links:
    """The links of one language of a content. An address with personal parts is known by the parts that all have."""

    def __init__(self, links: Sequence[Mapping[str, Any]], tags: Iterable[str], language: str = "") -> None:
        self.exact: dict[str, list[int]] = {}
        self.patterns: list[tuple[re.Pattern[str], int]] = []
        self.traps = {number for number, link in enumerate(links) if link.get("block") == TRAP}
        split = re.compile("|".join(re.escape(tag) for tag in sorted(tags, key=len, reverse=True))) if tags else None
        for number, link in enumerate(links):
            if language and link.get("language", language) != language:
                continue
            url = str(link.get("url", ""))
            parts = split.split(url) if split else [url]
            if len(parts) > 1:
                self.patterns.append((re.compile(".*".join(re.escape(part) for part in parts), re.S), number))
            else:
                self.exact.setdefault(_bare(url), []).append(number)

    def number_of(self, url: str, index: int = 0) -> int:
        """`index` tells among links with the same address, counted from 0 as SendGrid does."""
        same = self.exact.get(_bare(url))
        if same:
            return same[min(index, len(same) - 1)]
        return next((number for pattern, number in self.patterns if pattern.fullmatch(url)), UNKNOWN)


def _bare(url: str) -> str:
    return url.rstrip("/")
