"""Addresses, numbers and accounts of a row, in the form that contact points have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm.stakeholders import phones, socials
from crm.stakeholders.models import ContactKind


@dataclass(frozen=True, slots=True)
class Reach:
    """Lines to store, and what could not be read, which goes to the note so that nothing is lost."""

    lines: tuple[tuple[ContactKind, str, str, bool], ...]
    unread: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()

    @property
    def public_values(self) -> list[str]:
        return [value for _kind, value, _network, is_private in self.lines if not is_private]

    def rows(self, stakeholder_id: int) -> list[dict[str, Any]]:
        return [
            {
                "stakeholder_id": stakeholder_id,
                "kind": kind,
                "value": value,
                "network": network,
                "is_private": is_private,
                "position": position,
            }
            for position, (kind, value, network, is_private) in enumerate(self.lines)
        ]

    def note_with(self, note: str) -> str:
        return "\n".join(part for part in (note, *self.unread) if part) if self.unread else note


def reach_of(values: Mapping[str, Any]) -> Reach:
    """Read what a row says of reaching somebody; the first writing of an address or number counts."""
    lines: dict[tuple[ContactKind, str], tuple[str, bool]] = {}
    for name, is_private in (("email", False), ("private_email", True)):
        for address in _many(values, name):
            lines.setdefault((ContactKind.EMAIL, address.strip().lower()), ("", is_private))
    unread = [*_read_phones(values, lines), *_read_accounts(values, lines)]
    told = tuple((kind, value[:254], *rest) for (kind, value), rest in lines.items())
    return Reach(told, tuple(unread), frozenset(value for _kind, value, *_rest in told))


def _read_phones(values: Mapping[str, Any], lines: dict[tuple[ContactKind, str], tuple[str, bool]]) -> Iterator[str]:
    for name, is_private in (("phone", False), ("private_phone", True)):
        for written in _many(values, name):
            try:
                for phone in phones.parse(written):
                    lines.setdefault((ContactKind.PHONE, phone.e164), ("", is_private))
            except phones.UnknownPhone:
                yield written


def _read_accounts(values: Mapping[str, Any], lines: dict[tuple[ContactKind, str], tuple[str, bool]]) -> Iterator[str]:
    for written in _many(values, "social"):
        try:
            account = socials.parse(written, "")
            lines.setdefault((ContactKind.SOCIAL, account.handle), (account.network, False))
        except socials.UnknownAccount:
            yield written


def _many(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = values.get(name, ())
    return value if isinstance(value, tuple) else (str(value),)
