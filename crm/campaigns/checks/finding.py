"""What a check found."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crm.campaigns.checks.passages import Passage
from crm.commitments.promises import Promise


class Severity(StrEnum):
    STOP = "stop"  # keeps the campaign from approval and sending
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """`sentence` says what is the matter in the reader's language, `where` names the place; both empty ids mean the mail as a whole."""

    code: str
    severity: Severity
    sentence: str
    language: str = ""
    block_id: str = ""
    where: str = ""
    promise: Promise | None = None
    passage: Passage | None = None
    key: str = ""
    details: dict[str, Any] = field(default_factory=dict)
