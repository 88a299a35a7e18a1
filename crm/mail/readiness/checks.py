"""A check, its groups, and the registry in which features add theirs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crm.core.registers import Once

DOMAIN_HEALTH = "domain-health"  # the fact in which campaigns keep how receiving domains took their mail


class Level(StrEnum):
    """How a check stands: in order; worth a look; to be put in order; or nothing that could be right or wrong here."""

    GOOD = "good"
    SOON = "soon"
    LATE = "late"
    NONE = "none"


@dataclass(frozen=True)
class Check:
    """`title` says how it stands, `note` the figures, or what to do. `page` is (words, endpoint, values of the address).

    `for_senders`: also who sends but does not administer needs to know.
    """

    level: Level
    title: str
    note: str = ""
    page: tuple[str, str, dict[str, Any]] | None = None
    for_senders: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    checks: list[Check]


Source = Callable[[], Iterable[Check]]
_sources: Once[tuple[Source, Any]] = Once()


def register(title: Any, source: Source) -> None:
    """Add checks under a heading; the same heading again adds to it."""
    _sources.add((source, title))


def run(*, senders_only: bool = False) -> list[Group]:
    """All checks, as they stand now."""
    groups: dict[str, list[Check]] = {}
    for source, title in _sources:
        found = [check for check in source() if check.for_senders or not senders_only]
        groups.setdefault(str(title), []).extend(found)
    return [Group(title, found) for title, found in groups.items() if found]


def wrong(groups: Iterable[Group]) -> list[Check]:
    """What is not in order, the worst first."""
    found = [check for group in groups for check in group.checks if check.level in {Level.LATE, Level.SOON}]
    return sorted(found, key=lambda check: check.level is not Level.LATE)


def counted(groups: Iterable[Group]) -> tuple[int, int]:
    """How many checks are in order, of how many that can be."""
    levels = [check.level for group in groups for check in group.checks if check.level is not Level.NONE]
    return sum(level is Level.GOOD for level in levels), len(levels)
