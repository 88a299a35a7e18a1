"""Rich text of a block: what of it is kept, how it becomes XHTML for the mail, and how it reads as plain text."""

import html
import re
from typing import Any

from crm.core.text import for_xml

TAGS = {"p", "br", "strong", "em", "b", "i", "a", "ul", "ol", "li", "h2", "h3", "blockquote"}
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"http", "https", "mailto", "tel"}
_DIV = re.compile(r"<(/?)div\b[^<>]*>", re.I)
_HEADS = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}  # the mail has one h1, and it is a block
_HEAD = re.compile(r"(</?)(h[1456])\b", re.I)
_PARTED = re.compile(r"(?:<br\s*/?>\s*){2,}")  # editors part paragraphs so
_HARD_SPACE = re.compile("&nbsp;|&#160;|\xa0")  # editors write them for a blank at the end of what is typed
_EMPTY_END = re.compile(
    r"(?<!\s)(?:\s|&nbsp;|<br\s*/?>)++</p>"
)  # begins once in a run of blanks: else a page of them takes minutes
_EMPTY = re.compile(r"<p>(?:\s|&nbsp;|<br\s*/?>)*</p>")
_TAG = re.compile(r"<[a-z!/]", re.I)
_ANY = re.compile(r"<(/?)([a-z][a-z0-9]*)[^<>]*>", re.I)
_ALONE = frozenset({"p", "br", "hr", "img", "input", "meta", "link", "col", "wbr"})  # ended by what follows
DEEPEST = 200  # what lies deeper was written by nobody, and reading it takes a minute of the machine's time


def clean(given: str) -> str:
    """Rich text reduced to paragraphs, emphasis, lists and links. What editors and word processors put in besides goes.

    Text without any tag, as a plain form sends it, becomes paragraphs.
    """
    if not _TAG.search(given):
        return from_plain(html.unescape(given) if "&" in given else given)
    if _is_too_deep(given):
        return from_plain(html.unescape(_ANY.sub(" ", given)))
    import nh3  # noqa: PLC0415 - loaded by who needs it: 1.5 MB of every process otherwise

    headed = _HEAD.sub(lambda found: found[1] + _HEADS[found[2].lower()], _HARD_SPACE.sub(" ", given))
    paragraphs = _PARTED.sub("</p><p>", _DIV.sub(r"<\1p>", headed))
    safe = nh3.clean(
        paragraphs,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_address_only,
        url_schemes=SCHEMES,
        link_rel=None,
        clean_content_tags={"script", "style", "title", "xml", "figure", "template"},
    )
    return _EMPTY.sub("", _EMPTY_END.sub("</p>", for_xml(safe))).strip()


def _is_too_deep(given: str) -> bool:
    depth = 0
    for tag in _ANY.finditer(given):
        if tag[2].lower() not in _ALONE:
            depth += -1 if tag[1] else 1
        if depth > DEEPEST:
            return True
    return False


def _address_only(_tag: str, _attribute: str, value: str) -> str | None:
    """Only whole addresses: one that leads on from a page leads nowhere in a mail."""
    return value if value.partition(":")[0].lower() in SCHEMES and not any(ord(c) < 32 for c in value) else None


def addresses_in(rich: str) -> list[str]:
    return [link.get("href") for link in tree_of(rich).iter("a") if link.get("href")]


def from_plain(text: str) -> str:
    """Paragraphs of plain text: an empty line divides two, a single line end stays one."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", for_xml(text.replace("\r\n", "\n"))) if part.strip()]
    return "".join(
        f"<p>{'<br>'.join(html.escape(line.strip(), quote=False) for line in part.splitlines())}</p>" for part in parts
    )


def tree_of(rich: str) -> Any:
    """The rich text as an element tree under one `div`."""
    from lxml import html as lxml_html  # noqa: PLC0415 - loaded by who needs it: 4 MB of every process otherwise

    return lxml_html.fragment_fromstring(rich or "", create_parent="div")  # pyright: ignore[reportArgumentType] - the stubs know only bool


def inside_of(tree: Any) -> str:
    """What is under an element, as XHTML: MJML is XML."""
    parts = [html.escape(tree.text, quote=False) if tree.text else ""]
    from lxml import etree  # type: ignore[attr-defined]  # noqa: PLC0415

    parts += [etree.tostring(child, encoding="unicode", method="xml") for child in tree]
    return "".join(parts)


def plain_of(tree: Any) -> str:
    """Text of an element tree, paragraphs divided by empty lines."""
    from inscriptis.css_profiles import STRICT_CSS_PROFILE  # noqa: PLC0415 - only who makes a mail loads it
    from inscriptis.html_engine import Inscriptis  # noqa: PLC0415
    from inscriptis.model.config import ParserConfig  # noqa: PLC0415

    read = Inscriptis(tree, ParserConfig(css=STRICT_CSS_PROFILE, display_links=False)).get_text()
    lines = [line.rstrip().replace("\xa0", " ") for line in read.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
