"""Text as people write it, folded for comparing, sorting and matching. Pure functions."""

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w\s]+")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Spelling before 1972 against today's, and Arabic transliterations: indonesian.md 1.4.
_OLD_SPELLING = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("sj", "sy"), ("ch", "kh"))
_OLD = re.compile("|".join(old for old, _new in _OLD_SPELLING))


class UnstorableText(ValueError):
    """NUL or a lone surrogate: PostgreSQL can store neither."""


def storable(text: str) -> str:
    """Return the text unchanged, or raise UnstorableText. Nothing is repaired silently."""
    if "\x00" in text:
        raise UnstorableText("nul")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UnstorableText("surrogate") from None
    return text


def told(text: str, longest: int) -> str:
    """What a program says of itself in a header, for keeping as evidence: nobody typed it, so what can't be kept is replaced, not refused."""
    return "".join("\ufffd" if _is_odd(letter) else letter for letter in text[:longest])


def _is_odd(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs")


def for_xml(text: str) -> str:
    """Without the control characters that XML 1.0 can't hold: copying from a PDF brings some along, and nobody sees them."""
    return _NOT_XML.sub("", text)


def whole_number(text: str) -> int | None:
    """The number that plain figures stand for, if a database can hold it. `isdigit` alone says yes to a superscript two."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def one_line(text: str) -> str:
    """Collapse white space to single blanks and strip the ends."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """Lower case without marks: what search compares. 'Müller' and 'muller' fold alike; letters of other scripts stay."""
    if text.isascii():  # most names, and a tenth of the work
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFKC", "".join(c for c in decomposed if not unicodedata.combining(c))).casefold()


def name_key(name: str) -> str:
    """What lists sort by: folded, without apostrophes and punctuation, at most 200 characters."""
    folded = fold(name).replace("'", "").replace("’", "").replace("ʼ", "")
    return one_line(_NOT_WORD.sub(" ", folded))[:200]


def match_key(name: str) -> str:
    """name_key with old spellings made new ('Soekarno' and 'Sukarno' alike). For finding doubles, never for show."""
    return new_spelling(name_key(name))


def has_old_spelling(key: str) -> bool:
    """Whether `new_spelling` would change anything: most texts hold nothing of the kind."""
    return _OLD.search(key) is not None


def new_spelling(key: str) -> str:
    """A folded word or key with old spellings made new."""
    if not has_old_spelling(key):
        return key
    for old, new in _OLD_SPELLING:
        key = key.replace(old, new)
    return key


def initials(name: str) -> str:
    """Two letters for an avatar: first letters of the first two words, or the first two letters of a one-word name."""
    words = [w for w in _NOT_WORD.sub(" ", name).split() if w]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[1][0]).upper()
