"""What was made of published items and what they say now: told by packages above, which alone know their texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crm.core.registers import Once


@dataclass(frozen=True)
class StaleUse:
    """A text that tells an item as it was before it changed."""

    title: str  # of the item
    name: str  # of the text
    endpoint: str
    values: dict[str, int]


_sources: Once[Callable[[int], Sequence[StaleUse]]] = Once()


def register(source: Callable[[int], Sequence[StaleUse]]) -> None:
    """Tell how to find texts made of the items of a bulletin's site that changed since. Once at start."""
    _sources.add(source)


def stale_uses(bulletin_id: int) -> list[StaleUse]:
    return [use for source in _sources for use in source(bulletin_id)]
