"""Follow-ups without a date: urgent, some time, after a holiday (indonesian.md 4.3). Today is Tuesday 24 Nov 2026."""

from datetime import date

import pytest

from tests.engagements.lines import FRIDAY, read


@pytest.mark.parametrize("words", ["secepatnya", "segera", "asap", "urgent", "cepat", "immediately"])
def test_urgent_without_a_date_asks_and_proposes_the_next_working_day(words: str) -> None:
    parsed = read(f"telp Budi: data !{words} kirim surat", now=FRIDAY)
    found = parsed.followups[0]
    assert (found.urgent, found.due, found.text) == (True, None, "kirim surat")
    assert [(q.code.value, q.dates) for q in parsed.questions] == [("urgent_no_date", (date(2026, 11, 30),))]


def test_urgent_with_a_date_asks_nothing() -> None:
    parsed = read("telp Budi: data !segera senin kirim surat")
    assert (parsed.followups[0].urgent, parsed.followups[0].due.on, parsed.questions) == (True, date(2026, 11, 30), ())


@pytest.mark.parametrize("words", ["nanti", "nnt", "kapan-kapan", "kapan2", "later"])
def test_some_time_waits_and_asks(words: str) -> None:
    parsed = read(f"telp Budi: data !{words} kirim surat")
    assert (parsed.followups[0].state.value, parsed.followups[0].due, parsed.followups[0].text) == (
        "waiting",
        None,
        "kirim surat",
    )
    assert [q.code.value for q in parsed.questions] == ["waiting_no_date"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("habis Lebaran", date(2027, 3, 12)),
        ("setelah libur", date(2026, 12, 28)),
        ("setelah Natal", date(2026, 12, 28)),
        ("after christmas", date(2026, 12, 28)),
    ],
)
def test_after_a_holiday_proposes_the_first_working_day_behind_it(words: str, offered: date) -> None:
    parsed = read(f"telp Budi: data !{words} kirim surat")
    assert parsed.followups[0].state.value == "waiting"
    assert parsed.questions[0].dates == (offered,)


def test_after_a_holiday_that_the_calendar_does_not_have_proposes_nothing() -> None:
    assert read("telp Budi: data !habis Lebaran kirim surat", holidays=()).questions[0].dates == ()
