"""The few large figures at the head of a report, each with its change in words."""

from __future__ import annotations

from dataclasses import dataclass

from crm.reports.figures import CoordinationReport
from crm.reports.words import Words


@dataclass(frozen=True, slots=True)
class Kpi:
    key: str  # of the list behind it
    name: str
    figure: str
    of: str
    change: str  # in words; empty when there is nothing to compare with
    direction: str  # up, down, same
    is_good: bool | None  # none: more or less is neither


def kpis(report: CoordinationReport, words: Words) -> tuple[Kpi, ...]:
    engagements, stakeholders, ledger = report.engagements, report.stakeholders, report.commitments.all
    before = report.commitments.before
    return (
        _kpi("engagements", words.gettext("Engagements"), engagements.total, engagements.before, words),
        _kpi("reached", words.gettext("Stakeholders reached"), stakeholders.reached, stakeholders.before, words),
        _kept(report, words),
        _kpi(
            "overdue",
            words.gettext("Commitments overdue"),
            ledger.overdue,
            before.overdue if before else None,
            words,
            less_is_good=True,
        ),
        _kpi(
            "quiet",
            words.gettext("Without contact for long"),
            stakeholders.quiet_total,
            stakeholders.quiet_before,
            words,
            less_is_good=True,
        ),
    )


def _kpi(key: str, name: str, now: int, before: int | None, words: Words, *, less_is_good: bool = False) -> Kpi:
    """How many engagements there were is neither good nor bad; what is overdue or silent is better less."""
    change, direction = _change(now, before, words)
    good = None if not less_is_good or direction == "same" else direction == "down"
    return Kpi(key, name, words.number(now), "", change, direction, good)


def _change(now: int, before: int | None, words: Words) -> tuple[str, str]:
    if before is None:
        return "", "same"
    if now == before:
        return words.gettext("unchanged"), "same"
    if now > before:
        return words.gettext("%(n)s more", n=words.number(now - before)), "up"
    return words.gettext("%(n)s fewer", n=words.number(before - now)), "down"


def _kept(report: CoordinationReport, words: Words) -> Kpi:
    """The share of what was closed; a share of nothing is not shown as nought."""
    name = words.gettext("Commitments kept on time")
    ledger = report.commitments.all
    share = ledger.kept_share
    if share is None:
        return Kpi("settled", name, "–", "", words.gettext("none was closed"), "same", None)
    of = words.gettext("%(kept)s of %(n)s", kept=words.number(ledger.kept), n=words.number(ledger.settled))
    earlier = report.commitments.before.kept_share if report.commitments.before else None
    if earlier is None:
        return Kpi("settled", name, words.percent(share), of, "", "same", None)
    points = round(share * 100) - round(earlier * 100)
    if points == 0:
        return Kpi("settled", name, words.percent(share), of, words.gettext("unchanged"), "same", None)
    change = (
        words.ngettext("up %(n)s point", "up %(n)s points", points, n=words.number(points))
        if points > 0
        else words.ngettext("down %(n)s point", "down %(n)s points", -points, n=words.number(-points))
    )
    return Kpi("settled", name, words.percent(share), of, change, "up" if points > 0 else "down", points > 0)
