"""How each kind of record is shown among the hits: filled in by the application, because records know their own pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.core.access import Permission


@dataclass(frozen=True)
class Kind:
    """`argument` is the name of the id in the address of `endpoint`; `label` is the plural that stands above the hits."""

    name: str
    label: Any
    endpoint: str
    argument: str
    permission: Permission
    icon: str


_kinds: dict[str, Kind] = {}


def register(name: str, label: Any, endpoint: str, argument: str, permission: Permission, icon: str) -> None:
    """Let a kind be found. Hits stand in the order in which kinds were registered."""
    _kinds[name] = Kind(name, label, endpoint, argument, permission, icon)


def known(may: Callable[[Permission], bool]) -> Sequence[Kind]:
    """Kinds that the person may see."""
    return [kind for kind in _kinds.values() if may(kind.permission)]


def names_of(chosen: Sequence[Kind]) -> list[str] | None:
    """What to narrow a search by: nothing when it is all kinds there are, because each name asked for costs time."""
    return None if len(chosen) == len(_kinds) else [kind.name for kind in chosen]
