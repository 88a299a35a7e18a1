"""The words of the chosen languages, made ready for looking up: phrases, abbreviations, doubled letters."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from crm.engagements.markers.lexer import Token, plain, tokens_of

LANGUAGES = ("id", "en")
_RUN = re.compile(r"(.)\1+")


class Match(NamedTuple):
    """A phrase found: what it means, the token after it, and the phrase."""

    value: Any
    end: int
    phrase: str


class Phrases:
    """Phrases by their first word; the longest one wins."""

    def __init__(self, meanings: dict[str, Any]) -> None:
        self._meanings = meanings
        self._by_first: dict[str, list[tuple[tuple[str, ...], Any]]] = {}
        for phrase, value in meanings.items():
            keys = tuple(phrase.split())
            self._by_first.setdefault(keys[0], []).append((keys, value))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def word(self, phrase: str) -> Any:
        """Return what a whole phrase means, or None."""
        return self._meanings.get(phrase)

    def at(self, tokens: list[Token], start: int, stop: int | None = None) -> Match | None:
        """Return the longest phrase that begins at this token."""
        stop = len(tokens) if stop is None else stop
        entries = self._by_first.get(tokens[start].key) if start < stop else None
        for keys, value in entries or ():
            end = start + len(keys)
            if end <= stop and all(tokens[start + i].key == keys[i] for i in range(1, len(keys))):
                return Match(value, end, " ".join(keys))
        return None


class Vocabulary:
    """All words of some languages together; made once per choice of languages."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._data = [_load(language) for language in languages]
        self._short: dict[str, str] = {}
        for data in self._data:
            for word, typed in data["abbreviations"].items():
                self._short.update((plain(short), word) for short in typed.split())
        self._known: set[str] = {*self._short, *self._short.values()}
        self._made: dict[str, Phrases] = {}
        self.sets: dict[str, frozenset[str]] = {}
        for name in sorted({name for language in LANGUAGES for name in _load(language)}):
            self._prepare(name)
        self._squeezed = {squeeze(word): word for word in sorted(self._known) if len(squeeze(word)) >= 3}

    def _prepare(self, name: str) -> None:
        typed: set[str] = set()
        normal: dict[str, Any] = {}
        for data in reversed(self._data):
            meanings = _meanings(name, data.get(name, {}))
            typed.update(meanings)
            normal.update((self._normal_phrase(phrase), value) for phrase, value in meanings.items())
        self._made[name] = Phrases(normal)
        self.sets[name] = frozenset(normal)
        if name != "abbreviations":
            self._known.update(word for phrase in (*typed, *normal) for word in phrase.split())

    def _normal_phrase(self, phrase: str) -> str:
        return " ".join(self._short.get(t.key, t.key) for t in tokens_of(phrase))

    def __getitem__(self, name: str) -> Phrases:
        return self._made[name]

    def at(self, name: str, tokens: list[Token], start: int, stop: int | None = None) -> Match | None:
        """Return the longest phrase of a list that begins at this token."""
        return self._made[name].at(tokens, start, stop)

    def normal(self, key: str) -> str:
        """Return the full word for an abbreviation, a doubled word (pagi2) or doubled letters (besookk)."""
        if key in self._known:
            return self._short.get(key, key)
        if key[-1:] == "2" and key[:-1] in self._known:
            return self._short.get(key[:-1], key[:-1])
        word = self._squeezed.get(squeeze(key)) if _RUN.search(key) else None
        return self._short.get(word, word) if word else key

    def read(self, text: str) -> list[Token]:
        """Return the tokens of a text with normal keys. What was typed is never rewritten."""
        return [self._with_normal_key(t) if t.is_word else t for t in tokens_of(text)]

    def _with_normal_key(self, token: Token) -> Token:
        key = self.normal(token.key)
        return token if key == token.key else token._replace(key=key)


def squeeze(word: str) -> str:
    """Return the word with runs of one letter made one letter; digits stay."""
    return _RUN.sub(lambda run: run.group(1) if run.group(1).isalpha() else run.group(), word)


@cache
def _load(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        raise ValueError(f"no words for language {language!r}")
    source = files("crm.engagements.markers").joinpath("words", f"{language}.json")
    data: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return data


def _meanings(name: str, entries: Any) -> dict[str, Any]:
    if name == "channels":
        return {plain(word): entry for entry in entries for word in entry["words"]}
    if isinstance(entries, list):
        return {plain(word): True for word in entries}
    if name in ("directions", "parts", "markers", "verbs"):
        return {plain(word): code for code, words in entries.items() for word in words}
    return {plain(word): value for word, value in entries.items()}


def full_word(word: str, *, languages: tuple[str, ...] = LANGUAGES) -> str:
    """Return the word that people mean by an abbreviation ('yg', 'bsk', 'pagi2', 'besookk'), for matching, never for show."""
    return vocabulary(languages).normal(plain(word))


@cache
def vocabulary(languages: tuple[str, ...] = LANGUAGES) -> Vocabulary:
    """Return the words of these languages; where two differ the first language wins."""
    return Vocabulary(languages)
