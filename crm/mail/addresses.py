"""Addresses as they are compared, and the keyed hash that stands for one after its erasure."""

import hashlib
import hmac
from collections.abc import Iterable

from crm.core import settings


def normal(email: str) -> str:
    """An address as it is compared: trimmed and in lower case. Dots and +tags stay: they are other people at most providers."""
    return email.strip().lower()


def address_key(email: str) -> str:
    """The keyed hash (HMAC-SHA-256, hex) under which an address is found after its erasure."""
    key = hashlib.sha256(b"mitra suppressions " + str(settings.get("SECRET_KEY")).encode()).digest()
    return hmac.new(key, normal(email).encode(), hashlib.sha256).hexdigest()


def address_keys(emails: Iterable[str]) -> dict[str, str]:
    """Address to key, for many at once."""
    return {email: address_key(email) for email in emails}
