"""What holds for every line, whatever is typed: nothing raises, nothing is lost, nothing is due before today."""

import re
import time
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.engagements import markers
from crm.engagements.markers import Direction, Lexicon, ParsedLine, PieceKind
from tests.engagements.lines import HOLIDAYS, JAKARTA, TUESDAY, due, event, read

WORD = re.compile(r"\w+")
FRAGMENTS = """telp wa kunj surat rapat zoom misscall Budi Sari budi bu pak dr dr. Lestari Kapolres Lurah @Disdukcapil @Polres @"Dinas Sosial" @PMI @
tim dari ke dan dengan & + , ; : . ! !senin !kirim !31 !H+3 !H-2 !minggu # #tppo #"dua kata" #1 kmrn besok bsk lusa td pagi jam 2 14.30 1430 wib WIT
tgl 12 31 12/12 12.12 2026-12-12 2026-W53 31/02 Des 26 minggu depan lalu hari kerja 3 99999 setengah lewat kurang habis Lebaran Magrib segera nanti
tunggu selesai oleh PIC via TL: J: K: T: C: Q: TL J janji: selama menit 0812 3456 7890 a@b.id https://x.id/#a (x) " “ 👍 ✅ 🙏 siap insyaallah kami
coba PMI donor S.H., M.Si. Drs. Rp next monday in days half past two 3pm \u200e \x00 İ ﬁ ² pagi² 12Des24 tgl12 TW III semester akhir tahun bulan
Bandung kasi data""".split()
soup = st.lists(st.sampled_from([*FRAGMENTS, "\n"]), max_size=25).map(" ".join)
glued = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)
lines = st.one_of(st.text(max_size=200), soup, glued)
moments = st.builds(datetime.combine, st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.times(), st.just(JAKARTA))
KNOWN = Lexicon.of(people=["Budi", "Lestari"], organizations=["Polres", "Disdukcapil"])
lexicons = st.sampled_from([None, KNOWN])


def parsed_both(line: str, now: datetime, lexicon: Lexicon | None) -> list[ParsedLine]:
    options = {"now": now, "holidays": HOLIDAYS, "lexicon": lexicon}
    alone = [markers.parse(line, languages=(language,), **options) for language in ("id", "en")]
    return [markers.parse(line, **options), markers.parse_minutes_line(line, **options), *alone]


@given(lines, moments, lexicons)
@settings(max_examples=150, deadline=None)
@example("telp: !", TUESDAY, None)
@example(':!#@"', TUESDAY, None)
@example("J: !", TUESDAY, None)
def test_nothing_raises_and_the_pieces_are_the_line(line: str, now: datetime, lexicon: Lexicon | None) -> None:
    for parsed in parsed_both(line, now, lexicon):
        at = 0
        for piece in parsed.pieces:
            assert at <= piece.span.start < piece.span.end <= len(line)
            at = piece.span.end
        assert "".join(text for _, text in parsed.mirror()) == line == parsed.text
        markers.canonical(parsed)


@given(lines, lexicons)
@settings(max_examples=200, deadline=None)
@example("!0:DENGAN A", None)
@example("!0!SUN:0@0.0", None)
@example("0 TL:@0", None)
def test_no_word_is_lost(line: str, lexicon: Lexicon | None) -> None:
    for parsed in parsed_both(line, TUESDAY, lexicon):
        plain = "".join(text if kind is None else " " * len(text) for kind, text in parsed.mirror())
        missing = Counter(WORD.findall(plain)) - Counter(WORD.findall(parsed.summary))
        assert not missing
        tasks = " ".join(text for kind, text in parsed.mirror() if kind is PieceKind.TASK)
        kept = " ".join(f.text for f in parsed.followups)
        assert not Counter(WORD.findall(tasks)) - Counter(WORD.findall(kept))


@given(lines, moments, lexicons)
@settings(max_examples=150, deadline=None)
def test_nothing_is_due_before_today_and_every_index_points_somewhere(line: str, now: datetime, lexicon: Lexicon | None) -> None:
    for parsed in parsed_both(line, now, lexicon):
        for found in parsed.followups:
            assert found.due is None or found.due.on >= now.date()
            assert found.due is None or found.due.is_working_day == (found.due.on.weekday() < 5 and found.due.on not in HOLIDAYS)
            assert found.review_on is None or found.review_on > now.date()
            assert found.owner.person is None or parsed.people[found.owner.person]
            assert found.owner.organization is None or parsed.organizations[found.owner.organization]
        for question in parsed.questions:
            assert question.followup is None or parsed.followups[question.followup]
            assert question.text == question.span.of(line)
        for person in parsed.people:
            assert person.organization is None or parsed.organizations[person.organization]
        if not parsed.event.explicit:
            assert (parsed.event.on, parsed.event.at) == (now.date(), now)


@given(lines)
@settings(max_examples=150, deadline=None)
def test_the_same_line_reads_the_same(line: str) -> None:
    assert read(line) == read(line)


