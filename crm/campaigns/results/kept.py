"""What was counted of a large campaign, kept for as long as none of its running counts moved: a pass over a million mails takes seconds.

Every moment that a figure is made of moves a running count, so the same counts mean the same figures. Each process keeps its own.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from crm.campaigns import tallies
from crm.campaigns.models import Campaign
from crm.campaigns.tallies import Count

T = TypeVar("T")
LARGE = 20_000  # smaller ones are counted anew each time
MOST = 60
_found: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()


def counted(campaign: Campaign, *makers: Callable[[Campaign], Any]) -> list[Any]:
    """What each maker finds for the campaign, from what was kept where that still holds."""
    counts = tallies.of([campaign.id])[campaign.id]
    if counts.get(Count.ACCEPTED, 0) < LARGE:
        return [make(campaign) for make in makers]
    state = (campaign.version, campaign.content_id, tuple(sorted(counts.items())))
    return [_one((campaign.id, campaign.mark_key, make.__name__), state, campaign, make) for make in makers]


def _one(key: Hashable, state: Hashable, campaign: Campaign, make: Callable[[Campaign], T]) -> T:
    held = _found.get(key)
    if held is not None and held[0] == state:
        return held[1]
    made = make(campaign)
    _found[key] = (state, made)
    while len(_found) > MOST:
        _found.popitem(last=False)
    return made
