"""The real registers that come with the shared material: counts, ten rows checked by hand, organizations, and what never merges."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from crm.exchange.codes import Fate, Reason
from crm.exchange.dates import Precision
from crm.exchange.intents import EngagementIntent, GuestIntent, Intent, RecordIntent, SkipIntent
from crm.exchange.plan import Options, plan
from crm.exchange.profile_format import load_built_in
from crm.exchange.reading import Row, open_rows
from crm.exchange.sniffing import layout_of
from crm.stakeholders.matching import organization_key
from tests.exchange.tables import SHARED, needs_shared, planned_file

pytestmark = needs_shared

MEETINGS = SHARED / "meetings"
ORGANIZATIONS = SHARED / "organizations"


@pytest.fixture(scope="module")
def register() -> dict[str, list[Intent]]:
    return {path.name: planned_file(path, "uk-ministers-meetings") for path in sorted(MEETINGS.glob("*.csv"))}


def at(register: dict[str, list[Intent]], name: str, row: int) -> Intent:
    return next(intent for intent in register[name] if intent.source.row == row)


def meeting_at(register: dict[str, list[Intent]], name: str, row: int) -> EngagementIntent:
    intent = at(register, name, row)
    assert isinstance(intent, EngagementIntent)
    return intent


def parties(intent: EngagementIntent | GuestIntent) -> list[str]:
    return [f"{p.person.name} @ {p.organization}" if p.person else p.organization for p in intent.parties]


def test_every_row_has_its_fate(register: dict[str, list[Intent]]) -> None:
    intents = [intent for found in register.values() for intent in found]
    assert len(register) == 28
    assert len(intents) == 1_618
    assert Counter(intent.fate for intent in intents) == {Fate.NEW: 1_511, Fate.ADDED: 67, Fate.SKIPPED: 40}
    assert {intent.reason for intent in intents if isinstance(intent, SkipIntent)} == {Reason.NOTE}


def test_the_rows_of_each_file_are_those_of_the_manifest(register: dict[str, list[Intent]]) -> None:
    with (SHARED / "MANIFEST.csv").open(encoding="utf-8", newline="") as stream:
        manifest = {
            Path(line["path"]).name: int(line["rows"]) for line in csv.DictReader(stream) if line["path"].startswith("meetings/")
        }
    assert {name: len(intents) for name, intents in register.items()} == manifest


def test_the_skipped_rows_are_all_the_footnote_of_the_register(register: dict[str, list[Intent]]) -> None:
    skipped = [intent for intents in register.values() for intent in intents if isinstance(intent, SkipIntent)]
    texts = {next(cell for _header, cell in intent.source.verbatim if cell.strip()).strip() for intent in skipped}
    assert all(text.upper() == "NOTE" or "ormally include meetings with Government bodies" in text for text in texts)


def test_no_identity_comes_twice_over_all_files(register: dict[str, list[Intent]]) -> None:
    identities = [i.identity for intents in register.values() for i in intents if isinstance(i, EngagementIntent | GuestIntent)]
    assert len(identities) == len(set(identities)) == 1_578


def test_the_guests_belong_to_six_meetings_of_one_file(register: dict[str, list[Intent]]) -> None:
    guests = [(name, i) for name, intents in register.items() for i in intents if isinstance(i, GuestIntent)]
    assert {name for name, _intent in guests} == {"co-meetings-oct-dec-2010.csv"}
    rows = {i.above_row for _name, i in guests}
    assert rows == {29, 45, 69, 75, 112, 129}
    assert all(isinstance(at(register, "co-meetings-oct-dec-2010.csv", row), EngagementIntent) for row in rows)


def test_the_years_are_those_of_the_file_or_the_cell(register: dict[str, list[Intent]]) -> None:
    years = {name: {i.when.on.year for i in intents if isinstance(i, EngagementIntent)} for name, intents in register.items()}
    assert years["pmmeetingsaprjun.csv"] == years["comeetingsaprjune.csv"] == years["bmmeetingsaprjune2012.csv"] == {2012}
    assert years["comeetingsjulsept13__2_.csv"] == years["comeetingsjanmar.csv"] == {2013}
    assert years["CO_meetings_jan_mar_14.csv"] == {2014}
    assert years["dpmmeetingsoctdec2011.csv"] == {2011}
    assert all(len(found) == 1 for found in years.values())


@pytest.mark.parametrize(
    ("name", "row", "host", "on", "precision", "expected"),
    [
        ("bmmeetingsaprjune2012.csv", 2, "George Young", "2012-04-01", "quarter", ["IPSA"]),
        (
            "dpmmeetingsoctdec.csv",
            2,
            "Nick Clegg",
            "2012-10-01",
            "month",
            ["Institute of Education", "Nuffield College Oxford", "Sutton Trust"],
        ),
        ("dpmmeetingsoctdec.csv", 3, "Nick Clegg", "2012-10-01", "month", ["Telegraph"]),
        (
            "CO_meetings_jan_mar_14.csv",
            6,
            "Francis Maude",
            "2014-01-01",
            "month",
            ["BT", "EE", "Telefonica", "Three", "Vodafone"],
        ),
        ("CO_meetings_jan_mar_14.csv", 166, "Nick Hurd", "2014-03-01", "month", ["British Venture Capital Association"]),
        ("pm-meetings-aug-sept-2010_0.csv", 3, "David Cameron", "2010-08-01", "month", ["Stephen Green @ HSBC"]),
        ("bmsmeetingsmedia.csv", 5, "Lord Strathclyde", "2011-05-01", "month", ["Murdoch MacLennan @ Telegraph"]),
        ("bmmeetingsjanmar2013.csv", 6, "Lord Newby", "2013-02-01", "month", ["TATA Consultancy Services"]),
        ("comeetingsjulsept13__2_.csv", 7, "Francis Maude", "2013-07-01", "month", ["Phil Hulme @ Hadley Trust"]),
        ("comeetingsaprjun2011.csv", 105, "Nick Hurd", "2011-06-01", "month", ["Everything, Everywhere"]),
    ],
)
def test_ten_rows_checked_by_hand(
    register: dict[str, list[Intent]], name: str, row: int, host: str, on: str, precision: str, expected: list[str]
) -> None:
    intent = meeting_at(register, name, row)
    assert intent.host is not None
    assert (intent.host.name, intent.when.on.isoformat(), intent.when.precision) == (host, on, Precision(precision))
    assert parties(intent) == expected


def test_a_guest_row_and_a_note_checked_by_hand(register: dict[str, list[Intent]]) -> None:
    roundtable = meeting_at(register, "co-meetings-oct-dec-2010.csv", 112)
    guest = at(register, "co-meetings-oct-dec-2010.csv", 117)
    assert isinstance(guest, GuestIntent)
    assert (roundtable.label, parties(roundtable)) == ("Social Investment Roundtable", [])
    assert (guest.above_row, guest.above, parties(guest)) == (112, roundtable.identity, ["CAF"])
    note = at(register, "CO_meetings_jan_mar_14.csv", 351)
    assert isinstance(note, SkipIntent)


def test_a_file_with_one_more_line_has_only_one_new_identity(register: dict[str, list[Intent]]) -> None:
    path = MEETINGS / "comeetingsjanmar.csv"
    rows = list(open_rows(path, layout_of(path)))
    more = Row(2, ("Minister without Portfolio, The Rt Hon Kenneth Clarke MP", "Jan-13", "CBI", "One line more"))
    longer = [rows[0], more, *(Row(row.number + 1, row.cells) for row in rows[1:])]
    profile = load_built_in("uk-ministers-meetings")
    found = {i.identity for i in plan(longer, profile, Options(file_name=path.name)) if isinstance(i, EngagementIntent)}
    assert len(found - {i.identity for i in register[path.name] if isinstance(i, EngagementIntent)}) == 1


def test_immigration_offices() -> None:
    intents = planned_file(ORGANIZATIONS / "indonesia-kantor-imigrasi.csv", "indonesia-immigration-offices")
    records = [intent for intent in intents if isinstance(intent, RecordIntent)]
    assert len(records) == len(intents) == 52
    assert len({organization_key(record.name) for record in records}) == 52
    batam = records[0].values
    assert batam["address"] == "Jl. Engku Putri No.3, Tlk. Tering, Batam Kota, Kota Batam, Kepulauan Riau, 29400"
    assert (batam["region"], batam["category"]) == ("Kota Batam", "own-unit")


def test_govuk_organisations() -> None:
    intents = planned_file(ORGANIZATIONS / "govuk-organisations.csv", "govuk-organisations")
    records = [intent for intent in intents if isinstance(intent, RecordIntent)]
    assert len(records) == len(intents) == 1_016
    slugs = {record.values["external_id"] for record in records}
    parents = [parent for record in records for parent in record.values.get("parent_reference", ())]
    assert sum("parent_reference" in record.values for record in records) == 557
    assert set(parents) <= slugs
    assert sum("abbreviation" in record.values for record in records) == 488
    assert {record.values["category"] for record in records} == {"partner-agency"}


def test_codes_of_the_region_list_stay_text() -> None:
    intents = planned_file(ORGANIZATIONS / "indonesia-wilayah-l1-l3.csv", "organizations")
    codes = [intent.values["external_id"] for intent in intents if isinstance(intent, RecordIntent)]
    assert len(codes) == len(set(codes)) == 7_837
    assert {"31.74", "11.01.01"} <= set(codes)
