"""Which list each figure in the report's tables opens: addresses in the shape of the tables, without their first column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm.reports import charts
from crm.reports.drawing import LEADING
from crm.reports.figure_lists import LEDGER
from crm.reports.figures import CoordinationReport, Count
from crm.reports.periods import Period

Cells = list[list[str | None]]


def of_tables(report: CoordinationReport, address: Callable[[str, Period | None], str | None]) -> dict[str, Cells]:
    """`address` of a figure's name and of another period than the report's, if any."""
    before = report.period.before()

    def both(name: str) -> list[str | None]:
        return [address(name, None), address(name, before) if before else None]

    def compared(figure: str, counts: tuple[Count, ...]) -> Cells:
        return [both(f"{figure}:{row.key}") for row in counts]

    return {
        "forms": compared("form", report.engagements.by_form),
        "categories": compared("category", report.stakeholders.by_category),
        "topics": compared("topic", report.topics),
        "roles": [[address(f"role:{row.key}", None), None] for row in report.engagements.by_role],
        "months": _months(report, address),
        "trend": _trend(report, address),
        "ledger": [[address(f"{name}-ours", None), address(f"{name}-theirs", None), *both(name)] for name in LEDGER],
        "work": [[address(f"work:{row.user_id or 0}", None), address(f"closed:{row.user_id or 0}", None)] for row in report.work],
        "mail": [both(row.key) for row in report.mail or ()],
        "active": [[address(f"active:{row.stakeholder_id}", None)] for row in report.stakeholders.most_active],
    }


def _months(report: CoordinationReport, address: Callable[..., Any]) -> Cells:
    kinds = sorted({kind.key for month in report.engagements.by_month for kind in month.by_kind})
    names = [f"month:{month.month:%Y-%m}" for month in report.engagements.by_month]
    return [[*(address(f"{name}:{kind}", None) for kind in kinds), address(name, None)] for name in names]


def _trend(report: CoordinationReport, address: Callable[..., Any]) -> Cells:
    steps = report.engagements.trend
    leading = charts.leading_forms(steps)
    forms = [f"form:{key}" for key in leading]
    if any(form.key not in leading for step in steps for form in step.by_form if form.count):
        forms.append(f"other-forms:{','.join(leading)}")
    return [[address(name, step.period) for name in (*forms[: len(LEADING)], "engagements")] for step in steps]
