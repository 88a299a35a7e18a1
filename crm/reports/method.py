"""How the figures are counted, as sentences that stand under every report."""

from __future__ import annotations

from crm.reports.figures import CoordinationReport
from crm.reports.words import Words


def sentences(report: CoordinationReport, words: Words) -> list[str]:
    found = [
        words.gettext(
            "An engagement counts by the day it took place; one known only by week, month or quarter counts on the first day of it."
        ),
        words.gettext("Reached is who took part in an engagement of the period; the hosts of our own side are not counted."),
        words.gettext("Reached for the first time is who took part in no earlier engagement on record."),
        words.gettext(
            "Without contact for longer than usual is who has a contact interval that has passed without an engagement; "
            "bulletins do not count as contact."
        ),
        words.gettext(
            "Kept on time is done by the due date or without one; open and overdue are read at the end of %(day)s.",
            day=words.long_date(report.as_of),
        ),
    ]
    if report.mail:
        found.append(
            words.gettext(
                "E-mail counts campaigns that began in the period, with what became of their mails up to now; people are addresses, "
                "each once; clicks of machines are left out."
            )
        )
    if report.office.below:
        found.append(
            words.ngettext(
                "Counted: %(office)s and %(n)s office below it.",
                "Counted: %(office)s and %(n)s offices below it.",
                report.office.below,
                office=report.office.name,
                n=words.number(report.office.below),
            )
        )
    return found
