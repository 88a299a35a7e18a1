"""The list of phrases: number, severity, pattern, and what to write instead. Data; the words in it are those of the mail, not of the interface.

Patterns are matched on text in lower case with short forms written out (normal.py). In them `<n>` is a number in digits or letters,
`<when>` a date or duration, `<we>` who speaks for the office. A dash for the softer words: the sentence has to be written anew.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from crm.commitments.promises import english, indonesian


class Group(StrEnum):
    CERTAINTY = "certainty"
    TIME = "time"
    SPEED = "speed"
    OUTCOME = "outcome"
    UNDERTAKING = "undertaking"
    ALWAYS = "always"
    MONEY = "money"
    PRIVILEGE = "privilege"
    OTHERS = "others"
    SUPERLATIVE = "superlative"


@dataclass(frozen=True)
class Phrase:
    number: int
    group: Group
    severity: int  # 3 stops, 2 asks, 1 marks quietly
    pattern: re.Pattern[str]
    softer: str | None


SOURCES = {"id": indonesian, "en": english}


@cache
def phrases(language: str) -> tuple[Phrase, ...]:
    """The list of a language, in the order of the book; Indonesian for any other language than English."""
    source = SOURCES.get(language, indonesian)
    return tuple(_read(line, source) for line in source.PHRASES.strip().splitlines() if line.strip())


@cache
def hints(language: str) -> dict[Group, tuple[str, ...]]:
    """Whole sentences to write instead, by group."""
    source = SOURCES.get(language, indonesian)
    return {Group(name): tuple(given) for name, given in source.HINTS.items()}


def _read(line: str, source: object) -> Phrase:
    number, group, severity, pattern, softer = (part.strip() for part in line.split(" ~ "))
    for name, meaning in source.PARTS.items():  # type: ignore[attr-defined]
        pattern = pattern.replace(f"<{name}>", f"(?:{meaning})")
    return Phrase(
        number=int(number),
        group=Group(group),
        severity=int(severity),
        pattern=re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"),
        softer=None if softer == "-" else "" if softer == "''" else softer,
    )
