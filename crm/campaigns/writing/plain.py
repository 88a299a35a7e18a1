"""The text part of a mail: what the blocks say, without anything that needs drawing. A link stands as `text: address`."""

from collections.abc import Callable, Mapping
from typing import Any

from crm.campaigns.writing import markup
from crm.campaigns.writing.blocks import Kind
from crm.campaigns.writing.fields import Tags
from crm.campaigns.writing.frame import WORDS, Frame


def text_of(blocks: list[dict[str, Any]], frame: Frame, tags: Tags) -> str:
    words = WORDS[tags.language]
    head = "\n".join(part for part in (frame.office, frame.line) if part)
    parts = [tags.in_text(_WRITERS[Kind(block["kind"])](block, words)) for block in blocks]
    address = "\n".join(part for part in (", ".join(p for p in (frame.office, frame.address) if p), frame.contact) if part)
    foot = [
        frame.why(tags.language),
        f"{words['preferences']}: {tags.link('preferences_url', 't')}",
        f"{frame.stop(tags.language)}: {tags.link('unsubscribe_url', 't')}",
        f"{words['browser']}: {tags.link('browser_url', 't')}",
        address,
        f"{words['privacy']}: {frame.privacy_url(tags.language)}",
    ]
    return "\n\n".join(part for part in (head, *parts, "-- ", *foot) if part) + "\n"


def link(words: str, url: str) -> str:
    return url if not words or words == url else f"{words}: {url}"


def rich(given: str) -> str:
    tree = markup.tree_of(given)
    for anchor in list(tree.iter("a")):
        words, url = " ".join(anchor.text_content().split()), anchor.get("href", "")
        for child in list(anchor):
            anchor.remove(child)
        anchor.text = link(words, url.removeprefix("mailto:").removeprefix("tel:"))
    return markup.plain_of(tree)


def _picture(block: Mapping[str, Any], _words: Mapping[str, str]) -> str:
    alt = f"[{block['alt']}]" if block["alt"] and block["src"] else ""
    return "\n".join(part for part in (link(alt, block["url"]) if block["url"] else alt, block["caption"]) if part)


def _agenda(block: Mapping[str, Any], _words: Mapping[str, str]) -> str:
    rows = "\n".join(": ".join(part for part in row if part) for row in block["rows"])
    return "\n\n".join(part for part in (block["title"], rows) if part) if rows else ""


def _list(block: Mapping[str, Any], _words: Mapping[str, str]) -> str:
    return "\n".join(f"{f'{number}.' if block['ordered'] else '-'} {item}" for number, item in enumerate(block["items"], 1))


def _contact(block: Mapping[str, Any], words: Mapping[str, str]) -> str:
    phone = f"{words['phone']} {block['phone']}" if block["phone"] else ""
    lines = "\n".join(part for part in (block["name"], phone, block["email"], block["note"]) if part)
    return "\n\n".join(part for part in (block["title"], lines) if part)


def _article(block: Mapping[str, Any], words: Mapping[str, str]) -> str:
    more = link(block["label"] or words["read"] % {"title": block["title"]}, block["url"]) if block["url"] else ""
    return "\n\n".join(part for part in (block["title"], block["text"], more) if part)


_WRITERS: dict[Kind, Callable[[Mapping[str, Any], Mapping[str, str]], str]] = {
    Kind.HEADING: lambda block, _words: block["text"],
    Kind.TEXT: lambda block, _words: rich(block["html"]),
    Kind.PICTURE: _picture,
    Kind.BUTTON: lambda block, _words: link(block["label"], block["url"]) if block["url"] else "",
    Kind.AGENDA: _agenda,
    Kind.LIST: _list,
    Kind.QUOTE: lambda block, _words: "\n".join(
        part for part in (f"“{block['text'].strip('“”')}”" * bool(block["text"]), block["by"]) if part
    ),
    Kind.CONTACT: _contact,
    Kind.ARTICLE: _article,
    Kind.DIVIDER: lambda _block, _words: "",
}
