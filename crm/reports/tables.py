"""The tables of a report as heads and rows of plain values: once, for paper and workbook alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from crm.reports.figures import CoordinationReport, Count, Ledger
from crm.reports.names import category_name, form_name, kind_name, mail_name, role_name, title
from crm.reports.words import Words

Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str  # for the tab of a workbook and the caption on paper
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def all_sheets(report: CoordinationReport, words: Words) -> tuple[Sheet, ...]:
    return (
        forms(report, words),
        months(report, words),
        roles(report, words),
        categories(report, words),
        most_active(report, words),
        quiet(report, words),
        ledger(report, words),
        overdue(report, words),
        topics(report, words),
        work(report, words),
        *((mail(report, words),) if report.mail else ()),
    )


def _compared(name: str, first: str, counts: Iterable[Count], label: Callable[[Count], str], words: Words) -> Sheet:
    head = (first, words.gettext("Now"), words.gettext("Period before"))
    return Sheet(name, head, tuple((label(row), row.count, row.before) for row in counts))


def forms(report: CoordinationReport, words: Words) -> Sheet:
    counts = report.engagements.by_form
    return _compared(
        words.gettext("Engagements by form"),
        words.gettext("Form of contact"),
        counts,
        lambda row: title(form_name(words, row.key)),
        words,
    )


def months(report: CoordinationReport, words: Words) -> Sheet:
    kinds = sorted({kind.key for month in report.engagements.by_month for kind in month.by_kind})
    rows = []
    for month in report.engagements.by_month:
        counts = {kind.key: kind.count for kind in month.by_kind}
        rows.append((words.month(month.month), *(counts.get(kind, 0) for kind in kinds), month.total))
    names = tuple(title(kind_name(words, kind)) for kind in kinds)
    return Sheet(words.gettext("Engagements by month"), (words.gettext("Month"), *names, words.gettext("All")), tuple(rows))


def roles(report: CoordinationReport, words: Words) -> Sheet:
    return _compared(
        words.gettext("Engagements by role"),
        words.gettext("Role"),
        report.engagements.by_role,
        lambda row: title(role_name(words, row.key)),
        words,
    )


def categories(report: CoordinationReport, words: Words) -> Sheet:
    return _compared(
        words.gettext("Reached by category"),
        words.gettext("Category"),
        report.stakeholders.by_category,
        lambda row: title(category_name(words, row.key)),
        words,
    )


def most_active(report: CoordinationReport, words: Words) -> Sheet:
    head = (
        words.gettext("Stakeholder"),
        words.gettext("Category"),
        words.gettext("Engagements"),
        words.gettext("Last contact"),
    )
    rows = tuple(
        (row.name, title(category_name(words, row.category)) if row.category else None, row.engagements, row.last)
        for row in report.stakeholders.most_active
    )
    return Sheet(words.gettext("Most active"), head, rows)


def quiet(report: CoordinationReport, words: Words) -> Sheet:
    head = (
        words.gettext("Stakeholder"),
        words.gettext("Last contact"),
        words.gettext("Days without contact"),
        words.gettext("Usual interval in days"),
        words.gettext("Responsible"),
    )
    rows = tuple((row.name, row.last, row.days, row.interval, row.owner) for row in report.stakeholders.quiet)
    return Sheet(words.gettext("Without contact for longer than usual"), head, rows)


def ledger(report: CoordinationReport, words: Words) -> Sheet:
    figures = report.commitments
    head = (
        words.gettext("Commitments"),
        words.gettext("Ours"),
        words.gettext("Theirs"),
        words.gettext("All"),
        words.gettext("Period before"),
    )
    names = (
        words.gettext("Still open"),
        words.gettext("Still open, past the due date"),
        words.gettext("Kept on time"),
        words.gettext("Kept after the due date"),
        words.gettext("Not kept"),
        words.gettext("Withdrawn"),
    )
    before = _values(figures.before) if figures.before else (None,) * len(names)
    columns = zip(names, _values(figures.ours), _values(figures.theirs), _values(figures.all), before, strict=True)
    return Sheet(words.gettext("Commitments, ours and theirs"), head, tuple(columns))


def _values(ledger: Ledger) -> tuple[int, ...]:
    return (ledger.open, ledger.overdue, ledger.kept, ledger.late, ledger.broken, ledger.withdrawn)


def overdue(report: CoordinationReport, words: Words) -> Sheet:
    head = (
        words.gettext("Commitment"),
        words.gettext("Whose"),
        words.gettext("With"),
        words.gettext("Responsible"),
        words.gettext("Due"),
        words.gettext("Days past the due date"),
    )
    sides = {True: words.gettext("Ours"), False: words.gettext("Theirs")}
    rows = tuple((row.text, sides[row.ours], row.party, row.owner, row.due, row.days) for row in report.commitments.overdue)
    return Sheet(words.gettext("Commitments past the due date"), head, rows)


def topics(report: CoordinationReport, words: Words) -> Sheet:
    return _compared(words.gettext("Topics"), words.gettext("Topic"), report.topics, lambda row: row.name or row.key, words)


def work(report: CoordinationReport, words: Words) -> Sheet:
    head = (words.gettext("Person"), words.gettext("Engagements"), words.gettext("Commitments closed"))
    nobody = words.gettext("Nobody named")
    rows = tuple((row.name or nobody, row.engagements, row.closed) for row in report.work)
    return Sheet(words.gettext("Who did the work"), head, rows)


def mail(report: CoordinationReport, words: Words) -> Sheet:
    return _compared(
        words.gettext("E-mail"), words.gettext("Figure"), report.mail or (), lambda row: mail_name(words, row.key), words
    )


def shown(cell: Cell, words: Words) -> str:
    """A cell as people read it."""
    if cell is None:
        return "–"
    if isinstance(cell, int):
        return words.number(cell)
    return words.date(cell) if isinstance(cell, date) else cell
