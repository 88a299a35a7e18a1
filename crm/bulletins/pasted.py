"""Addresses pasted from a list, one to a line: `address`, or `address; name; language`. Pure; every line has one fate."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from crm.core.formulas import restored
from crm.core.text import one_line
from crm.mail.addresses import is_address, normal

MOST_LINES = 5000
LANGUAGES = {"": "", "id": "id", "indonesia": "id", "en": "en", "inggris": "en", "english": "en"}
_ANGLE = re.compile(r"^\s*\"?(?P<name>[^<\"]*)\"?\s*<(?P<email>[^<>]+)>\s*$")  # Sari Dewi <sari@contoh.id>
_HEADS = {"surel", "alamat surel", "email", "e-mail", "e-mail address"}


class Fault(StrEnum):
    """Why a line is not taken."""

    NO_ADDRESS = "no-address"
    TWICE = "twice"
    LANGUAGE = "language"
    NAME_TOO_LONG = "name-too-long"
    TOO_MANY = "too-many"
    ALREADY = "already"
    SUPPRESSED = "suppressed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Line:
    """A line that can be taken: its number as people count, and what stands in it."""

    number: int
    email: str
    name: str = ""
    language: str = ""


@dataclass(frozen=True)
class BadLine:
    number: int
    text: str
    fault: Fault


def read(text: str, *, most: int = MOST_LINES, knows: Callable[[str], bool] = is_address) -> tuple[list[Line], list[BadLine]]:
    """The lines that can be taken and those that cannot, in order. Empty lines and a heading are passed over."""
    good: list[Line] = []
    bad: list[BadLine] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or (not good and not bad and _cells(line)[0].casefold() in _HEADS):
            continue
        taken = _read_line(number, line, knows)
        if isinstance(taken, Line) and taken.email in seen:
            taken = BadLine(number, line.strip()[:200], Fault.TWICE)
        if isinstance(taken, Line) and len(good) >= most:
            taken = BadLine(number, line.strip()[:200], Fault.TOO_MANY)
        if isinstance(taken, Line):
            seen.add(taken.email)
            good.append(taken)
        else:
            bad.append(taken)
    return good, bad


def _read_line(number: int, line: str, knows: Callable[[str], bool]) -> Line | BadLine:
    named = _ANGLE.match(line)
    email, name, language, *_rest = [named["email"], named["name"], ""] if named else [*_cells(line), "", ""]
    email, name, language = normal(email), one_line(name), language.strip().casefold()
    if not knows(email):
        return BadLine(number, line.strip()[:200], Fault.NO_ADDRESS)
    if len(name) > 150:
        return BadLine(number, line.strip()[:200], Fault.NAME_TOO_LONG)
    if language not in LANGUAGES:
        return BadLine(number, line.strip()[:200], Fault.LANGUAGE)
    return Line(number, email, name, LANGUAGES[language])


def _cells(line: str) -> list[str]:
    mark = next((mark for mark in ("\t", ";", ",") if mark in line), ";")
    return [restored(cell.strip().strip('"')) for cell in line.split(mark)]
