"""Who of our side met: offices held and name, from one cell such as 'Prime Minister, The Rt Hon David Cameron MP'."""

import re
from dataclasses import dataclass

from crm.core.text import one_line
from crm.exchange.persons import has_person_title, person_name

_HONOURABLE = re.compile(r",?\s*\b((?:The\s+)?(?:Rt\.?|Right)\s+Hon(?:ourable)?\b.*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Host:
    """A host as written and as understood. `name` is never empty; `roles` are the offices in the order of the cell."""

    text: str
    name: str
    roles: tuple[str, ...] = ()
    titles_before: str = ""
    titles_after: str = ""


def outer_commas(text: str) -> list[str]:
    """Parts between commas that stand outside brackets. A bracket never closed counts as none."""
    if text.count("(") != text.count(")"):
        return [part.strip() for part in text.split(",")]
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth <= 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]


def parse_host(cell: str) -> Host | None:
    """The host of a cell, or None for an empty one. Without a sign of a name the last part is the name, as registers write it."""
    text = one_line(cell)
    if not text:
        return None
    if match := _HONOURABLE.search(text):
        roles, person = outer_commas(text[: match.start()]), match[1]
    else:
        parts = [part for part in outer_commas(text) if part] or [text]
        at = next((i for i, part in enumerate(parts) if has_person_title(part)), len(parts) - 1)
        roles, person = parts[:at] + parts[at + 1 :], parts[at]
    found = person_name(person)
    return Host(text, found.name or text, tuple(filter(None, roles)), found.titles_before, found.titles_after)
