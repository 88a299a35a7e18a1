"""Words of records and of questions, folded alike so that they meet. Pure functions."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from crm.core import text as texts

LONGEST_WORD = 40
MOST_WORDS = 400
LONGEST_KEPT = 60  # characters of a text whose words are remembered
SHORTEST_NUMBER = 6
LONGEST_QUERY = 300
MOST_QUERY_WORDS = 12
SAME_SOUND_FROM = 5  # letters: 'soe' would also find every 'su...', 'soekarno' finds only Sukarno besides

_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`´")
_DOTTED = re.compile(r"\b(?:\w\.){2,}\w?\b")
_NUMBER_INSIDE = re.compile(r"(?<!\w)\(?\+?\d[\d ().\-/]{4,20}\d(?!\w)")
_NUMBER = re.compile(r"\+?[\d\s().\-/]{6,}")


class UnreadableQuery(ValueError):
    """What was typed can't be searched for; `reason` is 'no-words', 'too-long', 'too-many-words' or 'unstorable'."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def words_of(*parts: str) -> list[str]:
    """Distinct words of some text in order, folded; a word in old spelling also stands in the new one."""
    found: dict[str, None] = {}
    for part in parts:
        for word in _words_again(part) if len(part) <= LONGEST_KEPT else _words_in(part):
            found[word] = None
            if len(found) >= MOST_WORDS:
                return list(found)
    return list(found)


def _words_in(text: str) -> list[str]:
    folded = texts.fold(text).translate(_APOSTROPHES)
    found = list(_numbers_in(folded)) if len(folded) >= SHORTEST_NUMBER and _DIGIT.search(folded) else []
    pieces = _pieces(folded)
    if not texts.has_old_spelling(folded):
        return found + [word[:LONGEST_WORD] for word in pieces]
    for word in pieces:
        found.append(word[:LONGEST_WORD])
        if len(word) >= SAME_SOUND_FROM:
            found.append(texts.new_spelling(word)[:LONGEST_WORD])
    return found


@lru_cache(maxsize=2048)
def _words_again(text: str) -> tuple[str, ...]:
    """Names of organizations and posts come again and again in a list."""
    return tuple(_words_in(text))


def query_words(query: str, *, as_number: bool = True) -> list[str]:
    """The distinct words of a question; a telephone number is one word however it is grouped, unless it isn't to be read as one.

    Raises UnreadableQuery: a refusal that can be told, never an error of the database.
    """
    if len(query) > LONGEST_QUERY:
        raise UnreadableQuery("too-long")
    try:
        texts.storable(query)
    except texts.UnstorableText:
        raise UnreadableQuery("unstorable") from None
    folded = texts.fold(query).translate(_APOSTROPHES)
    number = national_number(folded) if as_number else None
    words = [number] if number else list(dict.fromkeys(word[:LONGEST_WORD] for word in _pieces(folded)))
    if not words:
        raise UnreadableQuery("no-words")
    if len(words) > MOST_QUERY_WORDS:
        raise UnreadableQuery("too-many-words")
    return words


def spellings(word: str) -> list[str]:
    """A typed word, and its present-day spelling when that differs."""
    if len(word) < SAME_SOUND_FROM:
        return [word]
    return list(dict.fromkeys((word, texts.new_spelling(word)[:LONGEST_WORD])))


def deletions(word: str) -> list[str]:
    """The word, and the word without each one of its letters: two words one slip apart share one of these."""
    return list(dict.fromkeys((word, *(word[:at] + word[at + 1 :] for at in range(len(word))))))


def is_teachable(word: str) -> bool:
    """Whether a word is worth a place in the vocabulary of suggestions: not a number, not a scrap."""
    return len(word) >= 3 and not word.isdigit()


def national_number(text: str) -> str | None:
    """A telephone number as one run of digits with its 0, however it was grouped; None for anything else."""
    if not _NUMBER.fullmatch(text.strip()):
        return None
    digits = "".join(filter(str.isdigit, text))
    if digits.startswith("62") and (text.strip().startswith("+") or len(digits) > 10):
        digits = "0" + digits[2:]
    return digits if 6 <= len(digits) <= 15 and digits.isascii() else None


def _pieces(folded: str) -> Sequence[str]:
    return _WORD.findall(_DOTTED.sub(_joined, folded)) if "." in folded else _WORD.findall(folded)


def _numbers_in(folded: str) -> Iterator[str]:
    """Telephone numbers inside a text, each as one run of digits."""
    for run in _NUMBER_INSIDE.finditer(folded):
        number = national_number(run.group())
        if number:
            yield number


def _joined(match: re.Match[str]) -> str:
    """K.P.U. is found as kpu."""
    return match.group().replace(".", "")


def joined(words: Iterable[str]) -> str:
    return " ".join(words)
