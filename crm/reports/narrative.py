"""Three to seven plain sentences about the figures: what happened, what is unsure, what stands open, what needs a decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm.reports import mailings
from crm.reports.figures import CoordinationReport, Count, EngagementFigures, Overdue, Quiet
from crm.reports.names import form_name
from crm.reports.words import Part, Sentence, Words, plain

DECISIONS = 3  # as many as one meeting with the head of the office can settle
_DOUBTFUL = 0.1  # from this share of unsure dates on, the doubt is part of the news


@dataclass(frozen=True, slots=True)
class Decision:
    """Something only the head of the office can settle, and where to do it."""

    what: str
    why: str
    figure: str  # "commitment:7", "stakeholder:12"


@dataclass(frozen=True, slots=True)
class Narrative:
    lead: Sentence
    paragraphs: tuple[tuple[Sentence, ...], ...]
    decisions: tuple[Decision, ...]

    def __iter__(self) -> Iterator[Sentence]:
        yield self.lead
        for paragraph in self.paragraphs:
            yield from paragraph

    def plain(self) -> list[str]:
        return [plain(str(sentence)) for sentence in self]


def write(report: CoordinationReport, words: Words) -> Narrative:
    decisions = tuple(_decisions(report, words))
    first = [sentence for sentence in (_second_thought(report, words),) if sentence]
    promises = [sentence for sentence in (_settled(report, words), _standing(report, words)) if sentence]
    if not promises:
        promises = [_no_promises(words)]
    first += [sentence for sentence in (mailings.by_mail(report, words),) if sentence]
    last = [_quiet(report, words)]
    if decisions:
        last.append(_needed(report, words))
    paragraphs = tuple(tuple(paragraph) for paragraph in (first, promises, last) if paragraph)
    return Narrative(_lead(report, words), paragraphs, decisions)


# the first sentence


def _lead(report: CoordinationReport, words: Words) -> Sentence:
    figures = report.engagements
    places = _lead_places(report, words)
    if not report.finished:
        return words.sentence(_running_lead(figures, words), **places)
    if figures.total == 0:
        return words.sentence(_empty_lead(figures, words), **places)
    return words.sentence(_lead_template(figures, words), **places)


def _lead_places(report: CoordinationReport, words: Words) -> dict[str, str | Part]:
    figures = report.engagements
    before = figures.before or 0
    return {
        "period": words.period(report.period),
        "day": words.long_date(report.today),
        "before": words.before(report.period),
        "engagements": Part(_engagements(words, figures.total), "engagements"),
        "stakeholders": _with_whom(report, words),
        "difference": words.number(abs(figures.total - before)),
        "earlier": _engagements(words, before),
        "form": form_name(words, _driver(figures) or ""),
    }


def _engagements(words: Words, n: int) -> str:
    return words.ngettext("%(n)s engagement", "%(n)s engagements", n, n=words.number(n))


def _with_whom(report: CoordinationReport, words: Words) -> Part:
    if report.filters.stakeholder_name:
        return Part(report.filters.stakeholder_name, "stakeholder")
    n = report.stakeholders.reached
    return Part(words.ngettext("%(n)s stakeholder", "%(n)s stakeholders", n, n=words.number(n)), "reached")


def _running_lead(figures: EngagementFigures, words: Words) -> str:
    """A period that has not ended is not compared as if it had."""
    if figures.total == 0:
        return words.gettext("No engagement has been recorded for %(period)s up to %(day)s; the period has not ended.")
    if not figures.before:
        return words.gettext(
            "Up to %(day)s, %(period)s has %(engagements)s with %(stakeholders)s on record; the period has not ended."
        )
    return words.gettext(
        "Up to %(day)s, %(period)s has %(engagements)s with %(stakeholders)s on record; %(before)s had %(earlier)s in all."
    )


def _empty_lead(figures: EngagementFigures, words: Words) -> str:
    if figures.before:
        return words.gettext("No engagement was recorded in %(period)s; %(before)s had %(earlier)s.")
    return words.gettext("No engagement was recorded in %(period)s.")


def _lead_template(figures: EngagementFigures, words: Words) -> str:
    if figures.before is None:
        return words.gettext("In %(period)s the office recorded %(engagements)s with %(stakeholders)s.")
    if figures.before == 0:
        return words.gettext(
            "In %(period)s the office recorded %(engagements)s with %(stakeholders)s; none was recorded %(before)s."
        )
    if figures.total == figures.before:
        return words.gettext("In %(period)s the office recorded %(engagements)s with %(stakeholders)s, as many as %(before)s.")
    if figures.total > figures.before:
        return _rise(figures, words)
    return _fall(figures, words)


def _rise(figures: EngagementFigures, words: Words) -> str:
    if figures.before and figures.total >= 2 * figures.before:
        return words.gettext(
            "In %(period)s the office recorded %(engagements)s with %(stakeholders)s, up from %(earlier)s %(before)s."
        )
    if _driver(figures):
        return words.gettext(
            "In %(period)s the office recorded %(engagements)s with %(stakeholders)s, "
            "%(difference)s more than %(before)s, mainly because of more %(form)s."
        )
    return words.gettext(
        "In %(period)s the office recorded %(engagements)s with %(stakeholders)s, %(difference)s more than %(before)s."
    )


def _fall(figures: EngagementFigures, words: Words) -> str:
    if figures.before and 2 * figures.total <= figures.before:
        return words.gettext(
            "In %(period)s the office recorded %(engagements)s with %(stakeholders)s, down from %(earlier)s %(before)s."
        )
    if _driver(figures):
        return words.gettext(
            "In %(period)s the office recorded %(engagements)s with %(stakeholders)s, "
            "%(difference)s fewer than %(before)s, mainly because of fewer %(form)s."
        )
    return words.gettext(
        "In %(period)s the office recorded %(engagements)s with %(stakeholders)s, %(difference)s fewer than %(before)s."
    )


def _driver(figures: EngagementFigures) -> str | None:
    """The one form that accounts for more than half of the change, when there are forms to choose from."""
    if figures.before is None or len(figures.by_form) < 2:
        return None
    change = figures.total - figures.before
    most = max(figures.by_form, key=lambda form: _change(form) * (1 if change > 0 else -1))
    return most.key if change and _change(most) * 2 / change > 1 else None


def _change(form: Count) -> int:
    return form.count - (form.before or 0)


# what to bear in mind about the first


def _second_thought(report: CoordinationReport, words: Words) -> Sentence | None:
    """Unsure dates when they are many, else whom the office met for the first time."""
    figures = report.engagements
    unsure = figures.coarse + figures.undated
    if unsure and unsure >= _DOUBTFUL * (figures.total + figures.undated):
        return _unsure(figures, words)
    return _new(report, words)


def _unsure(figures: EngagementFigures, words: Words) -> Sentence:
    coarse = Part(words.spelt(figures.coarse), "coarse")
    undated = Part(words.spelt(figures.undated), "undated")
    if not figures.undated:
        text = words.gettext("Of these, %(coarse)s are known only by their week, month or quarter.")
        if figures.coarse == figures.total > 1:
            text = words.gettext("All of them are known only by their week, month or quarter.")
        elif figures.coarse == 1:
            text = words.gettext("Of these, one is known only by its week, month or quarter.")
    elif not figures.coarse:
        text = words.ngettext(
            "One more engagement has no date and is not counted.",
            "%(undated)s more engagements have no date and are not counted.",
            figures.undated,
            undated="%(undated)s",
        )
    else:
        text = words.gettext(
            "Known only by week, month or quarter: %(coarse)s of these; without a date, and so not counted: %(undated)s more."
        )
    return words.sentence(text, coarse=coarse, undated=undated)


def _new(report: CoordinationReport, words: Words) -> Sentence | None:
    new, reached = report.stakeholders.new, report.stakeholders.reached
    if new == 0 or report.filters.stakeholder_id is not None:
        return None
    if new == reached == 1:
        return words.sentence(words.gettext("It is the first contact with this stakeholder on record."))
    if new == reached:
        return words.sentence(words.gettext("As far as the records go, all of them were met for the first time."))
    return words.sentence(
        words.gettext("Met for the first time: %(new)s of these stakeholders."), new=Part(words.spelt(new), "new")
    )


# promises


def _settled(report: CoordinationReport, words: Words) -> Sentence | None:
    ledger = report.commitments.all
    if ledger.settled == 0:
        return None
    settled = Part(_promises(words, ledger.settled), "settled")
    if ledger.settled == 1:
        return words.sentence(_one_settled(report, words), settled=settled)
    if ledger.kept == ledger.settled:
        return words.sentence(words.gettext("All of %(settled)s closed in the period were kept on time."), settled=settled)
    parts = []
    if ledger.kept:
        parts.append(Part(words.gettext("%(n)s kept on time", n=words.spelt(ledger.kept)), "kept"))
    if ledger.late:
        parts.append(Part(words.gettext("%(n)s kept after the due date", n=words.spelt(ledger.late)), "late"))
    if ledger.broken:
        parts.append(Part(words.gettext("%(n)s not kept", n=words.spelt(ledger.broken)), "broken"))
    text = words.gettext("Of %(settled)s closed in the period: %(results)s.")
    return words.sentence(text, settled=settled, results=words.enumerate(parts))


def _one_settled(report: CoordinationReport, words: Words) -> str:
    ledger = report.commitments.all
    if ledger.kept:
        return words.gettext("Closed in the period: %(settled)s, kept on time.")
    if ledger.late:
        return words.gettext("Closed in the period: %(settled)s, kept after the due date.")
    return words.gettext("Closed in the period: %(settled)s, not kept.")


def _promises(words: Words, n: int) -> str:
    return words.ngettext("%(n)s commitment", "%(n)s commitments", n, n=words.number(n))


def _standing(report: CoordinationReport, words: Words) -> Sentence | None:
    figures = report.commitments
    ledger = figures.all
    if ledger.open == 0:
        return None
    places = {
        "open": Part(_promises(words, ledger.open), "open"),
        "overdue": Part(words.spelt(ledger.overdue), "overdue"),
        "ours": Part(words.spelt(figures.ours.overdue), "overdue-ours"),
        "theirs": Part(words.spelt(figures.theirs.overdue), "overdue-theirs"),
    }
    if ledger.overdue == 0:
        text = words.gettext("Still open: %(open)s, none past the due date.")
    elif figures.theirs.overdue == 0:
        text = words.gettext("Still open: %(open)s; past the due date: %(overdue)s, all ours.")
    elif figures.ours.overdue == 0:
        text = words.gettext("Still open: %(open)s; past the due date: %(overdue)s, all promised to us by others.")
    else:
        text = words.gettext(
            "Still open: %(open)s; past the due date: %(overdue)s, of which %(ours)s ours and %(theirs)s promised to us."
        )
    return words.sentence(text, **places)


def _no_promises(words: Words) -> Sentence:
    return words.sentence(words.gettext("No commitment is open and none was closed in the period."))


# who has gone quiet


def _quiet(report: CoordinationReport, words: Words) -> Sentence:
    figures = report.stakeholders
    if not figures.quiet_total or not figures.quiet:
        return words.sentence(words.gettext("No stakeholder has gone longer without contact than usual."))
    longest = max(figures.quiet, key=lambda row: row.days)
    places = {
        "quiet": Part(words.spelt(figures.quiet_total), "quiet"),
        "name": Part(longest.name, f"stakeholder:{longest.stakeholder_id}"),
        "days": words.days(longest.days),
        "usual": words.days(longest.interval),
    }
    return words.sentence(_quiet_template(figures.quiet_total, longest, words), **places)


def _quiet_template(total: int, longest: Quiet, words: Words) -> str:
    if total == 1:
        if longest.last is None:
            return words.gettext("No contact with %(name)s is on record yet; the usual interval is %(usual)s.")
        return words.gettext("Without contact for longer than usual: %(name)s, %(days)s; the usual interval is %(usual)s.")
    if longest.last is None:
        return words.gettext(
            "Without contact for longer than usual: %(quiet)s stakeholders, among them %(name)s, "
            "with whom no contact is on record yet."
        )
    return words.gettext(
        "Without contact for longer than usual: %(quiet)s stakeholders, longest %(name)s, "
        "%(days)s; the usual interval is %(usual)s."
    )


# what needs a decision


def _needed(report: CoordinationReport, words: Words) -> Sentence:
    overdue = report.commitments.all.overdue
    quiet = report.stakeholders.quiet_total
    places = {
        "overdue": Part(
            words.ngettext("%(n)s overdue commitment", "%(n)s overdue commitments", overdue, n=words.spelt(overdue)), "overdue"
        ),
        "quiet": Part(
            words.ngettext("%(n)s quiet stakeholder", "%(n)s quiet stakeholders", quiet, n=words.spelt(quiet)), "quiet"
        ),
    }
    if overdue and quiet:
        return words.sentence(words.gettext("To be decided: how to go on with %(overdue)s and %(quiet)s."), **places)
    if overdue:
        return words.sentence(words.gettext("To be decided: how to go on with %(overdue)s."), **places)
    return words.sentence(words.gettext("To be decided: who contacts %(quiet)s."), **places)


def _decisions(report: CoordinationReport, words: Words) -> Iterator[Decision]:
    """The oldest of each sort first: what we owe, what we are owed, who has gone quiet."""
    overdue = sorted(report.commitments.overdue, key=lambda row: -row.days)
    quiet = sorted(report.stakeholders.quiet, key=lambda row: -row.days)
    found = [_we_owe(row, words) for row in overdue if row.ours][:1]
    found += [_we_are_owed(row, words) for row in overdue if not row.ours][:1]
    found += [_call(row, words) for row in quiet][: DECISIONS - len(found)]
    yield from found


def _we_owe(row: Overdue, words: Words) -> Decision:
    if row.party:
        why = words.gettext("Promised to %(party)s, %(days)s past the due date.", party=row.party, days=words.days(row.days))
    else:
        why = words.gettext("Our own, %(days)s past the due date.", days=words.days(row.days))
    return Decision(
        words.gettext("Finish it or agree on a new date: %(text)s", text=row.text), why, f"commitment:{row.commitment_id}"
    )


def _we_are_owed(row: Overdue, words: Words) -> Decision:
    if row.party:
        why = words.gettext("Promised by %(party)s, %(days)s past the due date.", party=row.party, days=words.days(row.days))
    else:
        why = words.gettext("Promised to us, %(days)s past the due date.", days=words.days(row.days))
    return Decision(
        words.gettext("Ask for it or take it further up: %(text)s", text=row.text), why, f"commitment:{row.commitment_id}"
    )


def _call(row: Quiet, words: Words) -> Decision:
    if row.last is None:
        why = words.gettext("No contact is on record yet; the usual interval is %(usual)s.", usual=words.days(row.interval))
    else:
        why = words.gettext(
            "No contact for %(days)s; the usual interval is %(usual)s.", days=words.days(row.days), usual=words.days(row.interval)
        )
    return Decision(words.gettext("Choose who contacts %(name)s", name=row.name), why, f"stakeholder:{row.stakeholder_id}")
