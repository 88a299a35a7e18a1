"""What a run keeps from batch to batch, and the one door through which its records are made."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from crm.activity.models import ActivityEntry
from crm.core import clock
from crm.core.db import bulk_insert
from crm.exchange import directory
from crm.exchange.asker import Asker
from crm.exchange.codes import Fate, Reason
from crm.exchange.imagined import Imagined
from crm.exchange.intents import Source
from crm.exchange.models import ImportChange, ImportRecord
from crm.exchange.profile import Profile
from crm.stakeholders.keys import KEY_LENGTH
from crm.stakeholders.matching import organization_key

SUBJECTS = {"organizations": "organization", "people": "person", "engagements": "meeting"}


@dataclass(slots=True)
class Outcome:
    """The final fate of a row."""

    source: Source
    fate: Fate
    reason: str = ""
    field: str = ""
    identity: str | None = None
    subject_kind: str = ""
    subject_id: int | None = None


@dataclass
class Run:
    """One run of one import. In a dry run ids are invented (negative), and what they stand for is imagined: the database hears nothing."""

    import_id: int | None
    office_id: int
    office_name: str
    zone: ZoneInfo
    profile: Profile
    by: Asker
    is_dry: bool = False
    created: Counter[str] = field(default_factory=Counter)
    subjects: list[tuple[str, int]] = field(default_factory=list)  # made by this batch, each named by the row that asked for it
    others: list[tuple[str, int]] = field(default_factory=list)  # made by this batch because rows named them
    changes: list[dict[str, Any]] = field(default_factory=list)
    renewed: dict[int, int] = field(default_factory=dict)  # made by this import and completed by a later row: their version since
    own_unit_id: int | None = None
    imagined: Imagined | None = None
    _next: int = 0

    def __post_init__(self) -> None:
        if self.is_dry:
            self.imagined = Imagined()

    def knows(self, text: str) -> bool:
        """Whether this is the whole name of an organization in sight: then its commas are no list. Initials in brackets don't count."""
        key = organization_key(text)
        return 0 < len(key) <= KEY_LENGTH and directory.is_name(key, imagined=self.imagined)

    def close(self) -> None:
        """Let go of what a dry run imagined."""
        if self.imagined is not None:
            self.imagined.close()

    @property
    def moment(self) -> dt.datetime:
        return clock.now()

    def insert(self, model: type[Any], rows: Sequence[Mapping[str, Any]], same: Mapping[str, Any] | None = None) -> list[int]:
        """Insert rows and give their ids; in a dry run only invent ids."""
        if self.imagined is not None:
            self._next -= len(rows)
            ids = list(range(self._next, self._next + len(rows)))
            self.imagined.take(model, ids, rows)
            return ids
        return bulk_insert(model, rows, same)

    def note_made(self, kind: str, ids: Sequence[int], *, as_subjects: bool = False) -> None:
        """Remember what this run made, for counting and for undo. The subject of a row is known by the row itself."""
        self.created[kind] += len(ids)
        if not self.is_dry:
            (self.subjects if as_subjects else self.others).extend((kind, i) for i in ids)

    def note_change(self, kind: str, record_id: int, name: str, before: Any, after: Any) -> None:
        if not self.is_dry:
            told = {"kind": kind, "record_id": record_id, "field": name, "before": before, "after": after}
            self.changes.append(told)

    def flush_notes(self) -> None:
        """Store what undo needs and where each record's history begins, with the batch that it belongs to."""
        if self.is_dry:
            return
        mine = {"import_id": self.import_id}
        made = [{"kind": kind, "record_id": i, "version": 1} for kind, i in self.others]
        made += [{"kind": self.profile.target.value, "record_id": i, "version": v} for i, v in self.renewed.items()]
        bulk_insert(ImportRecord, made, mine)
        bulk_insert(ImportChange, self.changes, mine)
        bulk_insert(
            ActivityEntry,
            [{"subject_kind": SUBJECTS[kind], "subject_id": i} for kind, i in (*self.others, *self.subjects)],
            {
                "at": self.moment,
                "office_id": self.office_id,
                "verb": "imported",
                "actor_id": self.by.id,
                "actor_name": self.by.name,
                "changes": {},
                "details": {"import_id": self.import_id},
            },
        )
        for notes in (self.subjects, self.others, self.changes, self.renewed):
            notes.clear()


def problem(source: Source, reason: Reason, field_name: str = "") -> Outcome:
    return Outcome(source, Fate.PROBLEM, reason.value, field_name)
