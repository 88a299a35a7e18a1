"""One recipient's part of a call as JSON, joined from pieces: most values are words that stand in JSON and in HTML as they are.

Whoever has another value goes through the careful way of calls.py, which makes the same map; a test holds both to one another.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import orjson

from crm.campaigns.sending.personal import Personal
from crm.campaigns.writing import fields

LINK_ENDS = {"unsubscribe_url": "/stop", "preferences_url": "", "browser_url": "/read"}
Make = Callable[[Any, str, str, str], str | None]
_EMAIL, _NAME, _EVENT, _LINK, _VALUE = (f"\N{SYMBOL FOR NULL}{each}\N{SYMBOL FOR NULL}" for each in "enklv")


def joiner(personal: Personal, person: Callable[..., dict[str, Any]], link_start: str, mark: str) -> Make:
    """Makes the part of a person from the record, the id in base 36 and both proofs; None when it has to be made the careful way.

    `person` makes the map of a part, here once with a sign in the place of each value.
    """
    names = sorted(personal.names)
    signs = {name: _VALUE + name + _VALUE for name in names}
    links = {name: link_start + _LINK + end for name, end in LINK_ENDS.items()}
    made = personal.empty | {tag: links[name] for tag, name, _html in personal.of_links}
    made |= {tag: signs[name] for name, tags in personal.of_values.items() for tag, _html in tags}
    shown = person(_EMAIL, _NAME, _EVENT, mark, links["unsubscribe_url"], made)
    text = orjson.dumps(shown).decode()
    pieces, slots = _cut(text, [_EMAIL, _NAME, _EVENT, _LINK, *signs.values()])
    template, pick = "%s".join(piece.replace("%", "%%") for piece in pieces), itemgetter(*slots)
    is_safe = "&" not in link_start  # else links stand otherwise in HTML
    most = max((text.count(sign) for sign in signs.values()), default=1)
    room = (fields.MOST_BYTES - fields.size_of(made) - 100 * len(made)) // (4 * max(1, most))
    is_plain, only_name = personal.plainness(), names == ["name"] or not names

    def make(one: Any, number: str, event: str, link: str) -> str | None:
        email, name = one.email, one.name
        if not is_safe or not is_plain(name) or not email.isascii() or not email.isprintable() or '"' in email or "\\" in email:
            return None
        values: Sequence[Any] = (name,) if names else ()
        if not only_name or one.values:
            given: Mapping[str, Any] = one.values if one.values else {"name": name}
            values = [given.get(each) for each in names]
            if not all(map(is_plain, values)):
                return None
        if sum(map(len, values)) > room:
            return None
        return template % pick((email, name, f"d.{number}-{event}", f"{number}-{link}", *values))

    return make


def _cut(text: str, signs: Sequence[str]) -> tuple[list[str], list[int]]:
    """The text between the signs, and which sign stood at each cut."""
    parts = re.split("(" + "|".join(map(re.escape, signs)) + ")", text)
    return parts[::2], [signs.index(sign) for sign in parts[1::2]]
