"""Text as the patterns read it, with the way back to what was written: lower case, short forms written out, letters drawn out made single."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|.", re.S)
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_SAME = {"’": "'", "‘": "'", "\u2010": "-", "\u2011": "-", "–": "-", "\u00a0": " ", "\u202f": " "}


@dataclass(frozen=True)
class Normal:
    """`starts` and `ends` lead from each character of `text` to the token of the original that it came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.starts[start], self.ends[end - 1]


def normal(text: str, short: Mapping[str, str]) -> Normal:
    """The text for the patterns. A word that was changed leads back as a whole; any other, letter by letter."""
    made: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for found in _TOKEN.finditer(_seen(text)):
        word = found[0]
        plain = _plain(word)
        if plain.isspace() and made and made[-1] == " ":
            continue
        plain = " " if plain.isspace() else plain
        written = short.get(plain, plain)
        whole = len(written) != len(word)
        made.append(written)
        for at in range(len(written)):
            starts.append(found.start() if whole else found.start() + at)
            ends.append(found.end() if whole else found.start() + at + 1)
    return Normal("".join(made), tuple(starts), tuple(ends))


def _seen(text: str) -> str:
    """Characters that nobody sees stay out of words: each becomes one that no pattern looks at, so that places keep."""
    return "".join("\u200b" if c in _UNSEEN else c for c in text) if any(c in _UNSEEN for c in text) else text


def _plain(word: str) -> str:
    if len(word) == 1:
        return _SAME.get(word, word.lower() if len(word.lower()) == 1 else word)
    folded = unicodedata.normalize("NFKC", word).lower()
    return _DRAWN_OUT.sub(r"\1", folded).replace("’", "'")
