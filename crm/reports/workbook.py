"""The report as a workbook: a summary and a sheet for each table, every text a typed string and never a formula."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import IO, TYPE_CHECKING, Any

from crm.reports.figures import CoordinationReport
from crm.reports.names import filter_lines
from crm.reports.narrative import Narrative
from crm.reports.tables import Cell, Sheet, all_sheets
from crm.reports.words import Words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_TAB = 31  # letters that a tab may have
_CELL = 32_767  # letters that a cell may have
_NOT_IN_TABS = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


def write(target: IO[bytes], report: CoordinationReport, narrative: Narrative, words: Words) -> None:
    from xlsxwriter import Workbook  # noqa: PLC0415 - loaded by who needs it: 4 MB of every process otherwise

    with Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": words.gettext("Coordination report"), "company": report.office.name})
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        }
        _summary(book, report, narrative, words, styles)
        for sheet in all_sheets(report, words):
            _table(book, sheet, styles)


def _summary(book: Any, report: CoordinationReport, narrative: Narrative, words: Words, styles: dict[str, Any]) -> None:
    page = book.add_worksheet(_tab(words.gettext("Summary")))
    page.set_column(0, 0, 48)
    page.set_column(1, 2, 16)
    rows: list[tuple[str, list[Cell]]] = [
        ("title", [words.gettext("Coordination report")]),
        ("text", [report.office.name]),
        ("text", [words.span(report.period)]),
        *(("text", [filtered]) for filtered in filter_lines(words, report.filters)),
        ("text", [words.gettext("Put together %(moment)s", moment=words.moment(report.generated_at, report.office.zone))]),
        ("text", []),
        *(("text", [sentence]) for sentence in narrative.plain()),
        ("text", []),
        ("head", [words.gettext("Figure"), words.gettext("Now"), words.gettext("Period before")]),
        *(("text", list(row)) for row in _figures(report, words)),
    ]
    for number, (style, cells) in enumerate(rows):
        for column, cell in enumerate(cells):
            _cell(page, number, column, cell, styles, style)


def _figures(report: CoordinationReport, words: Words) -> list[tuple[Cell, ...]]:
    engagements, stakeholders = report.engagements, report.stakeholders
    return [
        (words.gettext("Engagements"), engagements.total, engagements.before),
        (words.gettext("of these known only by week, month or quarter"), engagements.coarse, None),
        (words.gettext("Engagements without a date, not counted"), engagements.undated, None),
        (words.gettext("Stakeholders reached"), stakeholders.reached, stakeholders.before),
        (words.gettext("Stakeholders reached for the first time"), stakeholders.new, stakeholders.new_before),
        (
            words.gettext("Stakeholders without contact for longer than usual"),
            stakeholders.quiet_total,
            stakeholders.quiet_before,
        ),
    ]


def _table(book: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    page = book.add_worksheet(_tab(sheet.name))
    page.set_column(0, 0, 44)
    page.set_column(1, len(sheet.head) - 1, 18)
    page.freeze_panes(1, 0)
    for column, name in enumerate(sheet.head):
        _cell(page, 0, column, name, styles, "head")
    for number, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            _cell(page, number, column, cell, styles, "text")


def _cell(page: Worksheet, row: int, column: int, value: Cell, styles: dict[str, Any], style: str) -> None:
    """Typed by us and not by what the text looks like."""
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, value[:_CELL], styles[style])
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime.combine(value, time()), styles["date"])
    else:
        page.write_number(row, column, value, styles[style])


def _tab(name: str) -> str:
    return name.translate(_NOT_IN_TABS)[:_TAB].strip("' ")
