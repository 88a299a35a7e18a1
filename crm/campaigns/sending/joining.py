"""One recipient's part of a call as JSON, joined from pieces: most values are words that stand in JSON and in HTML as they are.

Whoever has another value goes through the careful way of calls.py, which makes the same map; a test holds both to one another.
"""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import orjson

from crm.campaigns.sending.personal import Personal
from crm.campaigns.writing import fields

LINK_ENDS = {"unsubscribe_url": "/stop", "preferences_url": "", "browser_url": "/read"}
Proofs = Callable[[int], tuple[str, str, str]]  # of an id: itself in base 36, the proof of an event and the proof of a link
TOGETHER = 25  # people looked at at once: a single name that needs care sends only so many the slower way
_EMAIL, _NAME, _NUMBER, _EVENT, _LINK, _VALUE = (f"\N{SYMBOL FOR NULL}{each}\N{SYMBOL FOR NULL}" for each in "enoklv")
_SPECIAL = re.compile(r"""[&<>"'\\]""").search


class Joiner:
    """Makes the parts of one call. `person` makes the map of a part, here once with a sign in the place of each value."""

    def __init__(self, personal: Personal, person: Callable[..., dict[str, Any]], link_start: str, mark: str) -> None:
        self.names = names = sorted(personal.names)
        signs = {name: _VALUE + name + _VALUE for name in names}
        links = {name: f"{link_start}{_NUMBER}-{_LINK}{end}" for name, end in LINK_ENDS.items()}
        made = personal.empty | {tag: links[name] for tag, name, _html in personal.of_links}
        made |= {tag: signs[name] for name, tags in personal.of_values.items() for tag, _html in tags}
        shown = person(_EMAIL, _NAME, f"d.{_NUMBER}-{_EVENT}", mark, links["unsubscribe_url"], made)
        text = orjson.dumps(shown).decode()
        pieces, slots = _cut(text, [_EMAIL, _NAME, _NUMBER, _EVENT, _LINK, *signs.values()])
        self.pieces = tuple(pieces)
        places = itertools.chain.from_iterable(itertools.zip_longest(range(len(pieces)), [len(pieces) + slot for slot in slots]))
        self.pick = itemgetter(*(place for place in places if place is not None))  # pieces and values in turn
        self.is_safe = "&" not in link_start  # else links stand otherwise in HTML
        most = max((text.count(sign) for sign in signs.values()), default=1)
        self.room = (fields.MOST_BYTES - fields.size_of(made) - 100 * len(made)) // (4 * max(1, most))
        self.is_plain, self.ends = personal.plainness(), personal.ends
        self.only_name = names == ["name"] or not names

    def one(self, person: Any, proofs: Proofs) -> str | None:
        """The part of a person; None when it has to be made the careful way."""
        email, name, is_plain = person.email, person.name, self.is_plain
        if not self.is_safe or not is_plain(name) or not email.isascii() or not email.isprintable() or _has_quotes(email):
            return None
        values: Sequence[Any] = (name,) if self.names else ()
        if not self.only_name or person.values:
            given: Mapping[str, Any] = person.values if person.values else {"name": name}
            values = [given.get(each) for each in self.names]
            if not all(map(is_plain, values)):
                return None
        if sum(map(len, values)) > self.room:
            return None
        number, event, link = proofs(person.id)
        return "".join(self.pick((*self.pieces, email, name, number, event, link, *values)))

    def some(self, people: Sequence[Any], proofs: Proofs) -> list[str] | None:
        """The parts of a few people, looked at together; None when any of them might need care: then each is looked at alone."""
        if not self.is_safe or not self.only_name or any(one.values for one in people):
            return None
        names, emails = f"|{'|'.join([one.name for one in people])}|", "|".join([one.email for one in people])
        if not names.isprintable() or len(names) > self.room or _SPECIAL(names) is not None or _has_odd_blanks(names):
            return None
        if not emails.isascii() or not emails.isprintable() or _has_quotes(emails) or any(end in names for end in self.ends):
            return None
        pieces, pick, made = self.pieces, self.pick, []
        for delivery_id, email, name, _values in people:
            number, event, link = proofs(delivery_id)
            made.append("".join(pick((*pieces, email, name, number, event, link, name))))
        return made


def _has_odd_blanks(values: str) -> bool:
    """Among values with a bar around each: none, one that begins or ends with a blank, or two blanks together."""
    return "||" in values or "| " in values or " |" in values or "  " in values


def _has_quotes(email: str) -> bool:
    return '"' in email or "\\" in email


def _cut(text: str, signs: Sequence[str]) -> tuple[list[str], list[int]]:
    """The text between the signs, and which sign stood at each cut."""
    parts = re.split("(" + "|".join(map(re.escape, signs)) + ")", text)
    return parts[::2], [signs.index(sign) for sign in parts[1::2]]
