"""Which list stands behind a figure: `role:R2` is the engagements of the period in that role. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crm.reports.figures import CoordinationReport
from crm.reports.names import category_name, form_name, kind_name, mail_name, role_name, title
from crm.reports.words import Words


class Subject(StrEnum):
    ENGAGEMENTS = "engagements"
    STAKEHOLDERS = "stakeholders"
    COMMITMENTS = "commitments"
    MAIL = "mail"


class UnknownFigure(ValueError):
    """No figure of the report has this name. People see 404."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure's name, cut in what is counted and the key that it is counted for."""

    name: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.key}" if self.key else self.name

    @property
    def subject(self) -> Subject:
        return _SUBJECTS[self.name]


_PLAIN = {
    "engagements": Subject.ENGAGEMENTS,
    "coarse": Subject.ENGAGEMENTS,
    "undated": Subject.ENGAGEMENTS,
    "reached": Subject.STAKEHOLDERS,
    "new": Subject.STAKEHOLDERS,
    "quiet": Subject.STAKEHOLDERS,
    "open": Subject.COMMITMENTS,
    "overdue": Subject.COMMITMENTS,
    "settled": Subject.COMMITMENTS,
    "kept": Subject.COMMITMENTS,
    "late": Subject.COMMITMENTS,
    "broken": Subject.COMMITMENTS,
    "withdrawn": Subject.COMMITMENTS,
}
LEDGER = ("open", "overdue", "kept", "late", "broken", "withdrawn")
_PLAIN |= {f"{name}-{side}": Subject.COMMITMENTS for name in LEDGER for side in ("ours", "theirs")}
MAIL_FIGURES = (
    "mail-campaigns", "mail-reached", "mail-clicked", "mail-bounced", "mail-unsubscribed", "mail-joined", "mail-ended",
    "mail-subscribers",
)  # fmt: skip
_PLAIN |= dict.fromkeys(MAIL_FIGURES, Subject.MAIL)
_KEYED = {
    "kind": Subject.ENGAGEMENTS,
    "form": Subject.ENGAGEMENTS,
    "role": Subject.ENGAGEMENTS,
    "month": Subject.ENGAGEMENTS,
    "topic": Subject.ENGAGEMENTS,
    "work": Subject.ENGAGEMENTS,
    "active": Subject.ENGAGEMENTS,
    "other-forms": Subject.ENGAGEMENTS,  # all but these
    "category": Subject.STAKEHOLDERS,
    "closed": Subject.COMMITMENTS,
}
_SUBJECTS = _PLAIN | _KEYED
_NUMBERED = {"topic", "work", "active", "closed"}


def parse(text: str) -> Figure:
    """Read a figure's name. Raises UnknownFigure."""
    name, _, key = text.partition(":")
    known = (name in _PLAIN and not key) or (name in _KEYED and key)
    numbered = name not in _NUMBERED or (key.isascii() and key.isdigit() and len(key) < 19)
    if not known or not numbered:
        raise UnknownFigure(text)
    return Figure(name, key)


def heading(figure: Figure, words: Words, name: str = "") -> str:
    """The title of the list; `name` is the topic's, the person's or the stakeholder's."""
    keyed = {
        "kind": lambda: title(kind_name(words, figure.key)),
        "form": lambda: title(form_name(words, figure.key)),
        "role": lambda: words.gettext("Engagements in the role: %(role)s", role=role_name(words, figure.key)),
        "month": lambda: words.gettext("Engagements of one month: %(month)s", month=_month_and_kind(figure.key, words)),
        "topic": lambda: words.gettext("Engagements on the topic: %(topic)s", topic=name),
        "work": lambda: words.gettext("Engagements by one person: %(name)s", name=name or words.gettext("Nobody named")),
        "active": lambda: words.gettext("Engagements with one stakeholder: %(name)s", name=name or "–"),
        "other-forms": lambda: words.gettext("Other forms"),
        "category": lambda: title(category_name(words, figure.key)),
        "closed": lambda: words.gettext("Commitments closed by one person: %(name)s", name=name or words.gettext("Nobody named")),
    }
    return keyed[figure.name]() if figure.name in keyed else _plain_heading(figure.name, words)


def _month_and_kind(key: str, words: Words) -> str:
    month, _, kind = key.partition(":")
    try:
        named = words.month(date.fromisoformat(f"{month}-01"))
    except ValueError:
        named = month
    return ", ".join(filter(None, (named, kind_name(words, kind) if kind else "")))


def _plain_heading(name: str, words: Words) -> str:
    if name in MAIL_FIGURES:
        return mail_name(words, name)
    what, _, side = name.partition("-")
    if what != "overdue" and side == "ours":
        return words.gettext("%(what)s, ours", what=_plain_heading(what, words))
    if what != "overdue" and side == "theirs":
        return words.gettext("%(what)s, theirs", what=_plain_heading(what, words))
    return {
        "engagements": words.gettext("Engagements"),
        "coarse": words.gettext("Engagements known only by week, month or quarter"),
        "undated": words.gettext("Engagements without a date"),
        "reached": words.gettext("Stakeholders reached"),
        "new": words.gettext("Stakeholders reached for the first time"),
        "quiet": words.gettext("Stakeholders without contact for longer than usual"),
        "open": words.gettext("Commitments still open"),
        "overdue": words.gettext("Commitments past the due date"),
        "overdue-ours": words.gettext("Our commitments past the due date"),
        "overdue-theirs": words.gettext("Commitments to us past the due date"),
        "settled": words.gettext("Commitments closed"),
        "kept": words.gettext("Commitments kept on time"),
        "late": words.gettext("Commitments kept after the due date"),
        "broken": words.gettext("Commitments not kept"),
        "withdrawn": words.gettext("Commitments withdrawn"),
    }[name]


def of_report(report: CoordinationReport) -> list[tuple[Figure, int]]:
    """Every figure that has a list, with its number: what the page links and the tests hold against the lists."""
    engagements, stakeholders, ledger = report.engagements, report.stakeholders, report.commitments.all
    found = [
        ("engagements", engagements.total), ("coarse", engagements.coarse), ("undated", engagements.undated),
        ("reached", stakeholders.reached), ("new", stakeholders.new), ("quiet", stakeholders.quiet_total),
        ("settled", ledger.settled),
    ]  # fmt: skip
    books = {"": ledger, "-ours": report.commitments.ours, "-theirs": report.commitments.theirs}
    found += [(f"{name}{side}", getattr(book, name)) for side, book in books.items() for name in LEDGER]
    keyed = {
        "kind": engagements.by_kind,
        "form": engagements.by_form,
        "role": engagements.by_role,
        "category": stakeholders.by_category,
        "topic": report.topics,
    }
    found += [(f"{name}:{row.key}", row.count) for name, rows in keyed.items() for row in rows]
    found += [(f"month:{row.month:%Y-%m}", row.total) for row in engagements.by_month]
    found += [(f"month:{row.month:%Y-%m}:{kind.key}", kind.count) for row in engagements.by_month for kind in row.by_kind]
    found += [(f"work:{row.user_id or 0}", row.engagements) for row in report.work]
    found += [(f"closed:{row.user_id or 0}", row.closed) for row in report.work]
    found += [(f"active:{row.stakeholder_id}", row.engagements) for row in stakeholders.most_active]
    found += [(row.key, row.count) for row in report.mail or ()]
    return [(parse(name), number) for name, number in found]
