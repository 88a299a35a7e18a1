"""Dates as they are written in a text, in Indonesian and English: which are gone, and whose weekday is another. Pure."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

MONTHS = {
    "id": "januari februari maret april mei juni juli agustus september oktober november desember".split(),
    "en": "january february march april may june july august september october november december".split(),
}
SHORT = {
    "id": {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "agu": 8, "ags": 8, "agt": 8, "sep": 9, "sept": 9, "okt": 10,
           "nov": 11, "des": 12},
    "en": {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12},
}  # fmt: skip
WEEKDAYS = {
    "id": {
        "senin": 0,
        "selasa": 1,
        "rabu": 2,
        "kamis": 3,
        "jumat": 4,
        "jum'at": 4,
        "jum’at": 4,
        "sabtu": 5,
        "minggu": 6,
        "ahad": 6,
    },
    "en": {"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6},
}
_SAID = {
    "id": r"\b(?:lalu|kemarin|telah|sudah|sejak|tertanggal|nomor|tahun \d{4} tentang|pernah|semula|dulu|sebelumnya)\b",
    "en": r"\b(?:last|ago|since|was|were|had|did|dated|yesterday|took place|previous(?:ly)?|of \d{4} on)\b",
}  # words that tell of what is past anyway


@dataclass(frozen=True)
class WrittenDay:
    """A day in a text. `is_whole`: its year is written too, else it is the nearest to today."""

    start: int
    end: int
    text: str
    day: dt.date
    weekday: int | None
    is_whole: bool
    is_told: bool

    @property
    def fits(self) -> bool:
        return self.weekday is None or self.day.weekday() == self.weekday


def days_in(text: str, language: str, today: dt.date) -> Iterator[WrittenDay]:
    """Days that are written with their month in words, or in figures with a year."""
    lower = text.lower()
    for pattern in _patterns(language):
        for found in pattern.finditer(lower):
            named = found.groupdict()
            day = _day(named, language, today)
            if day is not None:
                yield WrittenDay(
                    start=found.start(),
                    end=found.end(),
                    text=text[found.start() : found.end()].strip(" ,"),
                    day=day,
                    weekday=WEEKDAYS[language].get(named.get("weekday") or ""),
                    is_whole=bool(named["year"]),
                    is_told=bool(re.search(_SAID[language], _around(lower, found.start(), found.end()))),
                )


def _around(text: str, start: int, end: int) -> str:
    """The sentence around a place."""
    first = max(text.rfind(mark, 0, start) for mark in (". ", "! ", "? ", "\n"))
    last = min((at for mark in (". ", "! ", "? ", "\n") if (at := text.find(mark, end)) >= 0), default=len(text))
    return text[max(first, 0) : last]


def _patterns(language: str) -> list[re.Pattern[str]]:
    months = "|".join(sorted([*MONTHS[language], *SHORT[language]], key=len, reverse=True))
    weekdays = "|".join(WEEKDAYS[language])
    before = rf"(?<!\w)(?:(?P<weekday>{weekdays}),? (?:tanggal |tgl\.? |the )?)?"
    # What begins or ends a span (24-26 November) is left alone but for its end.
    day = r"(?<![\d–-])(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    year = r"(?:,? (?P<year>\d{4})(?!\d))?"
    written = [rf"{before}{day}(?: of)? (?P<month>{months})\.?(?!\w){year}"]
    if language == "en":
        written.append(rf"{before}(?P<month>{months})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]){year}")
    written.append(rf"{before}(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})[/.-](?P<year>\d{{4}})(?![\d/.-]\d)")
    return [re.compile(each) for each in written]


def _day(named: dict[str, str | None], language: str, today: dt.date) -> dt.date | None:
    written = named["month"] or ""
    month = int(written) if written.isdigit() else _month(written, language)
    try:
        if named["year"]:
            return dt.date(int(named["year"]), month, int(named["day"] or 0))
        near = [dt.date(today.year + step, month, int(named["day"] or 0)) for step in (-1, 0, 1)]
    except ValueError:
        return None
    return min(near, key=lambda each: abs((each - today).days))


def _month(written: str, language: str) -> int:
    return MONTHS[language].index(written) + 1 if written in MONTHS[language] else SHORT[language][written]
