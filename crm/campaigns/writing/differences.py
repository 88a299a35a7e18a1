"""What changed between two drafts, in words: which text, what went and what came."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.campaigns.writing import blocks, simple
from crm.campaigns.writing.blocks import SHAPES, Kind

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Change:
    """A text that differs. `kind` is empty for subject and preheader. `pieces` are (same, gone or new; words)."""

    language: str
    kind: str
    field: str
    how: str  # "changed", "added", "removed", "moved"
    pieces: list[tuple[str, str]]


def between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    found: list[Change] = []
    for language in dict.fromkeys([*blocks.languages_of(old), *blocks.languages_of(new)]):
        before, after = _part(old, language), _part(new, language)
        found += [
            Change(language, "", name, "changed", pieces(before.get(name, ""), after.get(name, "")))
            for name in ("subject", "preheader")
            if before.get(name, "") != after.get(name, "")
        ]
        found += _of_blocks(language, before.get("blocks", []), after.get("blocks", []))
    return found


def _part(draft: Mapping[str, Any], language: str) -> dict[str, Any]:
    return (draft.get("languages") or {}).get(language) or {}


def _of_blocks(language: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Change]:
    had = {block["id"]: block for block in before}
    has = {block["id"]: block for block in after}
    found = [Change(language, gone["kind"], "", "removed", [("gone", told(gone))]) for key, gone in had.items() if key not in has]
    for key, block in has.items():
        if key not in had:
            found.append(Change(language, block["kind"], "", "added", [("new", told(block))]))
        elif told(had[key]) != told(block) or had[key] != block:
            found.append(Change(language, block["kind"], "", "changed", pieces(told(had[key]), told(block))))
    if [key for key in had if key in has] != [key for key in has if key in had]:
        found.append(Change(language, "", "", "moved", []))
    return found


def told(block: Mapping[str, Any]) -> str:
    """What a block says, as text that can be compared."""
    parts = []
    for name, shape in SHAPES[Kind(block["kind"])].items():
        value = block.get(name)
        if isinstance(value, str) and shape != "rich":
            parts.append(value)
        elif shape == "rich":
            parts.append(simple.write(value or ""))
        elif shape == "pairs":
            parts += [" | ".join(row) for row in value or []]
        elif shape == "lines":
            parts += list(value or [])
        elif shape not in {"flag", "level"} and value:
            parts.append(str(value))
    return "\n".join(part for part in parts if part)


def pieces(old: str, new: str) -> list[tuple[str, str]]:
    """The new text with what went and what came, word by word."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    made: list[tuple[str, str]] = []
    for how, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if how == "equal":
            made.append(("same", "".join(before[a:b])))
            continue
        made += [(name, "".join(words)) for name, words in (("gone", before[a:b]), ("new", after[c:d])) if words]
    return made
