"""Small hand-made reports for the tests: each gives only what a test is about."""

from datetime import UTC, date, datetime
from typing import Any

from crm.reports.figures import (
    CommitmentFigures,
    CoordinationReport,
    Count,
    EngagementFigures,
    Filters,
    Ledger,
    MonthCount,
    OfficeCovered,
    Overdue,
    Quiet,
    StakeholderFigures,
    Step,
)
from crm.reports.periods import Period

WEEK_47 = Period.week(date(2026, 11, 18))
TODAY = date(2026, 11, 24)


def engagements(total: int = 0, before: int | None = None, **more: Any) -> EngagementFigures:
    forms = more.pop("forms", {})
    given = {
        "undated": 0,
        "coarse": 0,
        "by_kind": (Count("interaction", total, before),) if total or before else (),
        "by_form": tuple(Count(key, now, then) for key, (now, then) in forms.items()),
        "by_month": (MonthCount(date(2026, 11, 1), (Count("interaction", total),)),),
        "by_role": tuple(Count(role, 0, 0) for role in ("R1", "R2", "R3", "R4")),
    }
    return EngagementFigures(total=total, before=before, **{**given, **more})


def stakeholders(reached: int = 0, new: int = 0, quiet: tuple[Quiet, ...] = (), **more: Any) -> StakeholderFigures:
    given = {
        "before": None,
        "organizations": reached,
        "people": 0,
        "new_before": None,
        "by_category": (),
        "most_active": (),
        "quiet_total": len(quiet),
    }
    return StakeholderFigures(reached=reached, new=new, quiet=quiet, **{**given, **more})


def commitments(ours: Ledger | None = None, theirs: Ledger | None = None, *overdue: Overdue) -> CommitmentFigures:
    return CommitmentFigures(ours=ours or Ledger(), theirs=theirs or Ledger(), before=None, overdue=overdue)


def quiet(name: str, days: int, interval: int = 30, last: date | None = date(2026, 9, 1), **more: Any) -> Quiet:
    given = {"stakeholder_id": 7, "kind": "organization", "tier": 1}
    return Quiet(name=name, days=days, interval=interval, last=last, **{**given, **more})


def overdue(text: str, days: int, ours: bool = True, party: str | None = "Disdukcapil", commitment_id: int = 3) -> Overdue:
    return Overdue(commitment_id, text, ours, party, date(2026, 11, 19), days)


def report(**more: Any) -> CoordinationReport:
    given = {
        "period": WEEK_47,
        "office": OfficeCovered("IMI-TA", "Kantor Imigrasi Tanjung Arum"),
        "engagements": engagements(),
        "stakeholders": stakeholders(),
        "commitments": commitments(),
        "topics": (),
        "work": (),
        "generated_at": datetime(2026, 11, 24, 0, 0, tzinfo=UTC),
        "today": TODAY,
        "filters": Filters(),
    }
    return CoordinationReport(**{**given, **more})


def trend(period: Period, *forms: dict[str, int]) -> tuple[Step, ...]:
    steps = period.steps(len(forms))
    return tuple(
        Step(step, tuple(Count(key, count) for key, count in counts.items())) for step, counts in zip(steps, forms, strict=True)
    )
