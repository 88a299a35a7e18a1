"""Each ambiguous case of indonesian.md 4.6 and its rule. Today is Tuesday 24 Nov 2026."""

from datetime import date, datetime, time

import pytest

from crm.engagements.markers import Direction, Hint, Side, State
from tests.engagements.lines import FRIDAY, JAKARTA, MONDAY, asked, due, event, followup, read


def test_minggu_with_depan_ini_lalu_is_the_week() -> None:
    assert [due(f"minggu {word}").precision.value for word in ("depan", "ini")] == ["week", "week"]
    assert event("minggu lalu").precision.value == "week"


@pytest.mark.parametrize("words", ["hari minggu", "hr mgg", "minggu jam 9", "minggu 29 Nov"])
def test_minggu_after_hari_with_a_time_or_before_a_date_is_sunday(words: str) -> None:
    assert due(words).on == date(2026, 11, 29)
    assert asked(f"telp Budi: data !{words} kirim surat") == []


@pytest.mark.parametrize("word", ["minggu", "Minggu", "MINGGU", "mgg"])
def test_bare_minggu_is_sunday_with_a_question(word: str) -> None:
    parsed = read(f"telp Budi: data !{word} kirim surat")
    assert parsed.followups[0].due.on == date(2026, 11, 29)
    (question,) = parsed.questions
    assert (question.code.value, question.dates) == ("ambiguous_minggu", (date(2026, 11, 29), date(2026, 12, 4)))


def test_bare_minggu_of_the_event_is_the_last_sunday_with_a_question() -> None:
    assert event("minggu").on == date(2026, 11, 22)
    assert asked("telp Budi minggu: data") == ["ambiguous_minggu"]


def test_senin_depan_said_on_friday_is_in_three_days() -> None:
    assert due("Senin depan", now=FRIDAY).on == date(2026, 11, 30)


def test_jumat_depan_said_on_monday_is_friday_next_week_and_jumat_ini_the_near_one() -> None:
    assert due("Jumat depan", now=MONDAY).on == date(2026, 12, 4)
    assert due("Jumat ini", now=MONDAY).on == date(2026, 11, 27)


def test_besok_is_tomorrow_and_kemarin_yesterday() -> None:
    assert due("besok").on == date(2026, 11, 25)
    assert event("kemarin").on == date(2026, 11, 23)


def test_jam_2_is_in_the_afternoon_unless_it_is_a_duration() -> None:
    assert event("kemarin jam 2").clock == time(14)
    for words in ("selama 2 jam", "lama 2 jam", "durasi 2 jam"):
        parsed = read(f"telp Budi {words}: data")
        assert (parsed.duration_minutes, parsed.event.explicit) == (120, False)


def test_day_before_month_always() -> None:
    assert due("12/11/2027").on == date(2027, 11, 12)
    assert event("12/11").on == date(2026, 11, 12)
    assert due("11/30") is None


def test_10_12_is_a_date_after_the_mark_and_a_time_in_the_head() -> None:
    assert due("10.12").on == date(2026, 12, 10)
    assert event("kemarin 10.12").clock == time(10, 12)
    assert event("10.12").clock == time(10, 12)
    assert due("jam 10.12").clock == time(10, 12)
    assert due("10.12 WIB").clock == time(10, 12)
    assert due("besok 10.30").clock == time(10, 30)
    assert due("10.30").clock == time(10, 30)


def test_after_rp_it_is_money() -> None:
    found = followup("Rp 10.12 dibayar")
    assert (found.due, found.text) == (None, "Rp 10.12 dibayar")


@pytest.mark.parametrize(
    ("line", "direction", "before", "name"),
    [
        ("telp dr Fitri: x", Direction.IN, "", "Fitri"),
        ("telp dr. fitri: x", Direction.IN, "", "fitri"),
        ("telp dr. Fitri: x", Direction.OUT, "dr.", "Fitri"),
        ("telp dr dr. Fitri: x", Direction.IN, "dr.", "Fitri"),
        ("wa dari dr. Fitri: x", Direction.IN, "dr.", "Fitri"),
    ],
)
def test_dr(line: str, direction: Direction, before: str, name: str) -> None:
    parsed = read(line)
    assert (parsed.direction, parsed.people[0].titles_before, parsed.people[0].name) == (direction, before, name)


def test_dr_before_an_organization_is_dari() -> None:
    parsed = read("surat dr @Polres: x")
    assert (parsed.direction, parsed.organizations[0].name, parsed.people) == (Direction.IN, "Polres", ())


def test_kasi_before_a_unit_or_a_capital_is_the_post() -> None:
    assert read("telp kasi Tikim: data").people[0].post == "kasi Tikim"
    assert read("telp kasi @Polres: data").people[0].post == "kasi"


@pytest.mark.parametrize("word", ["data", "surat", "info", "tahu"])
def test_kasi_before_data_is_the_verb(word: str) -> None:
    assert read(f"telp bu Sari: kasi {word}").summary == f"kasi {word}"
    assert all(p.post is None for p in read(f"telp kasi {word}: x").people)


