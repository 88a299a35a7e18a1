"""What a list of stakeholders is narrowed by, read strictly from an address and written back to one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from crm.core.text import UnstorableText, storable
from crm.stakeholders.keys import StakeholderKind
from crm.stakeholders.models import Category

LONGEST_QUERY = 200
SORTS = ("name", "-name")
NONE, ME = "none", "me"
# Parts of an address that are not filters.
_OTHER = frozenset({"after", "lang"})


class UnknownFilter(ValueError):
    """A column or value that no page of ours writes. People see 400, the same for every such value."""


@dataclass(frozen=True)
class Filter:
    """Empty means: do not narrow by it. `owner` is an id, 'me' or 'none'; `tier` is 1 to 3 or 'none'."""

    q: str = ""
    kind: str = ""
    category: str = ""
    region: str = ""
    topic: str = ""
    tag: str = ""
    tier: str = ""
    owner: str = ""
    quiet: str = ""
    archived: str = ""
    sort: str = ""

    @property
    def arguments(self) -> dict[str, Any]:
        """What an address needs to show the same list."""
        return {name: value for name, value in asdict(self).items() if value}

    def without(self, name: str) -> dict[str, Any]:
        return replace(self, **{name: ""}).arguments

    @property
    def narrows(self) -> bool:
        return any(value for name, value in asdict(self).items() if name not in {"sort", "archived"})


def _one_of(*allowed: str) -> Any:
    return lambda value: value in allowed


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18 and int(value) > 0


_READERS = {
    "q": lambda value: len(value) <= LONGEST_QUERY,
    "kind": _one_of(*(kind.value for kind in StakeholderKind)),
    "category": _one_of(*(category.value for category in Category)),
    "region": _is_id,
    "topic": _is_id,
    "tag": _is_id,
    "tier": _one_of("1", "2", "3", NONE),
    "owner": lambda value: value in {ME, NONE} or _is_id(value),
    "quiet": _one_of("1"),
    "archived": _one_of("1"),
    "sort": _one_of(*SORTS),
}


def parse(arguments: Mapping[str, Sequence[str]]) -> Filter:
    """Read the arguments of an address. An empty value is no filter; anything unknown raises UnknownFilter."""
    values: dict[str, str] = {}
    for name, given in arguments.items():
        if name in _OTHER:
            continue
        if name not in _READERS or len(given) > 1:
            raise UnknownFilter(name)
        value = _stored(given[0]).strip() if given else ""
        if value and not _READERS[name](value):
            raise UnknownFilter(name)
        values[name] = value
    return Filter(**values)


def _stored(value: str) -> str:
    try:
        return storable(value)
    except UnstorableText:
        raise UnknownFilter("text") from None
