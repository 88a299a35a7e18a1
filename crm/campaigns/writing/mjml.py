"""Blocks become MJML, and MJML becomes HTML. Every text is escaped here or was sanitised when it was saved; nobody writes MJML."""

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from crm.campaigns.writing import markup
from crm.campaigns.writing.blocks import Kind
from crm.campaigns.writing.fields import Tags
from crm.campaigns.writing.frame import TRAP, WORDS, Frame
from crm.core.text import for_xml

KNOWN = frozenset(
    """mjml mj-head mj-title mj-preview mj-attributes mj-all mj-text mj-table mj-section mj-column mj-button mj-divider mj-image
    mj-style mj-raw mj-body mj-spacer""".split()
)
INK, SOFT, TEAL, LINE, GROUND, BOX = "#14211f", "#4a5a57", "#0b6160", "#d5dedc", "#f4f7f6", "#e6f1f0"
_H1 = "font-size:26px;line-height:1.25;font-weight:bold;"
_H2 = "margin:0;font-size:20px;line-height:1.3;font-weight:bold;"
WIDE = 552  # pixels: the mail without its margins
_AUTO = re.compile(r' height="auto"( src="([^"]*)")')
_HEAD = (Path(__file__).parent / "head.mjml").read_text(encoding="utf-8")
_SPACES = {"p": "12px 0 0", "ul": "12px 0 0", "ol": "12px 0 0", "h2": "16px 0 0", "h3": "12px 0 0", "blockquote": "12px 0 0"}


class UnknownMarkup(ValueError):
    """Our own MJML holds a tag that the renderer would drop without a word."""


