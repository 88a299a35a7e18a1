"""Message catalogs: one .po file a feature, merged and compiled to the messages.mo that Flask-Babel reads.

msgid is English, so English needs no catalog. `python -m crm.core.catalog` compiles; `--check` names what is missing.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "crm" / "translations"
# Without these the extractor skips, silently, a template that uses {% do %}.
OPTIONS = {
    "**.html": {"extensions": "jinja2.ext.do", "silent": "false"},
    "**.txt": {"extensions": "jinja2.ext.do", "silent": "false"},
}
METHODS = [("crm/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "msgid": None,
}

PLURALS = {"id": "nplurals=1; plural=0;"}  # Babel takes Indonesian for a language with two


class ConflictingMessages(ValueError):
    """Two features translate the same English sentence differently: one thing, one word."""


def merged(language: str) -> Catalog:
    """All features' messages of a language. Raises ConflictingMessages."""
    whole = Catalog(locale=language, fuzzy=False)
    conflicts = []
    if language in PLURALS:
        whole.mime_headers = [("Plural-Forms", PLURALS[language])]
    for place in sorted((TRANSLATIONS / language).glob("*.po")):
        with place.open("rb") as source:
            part = read_po(source, locale=language)
        for message in part:
            if not message.id or message.fuzzy:
                continue
            there = whole.get(message.id, message.context)
            if there is not None and there.string != message.string:
                conflicts.append(f"{place.name}: {message.id!r} is {message.string!r} and also {there.string!r}")
            whole.add(message.id, message.string, context=message.context)
    if conflicts:
        raise ConflictingMessages("\n".join(conflicts))
    return whole


def compile_all() -> None:
    """Write crm/translations/<language>/LC_MESSAGES/messages.mo for each language, when a source is newer."""
    for folder in TRANSLATIONS.iterdir():
        sources = list(folder.glob("*.po"))
        target = folder / "LC_MESSAGES" / "messages.mo"
        if not sources or (target.exists() and target.stat().st_mtime >= max(s.stat().st_mtime for s in sources)):
            continue
        target.parent.mkdir(exist_ok=True)
        beside = target.with_suffix(".new")
        with beside.open("wb") as out:
            write_mo(out, merged(folder.name))
        beside.replace(target)


def messages_in_use() -> dict[str | tuple[str, ...], str]:
    """Each message of code and templates with the first place where it stands."""
    used: dict[str | tuple[str, ...], str] = {}
    for top in ("crm", "templates"):
        methods = [(pattern.removeprefix(top + "/"), how) for pattern, how in METHODS if pattern.startswith(top)]
        for place, line, message, _comments, _context in extract_from_dir(
            ROOT / top, methods, options_map=OPTIONS, keywords=KEYWORDS
        ):
            used.setdefault(message, f"{top}/{place}:{line}")
    return used


def missing(language: str) -> list[str]:
    """Messages in use that have no translation, as `place: message`."""
    whole = merged(language)
    lacking = []
    for message, place in messages_in_use().items():
        key = message[0] if isinstance(message, tuple) else message
        found = whole.get(key)
        strings = found.string if found is not None else ""
        if not (all(strings) if isinstance(strings, tuple | list) else strings):
            lacking.append(f"{place}: {key!r}")
    return sorted(lacking)


if __name__ == "__main__":
    if "--check" in sys.argv:
        lacking = missing("id")
        print("\n".join(lacking))
        sys.exit(1 if lacking else 0)
    compile_all()
