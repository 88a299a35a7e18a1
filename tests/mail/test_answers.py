import datetime as dt

import pytest

from crm.mail import answers
from crm.mail.answers import Outcome

NOW = dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC)


def of(status, **headers):
    return answers.of_status(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, detail="", attempt=1, now=NOW
    )


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (202, {"X_Message_Id": "a"}, Outcome.ACCEPTED),
        (202, {}, Outcome.UNKNOWN),
        (200, {"X_Message_Id": "a"}, Outcome.UNKNOWN),
        (302, {"X_Message_Id": "a"}, Outcome.UNKNOWN),
        (307, {}, Outcome.UNKNOWN),
        (400, {}, Outcome.REJECTED),
        (404, {}, Outcome.REJECTED),
        (413, {}, Outcome.REJECTED),
        (401, {}, Outcome.LATER),
        (403, {}, Outcome.LATER),
        (429, {}, Outcome.LATER),
        (408, {}, Outcome.UNKNOWN),
        (500, {}, Outcome.UNKNOWN),
        (502, {}, Outcome.UNKNOWN),
        (504, {}, Outcome.UNKNOWN),
    ],
)
def test_only_a_clear_answer_is_taken_for_one(status, headers, outcome):
    assert of(status, **headers).outcome is outcome


def test_a_rate_limit_says_when_it_ends():
    assert of(429, X_RateLimit_Reset=str(int(NOW.timestamp()) + 90)).retry_at == NOW + dt.timedelta(seconds=90)
    assert of(429, Retry_After="40").retry_at == NOW + dt.timedelta(seconds=40)


@pytest.mark.parametrize("reset", ["0", "-5", "9" * 11, "9" * 40, "soon", ""])
def test_a_strange_limit_neither_hammers_nor_waits_for_ever(reset):
    retry = of(429, X_RateLimit_Reset=reset).retry_at
    assert NOW < retry <= NOW + answers.LONGEST_RATE_PAUSE


def test_pauses_grow_and_end_growing():
    pauses = [answers.pause(attempt) for attempt in range(1, 40)]
    assert pauses == sorted(pauses)
    assert pauses[0] == answers.FIRST_PAUSE
    assert pauses[-1] == answers.LONGEST_PAUSE
