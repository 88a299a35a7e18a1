"""What a row of a list becomes in the columns of its record, and in the search index."""

from collections.abc import Sequence
from typing import Any

from crm.core.text import name_key
from crm.exchange.intents import RecordIntent
from crm.exchange.writing import completing
from crm.exchange.writing.parties import NAME_LENGTH
from crm.exchange.writing.reach import Reach
from crm.index import service as index
from crm.stakeholders.keys import NameKind
from crm.stakeholders.models import Category, PreferredChannel

NAME_KINDS = {"abbreviation": NameKind.ABBREVIATION, "alias": NameKind.ALIAS, "former_name": NameKind.FORMER}
# Column of a person -> field of a profile and what fits.
PERSON_TEXTS = {
    "titles_before": ("titles_before", 80),
    "titles_after": ("titles_after", 120),
    "salutation": ("salutation", 40),
    "called": ("called", 80),
    "preferred_language": ("language", 10),
    "beat": ("beat", 120),
    "home_address": ("home_address", 500),
}
KEPT = frozenset({"name", "name_sort", "name_match", "category"})  # never changed on a record that was there
Told = tuple[RecordIntent, str, Reach]  # a row, the key of its name, and how one is reached


def many(intent: RecordIntent, name: str) -> tuple[str, ...]:
    value = intent.values.get(name, ())
    return value if isinstance(value, tuple) else (str(value),)


def person_rows(told: Sequence[Told]) -> list[dict[str, Any]]:
    """Columns of people; a column that no row of the batch fills is left to its default."""
    used = set().union(*(intent.values for intent, _key, _reach in told))
    texts = [(column, field, length) for column, (field, length) in PERSON_TEXTS.items() if field in used]
    rows = []
    for intent, key, reach in told:
        values = intent.values
        row = _base(intent, key, reach)
        for column, field, length in texts:
            row[column] = str(values.get(field, ""))[:length]
        if "channel" in used:
            row["preferred_channel"] = PreferredChannel(values["channel"]) if values.get("channel") else None
        if "birth_date" in used:
            row["birth_on"] = getattr(values.get("birth_date"), "on", None)
        rows.append(row)
    return rows


def organization_rows(told: Sequence[Told]) -> list[dict[str, Any]]:
    return [
        {
            **_base(intent, key, reach),
            "category": Category(str(intent.values.get("category") or Category.PARTNER_AGENCY.value)),
            "address": str(intent.values.get("address", ""))[:500],
            "website": completing.website(str(intent.values.get("website", ""))),
            "region_id": completing.region_id(str(intent.values.get("region", ""))),
        }
        for intent, key, reach in told
    ]


def _base(intent: RecordIntent, key: str, reach: Reach) -> dict[str, Any]:
    return {
        "name": intent.name[:NAME_LENGTH],
        "name_sort": name_key(intent.name),
        "name_match": key,
        "note": reach.note_with(str(intent.values.get("note", ""))),
    }


def person_entry(record_id: int, office_id: int, intent: RecordIntent, reach: Reach) -> index.Entry:
    """As stakeholders/service/indexing.py words it: found by name, post, organization and whatever is public."""
    values = intent.values
    post = [str(values[name]) for name in ("position", "organization") if name in values]
    further = [str(values[name]) for name in ("titles_before", "titles_after", "beat") if name in values]
    return index.Entry(
        "person", record_id, office_id, False, intent.name, subtitle=", ".join(post)[:200],
        words=(str(values["called"]),) if "called" in values else (),
        body=_body([*reach.public_values, *post, *further], intent, reach),
    )  # fmt: skip


def organization_entry(record_id: int, office_id: int, intent: RecordIntent, reach: Reach) -> index.Entry:
    other = [name for column in NAME_KINDS for name in many(intent, column) if name]
    place = [str(intent.values[name]) for name in ("address", "website", "region") if name in intent.values]
    return index.Entry(
        "organization", record_id, office_id, False, intent.name, subtitle=max(other, key=len, default="")[:200],
        words=other, body=_body([*reach.public_values, *place], intent, reach),
    )  # fmt: skip


def _body(parts: list[str], intent: RecordIntent, reach: Reach) -> str:
    note = reach.note_with(str(intent.values.get("note", "")))
    return " ".join(part for part in (*parts, *many(intent, "topics"), *many(intent, "tags"), note) if part)