@given(lines)
@settings(max_examples=150, deadline=None)
def test_candidates_never_raise_and_stay_few(line: str) -> None:
    found = markers.candidates(line)
    assert len(found) == len(set(found)) <= 900


# Lines of the grammar, written plainly, read the same again -----------------------------------------------------------

names = st.sampled_from(
    ["Budi", "Sari Puspaningrat", "bu Lestari", "pak Kapolres", "dr. Fitri", "Lurah Karang Maya", "Ni Luh Sriyani", "mas Tri"]
)
organizations = st.sampled_from(["@Disdukcapil", '@"Dinas Sosial"', "@BP3MI", "@Kabar_Sagara"])
channels = st.sampled_from(
    "telp wa kunj surat email rapat zoom bertemu vidcall ig loket misscall audiensi wawancara".split()
    + ["grup wa", "WA call", "terima tamu"]
)
directions = st.sampled_from(["", " dari", " ke"])
times = st.sampled_from(
    [
        "",
        " kmrn",
        " td pagi",
        " Senin lalu jam 9",
        " minggu lalu",
        " awal bulan",
        " bulan lalu",
        " TW III",
        " 12 Okt pukul 14.30 WIT",
        " tahun lalu",
    ]
)
durations = st.sampled_from(["", " selama 30 menit", " 2 jam"])
texts = st.sampled_from(["data WNA", "jadwal berikutnya sudah pasti", "laporan lengkap", "pembahasan posko, lalu foto"])
topics = st.sampled_from(["", " #koordinasi", " #tppo #wna", ' #"izin tinggal"'])
dues = st.sampled_from(
    [
        "",
        "senin ",
        "besok jam 9 ",
        "minggu depan ",
        "bulan depan ",
        "H+3 ",
        "segera ",
        "nanti ",
        "12 Des ",
        "besok pagi ",
        "selesai ",
        "TW I ",
    ]
)
tasks = st.sampled_from(
    ["kirim surat", "siapkan ruang", "balas", "kirim surat oleh Andi", "cek berkas @Polres", "tunggu jawaban"]
)
marked = st.sampled_from(
    [
        "",
        "\nJ: kirim banner",
        "\nAndi J: besok kirim data",
        "\nK: lanjut",
        "\nT: siapa",
        "\nC: panas",
        "\nJ: minggu depan bawa foto",
    ]
)


@st.composite
def grammar_lines(draw: st.DrawFn) -> str:
    groups = draw(
        st.lists(
            st.tuples(st.lists(names, min_size=1, max_size=3, unique=True), organizations), max_size=2, unique_by=lambda g: g[1]
        )
    )
    loose = draw(st.lists(names, max_size=2, unique=True))
    who = ", ".join([*(f"{', '.join(people)} {org}" for people, org in groups), *loose])
    head = draw(channels) + draw(directions) + (f" {who}" if who else "") + draw(times) + draw(durations)
    actions = "".join(f" !{draw(dues)}{draw(tasks)}" for _ in range(draw(st.integers(0, 2))))
    return f"{head}: {draw(texts)}{draw(topics)}{actions}{draw(marked)}"


def meaning(parsed: ParsedLine) -> dict:
    """What a line says, without where it stands or in which order people are named."""

    def who(index: int | None) -> str | None:
        return None if index is None else parsed.organizations[index].name

    event = parsed.event
    return {
        "channel": (parsed.channel, parsed.channel_details, parsed.direction),
        "people": sorted(
            (p.raw.casefold(), p.name, p.post or "", who(p.organization) or "") for p in parsed.people if p.participant
        ),
        "organizations": sorted((o.name, o.participant) for o in parsed.organizations),
        "event": (event.on, event.until, event.precision, event.clock, event.soft, event.zone, event.at, event.explicit),
        "text": (parsed.summary, parsed.duration_minutes, sorted(t.name for t in parsed.topics)),
        "followups": [
            (f.kind, f.text, f.due, f.state, f.urgent, f.uncertain, f.verb, f.owner.side, who(f.owner.organization))
            + ((parsed.people[f.owner.person].raw,) if f.owner.person is not None else ())
            for f in parsed.followups
        ],
    }


@given(grammar_lines())
@settings(max_examples=100, deadline=None)
def test_a_line_written_plainly_reads_the_same(line: str) -> None:
    once = read(line)
    again = read(markers.canonical(once))
    assert meaning(again) == meaning(once)
    assert markers.canonical(again) == markers.canonical(once)


@given(grammar_lines())
@settings(max_examples=100, deadline=None)
def test_a_line_of_the_grammar_leaves_nothing_over(line: str) -> None:
    parsed = read(line)
    assert parsed.leftovers == ()
    assert parsed.channel is not None
    assert parsed.direction in (None, Direction.IN, Direction.OUT)


