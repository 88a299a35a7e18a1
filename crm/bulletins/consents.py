"""What a consent is: to which purpose, in which words, given how and when. Pure values; receipts are made of them."""

import datetime as dt
from dataclasses import dataclass

from crm.bulletins.models import ConsentChannel, LegalBasis

PURPOSE = "bulletin"
# Endings by the person's own will: somebody of the staff may not undo them with an older paper.
OWN_WILL = frozenset({"one-click", "link", "preferences", "complaint", "asked"})


@dataclass(frozen=True)
class Consent:
    """The exact wording that was agreed to, and its version; `evidence` is where it can be looked up; `address` is the network's."""

    basis: LegalBasis
    channel: ConsentChannel
    wording: str
    wording_version: str
    given_at: dt.datetime
    evidence: str = ""
    confirmed_at: dt.datetime | None = None
    address: str = ""
    agent: str = ""
    purpose: str = PURPOSE


@dataclass(frozen=True)
class Wanted:
    """One subscription to enter. `own_wish` means that the owner of the address confirmed it just now: it outweighs earlier refusals."""

    email: str
    consent: Consent
    name: str = ""
    language: str = "id"
    refuses_clicks: bool = False
    own_wish: bool = False


def list_key(bulletin_id: int) -> str:
    """How the suppression list names one bulletin."""
    return f"bulletin:{bulletin_id}"
