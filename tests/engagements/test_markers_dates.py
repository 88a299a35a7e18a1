"""Every row of the time words, as said of the event and of a follow-up (indonesian.md 4.3). Today is Tuesday 24 Nov 2026."""

from datetime import date, datetime

import pytest

from crm.engagements.markers import Precision
from tests.engagements.lines import FRIDAY, JAKARTA, asked, due, event, followup, read

TODAY = date(2026, 11, 24)

EVENT_DAYS = {
    "hari ini": "2026-11-24",
    "hr ini": "2026-11-24",
    "td": "2026-11-24",
    "tadi": "2026-11-24",
    "today": "2026-11-24",
    "kemarin": "2026-11-23",
    "kmrn": "2026-11-23",
    "kmren": "2026-11-23",
    "kmarin": "2026-11-23",
    "yesterday": "2026-11-23",
    "kemarin lusa": "2026-11-22",
    "kmrn lusa": "2026-11-22",
    "kemarin dulu": "2026-11-22",
    "2 hari lalu": "2026-11-22",
    "2 hari yg lalu": "2026-11-22",
    "2 hr yg lalu": "2026-11-22",
    "dua hari lalu": "2026-11-22",
    "2 days ago": "2026-11-22",
    "seminggu lalu": "2026-11-17",
    "2 weeks ago": "2026-11-10",
    "sebulan yang lalu": "2026-10-24",
    "Senin": "2026-11-23",
    "Snn": "2026-11-23",
    "Sen": "2026-11-23",
    "Selasa": "2026-11-24",
    "Rabu": "2026-11-18",
    "Rab": "2026-11-18",
    "Kamis": "2026-11-19",
    "Kms": "2026-11-19",
    "Jumat": "2026-11-20",
    "Jum'at": "2026-11-20",
    "Jum’at": "2026-11-20",
    "Jmt": "2026-11-20",
    "Jum": "2026-11-20",
    "Sabtu": "2026-11-21",
    "Sab": "2026-11-21",
    "hari Minggu": "2026-11-22",
    "Ahad": "2026-11-22",
    "hari Sel": "2026-11-24",
    "hr Rb": "2026-11-18",
    "hari Kam": "2026-11-19",
    "hari Min": "2026-11-22",
    "monday": "2026-11-23",
    "last friday": "2026-11-20",
    "Senin lalu": "2026-11-23",
    "Senin kemarin": "2026-11-23",
    "Selasa lalu": "2026-11-17",
    "Selasa kemarin": "2026-11-17",
    "last tuesday": "2026-11-17",
    "Senin ini": "2026-11-23",
    "akhir pekan": "2026-11-21",
    "weekend": "2026-11-21",
    "tgl 12": "2026-11-12",
    "tanggal 12": "2026-11-12",
    "tgl12": "2026-11-12",
    "tgl 24": "2026-11-24",
    "tgl 25": "2026-10-25",
    "tgl 31": "2026-10-31",
    "12 Okt": "2026-10-12",
    "12 Oktober": "2026-10-12",
    "12 okt 25": "2025-10-12",
    "12-Okt-2026": "2026-10-12",
    "Okt 12": "2026-10-12",
    "12 October": "2026-10-12",
    "October 12th": "2026-10-12",
    "26 Des": "2025-12-26",
    "12/11": "2026-11-12",
    "12-11": "2026-11-12",
    "12/11/26": "2026-11-12",
    "12-11-2026": "2026-11-12",
    "2026-11-12": "2026-11-12",
    "12.11.2026": "2026-11-12",
}


@pytest.mark.parametrize(("words", "expected"), EVENT_DAYS.items())
def test_the_event_looks_back(words: str, expected: str) -> None:
    found = event(words)
    assert (found.on.isoformat(), found.precision, found.explicit, found.at) == (expected, Precision.DAY, True, None)


