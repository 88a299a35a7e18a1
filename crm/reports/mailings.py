"""What the report says of e-mail, in one sentence."""

from __future__ import annotations

from crm.reports.figures import CoordinationReport
from crm.reports.words import Part, Sentence, Words


def by_mail(report: CoordinationReport, words: Words) -> Sentence | None:
    """How many people campaigns reached, and the period before where it sent any; nothing when neither did."""
    rows = {row.key: row for row in report.mail or ()}
    sent, reached = rows.get("mail-campaigns"), rows.get("mail-reached")
    if sent is None or reached is None or not (sent.count or sent.before):
        return None
    places = {
        "campaigns": Part(_campaigns(words, sent.count), "mail-campaigns"),
        "people": Part(_people(words, reached.count), "mail-reached"),
        "before": words.before(report.period),
        "earlier": _campaigns(words, sent.before or 0),
        "earlier_people": _people(words, reached.before or 0),
    }
    if not sent.count:
        text = words.gettext("Nothing was sent by e-mail; %(before)s %(earlier)s reached %(earlier_people)s.")
    elif not sent.before or not report.finished:
        text = words.gettext("By e-mail, %(campaigns)s reached %(people)s.")
    else:
        text = words.gettext("By e-mail, %(campaigns)s reached %(people)s; %(before)s %(earlier)s reached %(earlier_people)s.")
    return words.sentence(text, **places)


def _campaigns(words: Words, n: int) -> str:
    return words.ngettext("%(n)s campaign", "%(n)s campaigns", n, n=words.number(n))


def _people(words: Words, n: int) -> str:
    return words.ngettext("%(n)s person", "%(n)s people", n, n=words.number(n))
