"""What a dry run would have made so far, in a scratch file beside the directory: its later rows must find what earlier ones stand for."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crm.exchange.models import ExternalId
from crm.stakeholders.keys import NameKind
from crm.stakeholders.models import Affiliation, ContactPoint, Organization, OtherName, Person

CHUNK = 800


class Imagined:
    """Keys that lead to records, and facts about records. Memory stays flat: SQLite keeps a nameless database in a file of its own."""

    def __init__(self) -> None:
        self._scratch = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._scratch.execute("pragma journal_mode=off")
        for table in ("keys (kind, key, id)", "facts (kind, key, id)"):
            self._scratch.execute(f"create table {table[:-1]}, primary key (kind, key, id)) without rowid")
        self._scratch.execute("begin")

    def close(self) -> None:
        self._scratch.close()

    def lead(self, kind: str, pairs: Iterable[tuple[str, int | None]]) -> None:
        """A key leads to a record from now on."""
        self._scratch.executemany("insert or ignore into keys values (?, ?, ?)", ((kind, key, i) for key, i in pairs))

    def led(self, kind: str, keys: Iterable[str]) -> dict[str, list[int]]:
        """Key -> the records that it leads to."""
        return self._ask("keys", kind, keys)

    def tell(self, kind: str, pairs: Iterable[tuple[int, str | int]]) -> None:
        """A fact about a record, which may be one of the directory."""
        self._scratch.executemany("insert or ignore into facts values (?, ?, ?)", ((kind, i, value) for i, value in pairs))

    def told(self, kind: str, record_ids: Iterable[int]) -> dict[int, list[Any]]:
        """Record -> what is known of it."""
        return self._ask("facts", kind, record_ids)

    def _ask(self, table: str, kind: str, keys: Iterable[Any]) -> dict[Any, list[Any]]:
        wanted, found = list(set(keys)), defaultdict(list)
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            marks = ",".join("?" * len(part))
            statement = f"select key, id from {table} where kind = ? and key in ({marks}) order by key, id desc"  # noqa: S608 - a table of ours
            for key, value in self._scratch.execute(statement, (kind, *part)):
                found[key].append(value)
        return found

    def take(self, model: type[Any], ids: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep of rows that would be inserted what later rows are matched by."""
        match model.__name__:
            case Organization.__name__ | Person.__name__:
                self.lead(model.__name__, ((row["name_match"], i) for row, i in zip(rows, ids, strict=True)))
                self.tell("filled", ((i, name) for row, i in zip(rows, ids, strict=True) for name, value in row.items() if value))
            case OtherName.__name__:
                for kind in NameKind:
                    self.lead(kind, ((row["name_match"], row["stakeholder_id"]) for row in rows if row["kind"] is kind))
            case ContactPoint.__name__:
                self.tell("reach", ((row["stakeholder_id"], row["value"]) for row in rows))
            case Affiliation.__name__:
                self.tell("organization", ((row["person_id"], row["organization_id"]) for row in rows))
            case ExternalId.__name__:
                self.lead("external", ((row["value"], row["stakeholder_id"]) for row in rows))
                self.tell("external", ((row["stakeholder_id"], row["value"]) for row in rows))
