"""Phone numbers as people write them, as they are stored (E.164) and as they are shown and dialled."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

HOME_REGION, HOME_CODE = "ID", 62
# Area codes of two figures; all others of Indonesia have three.
_SHORT_AREAS = frozenset({"21", "22", "24", "31", "61"})
_EXTENSION = re.compile(r"[\s,;(]*(?:ext|ekst|pes(?:awat)?|pswt)\b\.?\s*:?\s*(\d{1,6})\)?", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:/|;|,|\batau\b|\bor\b|\n)\s*", re.IGNORECASE)
_WORDS = re.compile(r"\b(?:a\.?\s?n\.?|hp|telp?|tlp|wa|fax|faks|phone|mobile)\b[.:\s]*", re.IGNORECASE)


# A mobile number as nearly everybody writes it. The library comes to the same number in fifty times the time (a test compares them).
_PLAIN_MOBILE = re.compile(r"(?:\+?62|0)(8[0-9]{8,11})")
_BETWEEN = str.maketrans("", "", " -.")


class UnknownPhone(ValueError):
    """Nobody could dial this."""


@dataclass(frozen=True)
class Phone:
    """A number to store, and the extension that was written after it."""

    e164: str
    extension: str = ""


def parse(text: str) -> list[Phone]:
    """All numbers of a line: `0812...`, `8...`, `62...`, `+62...`, dots and dashes, two numbers by `/`, `ext. 12`. Raises UnknownPhone."""
    if plain := _PLAIN_MOBILE.fullmatch(text.translate(_BETWEEN)):
        return [Phone(f"+{HOME_CODE}{plain.group(1)}")]
    found: list[Phone] = []
    for part in _PARTS.split(text):
        if part.strip():
            found.append(_parse_one(part, before=found[-1] if found else None))
    if not found:
        raise UnknownPhone(text)
    return found


def _parse_one(part: str, *, before: Phone | None) -> Phone:
    match = _EXTENSION.search(part)
    extension = match.group(1) if match else ""
    bare = part[: match.start()] if match else part
    digits = _digits(bare)
    if before is not None and not digits.startswith(("0", "+", "62")) and len(digits) <= 8:
        return Phone(_possible(_completed(digits, before), part), extension)
    return Phone(_possible(digits, part), extension)


def _digits(text: str) -> str:
    bare = _WORDS.sub("", text).replace("(0)", "")
    if re.search(r"[A-Za-z]", bare):
        raise UnknownPhone(text)
    plus = "+" if bare.strip().lstrip("(").startswith("+") else ""
    digits = re.sub(r"\D", "", bare)
    if not plus and digits.startswith("00"):
        return "+" + digits[2:]
    if not plus and digits.startswith(str(HOME_CODE)) and len(digits) >= 10:
        return "+" + digits
    return plus + digits


def _completed(digits: str, before: Phone) -> str:
    """The second of `(021) 555 0123 / 0124`: what is missing comes from the number before it."""
    return before.e164[: -len(digits)] + digits if len(digits) <= 4 else before.e164[: len(_lead(before.e164))] + digits


def _lead(e164: str) -> str:
    national = e164.removeprefix(f"+{HOME_CODE}")
    return e164[: len(e164) - len(national)] + _area(national) if national != e164 else e164[:3]


@cache
def _library() -> Any:
    import phonenumbers  # noqa: PLC0415 - loaded by who needs it: 2 MB of every process otherwise

    return phonenumbers


def _possible(digits: str, written: str) -> str:
    phonenumbers = _library()
    try:
        number = phonenumbers.parse(digits, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise UnknownPhone(written) from None
    if not phonenumbers.is_possible_number(number):
        raise UnknownPhone(written)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _read(e164: str) -> Any:
    phonenumbers = _library()
    try:
        return phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return None


def _area(national: str) -> str:
    return national[:2] if national[:2] in _SHORT_AREAS else national[:3]


def national(e164: str) -> str:
    """How the office reads a number: `0812 3456 7890`, `(021) 555 0123`; foreign numbers with their country."""
    phonenumbers, number = _library(), _read(e164)
    if number is None:
        return e164
    if number.country_code != HOME_CODE:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    figures = phonenumbers.national_significant_number(number)
    if figures.startswith("8"):
        whole = "0" + figures
        return " ".join(part for part in (whole[:4], whole[4:8], whole[8:]) if part)
    area = _area(figures)
    rest = figures[len(area) :]
    head = len(rest) - 4 if len(rest) > 6 else (len(rest) + 1) // 2
    return f"(0{area}) {rest[:head]} {rest[head:]}".strip()


def is_mobile(e164: str) -> bool:
    """Whether messages can reach it: Indonesian mobile numbers begin with 8; abroad one can't tell, so yes."""
    return not e164.startswith(f"+{HOME_CODE}") or e164.startswith(f"+{HOME_CODE}8")


def whatsapp_link(e164: str) -> str:
    return f"https://wa.me/{e164.removeprefix('+')}"


def dial_link(e164: str) -> str:
    return f"tel:{e164}"