# The calendar: year ends, leap days, week starts ----------------------------------------------------------------------

EDGES = [
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2027, 2, 28),
    date(2026, 11, 23),
    date(2026, 11, 29),
    date(2024, 12, 30),
]
days = st.one_of(st.sampled_from(EDGES), st.dates(date(2020, 1, 1), date(2040, 12, 31)))


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=JAKARTA)


@given(days)
@settings(max_examples=80, deadline=None)
def test_days_around_any_day(today: date) -> None:
    now = at(today)
    assert due("besok", now=now).on == today + timedelta(1)
    assert due("lusa", now=now).on == today + timedelta(2)
    assert event("kmrn", now=now).on == today - timedelta(1)
    assert due("H+3", now=now).on == today + timedelta(3)
    for weekday, name in enumerate("Senin Selasa Rabu Kamis Jumat Sabtu Ahad".split()):
        coming, gone = due(name, now=now).on, event(name, now=now).on
        assert (coming.weekday(), gone.weekday()) == (weekday, weekday)
        assert 0 < (coming - today).days <= 7
        assert 0 <= (today - gone).days < 7
        next_week = due(f"{name} depan", now=now).on
        assert next_week.isocalendar()[:2] == (today + timedelta(7)).isocalendar()[:2]
        assert next_week.weekday() == weekday


@given(days)
@settings(max_examples=200, deadline=None)
def test_periods_around_any_day(today: date) -> None:
    now = at(today)
    week = due("minggu depan", now=now)
    assert week.on.isocalendar()[:2] == (today + timedelta(7)).isocalendar()[:2]
    assert week.on.weekday() < 5
    assert due("akhir bulan", now=now).on > today
    assert due("awal bulan", now=now).on.month == today.month % 12 + 1
    assert due("pertengahan bulan", now=now).on.day <= 15
    assert due("bulan depan", now=now).on.month == today.month % 12 + 1
    last = event("bulan lalu", now=now)
    assert (last.until + timedelta(1)).month == today.month
    assert (last.on.day, last.on.month) == (1, last.until.month)


@given(days, st.integers(1, 31))
@settings(max_examples=200, deadline=None)
def test_a_day_of_the_month_is_the_next_and_the_latest(today: date, number: int) -> None:
    coming, gone = due(f"tgl {number}", now=at(today)).on, event(f"tgl {number}", now=at(today)).on
    assert coming.day == gone.day == number
    assert gone <= today < coming
    assert (coming - gone).days <= 62


def test_a_leap_day() -> None:
    assert due("29 Feb", now=at(date(2028, 2, 1))).on == date(2028, 2, 29)
    assert due("29 Feb", now=at(date(2026, 2, 1))) is None
    assert event("29 Feb", now=at(date(2028, 6, 1))).on == date(2028, 2, 29)
    assert event("sebulan lalu", now=at(date(2028, 3, 31))).on == date(2028, 2, 29)
    assert due("1 tahun lagi", now=at(date(2028, 2, 29))).on == date(2029, 2, 28)


HOSTILE = [
    "a" * 50_000,
    "a " * 25_000,
    "!" * 50_000,
    "!a " * 16_000,
    "@a " * 16_000,
    "#a " * 16_000,
    "telp " + "Budi, " * 8_000 + ": x",
    "telp " + "a@" * 25_000,
    "J: " * 16_000,
    ". J:" * 12_000,
    "Budi J: " * 6_000,
    "jam " * 12_000,
    "12.12." * 8_000,
    "1-" * 25_000,
    "a.b." * 12_000,
    "sekitar " * 6_000,
    "sebelum " * 6_000,
    "minggu depan " * 3_800,
    "!senin " * 7_000,
    "oleh " * 10_000,
    "!x " + "oleh Budi " * 5_000,
    '@"' * 25_000,
    "(" * 50_000,
    "tunggu info " * 4_000,
    "www." * 12_500,
    "S.H., " * 8_000,
    "telp Budi" + ", S.H." * 8_000,
    "aa'" * 16_000,
    "\n" * 50_000,
    "siap. " * 8_000,
    "insyaallah. " * 4_000,
    "dan " * 12_000,
    "0812 " * 10_000,
    "Kepala " * 7_000,
    "\u0301" * 25_000,
    "𝔘" * 12_000,
]


@pytest.mark.parametrize("line", HOSTILE, ids=lambda line: line[:12].encode("unicode_escape").decode())
def test_fifty_kilobytes_of_anything_are_read_at_once(line: str) -> None:
    for lexicon in (None, KNOWN):
        took = min(seconds(line, lexicon) for _ in range(2))  # the better of two: the machine may be busy
        assert took < 0.5, f"{took:.2f} s"


def seconds(line: str, lexicon: Lexicon | None) -> float:
    start = time.process_time()
    markers.parse(line, now=TUESDAY, holidays=HOLIDAYS, lexicon=lexicon)
    return time.process_time() - start
