"""How much may be sent now: a token bucket for each campaign, and one for the mail service that all workers and campaigns share."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm.campaigns.models import Campaign
from crm.core import settings
from crm.core.clock import now, today
from crm.core.db import db, is_sqlite
from crm.mail.answers import Result
from crm.mail.models import SendBudget

EVERYBODY = "sendgrid"
BURST_SECONDS = 10  # a bucket holds what flows in so many seconds
PROBE_SECONDS = 60
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0  # seconds
# People a day that a new domain may write to, so that mail providers come to know it; without limit afterwards.
WARM_UP = (500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000)


@dataclass(frozen=True)
class Room:
    """For how many people a call may go out now; or when to ask again."""

    count: int
    again_at: dt.datetime | None = None
    is_probe: bool = False  # the one call that tries whether the mail service takes mail again


def room(campaign: Campaign, most: int) -> Room:
    """Room for a call of this campaign. Takes nothing yet: `take` does, once it is known how many go."""
    shared = of(EVERYBODY)
    moment = now()
    if shared.not_before is not None and shared.not_before > moment:
        return Room(0, shared.not_before)
    today_left = _left_of_day(shared)
    if today_left is not None:
        most = min(most, today_left)
        if most <= 0:
            return Room(0, moment + dt.timedelta(minutes=10))
    if campaign.rate_per_minute:
        own = _refilled(of(_key(campaign)), campaign.rate_per_minute)
        if own.tokens < 1:
            missing = (1 - own.tokens) / campaign.rate_per_minute * 60
            return Room(0, moment + dt.timedelta(seconds=max(missing, _patience(campaign.rate_per_minute))))
        most = min(most, int(own.tokens))
    return Room(most, is_probe=shared.is_blocked)


def take(campaign: Campaign, count: int, *, is_probe: bool) -> None:
    """Count people as on their way. A call that was planned when there was more room may leave a debt: the bucket goes below zero."""
    shared = of(EVERYBODY)
    _turn_day(shared)
    shared.sent_today += count
    if is_probe:  # the others wait till this one has its answer, or was lost
        shared.not_before = now() + dt.timedelta(seconds=max(PROBE_SECONDS, settings.get("SENDGRID_TIMEOUT")))
    if campaign.rate_per_minute:
        _refilled(of(_key(campaign)), campaign.rate_per_minute).tokens -= count


def give_back(count: int) -> None:
    """They were surely not sent: the day's plan has room for them again."""
    shared = of(EVERYBODY)
    shared.sent_today = max(0, shared.sent_today - count)


def block(result: Result, attempt: int, *, is_probe: bool) -> dt.datetime:
    """Nobody sends before the moment that the answer names; without one, longer after each try. Then one call tries for all."""
    shared = of(EVERYBODY)
    pause = min(FIRST_PAUSE * 2 ** min(attempt - 1, 12), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads tries
    moment = now() + dt.timedelta(seconds=pause)
    if result.reason == "rate-limit" and result.retry_at is not None:
        moment = result.retry_at
    if not is_probe and shared.not_before is not None:
        moment = max(moment, shared.not_before)
    shared.is_blocked, shared.not_before = True, moment
    return moment


def open_again() -> None:
    """A call went through: all may send."""
    shared = of(EVERYBODY)
    shared.is_blocked, shared.not_before = False, None


def of(key: str) -> SendBudget:
    """The bucket, held till the end of this transaction."""
    found = sa.select(SendBudget).where(SendBudget.key == key).with_for_update()
    if (there := db.session.scalars(found).one_or_none()) is not None:
        return there
    full = now() - dt.timedelta(seconds=BURST_SECONDS)
    first = {"key": key, "tokens": 0.0, "refilled_at": full, "sent_today": 0, "is_blocked": False}
    table: Any = SendBudget.__table__
    insert: Any = sqlite.insert(table) if is_sqlite() else postgresql.insert(table)
    db.session.execute(insert.values(first).on_conflict_do_nothing())
    return db.session.scalars(found).one()


def per_day(shared: SendBudget, day: dt.date) -> int | None:
    """How many people may be written to on a day: by the warm-up plan, and by the limit that a person set."""
    plan = None
    if shared.warm_up_from is not None and day >= shared.warm_up_from:
        past = (day - shared.warm_up_from).days
        plan = WARM_UP[past] if past < len(WARM_UP) else None
    limits = [limit for limit in (plan, shared.per_day) if limit is not None]
    return min(limits) if limits else None


def _left_of_day(shared: SendBudget) -> int | None:
    _turn_day(shared)
    most = per_day(shared, _day())
    return None if most is None else most - shared.sent_today


def _turn_day(shared: SendBudget) -> None:
    if shared.day != _day():
        shared.day, shared.sent_today = _day(), 0


def _day() -> dt.date:
    return today(settings.get("DEFAULT_TIMEZONE"))


def _refilled(bucket: SendBudget, rate: int) -> SendBudget:
    """The bucket as it is now, at the rate of now: a change of rate works at once."""
    passed = (now() - bucket.refilled_at).total_seconds()
    if passed > 0:
        bucket.tokens = min(bucket.tokens + passed * rate / 60, max(1.0, rate * BURST_SECONDS / 60))
        bucket.refilled_at = now()
    elif passed < -BURST_SECONDS:  # a clock was set back
        bucket.refilled_at = now()
    return bucket


def _patience(rate: int) -> float:
    """Seconds to wait for more than a single token, so that calls do not become calls for one person."""
    return min(5.0, 60 * 50 / rate)


def _key(campaign: Campaign) -> str:
    return f"campaign:{campaign.id}"
