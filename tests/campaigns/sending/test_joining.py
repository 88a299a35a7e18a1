"""A recipient's part of a call that is joined from pieces says the same as one that is made the careful way."""

import json
from typing import Any

import pytest

from crm.campaigns.sending import joining
from crm.campaigns.sending.calls import Addressee, _personalization
from crm.campaigns.sending.personal import Personal

TAGS = {
    "-kabcdefgh.name.h-": "name.h|Bapak/Ibu",
    "-kabcdefgh.name.t-": "name.t|Bapak/Ibu",
    "-kabcdefgh.position.t-": "position.t|rekan 100 %",
    "-kabcdefgh.unsubscribe_url.h-": "unsubscribe_url.h|",
    "-kabcdefgh.browser_url.h-": "browser_url.h|",
}
ONLY_NAME = {tag: meaning for tag, meaning in TAGS.items() if "position" not in tag}
START = "https://mitra.example/b/"


def _careful(tags: dict[str, str], person: Addressee) -> dict[str, Any]:
    links = {name: f"{START}1-22{end}" for name, end in joining.LINK_ENDS.items()}
    made = Personal(tags).of(person.values or {"name": person.name}, links)
    return _personalization(person.email, person.name, "d.1-11", "mark", links["unsubscribe_url"], made)


def _joined(tags: dict[str, str], person: Addressee, start: str = START) -> str | None:
    joiner = joining.Joiner(Personal(tags), _personalization, start, "mark")
    alone, together = joiner.one(person, _proofs), joiner.some([person], _proofs)
    assert together is None or together == [alone], "whoever is looked at with others gets the same"
    return alone


def _proofs(_delivery_id: int) -> tuple[str, str, str]:
    return "1", "11", "22"


@pytest.mark.parametrize("name", ["Siti Aminah", "José Ñ.", "100 % Siti %s", "{0} {name}", "王小明", "nilai e k l v n"])
def test_plain_words_are_joined_to_the_same_as_the_careful_way(name):
    person = Addressee(1, "siti+a%b@dinas.example", name)
    part = _joined(ONLY_NAME, person)
    assert part is not None
    assert json.loads(part) == _careful(ONLY_NAME, person)


def test_several_fields_are_joined_to_the_same_as_the_careful_way():
    person = Addressee(1, "siti@dinas.example", "Siti", {"name": "Siti A.", "position": "Kepala"})
    part = _joined(TAGS, person)
    assert part is not None
    assert json.loads(part) == _careful(TAGS, person)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Jum'at",
        '"Siti"',
        "a\\b",
        "<b>",
        "a & b",
        "two  spaces",
        " end",
        "li\nne",
        "kabcdefgh",
        "xkabcd",
        "\ud800",
        "n" * 3000,
    ],
)
def test_a_name_that_needs_care_is_not_joined(name):
    assert _joined(ONLY_NAME, Addressee(1, "siti@dinas.example", name)) is None


@pytest.mark.parametrize("email", ["é@dinas.example", 'a"b@dinas.example', "a\\b@dinas.example", "a\tb@dinas.example"])
def test_an_address_that_needs_care_is_not_joined(email):
    assert _joined(ONLY_NAME, Addressee(1, email, "Siti")) is None


def test_who_has_a_field_empty_or_dangerous_is_not_joined():
    for position in ("", None, "<i>Kepala</i>"):
        values = {"name": "Siti", "position": position}
        assert _joined(TAGS, Addressee(1, "siti@dinas.example", "Siti", values)) is None


def test_a_base_with_a_sign_that_html_escapes_is_not_joined():
    assert _joined(ONLY_NAME, Addressee(1, "siti@dinas.example", "Siti"), "https://mitra.example/?a&b/b/") is None


NAMES = ["Siti Aminah", "José Ñ.", "100 % Siti %s", "王小明", "a|b"]


def test_people_looked_at_together_get_what_each_would_get_alone():
    joiner = joining.Joiner(Personal(ONLY_NAME), _personalization, START, "mark")
    people = [Addressee(n, f"siti{n}@dinas.example", name) for n, name in enumerate(NAMES)]
    assert joiner.some(people, _proofs) == [joiner.one(each, _proofs) for each in people]
    assert None not in [joiner.one(each, _proofs) for each in people]


@pytest.mark.parametrize(
    "name", ["", "Jum'at", '"Siti"', "a\\b", "<b>", "two  spaces", " start", "end ", "li\nne", "kabcdefgh", "n" * 9000]
)
@pytest.mark.parametrize("place", [0, 2, 5])
def test_one_who_needs_care_sends_all_who_are_looked_at_together_the_careful_way(name, place):
    joiner = joining.Joiner(Personal(ONLY_NAME), _personalization, START, "mark")
    people = [Addressee(n, f"siti{n}@dinas.example", each) for n, each in enumerate(NAMES)]
    people.insert(place, Addressee(9, "siti@dinas.example", name))
    assert joiner.some(people, _proofs) is None


@pytest.mark.parametrize("email", ["é@dinas.example", 'a"b@dinas.example', "a\\b@dinas.example", "a\tb@dinas.example"])
def test_one_address_that_needs_care_does_too(email):
    joiner = joining.Joiner(Personal(ONLY_NAME), _personalization, START, "mark")
    assert joiner.some([Addressee(1, "siti@dinas.example", "Siti"), Addressee(2, email, "Budi")], _proofs) is None


def test_people_with_values_of_their_own_are_looked_at_one_by_one():
    for tags in (TAGS, ONLY_NAME):
        joiner = joining.Joiner(Personal(tags), _personalization, START, "mark")
        assert joiner.some([Addressee(1, "siti@dinas.example", "Siti", {"name": "Siti A."})], _proofs) is None
    assert (
        joining.Joiner(Personal(TAGS), _personalization, START, "mark").some([Addressee(1, "a@b.example", "Siti")], _proofs)
        is None
    )
