"""Every number of a coordination report, counted, named and frozen; and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crm.reports.periods import Period

ROLES = ("R1", "R2", "R3", "R4")


@dataclass(frozen=True, slots=True)
class Count:
    """How often something with this key occurred, now and in the period before."""

    key: str
    count: int
    before: int | None = None
    name: str | None = None  # only for keys that are ids: topics


@dataclass(frozen=True, slots=True)
class OfficeCovered:
    code: str
    name: str
    below: int = 0  # offices below it that are counted too
    zone: str = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class Filters:
    category: str | None = None
    stakeholder_id: int | None = None
    stakeholder_name: str | None = None

    @property
    def any(self) -> bool:
        return self.category is not None or self.stakeholder_id is not None


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the trend: a week or a month, its engagements by form (kind, or channel of an interaction)."""

    period: Period
    by_form: tuple[Count, ...]

    @property
    def total(self) -> int:
        return sum(form.count for form in self.by_form)


@dataclass(frozen=True, slots=True)
class MonthCount:
    month: date  # its first day
    by_kind: tuple[Count, ...]

    @property
    def total(self) -> int:
        return sum(kind.count for kind in self.by_kind)


@dataclass(frozen=True, slots=True)
class EngagementFigures:
    total: int
    before: int | None
    undated: int
    coarse: int
    by_kind: tuple[Count, ...]
    by_form: tuple[Count, ...]
    by_month: tuple[MonthCount, ...]
    by_role: tuple[Count, ...]
    trend: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Active:
    stakeholder_id: int
    name: str
    kind: str  # organization or person
    category: str | None
    engagements: int
    last: date | None


@dataclass(frozen=True, slots=True)
class Quiet:
    stakeholder_id: int
    name: str
    kind: str
    tier: int
    interval: int  # days, from the tier
    last: date | None  # none: no contact recorded yet
    days: int  # since the last contact, else since the record was made
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class StakeholderFigures:
    reached: int
    before: int | None
    organizations: int
    people: int
    new: int
    new_before: int | None
    by_category: tuple[Count, ...]
    most_active: tuple[Active, ...]
    quiet: tuple[Quiet, ...]
    quiet_total: int
    quiet_before: int | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Commitments of one side: what stands at the end of the period, and how those closed in it ended."""

    open: int = 0
    overdue: int = 0
    kept: int = 0
    late: int = 0
    broken: int = 0
    withdrawn: int = 0

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger(
            self.open + other.open,
            self.overdue + other.overdue,
            self.kept + other.kept,
            self.late + other.late,
            self.broken + other.broken,
            self.withdrawn + other.withdrawn,
        )

    @property
    def settled(self) -> int:
        """Closed with a verdict; a withdrawn promise has none."""
        return self.kept + self.late + self.broken

    @property
    def kept_share(self) -> float | None:
        return self.kept / self.settled if self.settled else None


@dataclass(frozen=True, slots=True)
class Overdue:
    commitment_id: int
    text: str
    ours: bool
    party: str | None  # to whom we promised, or who promised us
    due: date
    days: int
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class CommitmentFigures:
    ours: Ledger
    theirs: Ledger
    before: Ledger | None
    overdue: tuple[Overdue, ...]  # the oldest first, perhaps not all

    @property
    def all(self) -> Ledger:
        return self.ours + self.theirs


@dataclass(frozen=True, slots=True)
class Worker:
    user_id: int | None  # none: nobody is named, as in an imported register
    name: str | None
    engagements: int
    closed: int  # commitments closed in the period


@dataclass(frozen=True, slots=True)
class CoordinationReport:
    period: Period
    office: OfficeCovered
    engagements: EngagementFigures
    stakeholders: StakeholderFigures
    commitments: CommitmentFigures
    topics: tuple[Count, ...]
    work: tuple[Worker, ...]
    generated_at: datetime
    today: date  # in the office's zone
    filters: Filters = field(default_factory=Filters)
    mail: tuple[Count, ...] | None = None  # none: a report of one category or stakeholder has no e-mail section

    @property
    def finished(self) -> bool:
        return self.period.end < self.today

    @property
    def as_of(self) -> date:
        """The day at whose end open, overdue and quiet are read."""
        return min(self.period.end, self.today)


def to_json(report: CoordinationReport, narrative: Iterable[str]) -> dict[str, Any]:
    """The report as plain values; `narrative` are its finished sentences in the reader's language."""
    return {
        "period": _period_json(report),
        "office": _office_json(report),
        "engagements": _engagements_json(report.engagements, report.work),
        "stakeholders": _stakeholders_json(report.stakeholders),
        "commitments": _commitments_json(report.commitments),
        "topics": [
            {"id": int(topic.key), "name": topic.name, "engagements": topic.count, "before": topic.before}
            for topic in report.topics
        ],
        "mail": {row.key.removeprefix("mail-"): row.count for row in report.mail} if report.mail else None,
        "narrative": list(narrative),
    }


