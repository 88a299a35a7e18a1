"""Builds crm/static/app.css, the one stylesheet of the staff pages: the part of Tabler we use, then our own layer.

Run `python -m crm.core.stylesheet` after a change to crm/static/css or to KEPT below; tests/static checks that the file is fresh.
Tabler is 79 kB gzip and we use ten of its classes, so only rules whose every class is in KEPT are taken, and only variables in use.
"""

import re
from collections.abc import Iterator
from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "static"
TARGET = STATIC / "app.css"
TABLER = STATIC / "vendor" / "tabler" / "tabler.min.css"
OWN = (
    "fonts", "tokens", "dark", "base", "controls", "shell", "text", "states", "forms", "list", "table", "desk",
    "record", "overlay", "quicklog", "chart", "report", "meeting", "campaign", "bulletin", "segments", "import", "calendar", "settings", "gate",
    "feedback", "phone", "touch", "print",
)  # fmt: skip
KEPT = frozenset(
    "btn btn-primary btn-sm active disabled form-control form-select form-check-input form-label table avatar is-invalid".split()
)

_CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
_FOREIGN = ("[class", "[data-vc", ":host", "[data-theme", "scrollbar")  # widgets and spellings we have not
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
_DECLARED = re.compile(r"^\s*(--[\w-]+)\s*:")


def build() -> str:
    """The whole stylesheet as text."""
    own = "\n".join(_own(name) for name in OWN)
    tabler = from_tabler(TABLER.read_text(encoding="utf-8"), used_elsewhere=own)
    banner = "/* Built by crm/core/stylesheet.py; do not edit. Contains parts of Tabler 1.6.1, MIT: vendor/tabler/LICENSE. */"
    return f'@charset "UTF-8";\n{banner}\n{tabler}\n{_squeeze(own)}\n'


def _own(name: str) -> str:
    css = (STATIC / "css" / f"{name}.css").read_text(encoding="utf-8")
    if name != "dark":
        return css
    # "auto" follows the system without script: the same dark values, once more, under the media query.
    again = css.replace('"dark"]', '"auto"]')
    return f"{css}\n@media (prefers-color-scheme: dark) {{\n{again}\n}}"


def _squeeze(css: str) -> str:
    """Without comments, indents and empty lines; rules stay one to a line, so a diff can be read."""
    lines = (line.strip() for line in _COMMENT.sub("", css).splitlines())
    return "\n".join(line for line in lines if line)


def from_tabler(css: str, *, used_elsewhere: str) -> str:
    """The rules of Tabler for the classes in KEPT, one to a line, without the variables that nobody reads."""
    rules = list(_rules(_COMMENT.sub("", css)))
    kept = [rule for rule in (_kept_rule(head, body) for head, body in rules) if rule]
    while True:  # a dropped variable may have been the only user of another
        used = set(_VARIABLE.findall("".join(f"{head}{body}" for head, body in kept) + used_elsewhere))
        fewer = [rule for rule in ((head, _used_variables(body, used)) for head, body in kept) if rule[1]]
        if fewer == kept:
            return "\n".join(f"{head}{{{body}}}" for head, body in kept)
        kept = fewer


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield (prelude, body) of each top-level rule; statements without a body (@charset, @import) are passed over."""
    start = 0
    while (brace := css.find("{", start)) != -1:
        head = css[start:brace].rsplit(";", 1)[-1].strip()
        depth, at = 1, brace + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[at], 0)
            at += 1
        yield head, css[brace + 1 : at - 1]
        start = at


def _kept_rule(head: str, body: str) -> tuple[str, str] | None:
    if head.startswith(("@keyframes", "@font-face", "@media print")):
        return None
    if head.startswith("@"):
        inner = [rule for rule in (_kept_rule(*rule) for rule in _rules(body)) if rule]
        return (head, "".join(f"{h}{{{b}}}" for h, b in inner)) if inner else None
    selectors = [s.strip() for s in _split(head, ",") if _wanted(s)]
    return (",".join(selectors), body) if selectors else None


def _wanted(selector: str) -> bool:
    return KEPT.issuperset(_CLASS.findall(selector)) and not any(mark in selector for mark in _FOREIGN)


def _split(text: str, at: str) -> list[str]:
    """Split outside brackets and quotes: `:not(.a, .b)` is one selector, a data URI with semicolons is one value."""
    parts, depth, quote, current = [], 0, "", ""
    for character in text:
        if character in "\"'" and quote in ("", character):
            quote = "" if quote else character
        elif not quote:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == at and not depth and not quote:
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]


def _used_variables(body: str, used: set[str]) -> str:
    """Declarations of a plain rule without the custom properties nobody reads; at-rules are left as they are."""
    if "{" in body:
        return body
    kept = []
    for declaration in _split(body, ";"):
        name = _DECLARED.match(declaration)
        if declaration.strip() and (not name or name.group(1) in used):
            kept.append(declaration)
    return ";".join(kept)


if __name__ == "__main__":
    TARGET.write_text(build(), encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
