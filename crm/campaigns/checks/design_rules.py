"""Checks on what a design left open: labels with nothing after them, a dateline without a text, blocks that say nothing."""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from crm.campaigns.checks.finding import Finding, Severity
from crm.campaigns.writing import blocks, designs
from crm.campaigns.writing.blocks import Kind

_DATELINE = re.compile(r"\s*<p>\s*<(strong|b)>[^<]*[.:]\s*</\1>[\s.:–-]*</p>\s*")  # of a press release: PLACE, DAY.
# What each kind can't do without: where it is empty, nothing of the block is drawn.
_NEEDED = {
    Kind.TEXT: "html",
    Kind.PICTURE: "src",
    Kind.AGENDA: "rows",
    Kind.LIST: "items",
    Kind.QUOTE: "text",
}


def findings(draft: Mapping[str, Any]) -> Iterator[Finding]:
    for language in blocks.languages_of(draft):
        part, open_words = draft["languages"][language], designs.open_words(draft.get("design"), language)
        if _key(part["subject"]) in open_words:
            yield Finding("unfilled", Severity.STOP, _left(part["subject"]), language, where="subject")
        for number, block in enumerate(part["blocks"]):
            place: dict[str, Any] = {"language": language, "block_id": block["id"], "where": block["kind"]}
            labels = [label for label in _labels(block) if _key(label) in open_words]
            if labels:
                yield Finding("unfilled", Severity.STOP, _left(*labels), **place)
            yield from _block(block, _under(part["blocks"][number + 1 :]), place)


def _block(block: Mapping[str, Any], under: list[dict[str, Any]], place: dict[str, Any]) -> Iterator[Finding]:
    if block["kind"] == Kind.HEADING:
        if not block["text"].strip():
            yield Finding("unfilled", Severity.STOP, _("A heading has no words. Write them, or take it out."), **place)
        elif under and all(_is_empty(each) for each in under):
            said = _("Nothing stands under the heading “%(words)s”. Fill the block below it, or take the heading out.")
            yield Finding("unfilled", Severity.STOP, said % {"words": block["text"]}, **place)
    elif block["kind"] == Kind.TEXT and _DATELINE.fullmatch(block["html"]):
        yield Finding("unfilled", Severity.STOP, _("After place and day there is no text yet."), **place)
    elif _is_empty(block):
        yield Finding("block-empty", Severity.WARN, _("This block is empty and will not be in the e-mail."), **place)


def _under(following: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What belongs to a heading: up to the next one, or to a block with a title of its own."""
    return list(itertools.takewhile(lambda block: block["kind"] != Kind.HEADING and not block.get("title"), following))


def _is_empty(block: Mapping[str, Any]) -> bool:
    if block["kind"] == Kind.ARTICLE:
        return not any(block[name] for name in ("title", "text", "url", "src"))
    if block["kind"] == Kind.CONTACT:
        return not any(block[name] for name in ("title", "name", "phone", "email", "note"))
    needed = _NEEDED.get(Kind(block["kind"]))
    return needed is not None and not block[needed]


def _labels(block: Mapping[str, Any]) -> list[str]:
    """Words that stand in the block without what belongs to them."""
    if block["kind"] == Kind.LIST:
        return list(block["items"])
    return [row[0] for row in block["rows"] if not row[1]] if block["kind"] == Kind.AGENDA else []


def _key(words: str) -> str:
    return designs.key_of(words)


def _left(*words: str) -> str:
    named = "”, “".join(each.strip() for each in words)
    return _("“%(words)s” stands there as the design gave it. Say what belongs after it, or take it out.", words=named)