def _period_json(report: CoordinationReport) -> dict[str, Any]:
    before = report.period.before()
    return {
        "from": report.period.start.isoformat(),
        "to": report.period.end.isoformat(),
        "kind": report.period.kind.value,
        "finished": report.finished,
        "as_of": report.as_of.isoformat(),
        "before": {"from": before.start.isoformat(), "to": before.end.isoformat()} if before else None,
        "generated_at": report.generated_at.isoformat(),
    }


def _office_json(report: CoordinationReport) -> dict[str, Any]:
    office, filters = report.office, report.filters
    stakeholder = None
    if filters.stakeholder_id is not None:
        stakeholder = {"id": filters.stakeholder_id, "name": filters.stakeholder_name}
    return {
        "code": office.code,
        "name": office.name,
        "offices_below": office.below,
        "timezone": office.zone,
        "filters": {"category": filters.category, "stakeholder": stakeholder},
    }


def _counts(rows: Iterable[Count]) -> dict[str, int]:
    """What occurred; what occurred only in the period before is not part of this one."""
    return {row.key: row.count for row in rows if row.count}


def _engagements_json(figures: EngagementFigures, work: Iterable[Worker]) -> dict[str, Any]:
    return {
        "total": figures.total,
        "undated": figures.undated,
        "coarse": figures.coarse,
        "by_kind": _counts(figures.by_kind),
        "by_form": _counts(figures.by_form),
        "by_month": {f"{row.month:%Y-%m}": row.total for row in figures.by_month},
        "by_role": {row.key: row.count for row in figures.by_role},
        "before": figures.before,
        "work": [
            {"user_id": row.user_id, "name": row.name, "engagements": row.engagements, "commitments_closed": row.closed}
            for row in work
        ],
    }


def _stakeholders_json(figures: StakeholderFigures) -> dict[str, Any]:
    return {
        "reached": figures.reached,
        "new": figures.new,
        "by_category": _counts(figures.by_category),
        "quiet": [
            {
                "id": row.stakeholder_id,
                "name": row.name,
                "kind": row.kind,
                "tier": row.tier,
                "interval_days": row.interval,
                "last_contact": row.last.isoformat() if row.last else None,
                "days": row.days,
                "owner": row.owner,
            }
            for row in figures.quiet
        ],
        "quiet_total": figures.quiet_total,
        "organizations": figures.organizations,
        "people": figures.people,
        "most_active": [
            {
                "id": row.stakeholder_id,
                "name": row.name,
                "kind": row.kind,
                "category": row.category,
                "engagements": row.engagements,
                "last": row.last.isoformat() if row.last else None,
            }
            for row in figures.most_active
        ],
        "before": {"reached": figures.before, "new": figures.new_before, "quiet": figures.quiet_before},
    }


def _ledger_json(ledger: Ledger) -> dict[str, int]:
    return {
        "open": ledger.open,
        "overdue": ledger.overdue,
        "kept": ledger.kept,
        "late": ledger.late,
        "broken": ledger.broken,
        "withdrawn": ledger.withdrawn,
    }


def _commitments_json(figures: CommitmentFigures) -> dict[str, Any]:
    return {
        **_ledger_json(figures.all),
        "ours": _ledger_json(figures.ours),
        "theirs": _ledger_json(figures.theirs),
        "before": _ledger_json(figures.before) if figures.before else None,
        "overdue_list": [
            {
                "id": row.commitment_id,
                "text": row.text,
                "ours": row.ours,
                "party": row.party,
                "due": row.due.isoformat(),
                "days": row.days,
                "owner": row.owner,
            }
            for row in figures.overdue
        ],
    }
