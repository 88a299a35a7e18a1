"""A stretch of tokens with the words to compare them with: what every reader reads from."""

from typing import Any

from crm.engagements.markers.lexer import Token
from crm.engagements.markers.model import Span
from crm.engagements.markers.vocabulary import Match, Vocabulary


class Cursor:
    """Tokens of one line up to `stop`. Reading past the end gives empty keys, never an error."""

    def __init__(self, tokens: list[Token], words: Vocabulary, stop: int | None = None) -> None:
        self.tokens = tokens
        self.words = words
        self.stop = len(tokens) if stop is None else stop

    def until(self, stop: int) -> "Cursor":
        """Return a cursor over the same tokens that ends earlier."""
        return Cursor(self.tokens, self.words, stop)

    def key(self, at: int) -> str:
        """Return the normal key of a token, empty outside the stretch."""
        return self.tokens[at].key if 0 <= at < self.stop else ""

    def text(self, at: int) -> str:
        """Return a token as typed, empty outside the stretch."""
        return self.tokens[at].text if 0 <= at < self.stop else ""

    def kind(self, at: int) -> str:
        """Return the kind of a token, empty outside the stretch."""
        return self.tokens[at].kind if 0 <= at < self.stop else ""

    def is_word(self, at: int) -> bool:
        """Tell whether there is a word or number here."""
        return 0 <= at < self.stop and self.tokens[at].is_word

    def capital(self, at: int) -> bool:
        """Tell whether a word with a capital begins here."""
        return self.is_word(at) and self.tokens[at].text[:1].isupper()

    def adjacent(self, at: int) -> bool:
        """Tell whether this token follows the one before without a space."""
        return 0 < at < self.stop and self.tokens[at - 1].end == self.tokens[at].start

    def match(self, name: str, at: int) -> Match | None:
        """Return the longest phrase of a word list that begins here."""
        return self.words.at(name, self.tokens, at, self.stop)

    def has(self, name: str, at: int) -> bool:
        """Tell whether the word here is in a word list."""
        return self.key(at) in self.words.sets[name]

    def value(self, name: str, at: int) -> Any:
        """Return what a word list says about the phrase here, or None."""
        found = self.match(name, at)
        return found.value if found else None

    def span(self, start: int, end: int) -> Span:
        """Return the typed stretch of these tokens; end excluded."""
        return Span(self.tokens[start].start, self.tokens[end - 1].end)
