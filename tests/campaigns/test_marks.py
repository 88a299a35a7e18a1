"""Marks of a delivery: computed, proved, and good for one purpose only."""

import pytest

from crm.campaigns import marks

KEY = "k" * 40


@pytest.mark.parametrize("number", [1, 13, 35, 36, 10**6, 2**63 - 1])
def test_a_mark_leads_back_to_its_delivery(number: int) -> None:
    mark, token = marks.event_mark(KEY, number), marks.link_token(KEY, number)
    assert marks.delivery_id_of(mark) == number == marks.delivery_id_of(token)
    assert marks.is_event_mark(mark, KEY, number)
    assert marks.is_link_token(token, KEY, number)


def test_a_mark_is_no_token_and_a_token_no_mark() -> None:
    assert not marks.is_link_token(marks.event_mark(KEY, 5), KEY, 5)
    assert not marks.is_link_token(marks.event_mark(KEY, 5).removeprefix("d."), KEY, 5)
    assert not marks.is_event_mark(marks.link_token(KEY, 5), KEY, 5)


def test_nobody_makes_up_the_token_of_another() -> None:
    assert not marks.is_link_token(marks.link_token("other" * 8, 5), KEY, 5)
    assert not marks.is_link_token(marks.link_token(KEY, 5).replace("5", "6", 1), KEY, 6)


@pytest.mark.parametrize(
    "text", ["", "-", "5", "d.", "d.-abc", "5-abc", "z" * 14 + "-" + "a" * 16, "é-" + "a" * 16, "٣-" + "a" * 16, "5-" + "é" * 16]
)
def test_what_is_no_mark_claims_nothing_that_holds(text: str) -> None:
    number = marks.delivery_id_of(text)
    assert number is None or not marks.is_link_token(text, KEY, number)
