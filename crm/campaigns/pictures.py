"""Pictures in mails: receivers get them at a public address that nobody can guess and that never changes.

The address is the file's id and a proof under the key of the campaign that the picture was brought for; other campaigns may show it too.
"""

import base64
import hashlib
import hmac
import re
from typing import Any

from crm.campaigns.models import Campaign
from crm.campaigns.queries import PICTURES
from crm.core import scope as scopes
from crm.core.db import db
from crm.files import disk
from crm.files.models import StoredFile

MOST_WIDTH = 1_200  # pixels: twice what a mail shows, for sharp screens
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}  # the last is brought no more, and in mails of before
SCOPE = scopes.system_scope("look up a picture of a mail by its address")
_ADDRESS = re.compile(r"(?:/campaigns/pictures/)?(\d{1,18})-([a-z2-7]{26})\.(jpg|png|webp)")


class Subject:
    """A campaign as what its pictures hang on: apart from the files that go along with the mail."""

    activity_kind = PICTURES

    def __init__(self, campaign: Campaign) -> None:
        self.id, self.office_id = campaign.id, campaign.office_id


def address(campaign: Campaign, stored: StoredFile) -> str:
    """The path under which everybody gets the picture."""
    return f"/campaigns/pictures/{stored.id}-{_proof(campaign.mark_key, stored.id)}.{ENDINGS[stored.media_type]}"


def frame() -> Any:
    """What pictures of mails are made to fit."""
    from crm.files.pictures import Frame  # noqa: PLC0415 - 5 MB of every process otherwise

    return Frame(MOST_WIDTH, for_mail=True)


def size_of(given: str) -> tuple[int, int] | None:
    """Width and height of one of our pictures by its address."""
    from crm.files import pictures as drawn  # noqa: PLC0415

    with scopes.use(SCOPE):
        stored = find(given)
    if stored is None:
        return None
    try:
        with disk.open_stored(stored.storage_key) as source:
            return drawn.size_of(source)
    except disk.NoSuchFile:
        return None


def find(given: str) -> StoredFile | None:
    """The picture of an address; None for one that was made up. In the scope of the system: whoever has the address has the picture."""
    read = _ADDRESS.fullmatch(given)
    stored = db.session.get(StoredFile, int(read[1])) if read else None
    if read is None or stored is None or stored.subject_kind != PICTURES or ENDINGS.get(stored.media_type) != read[3]:
        return None
    campaign = db.session.get(Campaign, stored.subject_id)
    is_real = campaign is not None and hmac.compare_digest(read[2], _proof(campaign.mark_key, stored.id))
    return stored if is_real else None


def addresses(files: Any, campaigns: dict[int, Campaign]) -> list[tuple[str, str]]:
    """(address, name) of pictures, to choose from."""
    return [(address(campaigns[one.subject_id], one), one.name) for one in files if one.subject_id in campaigns]


def _proof(key: str, file_id: int) -> str:
    made = hmac.digest(key.encode(), f"picture {file_id}".encode(), hashlib.sha256)
    return base64.b32encode(made[:16]).decode().lower().rstrip("=")
