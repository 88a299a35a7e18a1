"""An office's logo as e-mails show it: at a public address that nobody can guess and whose picture never changes.

The address is the file's id and a proof made of its random name on the disk. A logo that was replaced stays where mails that were sent ask for it.
"""

import base64
import hashlib
import hmac
import re
from typing import Any

from crm.core.db import db
from crm.files.models import StoredFile

KIND = "office-logo"
MOST_WIDTH, MOST_HEIGHT = 400, 120  # pixels: twice what a mail shows, for sharp screens
ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}
_TOKEN = re.compile(r"(\d{1,18})-([a-z2-7]{26})\.(jpg|png)")


class Subject:
    """An office as what its logo hangs on."""

    activity_kind = KIND

    def __init__(self, office: Any) -> None:
        self.id, self.office_id = office.id, office.id


def address(stored: StoredFile) -> str:
    """The path under which everybody gets the picture."""
    return f"/offices/logos/{stored.id}-{_proof(stored)}.{ENDINGS[stored.media_type]}"


def find(token: str) -> StoredFile | None:
    """The logo of an address; None for one that was made up. In the scope of the system: whoever has the address has the picture."""
    read = _TOKEN.fullmatch(token)
    stored = db.session.get(StoredFile, int(read[1])) if read else None
    if read is None or stored is None or stored.subject_kind != KIND or ENDINGS.get(stored.media_type) != read[3]:
        return None
    return stored if hmac.compare_digest(read[2], _proof(stored)) else None


def _proof(stored: StoredFile) -> str:
    made = hmac.digest(stored.storage_key.encode(), f"logo {stored.id}".encode(), hashlib.sha256)
    return base64.b32encode(made[:16]).decode().lower().rstrip("=")