def test_sls_is_selasa_after_the_mark_and_done_elsewhere() -> None:
    assert due("sls").on == date(2026, 12, 1)
    assert due("hari sls").on == date(2026, 12, 1)
    assert due("sls 1 Des").on == date(2026, 12, 1)
    assert event("hari sls").on == date(2026, 11, 24)
    assert read("telp Budi: TL sls kirim surat").proposals[0].code is Hint.CLOSES


@pytest.mark.parametrize("word", ["Rb", "Min", "Sel", "Kam"])
def test_short_day_names_elsewhere_are_words(word: str) -> None:
    parsed = read(f"telp Budi {word}: data")
    assert (parsed.event.explicit, parsed.people[0].name) == (False, f"Budi {word}")
    assert followup(f"kirim {word}").due is None


@pytest.mark.parametrize(("word", "on"), [("Rb", 25), ("Sel", 1), ("Kam", 26)])
def test_short_day_names_after_the_mark_are_days(word: str, on: int) -> None:
    assert due(word).on.day == on


def test_tu_is_a_unit() -> None:
    assert read("telp kasubbag TU: data").people[0].post == "kasubbag TU"


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("PMI nonprosedural", "pekerja migran"),
        ("CPMI dan PMI korban TPPO", "pekerja migran"),
        ("donor PMI", "palang merah"),
        ("PMI UDD", "palang merah"),
    ],
)
def test_pmi_by_its_neighbours(words: str, topic: str) -> None:
    assert [(p.code, p.text) for p in read(f"telp Budi: {words}").proposals] == [(Hint.TOPIC, topic)]


@pytest.mark.parametrize("name", ["PMI", "BKK", "pmi"])
def test_an_abbreviation_of_two_organizations_is_asked_about(name: str) -> None:
    parsed = read(f"telp Budi @{name}: data")
    assert [(q.code.value, len(q.choices)) for q in parsed.questions] == [("ambiguous_abbreviation", 2)]


def test_kp_is_text() -> None:
    assert read("telp Budi: KP minta data").summary == "KP minta data"


def test_pak_kapolres_is_a_post() -> None:
    (person,) = read("telp Pak Kapolres: x").people
    assert (person.post, person.name, person.salutation) == ("Kapolres", "", "Bapak")
    (person,) = read("telp bu camat @Sagara: x").people
    assert (person.post, person.salutation, person.organization) == ("camat", "Ibu", 0)


@pytest.mark.parametrize("name", ["Bandung", "Bekasi", "Tegal"])
def test_a_city_and_regency_of_one_name_are_asked_about(name: str) -> None:
    parsed = read(f'telp Budi @"Disdukcapil {name}": x')
    assert parsed.questions[0].choices == (f"Kota {name}", f"Kabupaten {name}")
    assert asked(f'telp Budi @"Disdukcapil Kota {name}": x') == []


def test_budi_sari_is_one_person() -> None:
    assert [p.name for p in read("telp Budi Sari: x").people] == ["Budi Sari"]


def test_the_first_organization_takes_the_names_the_second_none() -> None:
    parsed = read("telp Sari @Disdukcapil @Polres: x")
    assert [(p.name, p.organization) for p in parsed.people] == [("Sari", 0)]
    assert [o.name for o in parsed.organizations] == ["Disdukcapil", "Polres"]


@pytest.mark.parametrize(
    ("words", "name"), [("tim Disdukcapil", "Disdukcapil"), ("orang capil", "capil"), ("staf Polres", "Polres")]
)
def test_a_team_is_an_organization_without_a_person(words: str, name: str) -> None:
    parsed = read(f"rapat {words}: x")
    assert ([(o.name, o.unnamed) for o in parsed.organizations], parsed.people) == ([(name, True)], ())


def test_tl_selesai_closes_or_is_text() -> None:
    parsed = read("telp Budi: TL selesai")
    assert ([p.code for p in parsed.proposals], parsed.summary) == ([Hint.CLOSES], "TL selesai")


def test_siap_is_never_a_promise_by_itself() -> None:
    assert read("wa Budi: siap").followups == ()
    assert [p.code for p in read("wa Budi: siap").proposals] == [Hint.PROMISE]


@pytest.mark.parametrize("words", ["insyaallah", "diusahakan", "kami coba"])
def test_a_polite_no_is_an_uncertain_action(words: str) -> None:
    (found,) = read(f"wa Budi: {words}").followups
    assert (found.kind.value, found.uncertain) == ("action", True)


def test_nanti_dikabari_waits_for_the_partner() -> None:
    (found,) = read("wa Budi: nanti dikabari").followups
    assert (found.owner.side, found.state, found.review_on) == (Side.THEM, State.WAITING, date(2026, 12, 1))


def test_a_meeting_in_another_zone_keeps_its_zone() -> None:
    parsed = read("Zoom Budi kemarin jam 9 WIT: data")
    assert (parsed.event.zone, parsed.event.at.astimezone(JAKARTA)) == ("WIT", datetime(2026, 11, 23, 7, tzinfo=JAKARTA))
