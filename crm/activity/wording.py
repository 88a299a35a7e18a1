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
    "logo-set": _l("Logo put into e-mails"),
    "logo-removed": _l("Logo taken off e-mails"),
    "holiday-added": _l("Holiday added"),
    "holiday-removed": _l("Holiday removed"),
    "file-added": _l("File added"),
    "file-removed": _l("File removed"),
}
_kinds: dict[str, Any] = {
    "office": _l("Office"),
    "holiday": _l("Holiday"),
    "page": _l("Page"),
    "installation": _l("Installation"),
}
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
    "file": _l("File"),
    "sha256": "SHA-256",
    "held_messages": _l("Mail held back"),
}
_values: dict[str, dict[str, Any]] = {}


def add_words(
    *,
    verbs: Mapping[str, Any] | None = None,
    kinds: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    values: Mapping[str, Mapping[Any, Any]] | None = None,
) -> None:
    """Say how a feature's acts, subjects, fields and the codes in them are called: lazy translations. A word that is there already stays."""
    for known, more in ((_verbs, verbs), (_kinds, kinds), (_fields, fields)):
        for key, label in (more or {}).items():
            known.setdefault(key, label)
    for name, words in (values or {}).items():
        for code, label in words.items():
            _values.setdefault(name, {}).setdefault(str(code), label)


def verb(code: str) -> str:
    return str(_verbs.get(code, _plainly(code)))


def kind(code: str) -> str:
    return str(_kinds.get(code, _plainly(code)))


def field(code: str) -> str:
    return str(_fields.get(code, _plainly(code)))


def value(field_name: str, stored: Any) -> Any:
    """A code in words; anything else as it is."""
    return str(_values[field_name].get(stored, stored)) if isinstance(stored, str) and field_name in _values else stored


def kinds() -> list[tuple[str, str]]:
    """Kinds that have a word, by word: the choices of a filter."""
    return sorted(((code, str(label)) for code, label in _kinds.items()), key=lambda pair: pair[1].casefold())


def verbs() -> list[tuple[str, str]]:
    return sorted(((code, str(label)) for code, label in _verbs.items()), key=lambda pair: pair[1].casefold())


def _plainly(code: str) -> str:
    return code.replace("_", " ").replace("-", " ").capitalize()
