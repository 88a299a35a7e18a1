"""Opaque random tokens: shown once, stored as a hash."""

import hashlib
import secrets


def make() -> str:
    """A new token of 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored: SHA-256 in hex. The token itself has enough entropy to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
