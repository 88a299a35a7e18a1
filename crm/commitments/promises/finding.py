"""Finding the phrases in a text, with the exceptions of the book: negation, terms, wishes, requests to the reader, rules and quoted speech."""

import hashlib
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from crm.commitments.promises.normal import normal
from crm.commitments.promises.phrases import SOURCES, Group, Phrase, hints, phrases

STOPS, TO_KEEP, MARKED = 3, 2, 1
LONGEST = 50_000
_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“(]?[A-ZÀ-Þ0-9])|\n+")
_SHORTENED = re.compile(
    r"(?:\b(?:yth|no|jl|dr|ir|hj?|drs|dra|prof|tgl|bpk|sdr|mr|mrs|ms|dept|art|rp|a\.n|s\.d|d\.a)|\b[A-Z])\.$", re.I
)
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»\n]{1,600}[\"”»]")


@dataclass(frozen=True)
class Promise:
    """A phrase that binds: `start` to `end` in the text. `softer` stands in its place; None: the sentence has to be written anew."""

    start: int
    end: int
    text: str
    kind: Group
    severity: int
    number: int
    softer: str | None
    hints: tuple[str, ...]
    sentence_start: int
    sentence_end: int
    sentence: str
    is_rule: bool = False
    is_quoted: bool = False


def find(text: str, language: str = "id", *, known_days: Container[str] = (), is_release: bool = False) -> list[Promise]:
    """Every phrase of a text that binds the office, in order. `known_days`: dates as written that stand in the calendar already."""
    found: list[Promise] = []
    for start, end in sentences(text[:LONGEST]):
        found += _in_sentence(text, start, end, language, known_days, is_release)
    return found


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a text begin and end."""
    begin = 0
    for cut in _END.finditer(text):
        if _SHORTENED.search(text[begin : cut.start()]) and "\n" not in cut[0]:
            continue
        if text[begin : cut.start()].strip():
            yield begin, cut.start()
        begin = cut.end()
    if text[begin:].strip():
        yield begin, len(text)


def key_of(language: str, sentence: str) -> str:
    """What a sentence is remembered by when somebody answers for it: any change of its words makes it another."""
    words = " ".join(re.findall(r"\w+", sentence.casefold()))
    return hashlib.sha256(f"{language}\n{words}".encode()).hexdigest()[:40]


def with_softer(text: str, promise: Promise, words: str) -> str:
    """The text with other words in the phrase's place; a capital stays, and no double blank or comma is left."""
    if promise.text[:1].isupper() and words and words[0].islower():
        words = words[0].upper() + words[1:]
    before, after = text[: promise.start], text[promise.end :]
    if not words:
        before, after = before.rstrip(" "), after.lstrip(" ,") if not before.strip() or before.rstrip()[-1:] in ".!?," else after
        at_start = not before.strip() or before.rstrip()[-1:] in ".!?"
        if at_start and after[:1].islower():
            after = after[0].upper() + after[1:]
        gap = " " if before and after[:1].isalnum() else ""
        return before + gap + after
    return before + words + after


def _in_sentence(text: str, start: int, end: int, language: str, known: Container[str], is_release: bool) -> list[Promise]:
    source = _source(language)
    written = text[start:end]
    read = normal(written, source.SHORT)
    silent = _silent(read.text, language)
    quotes = _foreign_quotes(written, source)
    rule = bool(_compiled(source.RULE).search(read.text))
    made = []
    for phrase, at in _matches(read.text, language, silent):
        first, last = read.span(at.start(), at.end())
        if _is_negated(read.text, at.start(), source) or (phrase.group is Group.TIME and _is_known(at[0], known)):
            continue
        promise = Promise(
            start=start + first,
            end=start + last,
            text=written[first:last],
            kind=phrase.group,
            severity=phrase.severity + (is_release and phrase.number == 84 and language != "en"),
            number=phrase.number,
            softer=phrase.softer,
            hints=hints(language).get(phrase.group, ()),
            sentence_start=start,
            sentence_end=end,
            sentence=written,
        )
        made.append(_lowered(promise, rule=rule, quoted=any(a <= first and last <= b for a, b in quotes)))
    return made


def _matches(text: str, language: str, silent: set[int]) -> list[tuple[Phrase, re.Match[str]]]:
    """Matches that do not overlap: the heavier one first, then the longer, then the earlier."""
    found = [(phrase, at) for phrase in phrases(language) if phrase.number not in silent for at in phrase.pattern.finditer(text)]
    found.sort(key=lambda pair: (-pair[0].severity, pair[1].start() - pair[1].end(), pair[1].start()))
    kept: list[tuple[Phrase, re.Match[str]]] = []
    for phrase, at in found:
        if not any(at.start() < other.end() and other.start() < at.end() for _phrase, other in kept):
            kept.append((phrase, at))
    return sorted(kept, key=lambda pair: pair[1].start())


def _silent(text: str, language: str) -> set[int]:
    """Numbers of phrases that mean something else in this sentence."""
    source = _source(language)
    numbers = {number for given, pattern in source.EXCEPTIONS if _compiled(pattern).search(text) for number in given}
    if _compiled(source.READER).search(text):
        numbers |= {phrase.number for phrase in phrases(language) if phrase.group is Group.TIME}
    return numbers


def _is_negated(text: str, at: int, source: Any) -> bool:
    """Whether a negation stands right before, with nothing but small words between."""
    return bool(_negation(source.NEGATION, source.FILLER).search(text[max(0, at - 80) : at]))


def _lowered(promise: Promise, *, rule: bool, quoted: bool) -> Promise:
    """What a rule with its number says, and what somebody else is quoted with, is marked quietly."""
    is_rule = rule and promise.kind in {Group.TIME, Group.MONEY}
    severity = MARKED if is_rule or quoted else promise.severity
    return replace(promise, severity=severity, is_rule=is_rule, is_quoted=quoted)


def _foreign_quotes(sentence: str, source: Any) -> list[tuple[int, int]]:
    """Quotations that the sentence gives to somebody else. Who speaks for the office speaks for us."""
    quotes = [found.span() for found in _QUOTED.finditer(sentence)]
    around = _QUOTED.sub(" ", sentence).lower()
    is_foreign = _compiled(source.SPOKEN).search(around) and not _compiled(source.OURS).search(around)
    return quotes if is_foreign else []


def _is_known(phrase: str, known: Container[str]) -> bool:
    days = re.findall(r"\d{1,2} [a-z]+(?: \d{4})?", phrase)
    return bool(days) and all(day in known for day in days)


def _source(language: str) -> Any:
    return SOURCES.get(language, SOURCES["id"])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _negation(negation: str, filler: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){negation}(?: {filler}){{0,4}} $")
