"""Rich text as simple text, for forms without script, and back.

Empty lines divide paragraphs, `- ` and `1. ` begin items, `**bold**`, `_italic_`, `[words](https://address)`.
"""

import html
import re
from typing import Any

from crm.campaigns.writing import markup

_LINK = re.compile(r"\[([^\[\]\n]+)\]\(((?:https?://|mailto:|tel:)[^\s()]+)\)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_ITALIC = re.compile(
    r"<[^>]*>|https?://\S+|(?<!\w)_(?=\S)((?:<[^>]*>|[^_<]|(?<=\w)_(?=\w))+)(?<=\S)_(?!\w)"
)  # what stands in a tag or an address is none
_ITEM, _NUMBERED = re.compile(r"[-*•]\s+"), re.compile(r"\d+[.)]\s+")


def write(rich: str) -> str:
    """Rich text as simple text."""
    tree = markup.tree_of(rich)
    parts = [tree.text.strip()] if tree.text and tree.text.strip() else []
    for part in tree:
        parts.append(_items(part) if part.tag in {"ul", "ol"} else _inline(part).strip())
        if part.tail and part.tail.strip():
            parts.append(part.tail.strip())
    return "\n\n".join(part for part in parts if part)


def _items(part: Any) -> str:
    marks = (f"{number}." if part.tag == "ol" else "-" for number in range(1, 10_000))
    return "\n".join(f"{mark} {_inline(item).strip()}" for mark, item in zip(marks, part.iter("li"), strict=False))


def _inline(element: Any) -> str:
    inner = (element.text or "") + "".join(_inline(child) + (child.tail or "") for child in element)
    match element.tag:
        case "br":
            return "\n"
        case "strong" | "b" if inner.strip():
            return f"**{inner.strip()}**"
        case "em" | "i" if inner.strip():
            return f"_{inner.strip()}_"
        case "a" if element.get("href"):
            return f"[{inner}]({element.get('href')})"
        case _:
            return inner.replace("\xa0", " ")


def read(text: str) -> str:
    """Simple text as rich text. It still has to be cleaned like all rich text."""
    parts = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")) if part.strip()]
    return "".join(_part(part.splitlines()) for part in parts)


def _part(lines: list[str]) -> str:
    lines = [line.strip() for line in lines]
    for mark, tag in ((_ITEM, "ul"), (_NUMBERED, "ol")):
        if all(mark.match(line) for line in lines):
            items = "".join(f"<li>{_words(mark.sub('', line, count=1))}</li>" for line in lines)
            return f"<{tag}>{items}</{tag}>"
    return f"<p>{'<br>'.join(_words(line) for line in lines)}</p>"


def _words(line: str) -> str:
    escaped = html.escape(line, quote=False)
    linked = _LINK.sub(lambda found: f'<a href="{found[2].replace(chr(34), "%22")}">{found[1]}</a>', escaped)
    bold = _BOLD.sub(r"<strong>\1</strong>", linked)
    return _ITALIC.sub(lambda found: f"<em>{found[1]}</em>" if found[1] else found[0], bold)
