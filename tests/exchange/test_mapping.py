"""Decisions of the matching page become a profile that says no more and no less."""

import pytest

from crm.exchange.codes import Reason, Refusal
from crm.exchange.dates import Precision
from crm.exchange.mapping import Decisions, as_lines, decided, from_lines, has_private, meaning, without_private
from crm.exchange.parties import Party
from crm.exchange.persons import person_name
from crm.exchange.profile import Column, Target
from crm.exchange.profile_format import load_built_in, parse_profile, profile_text

MEETINGS = load_built_in("uk-ministers-meetings")
CONTACTS = load_built_in("contacts")
REGISTER = ("Minister", "Date", "Name of Organisation", "Purpose of meeting")


def meeting_decisions(chosen, **more):
    rule = MEETINGS.dates
    usual = {"fill_down": frozenset({"host", "date"}), "split": frozenset({"organization"}), "people": True}
    return Decisions(chosen, **{**usual, "day_first": rule.day_first, "year_from_file_name": rule.year_from_file_name, **more})


USUAL = {0: "host", 1: "date", 2: "organization", 3: "purpose"}


def test_unchanged_decisions_leave_the_profile_as_it_is():
    assert decided(MEETINGS, REGISTER, meeting_decisions(USUAL)) == MEETINGS


def test_another_header_is_added_and_spellings_of_other_files_stay():
    headers = ("Minister", "When", "Guests", "Purpose")
    found = decided(MEETINGS, headers, meeting_decisions(USUAL))
    assert found.columns["date"].headers == ("When", "Date", "Date of meeting")
    assert found.columns["organization"].headers[0] == "Guests"
    assert "Organisation" in found.columns["organization"].headers
    assert found.columns["host"] == MEETINGS.columns["host"]


def test_columns_that_change_places_follow_the_choice():
    found = decided(MEETINGS, REGISTER, meeting_decisions({**USUAL, 2: "purpose", 3: "organization"}))
    assert found.columns["organization"].headers == ("Purpose of meeting", "Name of External Organisation", "Organisation")
    assert found.columns["purpose"].headers == ("Name of Organisation", "Purpose")
    assert parse_profile(profile_text(found)) == found


def test_column_without_header_is_kept_by_its_place():
    found = decided(MEETINGS, ("", "", ""), meeting_decisions({0: "host", 1: "date", 2: "organization"}))
    assert found.columns["date"] == Column(position=2, fill_down=True)
    assert "purpose" in found.columns  # by the headers of other files


def test_two_columns_of_one_header_are_told_apart_by_their_place():
    found = decided(CONTACTS, ("nama", "surel", "surel"), Decisions({0: "name", 2: "email"}))
    assert found.columns["email"].position == 3


def test_two_columns_of_one_field_are_joined():
    headers = ("Nama", "Jalan", "Kota")
    organizations = load_built_in("organizations")
    found = decided(organizations, headers, Decisions({0: "name", 1: "address", 2: "address"}))
    assert found.columns["address"].join == (("Jalan",), ("Kota",))
    with pytest.raises(Refusal) as refused:
        decided(organizations, ("Nama", "", ""), Decisions({0: "name", 1: "address", 2: "address"}))
    assert refused.value.reason is Reason.PROFILE_VALUE


def test_field_without_a_column_goes_with_the_rules_that_name_it():
    found = decided(MEETINGS, REGISTER, meeting_decisions({1: "date", 2: "organization", 3: "purpose"}))
    assert "host" not in found.columns
    assert found.group is None
    assert [rule.reason for rule in found.skip] == [Reason.NIL_RETURN]
    assert parse_profile(profile_text(found)) == found


def test_required_field_cannot_be_left_out():
    with pytest.raises(Refusal) as refused:
        decided(MEETINGS, REGISTER, meeting_decisions({0: "host", 2: "organization"}))
    assert refused.value.details["fields"] == ("date",)


@pytest.mark.parametrize("name", ["office_id", "id", "owner_id", "version", "created_by_id", "email"])
def test_protected_field_is_refused(name):
    with pytest.raises(Refusal) as refused:
        decided(MEETINGS, REGISTER, meeting_decisions({**USUAL, 0: name}))
    assert refused.value.reason is Reason.PROFILE_FIELD


def test_dates_fill_down_and_splits_are_decided():
    found = decided(
        MEETINGS,
        REGISTER,
        meeting_decisions(
            USUAL,
            fill_down=frozenset({"date"}),
            split=frozenset(),
            formats=("%d.%m.%y",),
            precision=Precision.MONTH,
            day_first=False,
        ),
    )
    assert not found.columns["host"].fill_down
    assert found.columns["date"].fill_down
    assert (found.dates.formats, found.dates.precision, found.dates.day_first) == (("%d.%m.%y",), Precision.MONTH, False)
    assert found.split["organization"].separators == (";",)  # answers stay, commas no longer part
    assert found.split["organization"].answers == MEETINGS.split["organization"].answers


def test_answers_can_be_forgotten():
    found = decided(MEETINGS, REGISTER, meeting_decisions(USUAL, forgotten=frozenset({"everything, everywhere"})))
    assert "everything, everywhere" not in found.split["organization"].answers
    assert len(found.split["organization"].answers) == len(MEETINGS.split["organization"].answers) - 1


def test_words_are_mapped_and_unmapped():
    organizations = load_built_in("organizations")
    words = {"category": {"Ormas": "", "Yayasan": "community-group"}}
    found = decided(
        organizations, ("nama", "jenis"), Decisions({0: "name", 1: "category"}, words=words, otherwise={"category": "business"})
    )
    assert meaning(found, "category", "Yayasan") == "community-group"
    assert meaning(found, "category", "ORMAS") == ""
    assert found.values["category"].otherwise == "business"
    assert meaning(organizations, "category", "media") == "media"


def test_private_fields_can_be_taken_out():
    assert has_private(CONTACTS)
    found = without_private(CONTACTS)
    assert not has_private(found)
    assert "private_phone" not in found.split
    assert parse_profile(profile_text(found)) == found
    assert without_private(MEETINGS) is MEETINGS
    assert MEETINGS.target is Target.ENGAGEMENTS


@pytest.mark.parametrize(
    ("line", "party"),
    [
        ("BBC", Party("BBC")),
        ("Nick Robinson @BBC", Party("BBC", person_name("Nick Robinson"))),
        ("Nick Robinson (political editor) @BBC", Party("BBC", person_name("Nick Robinson"), "political editor")),
        ("dr. Ratna Wulandari, S.H. @", Party("", person_name("dr. Ratna Wulandari, S.H."))),
        ("humas@kanim.example", Party("humas@kanim.example")),
        ("Hadley Trust (UK)", Party("Hadley Trust (UK)")),
    ],
)
def test_participants_are_read_from_lines_and_written_as_lines(line, party):
    assert from_lines(f"\n{line}\n\n") == (party,)
    assert from_lines(as_lines([party])) == (party,)
