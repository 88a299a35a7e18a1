"""What a run keeps from batch to batch, and the one door through which its records are made."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import bulk_insert
from crm.exchange.codes import Fate, Reason
from crm.exchange.intents import Source
from crm.exchange.models import ImportChange, ImportRecord
from crm.exchange.profile import Profile


@dataclass
class Outcome:
    """The final fate of a row."""

    source: Source
    fate: Fate
    reason: str = ""
    field: str = ""
    identity: str | None = None
    subject_kind: str = ""
    subject_id: int | None = None

    @property
    def notes(self) -> list[str]:
        return sorted(note.value for note in self.source.notes)


@dataclass
class Run:
    """One run of one import. In a dry run ids are invented (negative) and remembered, because the database never hears of them."""

    import_id: int | None
    office_id: int
    office_name: str
    zone: ZoneInfo
    profile: Profile
    by: User
    is_dry: bool = False
    created: Counter[str] = field(default_factory=Counter)
    made: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    invented: dict[tuple[str, str], int] = field(default_factory=dict)
    own_unit_id: int | None = None
    _next: int = 0

    @property
    def moment(self) -> dt.datetime:
        return clock.now()

    def insert(self, model: type[Any], rows: Sequence[dict[str, Any]]) -> list[int]:
        """Insert rows and give their ids; in a dry run only invent ids."""
        if self.is_dry:
            self._next -= len(rows)
            return list(range(self._next, self._next + len(rows)))
        return bulk_insert(model, rows)

    def note_made(self, kind: str, ids: Sequence[int]) -> None:
        """Remember what this run made, for counting and for undo."""
        self.created[kind] += len(ids)
        if not self.is_dry:
            self.made.extend({"import_id": self.import_id, "kind": kind, "record_id": i, "version": 1} for i in ids)

    def note_change(self, kind: str, record_id: int, name: str, before: Any, after: Any) -> None:
        if not self.is_dry:
            self.changes.append(
                {
                    "import_id": self.import_id,
                    "kind": kind,
                    "record_id": record_id,
                    "field": name,
                    "before": before,
                    "after": after,
                }
            )

    def flush_notes(self) -> None:
        """Store what undo needs, with the batch that it belongs to."""
        bulk_insert(ImportRecord, self.made)
        bulk_insert(ImportChange, self.changes)
        self.made.clear()
        self.changes.clear()

    def invent(self, kind: str, key: str, record_id: int) -> None:
        """In a dry run: a later row that means the same finds what an earlier one would have made."""
        if self.is_dry:
            self.invented[kind, key] = record_id

    def find_invented(self, kind: str, key: str) -> int | None:
        return self.invented.get((kind, key)) if self.is_dry else None


def problem(source: Source, reason: Reason, field_name: str = "") -> Outcome:
    return Outcome(source, Fate.PROBLEM, reason.value, field_name)
