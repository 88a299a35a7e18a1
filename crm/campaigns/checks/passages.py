"""The passages of a draft that people read: a line, a paragraph, an item. Each can be replaced in part, with its links and emphasis kept. Pure."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm.campaigns.writing import blocks, markup
from crm.campaigns.writing.blocks import SHAPES, Kind

_PARTS = ("p", "li", "h2", "h3", "blockquote", "div")


@dataclass(frozen=True)
class Passage:
    """`block_id` is empty for subject and preheader; `at` leads to the item, the cell or the paragraph within the field."""

    language: str
    block_id: str
    kind: str
    field: str
    at: tuple[int, ...]
    text: str


def passages(draft: Mapping[str, Any]) -> Iterator[Passage]:
    """Every passage with words in it, in the order of the mail."""
    for language in blocks.languages_of(draft):
        part = draft["languages"][language]
        for field in ("subject", "preheader"):
            if part[field].strip():
                yield Passage(language, "", "", field, (), part[field])
        for block in part["blocks"]:
            kind = block["kind"]
            for field, shape in SHAPES[Kind(kind)].items():
                for at, text in _of_shape(shape, block.get(field)):
                    if text.strip():
                        yield Passage(language, block["id"], kind, field, at, text)


def replaced(draft: Mapping[str, Any], passage: Passage, start: int, end: int, words: str) -> dict[str, Any]:
    """A copy of the draft in which a stretch of a passage says something else. What follows the stretch may have changed before."""
    made = copy.deepcopy(dict(draft))
    holder: Any = made["languages"][passage.language]
    if passage.block_id:
        holder = next(one for one in holder["blocks"] if one["id"] == passage.block_id)
        if SHAPES[Kind(passage.kind)][passage.field] == "rich":
            holder[passage.field] = _in_rich(holder[passage.field], passage.at[0], start, end, words)
            return made
    path: tuple[Any, ...] = (passage.field, *passage.at)
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = holder[path[-1]][:start] + words + holder[path[-1]][end:]
    return made


def _of_shape(shape: str, value: Any) -> Iterator[tuple[tuple[int, ...], str]]:
    match shape:
        case "line" | "plain":
            yield (), value or ""
        case "lines":
            yield from (((number,), text) for number, text in enumerate(value or []))
        case "pairs":
            yield from (((row, cell), text) for row, pair in enumerate(value or []) for cell, text in enumerate(pair))
        case "rich":
            tree = markup.tree_of(value or "")
            yield from (((number,), "".join(text for _n, _w, text in _nodes(part))) for number, part in enumerate(_parts(tree)))


def _parts(tree: Any) -> list[Any]:
    """Paragraphs and items that hold no further ones; the whole where it has none."""
    return [each for each in tree.iter(*_PARTS) if not any(inner.tag in _PARTS for inner in each.iterdescendants(*_PARTS))]


def _nodes(element: Any) -> Iterator[tuple[Any, str, str]]:
    """(element, `text` or `tail`, words) of all text below, in order. A line end is a text of its own that can't be written to."""
    if element.text:
        yield element, "text", element.text
    for child in element:
        if child.tag == "br":
            yield child, "", "\n"
        else:
            yield from _nodes(child)
        if child.tail:
            yield child, "tail", child.tail


def _in_rich(rich: str, number: int, start: int, end: int, words: str) -> str:
    """The first text that the stretch touches gets the words, the others lose what was in it."""
    tree = markup.tree_of(rich)
    at, is_put = 0, False
    for element, where, text in list(_nodes(_parts(tree)[number])):
        first, last = start - at, min(end - at, len(text))
        is_touched = max(first, 0) < last or (start == end and not is_put and 0 <= first <= len(text))
        at += len(text)
        if where and is_touched:
            setattr(element, where, text[: max(first, 0)] + ("" if is_put else words) + text[last:])
            is_put = True
    return markup.inside_of(tree)