class Body:
    """The blocks of one language on their way to MJML; `links` fills with what can be pressed, in the order of the mail."""

    def __init__(self, frame: Frame, tags: Tags) -> None:
        self.frame, self.tags, self.language = frame, tags, tags.language
        self.words = WORDS[tags.language]
        self.links: list[dict[str, Any]] = []
        self.heights: dict[str, int] = {}  # of pictures by their escaped address, as wide as they are shown
        self.block_id = ""
        self.is_titled = False  # the first heading is the mail's h1

    def mjml(self, subject: str, preheader: str, blocks: list[dict[str, Any]]) -> str:
        drawn, before_it = [], ""
        for block in blocks:
            self.block_id = block["id"]
            made = _DRAWERS[Kind(block["kind"])](self, block)
            if made and before_it == block["kind"] == Kind.ARTICLE:
                drawn.append(_divider(self, block))
            drawn.append(made)
            before_it = block["kind"] if made else before_it
        trap = self._trap()
        head = _HEAD.replace("$TITLE$", self.line(subject)).replace("$PREVIEW$", self.line(preheader))
        top = section("padding='20px 24px 0' border-top='4px solid #0b6160'", self._top())
        inner = top + "".join(drawn) + trap + spaced("0 24px 28px", "<mj-spacer height='1px' />") + self._foot()
        before = section(f"background-color='{GROUND}' padding='20px 0 0' css-class='base'", "<mj-spacer height='1px' />")
        return (
            f"<mjml lang='{self.language}'>{head}<mj-body background-color='{GROUND}' width='600px' css-class='base'>"
            f"{before}{inner}</mj-body></mjml>"
        )

    def line(self, text: str) -> str:
        return self.tags.in_html(html.escape(text))

    def rich(self, rich: str) -> str:
        """Sanitised rich text as XHTML, with its links counted and room between its parts."""
        tree = markup.tree_of(rich)
        for number, part in enumerate(tree):
            room = _SPACES.get(part.tag, "") if number else "0"
            indent = "padding-left:24px;" if part.tag in {"ul", "ol"} else ""
            if room:
                part.set("style", f"margin:{room};{indent}")
        for link in tree.iter("a"):
            self.link(link.get("href", ""), " ".join(link.text_content().split()))
        return self.tags.in_html(markup.inside_of(tree))

    def link(self, url: str, text: str) -> None:
        self.links.append({"url": url, "text": text[:200], "block": self.block_id})

    def anchor(self, url: str, text: str) -> str:
        self.link(url, text)
        return f"<a href='{html.escape(url)}'>{self.line(text)}</a>"

    def picture(self, block: Mapping[str, Any], url: str = "") -> str:
        src, alt = html.escape(self.frame.absolute(block["src"])), self.line(block["alt"])
        if url:
            self.link(url, block["alt"])
        href = f" href='{html.escape(url)}'" if url else ""
        size = self.frame.sizes.get(block["src"])
        width = min(size[0], WIDE) if size else WIDE
        if size:
            self.heights[src] = max(1, round(size[1] * width / size[0]))
        look = f"width='{width}px' align='left' border-radius='8px'"
        return spaced("20px 24px 0", f"<mj-image src='{src}' alt='{alt}' {look}{href} />")

    def _top(self) -> str:
        """The logo, or the office's name where it has none; then the line under it."""
        look, line = f"font-size='14px' css-class='soft' color='{SOFT}'", html.escape(self.frame.line)
        logo = self.frame.logo
        if logo is None:
            return text(f"<p><b>{html.escape(self.frame.office)}</b>{f'<br />{line}' if line else ''}</p>", look)
        src, alt = html.escape(self.frame.absolute(logo.path)), html.escape(self.frame.office)
        width, self.heights[src] = logo.shown
        drawn = f"<mj-image src='{src}' alt='{alt}' width='{width}px' align='left' css-class='logo' />"
        return drawn + (text(f"<p style='margin:8px 0 0;'>{line}</p>", look) if line else "")

    def _trap(self) -> str:
        """Machines that press every link press this one; people, screen readers and the keyboard never meet it."""
        self.links.append({"url": self.frame.trap_url, "text": "", "block": TRAP, "trap": True})
        hidden = "display:none;font-size:0;line-height:0;max-height:0;overflow:hidden;mso-hide:all;"
        link = f"<a href='{html.escape(self.frame.trap_url)}' tabindex='-1' aria-hidden='true' style='{hidden}'></a>"
        return section(
            "padding='0'", text(f"<div aria-hidden='true' style='{hidden}'>{link}</div>", "font-size='0px' line-height='0'")
        )

    def _foot(self) -> str:
        own = [
            (self.words["preferences"], "preferences_url", "12px 0 0"),
            (self.frame.stop(self.language), "unsubscribe_url", "8px 0 0"),
            (self.words["browser"], "browser_url", "8px 0 0"),
        ]
        links = "".join(
            f"<p style='margin:{room};line-height:24px;'><a clicktracking='off' href='{self.tags.link(name, 'h')}'>{words}</a></p>"
            for words, name, room in own
        )
        address = ", ".join(part for part in (self.frame.office, self.frame.address) if part)
        contact = f"<br />{html.escape(self.frame.contact)}" if self.frame.contact else ""
        why = html.escape(self.frame.why(self.language))
        privacy = (
            f"<a clicktracking='off' href='{html.escape(self.frame.privacy_url(self.language))}'>{self.words['privacy']}</a>"
        )
        inner = (
            f"<p>{why}</p>{links}<p style='margin:12px 0 0;'>{html.escape(address)}{contact}</p>"
            f"<p style='margin:12px 0 0;line-height:24px;'>{privacy}</p>"
        )
        look = f"background-color='{GROUND}' padding='20px 24px 32px' css-class='foot'"
        return section(look, text(inner, f"font-size='14px' color='{SOFT}'"))


def section(look: str, inner: str, column: str = "") -> str:
    return f"<mj-section {look}><mj-column {column}>{inner}</mj-column></mj-section>"


def spaced(padding: str, inner: str) -> str:
    return section(f"padding='{padding}'", inner)


def text(inner: str, look: str = "") -> str:
    return f"<mj-text {look}>{inner}</mj-text>"


