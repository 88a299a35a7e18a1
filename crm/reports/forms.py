"""What a report was asked for, read from the address: office, period, category, stakeholder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from crm.core import text
from crm.core.db import db
from crm.offices.models import Office
from crm.reports.figures import Filters
from crm.reports.periods import FIRST_YEAR, LAST_YEAR, Period, PeriodKind
from crm.stakeholders.models import Category, Stakeholder

CHOICES = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to one reading; with `errors` nothing else may be used but what was typed."""

    office: Office
    period: Period
    filters: Filters
    errors: tuple[str, ...] = ()
    typed: Mapping[str, str] = ()  # type: ignore[assignment]
    candidates: Sequence[tuple[int, str]] = ()  # stakeholders that the typed name may mean

    def address(self, **changes: str | None) -> dict[str, Any]:
        """The parts of the page's address, some of them changed or left out."""
        parts: dict[str, str | None] = {
            "office": str(self.office.id),
            "from": self.period.start.isoformat(),
            "to": self.period.end.isoformat(),
            "category": self.filters.category,
            "stakeholder": str(self.filters.stakeholder_id) if self.filters.stakeholder_id else None,
            **changes,
        }
        return {key: value for key, value in parts.items() if value}


def read(args: Mapping[str, str], offices: Sequence[Office], home_id: int | None, today_of: Mapping[int, date]) -> Asked:
    """Read the address. What is not given: one's own office, and the last week that is over."""
    errors: list[str] = []
    office = _office(args.get("office", ""), offices, home_id, errors)
    period = _period(args, today_of[office.id], errors)
    category = args.get("category", "") or None
    if category is not None and category not in {member.value for member in Category}:
        errors.append(_("This category is not known."))
    found = _stakeholders(args.get("stakeholder", "").strip())
    if len(found) != 1 and args.get("stakeholder", "").strip():
        errors.append(_stakeholder_error(len(found)))
    one = found[0] if len(found) == 1 else (None, None)
    filters = Filters(category if not errors else None, *one)
    return Asked(office, period, filters, tuple(errors), dict(args), found if len(found) > 1 else ())


def _office(given: str, offices: Sequence[Office], home_id: int | None, errors: list[str]) -> Office:
    by_id = {str(office.id): office for office in offices}
    if given and given not in by_id:
        errors.append(_("This office is not there."))
    return by_id.get(given) or by_id.get(str(home_id)) or offices[0]


def _period(args: Mapping[str, str], today: date, errors: list[str]) -> Period:
    kind = args.get("period", "")
    latest = _latest(PeriodKind(kind) if kind in _NAMED else PeriodKind.WEEK, today)
    first, last = args.get("from", ""), args.get("to", "")
    if not first and not last:
        return latest
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        errors.append(_("The first and the last day are dates such as 2026-11-16."))
        return latest
    if not FIRST_YEAR <= start.year <= end.year <= LAST_YEAR:
        errors.append(_("The years lie between %(first)s and %(last)s.", first=str(FIRST_YEAR), last=str(LAST_YEAR)))
        return latest
    if end < start:
        errors.append(_("The last day lies before the first."))
        return latest
    return Period.of(start, end)


_NAMED = {kind.value for kind in PeriodKind if kind is not PeriodKind.SPAN}


def _latest(kind: PeriodKind, today: date) -> Period:
    """The last one that is over: a report about half a week compares badly."""
    running = Period.around(kind, today)
    return running.before() or running


def _stakeholders(given: str) -> list[tuple[int, str]]:
    """By number, else by the beginning of the name; of those that the scope may see."""
    if not given or "\x00" in given or len(given) > 200:
        return []
    statement = sa.select(Stakeholder.id, Stakeholder.name)
    if given.isascii() and given.isdigit():
        statement = statement.where(Stakeholder.id == int(given[:18]))
    else:
        try:
            key = text.name_key(text.storable(given))
        except text.UnstorableText:
            return []
        statement = statement.where(Stakeholder.name_sort.startswith(key, autoescape=True)).where(
            Stakeholder.archived_at.is_(None)
        )
    rows = db.session.execute(statement.order_by(Stakeholder.name_sort, Stakeholder.id).limit(CHOICES)).all()
    exact = [(row.id, row.name) for row in rows if row.name == given]
    return exact if len(exact) == 1 else [(row.id, row.name) for row in rows]


def _stakeholder_error(found: int) -> str:
    if found:
        return _("Several stakeholders begin with this name. Choose one below.")
    return _("No stakeholder begins with this name.")
