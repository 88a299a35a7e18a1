"""Where segments are used, told by the packages above: crm/wiring.py registers them."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Use:
    """One place: what it is called, since when it is there, and the page that it is on."""

    segment_id: int
    title: str
    since: dt.datetime
    endpoint: str
    values: Mapping[str, Any]


# ids of segments -> their uses in scope, newest first.
Find = Callable[[Sequence[int]], Sequence[Use]]
_finders: dict[str, Find] = {}


def register(name: str, find: Find) -> None:
    _finders[name] = find


def of(segment_ids: Sequence[int]) -> Mapping[int, Sequence[Use]]:
    """The uses of each segment that has any."""
    found: dict[int, list[Use]] = {}
    for find in _finders.values() if segment_ids else ():
        for use in find(segment_ids):
            found.setdefault(use.segment_id, []).append(use)
    return found
