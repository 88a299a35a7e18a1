"""The report on paper: a PDF by Typst, tagged for screen readers where the fonts have every character."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crm.offices.letterhead import Letterhead
from crm.reports import method, tables
from crm.reports.charts import Chart, Charts
from crm.reports.figures import CoordinationReport
from crm.reports.kpis import kpis
from crm.reports.names import filter_lines
from crm.reports.narrative import Narrative
from crm.reports.tables import Cell, Sheet
from crm.reports.words import Words

_ROWS = 20  # of a list on paper; the page and the workbook have all
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Signature:
    """`above` is a place and date or a word such as Acknowledged; an empty name leaves a line to sign on."""

    above: str
    post: str
    name: str = ""
    number: str = ""  # of the person, as letters print it under the name


@dataclass(frozen=True, slots=True)
class Paper:
    pdf: bytes
    is_tagged: bool  # false: a character is missing from the fonts, so this is a plain PDF


class TypesettingFailed(RuntimeError):
    """The template could not be set; the message is the program's own."""


def typeset(data: dict[str, Any], template: str = "coordination.typ") -> Paper:
    """Set one of our templates with data. Text travels as JSON and is never read as markup. Raises TypesettingFailed."""
    program = [sys.executable, "-I", str(Path(__file__).with_name("press.py")), template]
    try:
        done = subprocess.run(program, input=json.dumps(data).encode(), capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as late:
        raise TypesettingFailed(f"not set after {_SECONDS} s") from late
    if done.returncode:
        raise TypesettingFailed(done.stderr.decode(errors="replace")[-2000:])
    return Paper(done.stdout[1:], done.stdout[:1] == b"1")


def coordination(
    report: CoordinationReport,
    narrative: Narrative,
    charts: Charts,
    words: Words,
    *,
    letterhead: Letterhead,
    signatures: Sequence[Signature],
    number: str = "",
) -> dict[str, Any]:
    """Everything the template prints, as plain values."""
    return {
        "language": words.locale,
        "title": words.gettext("Coordination report"),
        "period": words.span(report.period),
        "office": {"name": report.office.name},
        "letterhead": {**asdict(letterhead), "parents": list(letterhead.parents)},
        "facts": _facts(report, words, number),
        "put_together": words.gettext("Put together %(moment)s", moment=words.moment(report.generated_at, report.office.zone)),
        "narrative": [str(sentence) for sentence in narrative],
        "figures": [{"name": kpi.name, "figure": kpi.figure, "change": kpi.change} for kpi in kpis(report, words)[:4]],
        "decisions": [{"what": decision.what, "why": decision.why} for decision in narrative.decisions],
        "charts": {
            "trend": _chart(charts.trend),
            "roles": _chart(charts.roles),
            "commitments": _chart(charts.commitments),
        },
        "tables": _tables(report, words),
        "method": method.sentences(report, words),
        "signatures": [asdict(signature) for signature in signatures],
        "words": _template_words(words),
    }


def _facts(report: CoordinationReport, words: Words, number: str) -> list[tuple[str, str]]:
    found = [(words.gettext("From"), report.office.name)]
    if number:
        found.append((words.gettext("Number"), number))
    found.append((words.gettext("Date"), words.long_date(report.today)))
    found += [(words.gettext("Limited to"), line) for line in filter_lines(words, report.filters)]
    return found


def _template_words(words: Words) -> dict[str, str]:
    return {
        "page": words.gettext("Page {page} of {pages}"),
        "summary": words.gettext("Summary"),
        "decisions": words.gettext("To be decided by the head of the office"),
        "nothing_to_decide": words.gettext("Nothing in the figures waits for a decision."),
        "engagements": words.gettext("Engagements"),
        "roles": words.gettext("Balance of roles"),
        "stakeholders": words.gettext("Stakeholders"),
        "commitments": words.gettext("Commitments"),
        "work": words.gettext("Topics and work"),
        "mail": words.gettext("E-mail"),
        "direction": words.gettext("Directions of the head of the office"),
        "method": words.gettext("How it is counted"),
        "none": words.gettext("None."),
    }


def _chart(chart: Chart | None) -> dict[str, Any] | None:
    if chart is None:
        return None
    return {
        "finding": chart.finding,
        "measured": chart.measured,
        "alt": f"{chart.finding}. {chart.alt}",
        "note": chart.note,
        "keys": [asdict(key) for key in chart.keys],
        "drawing": asdict(chart.wide),
    }


def _tables(report: CoordinationReport, words: Words) -> dict[str, list[dict[str, Any]]]:
    sections = {
        "engagements": (tables.forms, tables.months),
        "stakeholders": (tables.categories, tables.most_active, tables.quiet),
        "commitments": (tables.ledger, tables.overdue),
        "work": (tables.topics, tables.work),
        "mail": (tables.mail,) if report.mail else (),
    }
    return {name: [_table(make(report, words), words) for make in makers] for name, makers in sections.items()}


def _table(sheet: Sheet, words: Words) -> dict[str, Any]:
    shown, left = sheet.rows[:_ROWS], len(sheet.rows) - _ROWS
    numeric = [_is_numeric([row[column] for row in shown]) for column in range(len(sheet.head))]
    return {
        "name": sheet.name,
        "head": list(sheet.head),
        "rows": [[tables.shown(cell, words) for cell in row] for row in shown],
        "numeric": numeric,
        "widths": [3 if column == 0 else 1.2 if numeric[column] else 1.7 for column in range(len(sheet.head))],
        "more": words.ngettext("and %(n)s more", "and %(n)s more", left, n=words.number(left)) if left > 0 else "",
    }


def _is_numeric(cells: Sequence[Cell]) -> bool:
    return any(isinstance(cell, int) for cell in cells) and not any(isinstance(cell, str | date) for cell in cells)