DUE_DAYS = {
    "hari ini": "2026-11-24",
    "skrg": "2026-11-24",
    "today": "2026-11-24",
    "besok": "2026-11-25",
    "bsk": "2026-11-25",
    "bsok": "2026-11-25",
    "besookk": "2026-11-25",
    "tomorrow": "2026-11-25",
    "lusa": "2026-11-26",
    "day after tomorrow": "2026-11-26",
    "senin": "2026-11-30",
    "Snn": "2026-11-30",
    "Sen": "2026-11-30",
    "Selasa": "2026-12-01",
    "Sls": "2026-12-01",
    "Sel": "2026-12-01",
    "Rabu": "2026-11-25",
    "Rb": "2026-11-25",
    "Kamis": "2026-11-26",
    "Kam": "2026-11-26",
    "Jumat": "2026-11-27",
    "jum'at": "2026-11-27",
    "Sabtu": "2026-11-28",
    "Ahad": "2026-11-29",
    "hari minggu": "2026-11-29",
    "monday": "2026-11-30",
    "Jumat ini": "2026-11-27",
    "this friday": "2026-11-27",
    "Selasa ini": "2026-11-24",
    "Jumat depan": "2026-12-04",
    "Senin depan": "2026-11-30",
    "next monday": "2026-11-30",
    "next friday": "2026-12-04",
    "Senin minggu depan": "2026-11-30",
    "akhir pekan": "2026-11-28",
    "weekend": "2026-11-28",
    "awal bulan": "2026-12-01",
    "pertengahan bulan": "2026-12-15",
    "akhir bulan": "2026-11-30",
    "akhir bln": "2026-11-30",
    "end of month": "2026-11-30",
    "akhir bulan depan": "2026-12-31",
    "akhir Desember": "2026-12-31",
    "awal Januari": "2027-01-04",
    "akhir tahun": "2026-12-31",
    "akhir triwulan": "2026-12-31",
    "tgl 12": "2026-12-12",
    "tanggal 12": "2026-12-12",
    "tgl12": "2026-12-12",
    "tgl 24": "2026-12-24",
    "tgl 31": "2026-12-31",
    "tgl 12 bulan depan": "2026-12-12",
    "12 Des": "2026-12-12",
    "12 Desember": "2026-12-12",
    "12 des 26": "2026-12-12",
    "12-Des-2026": "2026-12-12",
    "Des 12": "2026-12-12",
    "12 Dec": "2026-12-12",
    "3 Feb": "2027-02-03",
    "12/12": "2026-12-12",
    "12-12": "2026-12-12",
    "12.12": "2026-12-12",
    "12/12/26": "2026-12-12",
    "12-12-2026": "2026-12-12",
    "2026-12-12": "2026-12-12",
    "3 hari lagi": "2026-11-27",
    "3 hr lg": "2026-11-27",
    "2 minggu lagi": "2026-12-08",
    "seminggu lagi": "2026-12-01",
    "1 bulan lagi": "2026-12-24",
    "H+3": "2026-11-27",
    "h+3": "2026-11-27",
    "in 3 days": "2026-11-27",
    "in two weeks": "2026-12-08",
    "3 hari kerja": "2026-11-27",
    "4 hari kerja": "2026-11-30",
    "4 hk": "2026-11-30",
    "H+4 hk": "2026-11-30",
    "H+4hk": "2026-11-30",
    "in 4 working days": "2026-11-30",
}


@pytest.mark.parametrize(("words", "expected"), DUE_DAYS.items())
def test_a_follow_up_looks_forward(words: str, expected: str) -> None:
    found = followup(f"{words} kirim surat")
    assert found.due is not None
    assert (found.due.on.isoformat(), found.due.precision, found.text) == (expected, Precision.DAY, "kirim surat")


@pytest.mark.parametrize(
    ("words", "first", "last", "precision"),
    [
        ("minggu lalu", "2026-11-16", "2026-11-22", Precision.WEEK),
        ("mgg lalu", "2026-11-16", "2026-11-22", Precision.WEEK),
        ("mgu kmrn", "2026-11-16", "2026-11-22", Precision.WEEK),
        ("last week", "2026-11-16", "2026-11-22", Precision.WEEK),
        ("minggu ini", "2026-11-23", "2026-11-29", Precision.WEEK),
        ("awal bulan", "2026-11-01", "2026-11-10", Precision.MONTH_PART),
        ("pertengahan bulan", "2026-11-11", "2026-11-20", Precision.MONTH_PART),
        ("akhir bulan", "2026-11-21", "2026-11-30", Precision.MONTH_PART),
        ("akhir bulan lalu", "2026-10-21", "2026-10-31", Precision.MONTH_PART),
        ("awal Oktober", "2026-10-01", "2026-10-10", Precision.MONTH_PART),
        ("bulan lalu", "2026-10-01", "2026-10-31", Precision.MONTH),
        ("bulan Oktober", "2026-10-01", "2026-10-31", Precision.MONTH),
        ("Okt 2025", "2025-10-01", "2025-10-31", Precision.MONTH),
        ("tahun lalu", "2025-01-01", "2025-12-31", Precision.YEAR),
        ("TW III", "2026-07-01", "2026-09-30", Precision.QUARTER),
        ("triwulan I", "2026-01-01", "2026-03-31", Precision.QUARTER),
        ("Q3", "2026-07-01", "2026-09-30", Precision.QUARTER),
        ("semester I", "2026-01-01", "2026-06-30", Precision.SEMESTER),
        ("akhir triwulan", "2026-09-01", "2026-09-30", Precision.MONTH),
        ("akhir tahun", "2025-12-01", "2025-12-31", Precision.MONTH),
    ],
)
def test_a_coarse_event_keeps_its_precision(words: str, first: str, last: str, precision: Precision) -> None:
    found = event(words)
    assert (found.on.isoformat(), found.until.isoformat(), found.precision, found.at) == (first, last, precision, None)


