"""What each row of a table asks for: the rules one by one on tables of a few rows."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.exchange.codes import NOTES, SKIPS, Fate, Reason, Refusal
from crm.exchange.dates import Precision, When
from crm.exchange.intents import EngagementIntent, GuestIntent, Intent, ProblemIntent, RecordIntent, SkipIntent
from crm.exchange.plan import Options, plan
from crm.exchange.profile import Profile
from crm.exchange.profile_format import load_built_in, parse_profile
from crm.exchange.reading import Row
from tests.exchange.tables import MEETINGS, planned, small_register

HEADER = "Minister|Date|Organisation|Purpose"
PM = "Prime Minister, The Rt Hon David Cameron MP"


def told(intents: list[Intent]) -> list[tuple[int, str, str]]:
    return [(i.source.row, i.fate.value, getattr(i, "reason", None) or "") for i in intents]


def meeting(intent: Intent) -> EngagementIntent:
    assert isinstance(intent, EngagementIntent)
    return intent


def changed(**changes: Any) -> Profile:
    return parse_profile(json.dumps({**json.loads(MEETINGS), **changes}))


def test_a_row_becomes_a_meeting() -> None:
    intent = meeting(planned([HEADER, f"{PM}|Jul-12|EADS UK, ADS,  FIA|To discuss the industry "])[0])
    assert intent.host is not None
    assert (intent.host.name, intent.host.roles) == ("David Cameron", ("Prime Minister",))
    assert (intent.when.on.isoformat(), intent.when.precision) == ("2012-07-01", Precision.MONTH)
    assert [party.organization for party in intent.parties] == ["EADS UK", "ADS", "FIA"]
    assert (intent.purpose, intent.values) == ("To discuss the industry", {"kind": "meeting", "role": "R3"})
    assert dict(intent.source.verbatim)["Organisation"] == "EADS UK, ADS,  FIA"
    assert intent.source.notes == {Reason.SPLIT_PROPOSED}


def test_host_and_date_are_carried_down() -> None:
    rows = [HEADER, f"{PM}|Jul-12|CBI|talk", "||TUC|talk", "|Aug-12|BT|talk", "Chloe Smith MP||RSPB|talk"]
    intents = [meeting(i) for i in planned(rows)]
    assert [(i.host.name if i.host else "", i.when.on.month) for i in intents] == [
        ("David Cameron", 7),
        ("David Cameron", 7),
        ("David Cameron", 8),
        ("Chloe Smith", 8),
    ]
    assert [Reason.CARRIED_DOWN in i.source.notes for i in intents] == [False, True, True, True]


def test_an_organization_alone_is_a_guest_of_the_meeting_above() -> None:
    intents = planned(
        [
            HEADER,
            f"{PM}|Dec-10|Social Investment Roundtable:|Money",
            "||CAF|",
            "|||",
            "||Triodos|",
            f"{PM}|Dec-10|BT|talk",
            "||EE|",
        ]
    )
    first, caf, triodos, second, ee = intents
    assert isinstance(caf, GuestIntent)
    assert isinstance(triodos, GuestIntent)
    assert isinstance(ee, GuestIntent)
    assert (meeting(first).label, meeting(first).parties) == ("Social Investment Roundtable", ())
    assert (caf.above, caf.above_row, triodos.above) == (meeting(first).identity, 2, meeting(first).identity)
    assert (ee.above, ee.above_row, triodos.source.row) == (meeting(second).identity, 6, 5)
    assert [i.fate for i in intents] == [Fate.NEW, Fate.ADDED, Fate.ADDED, Fate.NEW, Fate.ADDED]


def test_a_guest_without_a_meeting_above_is_a_problem() -> None:
    rows = [HEADER, "||CAF|", f"{PM}|soon|CBI|talk", "||BT|", "Note|||", "||EE|"]
    assert told(planned(rows)) == [
        (2, "problem", Reason.ROW_ABOVE_MISSING),
        (3, "problem", Reason.DATE_UNREADABLE),
        (4, "problem", Reason.ROW_ABOVE_MISSING),
        (5, "skipped", Reason.NOTE),
        (6, "problem", Reason.ROW_ABOVE_MISSING),
    ]


def test_notes_headings_nil_returns_and_repeated_headers_make_nothing() -> None:
    rows = [
        HEADER,
        f"{PM}|||",
        "|Jul-12|CBI|talk",
        "|Jul-12|Nil Return.|",
        HEADER,
        "²Does not normally include X|||",
        "NOTE    Does not|||",
        "Note|||",
    ]
    intents = planned(rows)
    assert told(intents) == [
        (2, "skipped", Reason.HEADING),
        (3, "new", ""),
        (4, "skipped", Reason.NIL_RETURN),
        (5, "skipped", Reason.REPEATED_HEADER),
        (6, "skipped", Reason.NOTE),
        (7, "skipped", Reason.NOTE),
        (8, "skipped", Reason.NOTE),
    ]
    host = meeting(intents[1]).host
    assert host is not None
    assert host.name == "David Cameron"


def test_a_note_is_not_carried_down() -> None:
    host = meeting(planned([HEADER, f"{PM}|Jul-12|CBI|x", "Note|||", "|Jul-12|BT|x"])[-1]).host
    assert host is not None
    assert host.name == "David Cameron"


@pytest.mark.parametrize(
    ("cell", "options", "year", "note"),
    [
        ("Jul-12", {"file_name": "meetings2013.csv", "year": 2014}, 2012, None),
        ("July", {"file_name": "meetingsjul13.csv", "year": 2014}, 2013, Reason.YEAR_FROM_FILE_NAME),
        ("July", {"file_name": "meetings.csv", "year": 2014}, 2014, Reason.YEAR_FROM_CALLER),
    ],
)
def test_the_year_comes_from_the_cell_then_the_file_name_then_the_caller(
    cell: str, options: dict[str, Any], year: int, note: Reason | None
) -> None:
    intent = meeting(planned([HEADER, f"{PM}|{cell}|CBI|talk"], **options)[0])
    assert intent.when.on.year == year
    assert intent.source.notes == ({note} if note else set())


def test_without_any_year_the_row_is_a_problem() -> None:
    problem = planned([HEADER, f"{PM}|July|CBI|talk"], file_name="meetings.csv")[0]
    assert isinstance(problem, ProblemIntent)
    assert (problem.reason, problem.field, problem.text) == (Reason.YEAR_MISSING, "date", "July")


def test_a_month_outside_the_file_is_told() -> None:
    intent = planned([HEADER, f"{PM}|August|CBI|talk"], file_name="meetings_jan_mar_14.csv")[0]
    assert intent.source.notes == {Reason.YEAR_FROM_FILE_NAME, Reason.OUTSIDE_FILE_PERIOD}


def test_the_same_row_twice_is_two_meetings_and_a_line_more_changes_no_other() -> None:
    row = f"{PM}|Jul-12|CBI|talk"
    before = [meeting(i).identity for i in planned([HEADER, row, row, "||Guest|"])[:2]]
    after = [
        meeting(i).identity
        for i in planned(["Title", HEADER, f"{PM}|Jul-12|New|talk", row, row])
        if isinstance(i, EngagementIntent)
    ]
    assert len(set(before)) == 2
    assert after[1:] == before


def test_identity_does_not_change_with_case_form_order_or_answers() -> None:
    one = meeting(planned([HEADER, f"{PM}|Jul-12|Café, BT|talk"])[0]).identity
    other = meeting(planned(["Date|Organisation|Purpose|Minister", f"July, 2012|CAFE\u0301,  bt|TALK|{PM}"])[0]).identity
    assert one == other
    assert meeting(planned([HEADER, f"{PM}|Aug-12|Café, BT|talk"])[0]).identity != one
    answered = changed(split={"organization": {"answers": {"Café, BT": "whole"}}})
    assert meeting(planned([HEADER, f"{PM}|Jul-12|Café, BT|talk"], answered)[0]).identity == one


def test_a_problem_has_a_row_and_does_not_stop_the_file() -> None:
    rows = [
        Row(1, tuple(HEADER.split("|"))),
        Row(2, (), problem=Reason.CELL_TOO_LARGE),
        Row(3, (PM, "Jul-12", "", "talk")),
        Row(4, (PM, "Jul-12", "x" * 201, "talk")),
        Row(5, (PM, "31/02/2012", "CBI", "talk")),
        Row(6, (PM, "Jul-12", "CBI", "talk", "more")),
    ]
    intents = list(plan(rows, small_register()))
    assert told(intents) == [
        (2, "problem", Reason.CELL_TOO_LARGE),
        (3, "problem", Reason.REQUIRED_EMPTY),
        (4, "problem", Reason.NAME_TOO_LONG),
        (5, "problem", Reason.DATE_IMPOSSIBLE),
        (6, "new", ""),
    ]
    assert intents[-1].source.notes == {Reason.EXTRA_CELLS}


def test_a_profile_may_make_dates_coarser() -> None:
    intent = meeting(planned([HEADER, f"{PM}|2012-10-17|CBI|x"], changed(dates={"precision": "month"}))[0])
    assert (intent.when.on.isoformat(), intent.when.precision) == ("2012-10-01", Precision.MONTH)


def test_a_file_that_does_not_fit_is_refused_before_its_first_row() -> None:
    with pytest.raises(Refusal):
        planned(["a|b", "1|2"])


CONTACT_HEADER = "Nama|Instansi|Jabatan|Surel|Telepon|Bahasa|Kategori"


def test_people_with_one_word_names_addresses_and_codes() -> None:
    rows = [
        CONTACT_HEADER,
        "Suharti|Dinas X|Kepala|A@Contoh.ID; b@contoh.id|0812 3456 / 021-555|Indonesia|x",
        "|Dinas X||||",
        "Tarjo|||tarjo@|||",
    ]
    person, nameless, cut = planned(rows, load_built_in("contacts"))
    assert isinstance(person, RecordIntent)
    assert person.values == {
        "name": "Suharti",
        "organization": "Dinas X",
        "position": "Kepala",
        "email": ("a@contoh.id", "b@contoh.id"),
        "phone": ("0812 3456", "021-555"),
        "language": "id",
    }
    assert told([nameless, cut]) == [(3, "problem", Reason.REQUIRED_EMPTY), (4, "problem", Reason.EMAIL_UNREADABLE)]


def test_words_are_mapped_and_unknown_ones_left_out_and_told() -> None:
    rows = ["Nama|Kategori|Singkatan|Kode", "Radio Gema|Pers|RG, Gema|01234", "Warung|Restoran||31.74", "Jumlah|||2"]
    radio, shop, total = planned(rows, load_built_in("organizations"))
    assert isinstance(radio, RecordIntent)
    assert isinstance(shop, RecordIntent)
    assert radio.values == {"name": "Radio Gema", "category": "media", "abbreviation": ("RG", "Gema"), "external_id": "01234"}
    assert (shop.values["category"], shop.values["external_id"], shop.source.notes) == (
        "partner-agency",
        "31.74",
        {Reason.VALUE_UNMAPPED},
    )
    assert isinstance(total, SkipIntent)
    assert total.reason is Reason.TOTAL


def test_a_date_beside_the_main_one_is_left_out_when_it_cannot_be_read() -> None:
    rows = ["slug|title|closed_at", "a|A|2016-07-15T00:00:00.000+01:00", "b|B|1999"]
    closed, unclear = planned(rows, load_built_in("govuk-organisations"))
    assert isinstance(closed, RecordIntent)
    assert isinstance(unclear, RecordIntent)
    assert isinstance(closed.values["closed_on"], When)
    assert closed.values["closed_on"].on.isoformat() == "2016-07-15"
    assert "closed_on" not in unclear.values
    assert unclear.source.notes == {Reason.DATE_LEFT_OUT}


def test_every_reason_belongs_to_one_group() -> None:
    assert not NOTES & SKIPS
    assert all(reason.value == reason.name.lower().replace("_", "-") for reason in Reason)


CELL = st.sampled_from(["", PM, "Jul-12", "July", "soon", "CBI", "A, B", "Note", "Nil", "Nick Robinson, BBC", "'=1", "x" * 300])


@given(st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=12))
def test_every_row_that_is_not_blank_has_one_fate(table: list[list[str]]) -> None:
    rows = [Row(1, tuple(HEADER.split("|"))), *(Row(n, tuple(cells)) for n, cells in enumerate(table, start=2))]
    intents = list(plan(rows, small_register(), Options(file_name="x2013.csv")))
    assert [i.source.row for i in intents] == [row.number for row in rows[1:] if not row.blank]
    identities = [i.identity for i in intents if isinstance(i, EngagementIntent | GuestIntent)]
    assert len(identities) == len(set(identities))
