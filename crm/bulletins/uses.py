"""Which mailings of a bulletin are on their way or written, told by the packages above: crm/wiring.py registers them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.core.registers import Once


@dataclass(frozen=True)
class Use:
    """One mailing: what it is called, the page that it is on, and whether it goes out without a further press."""

    title: str
    is_under_way: bool
    endpoint: str
    values: Mapping[str, Any]


_finders: Once[Callable[[int], Sequence[Use]]] = Once()


def register(find: Callable[[int], Sequence[Use]]) -> None:
    """Tell how to find the mailings of a bulletin in scope that have not ended. Once at start."""
    _finders.add(find)


def of(bulletin_id: int) -> list[Use]:
    return [use for find in _finders for use in find(bulletin_id)]


def under_way(bulletin_id: int) -> list[Use]:
    return [use for use in of(bulletin_id) if use.is_under_way]