def _heading(body: Body, block: Mapping[str, Any]) -> str:
    if not block["text"]:
        return ""
    if block["level"] == 1 and not body.is_titled:
        body.is_titled = True
        return spaced("16px 24px 0", text(f"<h1 style='{_H1}'>{body.line(block['text'])}</h1>"))
    return spaced("28px 24px 0", text(f"<h2 style='{_H2}'>{body.line(block['text'])}</h2>"))


def _text(body: Body, block: Mapping[str, Any]) -> str:
    return spaced("12px 24px 0", text(body.rich(block["html"]))) if block["html"] else ""


def _picture(body: Body, block: Mapping[str, Any]) -> str:
    if not block["src"]:
        return ""
    caption = f"<p style='margin:0;font-size:14px;'>{body.line(block['caption'])}</p>" if block["caption"] else ""
    under = spaced("6px 24px 0", text(caption, f"css-class='soft' color='{SOFT}'")) if caption else ""
    return body.picture(block, block["url"]) + under


def _button(body: Body, block: Mapping[str, Any]) -> str:
    if not block["url"]:
        return ""
    body.link(block["url"], block["label"])
    return spaced("20px 24px 0", f"<mj-button href='{html.escape(block['url'])}'>{body.line(block['label'])}</mj-button>")


def _agenda(body: Body, block: Mapping[str, Any]) -> str:
    """With a title a table of when and what; without one facts, each row with its own name."""
    if not block["rows"]:
        return ""
    if not block["title"]:
        return _facts(body, block)
    head = "text-align:left;vertical-align:bottom;padding:8px 12px 8px 0;border-bottom:2px solid #14211f;font-size:14px;"
    cell = "vertical-align:top;padding:10px 12px 10px 0;border-bottom:1px solid #d5dedc;"
    when, what = body.words["when"], body.words["what"]
    titles = f"<th scope='col' style='{head}width:32%;'>{when}</th><th scope='col' style='{head}'>{what}</th>"
    rows = "".join(
        f"<tr><td style='{cell}'>{body.line(row[0])}</td><td style='{cell}'>{body.line(row[1])}</td></tr>"
        for row in block["rows"]
    )
    title = spaced("28px 24px 0", text(f"<h2 style='{_H2}'>{body.line(block['title'])}</h2>"))
    table = f"<mj-table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></mj-table>"
    return title + spaced("8px 24px 0", table)


def _facts(body: Body, block: Mapping[str, Any]) -> str:
    name = f"text-align:left;vertical-align:top;width:150px;padding:6px 12px 6px 0;font-weight:normal;color:{SOFT};"
    value = "vertical-align:top;padding:6px 0;font-weight:bold;"
    rows = "".join(
        f"<tr><th scope='row' style='{name}'>{body.line(row[0])}</th><td style='{value}'>{body.line(row[1])}</td></tr>"
        for row in block["rows"]
    )
    return spaced("12px 24px 0", f"<mj-table css-class='stack'>{rows}</mj-table>")


def _list(body: Body, block: Mapping[str, Any]) -> str:
    tag = "ol" if block["ordered"] else "ul"
    items = "".join(
        f"<li{' style=' + chr(39) + 'margin-top:4px;' + chr(39) if number else ''}>{body.line(item)}</li>"
        for number, item in enumerate(block["items"])
    )
    return spaced("12px 24px 0", text(f"<{tag} style='margin:0;padding-left:24px;'>{items}</{tag}>")) if items else ""


def _quote(body: Body, block: Mapping[str, Any]) -> str:
    said = block["text"].strip('\u201c\u201d"')
    lines = "<br />".join(body.line(each) for each in f"\u201c{said}\u201d".splitlines()) if said else ""
    by = f"<p style='margin:8px 0 0;font-size:15px;'>{body.line(block['by'])}</p>" if block["by"] else ""
    inner = f"<blockquote style='margin:0;'><p style='margin:0;'>{lines}</p></blockquote>{by}"
    column = f"border-left='4px solid {TEAL}' padding='0 0 0 16px'"
    return section("padding='20px 24px 0'", text(inner, "font-size='18px'"), column) if lines else ""


