"""The name under which a file is shown and downloaded: what the sender called it, made harmless. Pure."""

import unicodedata

from crm.core import text as texts

LONGEST, LONGEST_ENDING, MOST_BYTES = 150, 10, 200  # a file system takes 255 bytes, and people put "(2)" behind
_FORBIDDEN = frozenset('<>:"|?*')
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))})


def clean_name(given: str | None) -> str:
    """The last part of a path, without what steers a terminal, a header or the direction of writing; never empty."""
    last = unicodedata.normalize("NFC", _visible(given or "")).replace("\\", "/").rsplit("/", 1)[-1]
    safe = texts.one_line("".join("_" if c in _FORBIDDEN else c for c in last)).strip(". ")
    stem, dot, ending = safe.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        stem, dot, ending = safe, "", ""
    stem = _cut(stem.rstrip(". "), MOST_BYTES - len((dot + ending).encode()))
    if stem.partition(".")[0].strip().lower() in _RESERVED:  # Windows opens the device, whatever follows the first dot
        stem = f"_{stem}"
    return f"{stem or 'file'}{dot}{ending}"


def ending_of(name: str) -> str:
    """The ending in lower case, without its dot; empty when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def with_ending(name: str, ending: str) -> str:
    """The name of a file that became one of another kind."""
    return f"{name.rpartition('.')[0] or name}.{ending}"


def _visible(given: str) -> str:
    """Without control characters, direction marks (U+202E makes gnp.exe of exe.png), private and unpaired code points."""
    return "".join(c if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} else "" for c in given)


def _cut(stem: str, most_bytes: int) -> str:
    stem = stem[:LONGEST]
    while len(stem.encode()) > most_bytes:
        stem = stem[:-1]
    return stem.rstrip(". ")
