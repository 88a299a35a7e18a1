"""How far words stand out from their ground, as WCAG counts it, in the HTML that is sent: on a light screen and on a dark one. Pure."""

from collections.abc import Iterator
from typing import Any

from crm.campaigns.checks import styles
from crm.campaigns.checks.styles import Colour, Sheet
from crm.campaigns.writing import markup

LEAST = 4.5
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def faint(html: str, *, is_dark: bool = False) -> Iterator[tuple[str, float]]:
    """Words of the mail that stand out too little, with the ratio: by the colours that the mail gives for a screen of that kind."""
    ink, ground = (WHITE, BLACK) if is_dark else (BLACK, WHITE)
    yield from _walk(markup.tree_of(html), Sheet(html, is_dark=is_dark), ink, ground, is_tiny=False)


def ratio(one: Colour, other: Colour) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _walk(element: Any, sheet: Sheet, ink: Colour, ground: Colour, *, is_tiny: bool) -> Iterator[tuple[str, float]]:
    """`is_tiny`: letters of no size, as between the cells of a layout table."""
    if not isinstance(element.tag, str) or element.tag in {"style", "script", "head", "title"}:
        return
    if sheet.value(element, "display") == "none":
        return
    size = sheet.value(element, "font-size")
    is_tiny = styles.is_nothing(size) if size else is_tiny
    ground = styles.colour_of(sheet.value(element, "background") or element.get("bgcolor") or "") or ground
    ink = styles.colour_of(sheet.value(element, "color")) or ink
    words = " ".join([element.text or "", *(child.tail or "" for child in element)]).strip()
    if words and not is_tiny and (seen := ratio(ink, ground)) < LEAST:
        yield words[:80], seen
    for child in element:
        yield from _walk(child, sheet, ink, ground, is_tiny=is_tiny)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
