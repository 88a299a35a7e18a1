"""Profiles: read with a reason for every mistake, written so that they read the same."""

import json
from typing import Any

import pytest

from crm.exchange.codes import Reason, Refusal
from crm.exchange.parties import Party, cell_key
from crm.exchange.persons import person_name
from crm.exchange.profile import CONSTANTS, FIELDS, PRIVATE, WORDS, Target
from crm.exchange.profile_format import built_in_profiles, load_built_in, parse_profile, profile_text, with_answers
from crm.stakeholders.models import Category, PreferredChannel
from tests.exchange.tables import MEETINGS


@pytest.mark.parametrize("key", built_in_profiles())
def test_built_in_profiles_read_and_are_written_the_same(key: str) -> None:
    profile = load_built_in(key)
    assert profile.key == key
    assert set(profile.title) == {"en", "id"}
    assert parse_profile(profile_text(profile)) == profile


def test_the_five_of_the_issue_are_there() -> None:
    assert set(built_in_profiles()) >= {
        "contacts",
        "govuk-organisations",
        "indonesia-immigration-offices",
        "organizations",
        "uk-ministers-meetings",
    }
    with pytest.raises(Refusal) as refusal:
        load_built_in("../../../etc/passwd")
    assert refusal.value.reason is Reason.PROFILE_UNKNOWN


def changed(**changes: Any) -> str:
    data = json.loads(MEETINGS)
    for path, value in changes.items():
        place = data
        *parents, last = path.split("__")
        for parent in parents:
            place = place[parent]
        place[last] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.PROFILE_NOT_JSON),
        ("{" * 100_000, Reason.PROFILE_NOT_JSON),
        ("[" * 100_000, Reason.PROFILE_NOT_JSON),
        ("[]", Reason.PROFILE_TYPE),
        (changed(schema="mitra-import-profile/9"), Reason.PROFILE_SCHEMA),
        (changed(key="../x"), Reason.PROFILE_VALUE),
        (changed(target="users"), Reason.PROFILE_VALUE),
        (changed(surprise=1), Reason.PROFILE_UNKNOWN),
        (changed(columns={"date": {"headers": ["Date"]}}), Reason.PROFILE_MISSING),
        (changed(columns__office_id={"headers": ["Office"]}), Reason.PROFILE_FIELD),
        (changed(columns__host={"headers": []}), Reason.PROFILE_EMPTY),
        (changed(columns__host={"headers": "Minister"}), Reason.PROFILE_TYPE),
        (changed(columns__host={"headers": ["Minister"], "fill_down": "yes"}), Reason.PROFILE_TYPE),
        (changed(columns__host={"position": 0}), Reason.PROFILE_TYPE),
        (changed(constants={"owner_id": "1"}), Reason.PROFILE_FIELD),
        (changed(constants={"kind": 1}), Reason.PROFILE_TYPE),
        (changed(group={"empty": ["host"], "filled": ["salary"]}), Reason.PROFILE_FIELD),
        (changed(skip=[{"reason": "note"}]), Reason.PROFILE_EMPTY),
        (changed(skip=[{"reason": "cell-too-large", "only": ["host"]}]), Reason.PROFILE_VALUE),
        (changed(dates={"precision": "century"}), Reason.PROFILE_VALUE),
        (changed(split={"organization": {"separators": []}}), Reason.PROFILE_VALUE),
        (changed(split={"organization": {"answers": {"A, B": []}}}), Reason.PROFILE_EMPTY),
    ],
)  # fmt: skip
def test_a_mistake_has_a_reason(text: str, reason: Reason) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_profile(text)
    assert refusal.value.reason is reason


@pytest.mark.parametrize(
    "field", ["id", "office_id", "owner_id", "role", "version", "created_by_id", "consent_at", "is_shared", "password"]
)
@pytest.mark.parametrize("target", list(Target))
def test_protected_fields_cannot_be_mapped(field: str, target: Target) -> None:
    assert field not in FIELDS[target]
    assert field not in CONSTANTS[target] or (field, target) == ("role", Target.ENGAGEMENTS)


def test_private_fields_are_named() -> None:
    assert FIELDS[Target.PEOPLE] >= PRIVATE
    assert not PRIVATE & (FIELDS[Target.ORGANIZATIONS] | FIELDS[Target.ENGAGEMENTS])


def test_the_words_are_those_that_are_stored() -> None:
    assert WORDS["category"] == {category.value for category in Category}
    assert WORDS["channel"] == {channel.value for channel in PreferredChannel}


def test_answers_are_remembered() -> None:
    profile = parse_profile(MEETINGS)
    answers = {
        "Everything,  Everywhere": (Party("Everything Everywhere"),),
        "Ihsanoglu, OIC": (Party("OIC", person_name("Dr Ekmelledin Ihsanoglu"), "Secretary General"), Party("BBC")),
    }
    wiser = parse_profile(profile_text(with_answers(profile, "organization", answers)))
    assert wiser.split["organization"].answers == {cell_key(cell): parties for cell, parties in answers.items()}
    assert wiser.key == profile.key
    again = with_answers(wiser, "organization", {"A, B": (Party("A"), Party("B"))})
    assert len(again.split["organization"].answers) == 3
