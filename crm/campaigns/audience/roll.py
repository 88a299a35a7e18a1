"""The whole audience read out in order of its keys, a piece at a time: for the preparation and for a file.

Whom the segment holds is asked once, at the start, and kept as numbers: eight bytes a head. What speaks against each is asked with their piece.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from crm.campaigns.audience import erased
from crm.campaigns.audience.candidates import Branch, Candidate, branches, listed, marked
from crm.campaigns.audience.queries import as_list, ground_of, within
from crm.campaigns.models import Campaign, Exclusion
from crm.core.db import db
from crm.core.types import json_value

_EXCLUSIONS = {exclusion.value: exclusion for exclusion in Exclusion}
AT_ONCE = 65_536  # numbers of one list: a row for each would cost more than to find it


@dataclass(frozen=True)
class _Way:
    """One way into the audience: its numbers in order, and the question about some of them."""

    offset: int
    numbers: "array[int]"
    question: sa.Select[*tuple[Any, ...]]


class Roll:
    """Who is in the audience of a campaign, as it was when this was made. It outlives the transaction it was made in."""

    def __init__(self, campaign: Campaign) -> None:
        with within(campaign):
            ground = ground_of(campaign)
            asked, about_some = branches(ground), branches(ground, is_listed=True)
            self._ways = [
                _Way(branch.offset, _numbers_of(branch), _question(some)) for branch, some in zip(asked, about_some, strict=True)
            ]
        self._list_key = ground.list_key

    def piece(self, campaign: Campaign, after: int, size: int) -> list[Candidate]:
        """The next so many after a key, or fewer; none at the end. Who was taken out of the database meanwhile is passed over.

        Of an address that is there twice nothing is said: who reads in order sees it.
        """
        with within(campaign):
            hidden = erased.hidden_keys(self._list_key)
            for way in self._ways:
                start = bisect_right(way.numbers, after - way.offset)
                while some := way.numbers[start : start + size]:
                    found = _answer(way.question, some)
                    if found:
                        receiving = (one.email for one in found if one.exclusion is None)
                        return marked(found, erased.among(receiving, hidden), Exclusion.SUPPRESSED)
                    start += size
        return []


def read_out(campaign: Campaign, size: int) -> Iterator[Candidate]:
    """Everybody in order. Of those who share an address the first who may receive does. Keeps the addresses: for a list that has a limit."""
    roll, after, given = Roll(campaign), 0, set[str]()
    while piece := roll.piece(campaign, after, size):
        after = piece[-1].key
        for one in piece:
            if one.exclusion is None and one.email in given:
                yield one._replace(exclusion=Exclusion.DUPLICATE)
                continue
            if one.exclusion is None:
                given.add(one.email)
            yield one


def _question(branch: Branch) -> sa.Select[*tuple[Any, ...]]:
    """Column by column, each as one list: objects for each row and for each of its cells cost more than to find them."""
    return sa.select(*map(as_list, branch.select().subquery().c))


def _answer(question: sa.Select[*tuple[Any, ...]], numbers: Sequence[int]) -> list[Candidate]:
    *columns, reasons = (json_value(told or "[]") for told in db.session.execute(question, listed(numbers)).one())
    return sorted(map(Candidate, *columns, map(_EXCLUSIONS.get, reasons)), key=itemgetter(0))


def _numbers_of(branch: Branch) -> "array[int]":
    """In order. PostgreSQL works in parallel only where no cursor is open, and without one its driver holds all rows at once: so, few rows."""
    numbers = branch.numbers.subquery()
    (number,) = numbers.c
    lists = sa.select(as_list(number)).group_by(number // AT_ONCE)
    stretches = [array("q", sorted(json_value(part))) for part in db.session.execute(lists).scalars()]
    found = array("q")
    for stretch in sorted(stretches, key=lambda numbers: numbers[0]):
        found += stretch
    return found
