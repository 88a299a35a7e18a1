"""Where every bar, line and word of the report's charts stands: numbers for the page's SVG and for paper alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm.reports.drawing import LEADING, NARROW, OUT_OF_LINE, WIDE, Drawing, columns, rows, shares
from crm.reports.figures import CommitmentFigures, CoordinationReport, Count, Step
from crm.reports.names import form_name, role_name, title
from crm.reports.periods import PeriodKind
from crm.reports.words import Words


@dataclass(frozen=True, slots=True)
class Key:
    colour: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # the first cell names the row, the others are figures


@dataclass(frozen=True, slots=True)
class Chart:
    """One finding: said, measured, drawn twice, and written out as a table."""

    name: str
    finding: str
    measured: str
    alt: str
    keys: tuple[Key, ...]
    wide: Drawing
    narrow: Drawing
    table: Table
    note: str = ""


@dataclass(frozen=True, slots=True)
class Charts:
    """None where there is nothing to draw: the page then says so in a sentence."""

    trend: Chart | None
    commitments: Chart | None
    roles: Chart | None


def draw(report: CoordinationReport, words: Words) -> Charts:
    return Charts(_trend(report, words), _commitments(report.commitments, words), _roles(report, words))


# engagements over time, stacked by form


def _trend(report: CoordinationReport, words: Words) -> Chart | None:
    steps = report.engagements.trend
    if not any(step.total for step in steps):
        return None
    leading = leading_forms(steps)
    stacks = [_stack(step, leading) for step in steps]
    names = [title(form_name(words, key)) for key in leading]
    if any(len(stack) > len(leading) for stack in stacks):
        names.append(words.gettext("Other forms"))
    stacks = [[*stack, *[0] * (len(names) - len(stack))] for stack in stacks]
    marks = [_step_mark(step, words) for step in steps]
    first, last = steps[0], steps[-1]
    return Chart(
        name="trend",
        finding=_trend_finding(report, words),
        measured=_trend_measure(report, words),
        alt=words.gettext(
            "Engagements from %(first)s to %(last)s: %(from)s at first, %(to)s at last.",
            **{
                "first": words.period(first.period),
                "last": words.period(last.period),
                "from": words.number(first.total),
                "to": words.number(last.total),
            },
        ),
        keys=tuple(Key(colour, name) for colour, name in zip(LEADING, names, strict=False)),
        wide=columns(stacks, marks, words.number, WIDE, 250),
        narrow=columns(stacks, marks, words.number, NARROW, 220),
        table=Table(
            (_step_head(report, words), *names, words.gettext("All")),
            tuple(
                (title(words.period(step.period)), *(words.number(count) for count in stack), words.number(step.total))
                for step, stack in zip(steps, stacks, strict=True)
            ),
        ),
    )


def leading_forms(steps: Sequence[Step]) -> list[str]:
    """The two forms that matter most now; all of them when there are three or fewer."""
    totals: dict[str, int] = {}
    for step in steps:
        for form in step.by_form:
            totals[form.key] = totals.get(form.key, 0) + form.count
    latest = {form.key: form.count for form in steps[-1].by_form}
    ranked = sorted((key for key, count in totals.items() if count), key=lambda key: (-latest.get(key, 0), -totals[key], key))
    return ranked if len(ranked) <= len(LEADING) else ranked[:2]


def _stack(step: Step, leading: Sequence[str]) -> list[int]:
    counts = {form.key: form.count for form in step.by_form}
    rest = step.total - sum(counts.get(key, 0) for key in leading)
    return [counts.get(key, 0) for key in leading] + ([rest] if rest else [])


def _step_mark(step: Step, words: Words) -> str:
    if step.period.kind is PeriodKind.WEEK:
        return str(step.period.start.isocalendar().week)
    return words.short_month(step.period.start)


def _step_head(report: CoordinationReport, words: Words) -> str:
    return words.gettext("Week") if report.period.kind is PeriodKind.WEEK else words.gettext("Month")


def _trend_measure(report: CoordinationReport, words: Words) -> str:
    if report.period.kind is PeriodKind.WEEK:
        return words.gettext("Engagements by week and form")
    return words.gettext("Engagements by month and form")


def _trend_finding(report: CoordinationReport, words: Words) -> str:
    *earlier, last = report.engagements.trend
    period = words.period(last.period)
    if last.total == 0:
        return title(words.gettext("No engagement was recorded in %(period)s", period=period))
    if earlier and all(step.total < last.total for step in earlier):
        return title(
            words.gettext("%(period)s had the most engagements of those shown: %(n)s", period=period, n=words.number(last.total))
        )
    if earlier and report.finished and all(step.total > last.total for step in earlier):
        return title(
            words.gettext(
                "%(period)s had the fewest engagements of those shown: %(n)s", period=period, n=words.number(last.total)
            )
        )
    most = max(last.by_form, key=lambda form: (form.count, form.key))
    return words.gettext(
        "The most common form in %(period)s was %(form)s: %(n)s of %(total)s",
        period=period,
        form=form_name(words, most.key),
        n=words.number(most.count),
        total=words.number(last.total),
    )


# how the promises ended


def _commitments(figures: CommitmentFigures, words: Words) -> Chart | None:
    ledger = figures.all
    total = ledger.settled + ledger.overdue
    if not total:
        return None
    parts = (
        ("c-1", ledger.kept, words.gettext("%(n)s kept on time", n=words.number(ledger.kept))),
        ("c-2", ledger.late, words.gettext("%(n)s kept after the due date", n=words.number(ledger.late))),
        ("c-4", ledger.broken, words.gettext("%(n)s not kept", n=words.number(ledger.broken))),
        ("c-3", ledger.overdue, words.gettext("%(n)s open past the due date", n=words.number(ledger.overdue))),
    )
    shown = [part for part in parts if part[1]]
    pieces = [(colour, count) for colour, count, _text in shown]
    return Chart(
        name="commitments",
        finding=_commitments_finding(ledger.kept, total, words),
        measured=words.gettext("Closed in the period, or past the due date at its end"),
        alt=", ".join(text for _colour, _count, text in shown) + ".",
        keys=tuple(Key(colour, text) for colour, _count, text in shown),
        wide=shares(pieces, WIDE),
        narrow=shares(pieces, NARROW),
        table=_ledger_table(figures, words),
    )


def _commitments_finding(kept: int, total: int, words: Words) -> str:
    if kept == 0:
        return words.gettext("No commitment was kept on time")
    return words.ngettext(
        "%(kept)s of %(n)s commitment was kept on time",
        "%(kept)s of %(n)s commitments were kept on time",
        total,
        kept=words.number(kept),
        n=words.number(total),
    )


def _ledger_table(figures: CommitmentFigures, words: Words) -> Table:
    ours, theirs, every = figures.ours, figures.theirs, figures.all
    rows = (
        (words.gettext("Still open"), ours.open, theirs.open, every.open),
        (words.gettext("Still open, past the due date"), ours.overdue, theirs.overdue, every.overdue),
        (words.gettext("Kept on time"), ours.kept, theirs.kept, every.kept),
        (words.gettext("Kept after the due date"), ours.late, theirs.late, every.late),
        (words.gettext("Not kept"), ours.broken, theirs.broken, every.broken),
        (words.gettext("Withdrawn"), ours.withdrawn, theirs.withdrawn, every.withdrawn),
    )
    return Table(
        (words.gettext("Commitments"), words.gettext("Ours"), words.gettext("Theirs"), words.gettext("All")),
        tuple((name, *(words.number(count) for count in counts)) for name, *counts in rows),
    )


# the balance of the four roles


def _roles(report: CoordinationReport, words: Words) -> Chart | None:
    roles = report.engagements.by_role
    total = sum(role.count for role in roles)
    if not total:
        return None
    names = [title(role_name(words, role.key)) for role in roles]
    portions = [role.count / total for role in roles]
    least = _alone_at_the_end(roles)
    colours = [OUT_OF_LINE if role is least else "c-1" for role in roles]
    parts = list(zip(names, portions, colours, strict=True))
    return Chart(
        name="roles",
        finding=_roles_finding(roles, words),
        measured=words.gettext("Share of the engagements by the four roles of public relations"),
        alt=", ".join(f"{name} {words.percent(share)}" for name, share in zip(names, portions, strict=True)) + ".",
        keys=(),
        wide=rows(parts, words.percent, WIDE, 168),
        narrow=rows(parts, words.percent, NARROW, 150),
        table=Table(
            (words.gettext("Role"), words.gettext("Engagements"), words.gettext("Share of all")),
            tuple(
                (name, words.number(role.count), words.percent(share))
                for name, role, share in zip(names, roles, portions, strict=True)
            ),
        ),
        note=words.ngettext("%(n)s engagement, one role", "%(n)s engagements, one role each", total, n=words.number(total)),
    )


def _alone_at_the_end(roles: Sequence[Count]) -> Count | None:
    """The role with the fewest engagements, unless two share that place."""
    least = min(roles, key=lambda role: role.count)
    return least if sum(role.count == least.count for role in roles) == 1 else None


def _roles_finding(roles: Sequence[Count], words: Words) -> str:
    total = sum(role.count for role in roles)
    least = _alone_at_the_end(roles)
    if least is None:
        most = max(roles, key=lambda role: role.count)
        return words.gettext(
            "The largest role is %(role)s, with %(share)s",
            role=role_name(words, most.key),
            share=words.percent(most.count / total),
        )
    if least.count == 0:
        return words.gettext("No engagement served the role of %(role)s", role=role_name(words, least.key))
    return words.gettext(
        "The smallest role is %(role)s, with %(share)s",
        role=role_name(words, least.key),
        share=words.percent(least.count / total),
    )
