"""Whether a POST is SendGrid's: ECDSA (P-256, SHA-256) over the timestamp and the body as it came, and the timestamp is of these days. Pure."""

import base64
import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

SIGNATURE, TIMESTAMP = "X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp"
# SendGrid tries for 24 hours, and nobody says whether it signs anew; what comes twice has no effect.
FRESH = dt.timedelta(hours=24, minutes=10)
_ARMOUR = re.compile(r"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", re.S)
# The library is loaded by who needs it: 8 MB of every process otherwise, and only a web process that takes events looks at signatures.


class WrongKey(ValueError):
    """A public key of the settings can't be read."""


@lru_cache(maxsize=8)
def public_keys(setting: str) -> "tuple[ec.EllipticCurvePublicKey, ...]":
    """The keys of a setting, one or several with a blank or comma between; with or without PEM armour. Raises WrongKey."""
    bare = _ARMOUR.sub(lambda block: f" {''.join(block[1].split())} ", setting)
    texts = bare.replace(",", " ").split()
    return tuple(_public_key(text) for text in texts)


def _public_key(text: str) -> "ec.EllipticCurvePublicKey":
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except Exception as wrong:  # whatever the library says of bytes that are no key
        raise WrongKey(text[:12]) from wrong
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise WrongKey(text[:12])
    return key


def is_genuine(setting: str, *, signature: str | None, timestamp: str | None, body: bytes, now: dt.datetime) -> bool:
    """Whether one of the keys signed exactly this, lately. Anything that can't be read is no signature."""
    if not setting or not signature or not timestamp or not is_fresh(timestamp, now):
        return False
    try:
        signed, message = base64.b64decode(signature, validate=True), timestamp.encode("ascii") + body
        return any(_verifies(key, signed, message) for key in public_keys(setting))
    except ValueError:
        return False


def _verifies(key: "ec.EllipticCurvePublicKey", signature: bytes, message: bytes) -> bool:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    try:
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except Exception:  # the library has more than one word for a signature that is none
        return False
    return True


def is_fresh(timestamp: str, now: dt.datetime) -> bool:
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 11:
        return False
    return abs(now - dt.datetime.fromtimestamp(int(timestamp), dt.UTC)) <= FRESH
