"""SendGrid's side of the signature: a key of our own, and posts signed with it."""

import base64
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crm.core.clock import now
from crm.mail.hooks import signatures

EVENTS = "/hooks/sendgrid/events"


class Signer:
    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        spki = self.key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.public = base64.b64encode(spki).decode()

    def headers(self, body, at=None):
        timestamp = str(int((at or now()).timestamp()))
        signed = self.key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        return {signatures.TIMESTAMP: timestamp, signatures.SIGNATURE: base64.b64encode(signed).decode()}


def body_of(events):
    return json.dumps(events).encode() + b"\r\n"


def post(client, signer, events, *, at=None, headers=None, path=EVENTS):
    """Post events as SendGrid does; `events` may be bytes too."""
    body = events if isinstance(events, bytes) else body_of(events)
    given = signer.headers(body, at) if headers is None else headers
    return client.post(path, data=body, content_type="application/json", headers=given)
