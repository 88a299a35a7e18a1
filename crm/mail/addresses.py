"""Addresses as they are compared, and the keyed hash that stands for one after its erasure."""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

from email_validator import EmailNotValidError, validate_email

from crm.core import settings

LONGEST = 254


def normal(email: str) -> str:
    """An address as it is compared: trimmed and in lower case. Dots and +tags stay: they are other people at most providers."""
    return email.strip().lower()


def is_address(text: str) -> bool:
    """Whether mail could be sent to it, by its form; nobody is asked over the network. Plain letters: others look alike."""
    try:  # .example and .test are where demonstrations and tests live
        validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        return False
    return len(text) <= LONGEST


def mailbox(email: str) -> str:
    """The mailbox that an address most likely leads to: without a +tag, and without dots where the provider passes over them.

    For counting tries only. To compare people by it would send one the other's mail.
    """
    local, at, host = normal(email).rpartition("@")
    local = local.partition("+")[0]
    if host in {"gmail.com", "googlemail.com"}:
        local, host = local.replace(".", ""), "gmail.com"
    return f"{local}{at}{host}"


def address_key(email: str) -> str:
    """The keyed hash (HMAC-SHA-256, hex) under which an address is found after its erasure."""
    return _hashed(normal(email), _keys()[0])


def address_keys(email: str) -> list[str]:
    """Every hash that the address may stand under: by the present key first, then by earlier ones, so that a rotation loses nothing."""
    return [_hashed(normal(email), key) for key in _keys()]


def hashes_of(emails: Iterable[str]) -> dict[str, str]:
    """Hash to address, for many addresses and all keys at once."""
    keys = _keys()
    return {_hashed(email, key): email for email in map(normal, emails) for key in keys}


def masked(email: str) -> str:
    """An address that its owner knows again and nobody else can write to: r•••i@contoh.id."""
    local, at, host = email.rpartition("@")
    shown = local[:1] + "•" * 3 + (local[-1:] if len(local) > 3 else "")
    return f"{shown}{at}{host}" if at else "•••"


def _hashed(email: str, key: bytes) -> str:
    return hmac.digest(key, email.encode("utf-8", "replace"), hashlib.sha256).hex()


def _keys() -> list[bytes]:
    """ADDRESS_KEY where it is set (several with blanks between: the first is used, the others are tried), then what SECRET_KEY gives."""
    own = str(settings.get("ADDRESS_KEY") or "").split()
    fallbacks: Any = settings.get("SECRET_KEY_FALLBACKS")
    derived = [str(settings.get("SECRET_KEY")), *fallbacks]
    return [
        *(hashlib.sha256(b"mitra addresses " + key.encode()).digest() for key in own),
        *(hashlib.sha256(b"mitra suppressions " + key.encode()).digest() for key in derived),
    ]
