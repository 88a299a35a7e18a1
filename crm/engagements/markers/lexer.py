"""A typed line cut into words, numbers and marks, each with its place; linear for any text."""

import re
import unicodedata
from typing import NamedTuple, cast

_APOSTROPHES = "'’ʼ‘`´"
_LETTER = r"[^\W\d_]"
_TOKEN = re.compile(
    rf"""
    (?P<link>(?:https?://|www\.)\S+)
  | (?P<email>[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,5}})
  | (?P<newline>\r\n|\r|\n|\u2028|\u2029)
  | (?P<space>[^\S\r\n\u2028\u2029]+)
  | (?P<number>\d{{1,2}}-{_LETTER}{{3,9}}-\d{{2,4}}(?!\w)
      | \d{{4}}-[WwQq]\d{{1,2}}(?!\w)
      | [Hh][+\-−]\d{{1,4}}{_LETTER}{{0,2}}(?!\w)
      | \+?\d+(?:[.,:/\-–]\d+)+(?:\w+)?
      | \+\d+ )
  | (?P<word>{_LETTER}{{1,3}}(?:\.{_LETTER}{{1,4}})+(?!\w)
      | \w+(?:[{_APOSTROPHES}\-]\w+)* )
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_END_OF_LINK = ".,;:!?)]}\"'"
_STRIP = str.maketrans("", "", _APOSTROPHES)


class Token(NamedTuple):
    """One word, number or mark. `key` is what word lists are compared with."""

    kind: str
    start: int
    end: int
    text: str
    key: str

    @property
    def is_word(self) -> bool:
        """Tell whether this is a word or a number."""
        return self.kind in ("word", "number")


def plain(text: str) -> str:
    """Lower case, without accents and apostrophes: the form in which typed words are compared."""
    if text.isascii():
        return text.lower().translate(_STRIP)
    folded = unicodedata.normalize("NFKD", text).translate(_STRIP).casefold()
    return unicodedata.normalize("NFC", "".join(c for c in folded if not unicodedata.combining(c)))


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of the text in order; white space and invisible marks are left out."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = cast("re.Match[str]", _TOKEN.match(text, at))
        kind, value, at = match.lastgroup or "mark", match.group(), match.end()
        if kind == "link":
            value = value.rstrip(_END_OF_LINK) or value
            at = match.start() + len(value)
        if kind == "space" or (kind == "mark" and unicodedata.category(value) == "Cf"):
            continue
        key = value if kind in ("link", "email", "newline", "mark") else plain(value)
        found.append(Token(kind, match.start(), at, value, key))
    return found
