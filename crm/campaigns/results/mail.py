"""The mail that was sent, drawn again for people: with the share of clicks beside each link, or without anything personal. Pure."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crm.campaigns.writing import fields

TRAP = "trap"  # the block of the hidden link that only machines follow
_ANCHOR = re.compile(r"<a\b[^>]*?\bhref\s*=\s*(\"[^\"]*\"|'[^']*')[^>]*>.*?</a\s*>", re.I | re.S)
_EMPTY_PARAGRAPH = re.compile(r"<p\b[^>]*>\s*</p>", re.I)
_HEAT = (  # ground and ink from this share of the most clicked link on
    (0.66, "#a63d0c", "#ffffff"),
    (0.33, "#f0bd98", "#2b1206"),
    (0.0, "#fbf3ec", "#2b1206"),
)


def language_of(variants: Mapping[str, Any]) -> str:
    """Indonesian where there is one."""
    return "id" if "id" in variants else next(iter(variants), "")


def _href(anchor: re.Match[str]) -> str:
    return html.unescape(anchor.group(1)[1:-1])


def with_shares(mail: str, urls: Sequence[str], label: Callable[[int], tuple[str, float]]) -> str:
    """The mail with a small figure after each link. `label` gives the words and the heat (0 to 1) of the link with a number.

    The same address twice is two links, told apart by their order.
    """
    left: dict[str, list[int]] = {}
    for number, url in enumerate(urls):
        left.setdefault(url, []).append(number)

    def put(anchor: re.Match[str]) -> str:
        numbers = left.get(_href(anchor))
        if not numbers:
            return anchor.group(0)
        words, heat = label(numbers.pop(0) if len(numbers) > 1 else numbers[0])
        if not words:
            return anchor.group(0)
        ground, ink = next((ground, ink) for least, ground, ink in _HEAT if heat >= least)
        look = (
            f"display:inline-block;margin:0 4px;padding:0 7px;border:1px solid #ffffff;border-radius:10px;background:{ground};color:{ink};"
            "font:600 12px/18px Arial,sans-serif;text-decoration:none;vertical-align:middle"
        )
        return f'{anchor.group(0)}<span style="{look}">{html.escape(words)}</span>'

    return _ANCHOR.sub(put, mail)


def without_person(mail: str, tags: Mapping[str, str]) -> str:
    """The mail as nobody's: words for an empty value in place of fields, and no link that belongs to one recipient."""
    own = {tag for tag, meaning in tags.items() if meaning.partition(".")[0] in fields.LINK_FIELDS}

    def keep(anchor: re.Match[str]) -> str:
        return "" if any(tag in anchor.group(0) for tag in own) else anchor.group(0)

    bare = _EMPTY_PARAGRAPH.sub("", _ANCHOR.sub(keep, mail))
    return fields.substitute(bare, fields.substitutions(tags, {}, {}))


def line_without_person(text: str, tags: Mapping[str, str]) -> str:
    """A subject or preheader as nobody's."""
    return fields.substitute(text, fields.substitutions(tags, {}, {}))


def without_trap(mail: str, links: Sequence[Mapping[str, Any]]) -> str:
    """The mail without the hidden link: a reader on the web should not stumble over it either."""
    traps = {str(link.get("url", "")) for link in links if link.get("block") == TRAP}
    return _ANCHOR.sub(lambda anchor: "" if _href(anchor) in traps else anchor.group(0), mail)
