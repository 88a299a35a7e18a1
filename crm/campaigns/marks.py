"""The marks of a delivery: what its events bring back, and the token in its links. Both are computed from its id, so no table holds them.

Each is the id in base 36, then 80 bits of keyed BLAKE2b in hex under the campaign's own random key: nobody can make up the mark of another person.
The two purposes are kept apart: SendGrid sees the mark of an event and must not be able to unsubscribe with it. They are two parts
of one digest, and who knows one part knows nothing of the other.
"""

import hashlib
import hmac
from collections.abc import Callable

BITS = 80
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PROOF = BITS // 4
_FOUR = 36**4  # what four digits hold
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]


def event_mark(key: str, delivery_id: int) -> str:
    """What stands in `c_rid`: `d.`, the id, a dash, the proof."""
    number, event, _link = maker(key)(delivery_id)
    return f"d.{number}-{event}"


def link_token(key: str, delivery_id: int) -> str:
    """What stands in the links to preferences and unsubscribing."""
    number, _event, link = maker(key)(delivery_id)
    return f"{number}-{link}"


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


def maker(key: str) -> Callable[[int], tuple[str, str, str]]:
    """Of each delivery of a campaign: its id in base 36, the proof of an event and the proof of a link. The key is worked in once."""
    secret = key.encode()
    if len(secret) > hashlib.blake2b.MAX_KEY_SIZE:
        secret = hashlib.blake2b(secret).digest()
    keyed = hashlib.blake2b(key=secret, digest_size=BITS // 4, person=b"mitra delivery")

    def make(delivery_id: int) -> tuple[str, str, str]:
        made = keyed.copy()
        made.update(b"%d" % delivery_id)
        digest = made.hexdigest()
        return _base36(delivery_id), digest[:_PROOF], digest[_PROOF:]

    return make


def _base36(number: int) -> str:
    if number < _FOUR:
        return (_PAIRS[number // 1296] + _PAIRS[number % 1296]).lstrip("0") or "0"
    return _base36(number // _FOUR) + _PAIRS[number // 1296 % 1296] + _PAIRS[number % 1296]
