"""How far words stand out from their ground, as WCAG counts it, in the HTML that is sent. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from crm.campaigns.writing import markup

LEAST = 4.5
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;]+)", re.I)
_GROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;]+)", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none|font-size\s*:\s*0", re.I)
_NAMES = {"white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "gray": (128, 128, 128), "grey": (128, 128, 128)}
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", re.I)
_RGB = re.compile(r"rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)", re.I)

Colour = tuple[int, int, int]


def faint(html: str) -> Iterator[tuple[str, float]]:
    """Words of the mail that stand out too little, with the ratio."""
    yield from _walk(markup.tree_of(html), (0, 0, 0), (255, 255, 255))


def ratio(one: Colour, other: Colour) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colour_of(written: str) -> Colour | None:
    text = written.strip().lower()
    if text in _NAMES:
        return _NAMES[text]
    if found := _HEX.search(text):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _RGB.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    return None


def _walk(element: Any, ink: Colour, ground: Colour) -> Iterator[tuple[str, float]]:
    if not isinstance(element.tag, str) or element.tag in {"style", "script", "head", "title"}:
        return
    style = element.get("style") or ""
    if _HIDDEN.search(style):
        return
    said_ink, said_ground = _COLOUR.search(style), _GROUND.search(style)
    ground = (colour_of(said_ground[1]) if said_ground else colour_of(element.get("bgcolor") or "")) or ground
    ink = (colour_of(said_ink[1]) if said_ink else None) or ink
    words = " ".join([element.text or "", *(child.tail or "" for child in element)]).strip()
    if words and (seen := ratio(ink, ground)) < LEAST:
        yield words[:80], seen
    for child in element:
        yield from _walk(child, ink, ground)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