def _contact(body: Body, block: Mapping[str, Any]) -> str:
    lines = [body.line(block["name"])] if block["name"] else []
    if block["phone"]:
        number = "".join(c for c in block["phone"] if c in "+0123456789")
        lines.append(f"{body.words['phone']} {body.anchor(f'tel:{number}', block['phone'])}")
    if block["email"]:
        lines.append(body.anchor(f"mailto:{block['email']}", block["email"]))
    title = f"<h2 style='{_H2}'>{body.line(block['title'])}</h2>" if block["title"] else ""
    joined = f"<p style='margin:8px 0 0;'>{'<br />'.join(lines)}</p>" if lines else ""
    note = f"<p style='margin:8px 0 0;'>{body.line(block['note'])}</p>" if block["note"] else ""
    column = f"background-color='{BOX}' border-radius='8px' padding='16px 18px' css-class='box'"
    inner = title + joined + note
    return section("padding='20px 24px 0'", text(inner), column) if inner else ""


def _article(body: Body, block: Mapping[str, Any]) -> str:
    picture = body.picture(block) if block["src"] else ""
    title = f"<h2 style='{_H2}'>{body.line(block['title'])}</h2>" if block["title"] else ""
    summary = "".join(f"<p style='margin:8px 0 0;'>{body.line(each)}</p>" for each in block["text"].splitlines() if each.strip())
    words = block["label"] or body.words["read"] % {"title": block["title"]}
    link = f"<p style='margin:8px 0 0;'>{body.anchor(block['url'], words)}</p>" if block["url"] else ""
    inner = title + summary + link
    return picture + (spaced("20px 24px 0", text(inner)) if inner else "")


def _divider(_body: Body, _block: Mapping[str, Any]) -> str:
    return section("", "<mj-divider padding='24px 0 4px' />")


_DRAWERS: dict[Kind, Callable[[Body, Mapping[str, Any]], str]] = {
    Kind.HEADING: _heading,
    Kind.TEXT: _text,
    Kind.PICTURE: _picture,
    Kind.BUTTON: _button,
    Kind.AGENDA: _agenda,
    Kind.LIST: _list,
    Kind.QUOTE: _quote,
    Kind.CONTACT: _contact,
    Kind.ARTICLE: _article,
    Kind.DIVIDER: _divider,
}


def lint(source: str) -> None:
    """Raise UnknownMarkup for a tag of ours that mrml does not know: it would vanish, or stand in the mail as it is."""
    from lxml import etree  # type: ignore[attr-defined]  # noqa: PLC0415 - loaded by who needs it

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    for element in etree.fromstring(source.encode(), parser).iter():
        name = element.tag if isinstance(element.tag, str) else ""
        if name.startswith("mj") and name not in KNOWN:
            raise UnknownMarkup(name)


def to_html(source: str, language: str, heights: Mapping[str, int] | None = None) -> str:
    """HTML of our MJML, with the heights of the pictures that are known: a mail does not jump while they come.

    The first thing in the body bears the language too: mail programs throw away the root element.
    """
    import mrml  # noqa: PLC0415 - a Rust library that only who makes a mail loads

    source = for_xml(source)
    lint(source)
    made = mrml.to_html(source)
    marked = str(getattr(made, "content", made)).replace(
        '<div style="display:none;', f'<div lang="{language}" style="display:none;', 1
    )
    known = {html.unescape(src): height for src, height in (heights or {}).items()}

    def sized(found: re.Match[str]) -> str:
        height = known.get(html.unescape(found[2]))
        return f' height="{height}"{found[1]}' if height else found[1]

    return _AUTO.sub(sized, marked)
