"""Times of day, soft times, zones and durations (indonesian.md 4.3). Today is Tuesday 24 Nov 2026, 10.00 WIB."""

from datetime import date, datetime, time

import pytest

from crm.engagements.markers import Precision
from tests.engagements.lines import JAKARTA, due, event, read

TODAY = date(2026, 11, 24)

CLOCKS = {
    "jam 14.30": "14:30",
    "jam 14:30": "14:30",
    "pkl 14.30": "14:30",
    "pukul 14.30": "14:30",
    "1430": "14:30",
    "14.30": "14:30",
    "14:30": "14:30",
    "3pm": "15:00",
    "3 pm": "15:00",
    "3:30 p.m.": "15:30",
    "jam 2": "14:00",
    "jam 2.30": "14:30",
    "jam 6": "18:00",
    "jam 7": "07:00",
    "jam 9": "09:00",
    "jam 12": "12:00",
    "jam 7 mlm": "19:00",
    "jam 7 malam": "19:00",
    "jam 2 pagi": "02:00",
    "jam 5 sore": "17:00",
    "jam 1 siang": "13:00",
    "jam 11 siang": "11:00",
    "jam 2 dini hari": "02:00",
    "at 3": "15:00",
    "at 9": "09:00",
    "setengah 3": "14:30",
    "stgh 3": "14:30",
    "jam setengah 3": "14:30",
    "jam 3 kurang 10": "14:50",
    "jam 2 lewat 15": "14:15",
    "jam 2 lewat seperempat": "14:15",
    "half past two": "14:30",
    "half past 2": "14:30",
    "quarter to three": "14:45",
    "quarter past 2": "14:15",
    "2 o'clock": "14:00",
}


@pytest.mark.parametrize(("words", "clock"), CLOCKS.items())
def test_times_of_day(words: str, clock: str) -> None:
    found = event(f"kemarin {words}")
    assert found.at == datetime.fromisoformat(f"2026-11-23T{clock}").replace(tzinfo=JAKARTA)
    assert (found.soft, found.precision) == (False, Precision.TIME)


@pytest.mark.parametrize(("words", "clock"), CLOCKS.items())
def test_the_same_times_for_a_follow_up(words: str, clock: str) -> None:
    found = due(f"besok {words}")
    assert found is not None
    assert (found.on, found.clock, found.precision) == (date(2026, 11, 25), time.fromisoformat(clock), Precision.TIME)


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("td pagi", "09:00"),
        ("tadi siang", "12:00"),
        ("tadi sore", "16:00"),
        ("tadi malam", "19:00"),
        ("pagi2", "09:00"),
        ("pagi²", "09:00"),
        ("siang2", "12:00"),
        ("ba'da Zuhur", "13:00"),
        ("bakda Asar", "16:00"),
        ("abis Magrib", "18:30"),
        ("this morning", "09:00"),
        ("this afternoon", "16:00"),
    ],
)
def test_soft_times(words: str, clock: str) -> None:
    found = event(words)
    assert (found.on, found.clock, found.soft) == (TODAY, time.fromisoformat(clock), True)


def test_after_friday_prayer_is_on_a_friday() -> None:
    assert (event("habis Jumatan").on, event("habis Jumatan").clock) == (date(2026, 11, 20), time(13, 30))
    found = due("habis Jumatan")
    assert found is not None
    assert (found.on, found.clock, found.soft) == (date(2026, 11, 27), time(13, 30), True)


def test_tomorrow_morning_is_a_soft_time() -> None:
    found = due("besok pagi")
    assert found is not None
    assert (found.on, found.clock, found.soft) == (date(2026, 11, 25), time(9), True)


def test_this_evening_after_nanti_is_today() -> None:
    found = due("nanti sore")
    assert found is not None
    assert (found.on, found.clock) == (TODAY, time(16))


@pytest.mark.parametrize(("zone", "utc"), [("WIB", 7), ("wita", 6), ("WIT", 5)])
def test_the_zone_word_wins_over_the_office(zone: str, utc: int) -> None:
    found = event(f"kemarin pukul 14.30 {zone}")
    assert found.at is not None
    assert (found.zone, found.at.astimezone(datetime.fromisoformat("2026-01-01T00:00+00:00").tzinfo).hour) == (zone.upper(), utc)


def test_a_zone_may_be_glued() -> None:
    assert event("kemarin 14.30wita").zone == "WITA"


def test_from_until_gives_the_duration() -> None:
    parsed = read("rapat Budi kemarin jam 9 sampai 11: data")
    assert (parsed.event.clock, parsed.duration_minutes) == (time(9), 120)
    assert read("rapat Budi kemarin 09.00-11.30: data").duration_minutes == 150


@pytest.mark.parametrize(
    ("words", "minutes"), [("15 menit", 15), ("selama 2 jam", 120), ("30 minutes", 30), ("for 2 hours", 120)]
)
def test_a_duration_is_not_a_time(words: str, minutes: int) -> None:
    parsed = read(f"telp Budi {words}: data")
    assert (parsed.duration_minutes, parsed.event.explicit, [p.name for p in parsed.people]) == (minutes, False, ["Budi"])


def test_a_time_that_is_over_today_offers_tomorrow() -> None:
    parsed = read("telp Budi: data !jam 9 kirim surat")
    assert (parsed.followups[0].due.on, parsed.questions[0].code.value, parsed.questions[0].dates) == (
        TODAY,
        "time_passed",
        (date(2026, 11, 25),),
    )


def test_a_full_date_with_time_and_zone() -> None:
    found = event("Senin, 12 Okt 2026 pukul 14.30 WIB")
    assert (found.on, found.clock, found.zone) == (date(2026, 10, 12), time(14, 30), "WIB")


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("Jumat sore jam 3", "15:00"),
        ("Jumat jam 3 sore", "15:00"),
        ("Jumat pagi jam 8", "08:00"),
        ("Jumat malam jam 8", "20:00"),
        ("on friday at 3pm", "15:00"),
    ],
)
def test_a_part_of_the_day_and_an_hour_are_one_time(words: str, clock: str) -> None:
    found = event(words)
    assert (found.on, found.clock, found.soft) == (date(2026, 11, 20), time.fromisoformat(clock), False)


@pytest.mark.parametrize("words", ["semalam", "last night", "kemarin malam"])
def test_last_night(words: str) -> None:
    assert (event(words).on, event(words).clock) == (date(2026, 11, 23), time(19))


def test_a_time_that_is_still_to_come_is_asked_about() -> None:
    parsed = read("telp Budi jam 2: data")
    assert [(q.code.value, q.dates) for q in parsed.questions] == [("future_event", (date(2026, 11, 23), TODAY))]
    assert read("telp Budi tadi malam: data").questions[0].code.value == "future_event"
    assert read("telp Budi tadi siang: data").questions == ()