@pytest.mark.parametrize(
    ("words", "expected", "precision"),
    [
        ("minggu depan", "2026-12-04", Precision.WEEK),
        ("mgg depan", "2026-12-04", Precision.WEEK),
        ("mggu dpn", "2026-12-04", Precision.WEEK),
        ("pekan depan", "2026-12-04", Precision.WEEK),
        ("next week", "2026-12-04", Precision.WEEK),
        ("minggu ini", "2026-11-27", Precision.WEEK),
        ("pekan ini", "2026-11-27", Precision.WEEK),
        ("bulan depan", "2026-12-31", Precision.MONTH),
        ("bln dpn", "2026-12-31", Precision.MONTH),
        ("next month", "2026-12-31", Precision.MONTH),
        ("TW I", "2027-03-31", Precision.QUARTER),
        ("TW IV", "2026-12-31", Precision.QUARTER),
        ("semester I", "2027-06-30", Precision.SEMESTER),
    ],
)
def test_a_coarse_due_date_is_the_last_working_day(words: str, expected: str, precision: Precision) -> None:
    found = due(words)
    assert found is not None
    assert (found.on.isoformat(), found.precision, found.is_working_day) == (expected, precision, True)


def test_a_week_that_ends_in_holidays_is_due_before_them() -> None:
    found = due("minggu depan", now=datetime(2026, 12, 15, 9, tzinfo=JAKARTA))
    assert found is not None
    assert (found.on, found.starts_on) == (date(2026, 12, 23), date(2026, 12, 21))


@pytest.mark.parametrize(
    ("words", "on"), [("besok", "2026-11-28"), ("hari Minggu", "2026-11-29"), ("25 Des", "2026-12-25"), ("H+1", "2026-11-28")]
)
def test_a_due_date_on_a_day_off_is_kept_and_flagged(words: str, on: str) -> None:
    found = due(words, now=FRIDAY)
    assert found is not None
    assert (found.on.isoformat(), found.is_working_day) == (on, False)


PAST_WORDS = [
    "kemarin",
    "kmrn lusa",
    "2 hari lalu",
    "Senin lalu",
    "Senin kemarin",
    "minggu lalu",
    "bulan lalu",
    "tahun lalu",
    "Senin ini",
    "12/11/2026",
    "yesterday",
]


@pytest.mark.parametrize("words", PAST_WORDS)
def test_a_follow_up_in_the_past_is_refused_and_asked_about(words: str) -> None:
    parsed = read(f"telp Budi: data !{words} kirim surat")
    assert parsed.followups[0].due is None
    assert parsed.followups[0].text == "kirim surat"
    (question,) = parsed.questions
    assert (question.code.value, question.text, question.followup) == ("past_due", words, 0)
    assert question.dates
    assert all(offered >= TODAY for offered in question.dates)


FUTURE_WORDS = [
    "besok",
    "bsk",
    "lusa",
    "Jumat depan",
    "minggu depan",
    "bulan depan",
    "Jumat ini",
    "3 hari lagi",
    "2027-01-12",
    "12 Des",
    "tomorrow",
    "next friday",
]


