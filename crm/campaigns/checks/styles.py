"""Which style holds for an element of a mail: its own, and that of the mail's rules, as far as our mails use them. Pure.

Selectors are of tags and classes, one inside another (`.paper a`) or right under it (`.box > table`). Others are passed over.
"""

import html as html_entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Colour = tuple[int, int, int]
Weight = tuple[bool, bool, int, int, int]  # important, own, classes, tags, place

_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.I | re.S)
_NOTE = re.compile(r"/\*.*?\*/|<!--|-->", re.S)
_MEDIA = re.compile(r"@media([^{}]*)\{((?:[^{}]*\{[^{}]*\})*)\s*\}", re.I)
_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)\s*$", re.I)
_RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
_PART = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+)*)", re.I)
_NAMES = {"white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "gray": (128, 128, 128), "grey": (128, 128, 128)}
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", re.I)
_RGB = re.compile(r"rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)", re.I)


@dataclass(frozen=True)
class _Part:
    tag: str
    classes: frozenset[str]
    is_child: bool = False  # of the part before it; else anywhere inside

    def fits(self, element: Any) -> bool:
        if self.tag and self.tag != element.tag and not (self.tag == "body" and element.getparent() is None):
            return False
        return self.classes <= set((element.get("class") or "").split())


@dataclass(frozen=True)
class _Rule:
    parts: tuple[_Part, ...]
    declared: dict[str, tuple[str, bool]]
    place: int

    def weight(self, *, is_important: bool) -> Weight:
        classes, tags = sum(len(part.classes) for part in self.parts), sum(bool(part.tag) for part in self.parts)
        return is_important, False, classes, tags, self.place


@dataclass
class Sheet:
    """The rules of a mail for one kind of screen."""

    html: str
    is_dark: bool = False
    rules: list[_Rule] = field(default_factory=list)

    def __post_init__(self) -> None:
        for style in _STYLE.findall(self.html):
            css = _NOTE.sub("", html_entities.unescape(style))
            self._take(_MEDIA.sub("", css))
            for condition, inner in _MEDIA.findall(css):
                if self.is_dark and _DARK.search(condition):
                    self._take(inner)

    def _take(self, css: str) -> None:
        for selectors, body in _RULE.findall(css):
            declared = _declared(body)
            for selector in selectors.split(","):
                if (parts := _parts_of(selector)) and declared:
                    self.rules.append(_Rule(parts, declared, len(self.rules)))

    def value(self, element: Any, name: str) -> str:
        """What holds, or nothing where nobody says it."""
        found = max(self._said(element, name), default=None)
        return found[1] if found else ""

    def _said(self, element: Any, name: str) -> Iterator[tuple[Weight, str]]:
        own = _declared(element.get("style") or "").get(name)
        if own:
            yield (own[1], True, 0, 0, 0), own[0]
        for rule in self.rules:
            said = rule.declared.get(name)
            if said and _fits(rule.parts, element):
                yield rule.weight(is_important=said[1]), said[0]


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


def is_nothing(size: str) -> bool:
    return re.fullmatch(r"0+(?:\.0+)?\s*(?:px|pt|em|rem|%)?", size.strip()) is not None


def _declared(body: str) -> dict[str, tuple[str, bool]]:
    """Names and values; the last of each, unless one before it is important. Of a ground only its colour counts."""
    found: dict[str, tuple[str, bool]] = {}
    for one in body.split(";"):
        name, _colon, value = one.partition(":")
        name = name.strip().lower().replace("background-color", "background")
        plain = re.sub(r"\s*!\s*important\s*$", "", value.strip(), flags=re.I)
        is_important = plain != value.strip()
        if plain and (is_important or not found.get(name, ("", False))[1]):
            found[name] = (plain.lower(), is_important)
    return found


def _parts_of(selector: str) -> tuple[_Part, ...]:
    """The parts of a selector, or nothing for one that is of another kind."""
    parts: list[_Part] = []
    is_child = False
    for word in selector.replace(">", " > ").split():
        if word == ">":
            is_child = True
            continue
        found = _PART.fullmatch(word)
        if found is None:
            return ()
        classes = frozenset(found[2].split(".")[1:])
        parts.append(_Part((found[1] or "").lower(), classes, is_child))
        is_child = False
    return tuple(parts)


def _fits(parts: tuple[_Part, ...], element: Any) -> bool:
    if not parts[-1].fits(element):
        return False
    if len(parts) == 1:
        return True
    above = element.getparent()
    while above is not None:
        if _fits(parts[:-1], above):
            return True
        if parts[-1].is_child:
            return False
        above = above.getparent()
    return False
