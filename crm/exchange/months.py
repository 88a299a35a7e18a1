"""Names of months and quarters as people write them in English and Indonesian, cut short or misspelt a little."""

import re

from crm.core.text import fold

_NAMES = (
    ("january", "januari"),
    ("february", "februari", "pebruari"),
    ("march", "maret"),
    ("april",),
    ("may", "mei"),
    ("june", "juni"),
    ("july", "juli"),
    ("august", "agustus"),
    ("september",),
    ("october", "oktober"),
    ("november", "nopember"),
    ("december", "desember"),
)
# Short forms that are no beginning of a name.
_SHORT = {"agt": 8, "agst": 8, "ags": 8, "sept": 9, "nop": 11, "nopb": 11}
_SPANS = re.compile(r"^([a-z]{3,9})\.?\s*(?:/|-|–|to|s\.?d\.?|sampai|and|&)\s*([a-z]{3,9})\.?$")


def month_of(word: str) -> int | None:
    """The month a word names, by its whole name or at least its first three letters: 'July', 'Marc', 'Okt', 'agustus'."""
    text = fold(word).strip(" .")
    if len(text) < 3 or not text.isalpha():
        return None
    if text in _SHORT:
        return _SHORT[text]
    found = {number for number, names in enumerate(_NAMES, start=1) if any(name.startswith(text) for name in names)}
    return found.pop() if len(found) == 1 else None


def quarter_of(text: str) -> int | None:
    """The first month of the quarter a span of months names: 'Apr/Jun' is 4. 'Apr/May' is no quarter."""
    match = _SPANS.match(fold(text).strip())
    if not match:
        return None
    first, last = month_of(match[1]), month_of(match[2])
    if first is None or last is None or first % 3 != 1 or last != first + 2:
        return None
    return first
