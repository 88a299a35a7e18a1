"""Reading lines in tests: a fixed now, a calendar with named holidays, short answers."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from crm.engagements import markers
from crm.engagements.markers import Due, EventTime, FollowUp, ParsedLine

JAKARTA = ZoneInfo("Asia/Jakarta")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=JAKARTA)
FRIDAY = datetime(2026, 11, 27, 10, 0, tzinfo=JAKARTA)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=JAKARTA)
HOLIDAYS = {
    date(2026, 12, 24): "Cuti bersama Natal",
    date(2026, 12, 25): "Hari Raya Natal",
    date(2027, 1, 1): "Tahun Baru",
    date(2027, 3, 10): "Idulfitri 1448",
    date(2027, 3, 11): "Idulfitri 1448",
}


def read(line: str, *, now: datetime = TUESDAY, **options) -> ParsedLine:
    """Read a line as typed at a fixed time."""
    return markers.parse(line, now=now, holidays=options.pop("holidays", HOLIDAYS), **options)


def event(words: str, *, now: datetime = TUESDAY, channel: str = "telp Budi") -> EventTime:
    """Return the event's time when these words stand in the head."""
    return read(f"{channel} {words}: data WNA", now=now).event


def followup(words: str, *, now: datetime = TUESDAY, **options) -> FollowUp:
    """Return the only follow-up of these words after '!'."""
    (found,) = read(f"telp Budi: data WNA !{words}", now=now, **options).followups
    return found


def due(words: str, *, now: datetime = TUESDAY, **options) -> Due | None:
    """Return when a follow-up of these words is due."""
    return followup(f"{words} kirim surat", now=now, **options).due


def asked(line: str, *, now: datetime = TUESDAY, **options) -> list[str]:
    """Return the codes of what is asked about a line."""
    return [question.code.value for question in read(line, now=now, **options).questions]
