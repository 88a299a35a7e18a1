"""What acts, subjects and fields are called on a page. Features add their own words when they are loaded."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

_verbs: dict[str, Any] = {
    "created": _l("Added"),
    "changed": _l("Changed"),
    "moved": _l("Moved"),
    "archived": _l("Archived"),
    "restored": _l("Restored"),
    "removed": _l("Removed"),
    "undone": _l("Undone"),
    "exported": _l("Exported"),
    "denied": _l("Refused access"),
    "letterhead-changed": _l("Letterhead changed"),
    "holiday-added": _l("Holiday added"),
    "holiday-removed": _l("Holiday removed"),
}
_kinds: dict[str, Any] = {"office": _l("Office"), "holiday": _l("Holiday"), "page": _l("Page")}
_fields: dict[str, Any] = {
    "name": _l("Name"),
    "code": _l("Code"),
    "timezone": _l("Time zone"),
    "parent": _l("Office above"),
    "parents": _l("Lines above the name"),
    "address": _l("Address"),
    "contact": _l("Contact line"),
    "place": _l("Place"),
    "signer": _l("Signed by"),
    "signer_post": _l("Post of who signs"),
    "signer_number": _l("Employee number of who signs"),
    "day": _l("Day"),
}


def add_words(
    *, verbs: Mapping[str, Any] | None = None, kinds: Mapping[str, Any] | None = None, fields: Mapping[str, Any] | None = None
) -> None:
    """Say how a feature's acts, subjects and fields are called: lazy translations. A word that is there already stays."""
    for known, more in ((_verbs, verbs), (_kinds, kinds), (_fields, fields)):
        for key, label in (more or {}).items():
            known.setdefault(key, label)


def verb(code: str) -> str:
    return str(_verbs.get(code, _plainly(code)))


def kind(code: str) -> str:
    return str(_kinds.get(code, _plainly(code)))


def field(code: str) -> str:
    return str(_fields.get(code, _plainly(code)))


def kinds() -> list[tuple[str, str]]:
    """Kinds that have a word, by word: the choices of a filter."""
    return sorted(((code, str(label)) for code, label in _kinds.items()), key=lambda pair: pair[1].casefold())


def verbs() -> list[tuple[str, str]]:
    return sorted(((code, str(label)) for code, label in _verbs.items()), key=lambda pair: pair[1].casefold())


def _plainly(code: str) -> str:
    return code.replace("_", " ").replace("-", " ").capitalize()
