"""What an answer of SendGrid means for the message: sent, refused, not yet, or nobody knows. Pure.

The rule behind the table: whatever might have been accepted is in doubt, and what is in doubt is never sent again blindly.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=30), dt.timedelta(minutes=15)
LONGEST_RATE_PAUSE = dt.timedelta(hours=1)
SETUP_PAUSE = dt.timedelta(minutes=15)


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LATER = "later"  # surely not sent, and worth another try
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Result:
    outcome: Outcome
    provider_id: str | None = None
    http_status: int | None = None
    reason: str = ""
    retry_at: dt.datetime | None = None
    errors: tuple[tuple[str, str], ...] = ()  # of a refusal: the field that SendGrid names (may be empty), and its words


def of_status(
    status: int,
    headers: Mapping[str, str],
    *,
    detail: str,
    attempt: int,
    now: dt.datetime,
    errors: tuple[tuple[str, str], ...] = (),
) -> Result:
    """Classify an answer that came with a status."""
    message_id = headers.get("X-Message-Id")
    if status == 202 and message_id:
        return Result(Outcome.ACCEPTED, provider_id=message_id[:100], http_status=status)
    if status == 429:
        return Result(Outcome.LATER, http_status=status, reason="rate-limit", retry_at=_rate_limit_ends(headers, now))
    if status in {401, 403}:
        return Result(Outcome.LATER, http_status=status, reason="not-authorized", retry_at=now + SETUP_PAUSE)
    if 400 <= status < 500 and status != 408:
        return Result(Outcome.REJECTED, http_status=status, reason=detail or "refused", errors=errors)
    # 202 without an id, another 2xx, a redirect, 408 and every 5xx: no text of SendGrid's promises that it was not taken.
    return Result(Outcome.UNKNOWN, http_status=status, reason="no-clear-answer")


def never_reached(*, attempt: int, now: dt.datetime) -> Result:
    """The connection was refused, the name not found, the certificate not good: surely nothing was sent."""
    return Result(Outcome.LATER, reason="no-connection", retry_at=now + pause(attempt))


def lost(reason: str) -> Result:
    """The connection ended or nothing came in time, after the message may have been read."""
    return Result(Outcome.UNKNOWN, reason=reason)


def pause(attempt: int) -> dt.timedelta:
    """Longer after each try, so that a long outage isn't hammered at."""
    return min(FIRST_PAUSE * 2 ** min(max(attempt - 1, 0), 10), LONGEST_PAUSE)


def _rate_limit_ends(headers: Mapping[str, str], now: dt.datetime) -> dt.datetime:
    """When the limit says that it ends: X-RateLimit-Reset (seconds since 1970) or Retry-After (seconds), within an hour."""
    soonest, latest = now + dt.timedelta(seconds=1), now + LONGEST_RATE_PAUSE
    reset, after = headers.get("X-RateLimit-Reset", ""), headers.get("Retry-After", "")
    moment = now + FIRST_PAUSE
    if reset.isdigit() and len(reset) <= 11:
        moment = dt.datetime.fromtimestamp(int(reset), dt.UTC)
    elif after.isdigit() and len(after) <= 6:
        moment = now + dt.timedelta(seconds=int(after))
    return min(max(moment, soonest), latest)
