"""The one clock: aware UTC now, and today in a zone. Nothing else reads the time."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

_frozen: dt.datetime | None = None


def now() -> dt.datetime:
    return _frozen or dt.datetime.now(dt.UTC)


_zone = lru_cache(ZoneInfo)


def local_now(zone: str) -> dt.datetime:
    return now().astimezone(_zone(zone))


def today(zone: str) -> dt.date:
    return local_now(zone).date()


def freeze(moment: dt.datetime | None) -> None:
    """Stop the clock at an aware moment; None lets it run again. For tests and the demo builder."""
    global _frozen
    if moment is not None and moment.tzinfo is None:
        raise ValueError("the clock takes only times with a zone")
    _frozen = moment
