"""The marks of a delivery: what its events bring back, and the token in its links. Both are computed from its id, so no table holds them.

Each is the id in base 36, then 80 bits of HMAC-SHA-256 in hex under the campaign's own random key: nobody can make up the mark of another person.
The two purposes are kept apart: SendGrid sees the mark of an event and must not be able to unsubscribe with it.
"""

import hashlib
import hmac

BITS = 80
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PROOF = BITS // 4


def event_mark(key: str, delivery_id: int) -> str:
    """What stands in `c_rid`: `d.`, the id, a dash, the proof."""
    return f"d.{_base36(delivery_id)}-{_proof(key, 'event', delivery_id)}"


def link_token(key: str, delivery_id: int) -> str:
    """What stands in the links to preferences and unsubscribing."""
    return f"{_base36(delivery_id)}-{_proof(key, 'link', delivery_id)}"


def delivery_id_of(text: str) -> int | None:
    """The id that a mark or token claims, not proved yet; None for what is none."""
    number, dash, proof = text.removeprefix("d.").rpartition("-")
    if not dash or len(proof) != _PROOF or not 0 < len(number) <= 13 or not set(number) <= set(_DIGITS):
        return None
    found = int(number, 36)
    return found if found < 2**63 else None


def is_event_mark(text: str, key: str, delivery_id: int) -> bool:
    return hmac.compare_digest(text.encode(), event_mark(key, delivery_id).encode())


def is_link_token(text: str, key: str, delivery_id: int) -> bool:
    return hmac.compare_digest(text.encode(), link_token(key, delivery_id).encode())


def _proof(key: str, purpose: str, delivery_id: int) -> str:
    return hmac.digest(key.encode(), f"{purpose} {delivery_id}".encode(), hashlib.sha256)[: BITS // 8].hex()


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