@pytest.mark.parametrize("words", FUTURE_WORDS)
def test_an_event_in_the_future_is_refused_and_asked_about(words: str) -> None:
    parsed = read(f"telp Budi {words}: data")
    assert (parsed.event.explicit, parsed.event.on) == (False, TODAY)
    (question,) = parsed.questions
    assert (question.code.value, question.text, question.followup) == ("future_event", words, None)
    assert question.dates[0] > TODAY


@pytest.mark.parametrize(
    ("words", "on"),
    [("besok", "2026-11-25"), ("12 Des", "2026-12-12"), ("Jumat depan", "2026-12-04"), ("lusa jam 9", "2026-11-26")],
)
def test_a_meeting_may_be_planned(words: str, on: str) -> None:
    parsed = read(f"rapat Budi {words}: data")
    assert (parsed.event.on.isoformat(), parsed.questions) == (on, ())


@pytest.mark.parametrize("words", ["sekarang", "skrg", "barusan", "just now"])
def test_now_is_now(words: str) -> None:
    found = event(words)
    assert (found.at, found.precision, found.explicit) == (datetime(2026, 11, 24, 10, tzinfo=JAKARTA), Precision.TIME, True)


def test_nothing_said_about_the_time_is_now() -> None:
    parsed = read("telp Budi: data WNA kemarin")
    assert (parsed.event.explicit, parsed.event.on, parsed.summary) == (False, TODAY, "data WNA kemarin")


def test_next_year_is_too_vague() -> None:
    parsed = read("telp Budi: data !tahun depan kirim surat")
    assert (parsed.followups[0].due, parsed.questions[0].code.value) == (None, "vague_due")
    assert parsed.questions[0].dates == (date(2027, 1, 4), date(2027, 12, 31))


def test_days_before_a_meeting() -> None:
    assert due("H-2", meeting_on=date(2026, 12, 10)).on == date(2026, 12, 8)
    assert read("rapat Budi 12 Des: data !H-1 siapkan ruang").followups[0].due.on == date(2026, 12, 11)
    assert read("telp Budi: data !H-1 rakor 12 Des siapkan ruang").followups[0].due.on == date(2026, 12, 11)
    assert asked("telp Budi: data !H-2 kirim surat") == ["missing_event"]


def test_end_of_month_on_its_last_day_is_the_next_one() -> None:
    assert due("akhir bulan", now=datetime(2026, 11, 30, 9, tzinfo=JAKARTA)).on == date(2026, 12, 31)


def test_a_day_that_does_not_exist_stays_in_the_task_and_is_asked_about() -> None:
    parsed = read("telp Budi: data !31 Feb kirim surat")
    assert (parsed.followups[0].due, parsed.followups[0].text) == (None, "31 Feb kirim surat")
    assert [q.code.value for q in parsed.questions] == ["invalid_date"]


def test_a_weekday_beside_a_date_is_checked() -> None:
    assert asked("telp Budi: data !Sabtu 12 Des kirim surat") == []
    parsed = read("telp Budi: data !Senin 12 Des kirim surat")
    assert (parsed.followups[0].due.on, parsed.questions[0].code.value) == (date(2026, 12, 12), "weekday_mismatch")
    assert date(2026, 12, 14) in parsed.questions[0].dates


def test_no_date_is_asked_about_with_the_next_working_day() -> None:
    parsed = read("telp Budi: data !kirim surat", now=FRIDAY)
    assert [(q.code.value, q.dates) for q in parsed.questions] == [("missing_due", (date(2026, 11, 30),))]


@pytest.mark.parametrize("words", ["99999 hari lagi", "9999/99/99", "00/00", "31/02/2026"])
def test_nonsense_never_becomes_a_date(words: str) -> None:
    assert due(words) is None


@pytest.mark.parametrize(
    ("words", "on"),
    [
        ("januari", "2027-01-29"),
        ("bulan Januari", "2027-01-29"),
        ("end of next week", "2026-12-04"),
        ("2026-12", "2026-12-31"),
        ("akhir Feb", "2027-02-26"),
    ],
)
def test_a_month_or_week_by_name(words: str, on: str) -> None:
    assert due(words).on.isoformat() == on


@pytest.mark.parametrize("words", ["minggu ke-2 Desember", "minggu pertama Desember", "may", "senin-rabu"])
def test_what_is_not_one_day_stays_in_the_task(words: str) -> None:
    found = followup(f"{words} kirim surat")
    assert (found.due, found.text) == (None, f"{words} kirim surat")
