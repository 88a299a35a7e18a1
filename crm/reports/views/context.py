"""What the report's pages are drawn from: the report, its words, and the address of every list and record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, g, request, url_for
from flask_babel import get_locale, get_translations, gettext

from crm.offices import queries as offices
from crm.reports import charts, forms, kpis, method, narrative, service, tables
from crm.reports.figures import CoordinationReport
from crm.reports.names import category_name, filter_lines, form_name, title
from crm.reports.narrative import Narrative
from crm.reports.periods import Period
from crm.reports.views import links
from crm.reports.words import Words
from crm.stakeholders.models import Category

RECORDS = {
    "interaction": "interactions.show",
    "meeting": "meetings.show",
    "organization": "stakeholders.show",
    "person": "stakeholders.show",
    "stakeholder": "stakeholders.show",
    "commitment": "commitments.show",
    "campaign": "campaigns.results",
}


@dataclass(frozen=True, slots=True)
class Made:
    """One report with everything that its forms of output need."""

    asked: forms.Asked
    report: CoordinationReport
    narrative: Narrative
    words: Words


def reader() -> Words:
    return Words(get_translations(), str(get_locale()))


def asked_for() -> forms.Asked:
    visible = offices.offices_in_tree_order()
    return forms.read(request.args, visible, g.viewer.scope.home_office_id, {office.id: office.today for office in visible})


def make(asked: forms.Asked) -> Made:
    words = reader()
    report = service.coordination_report(
        g.viewer.scope, asked.office, asked.period, tier_days=current_app.config["TIER_DAYS"], filters=asked.filters
    )
    return Made(asked, report, narrative.write(report, words), words)


def made_or_400() -> Made:
    """For files: a wrong address has no page to be shown on."""
    asked = asked_for()
    if asked.errors:
        abort(400)
    return make(asked)


def note_of(code: str, words: Words) -> str:
    named = {
        "person": words.gettext("person"),
        "open": words.gettext("still open"),
        "done": words.gettext("done"),
        "broken": words.gettext("not kept"),
        "withdrawn": words.gettext("withdrawn"),
    }
    if code in named:
        return named[code]
    return category_name(words, code) if code in {member.value for member in Category} else form_name(words, code)


def address_of(kind: str, record_id: int) -> str | None:
    """Where a record is shown; None while its feature has no page for it."""
    endpoint = RECORDS.get(kind, "")
    rule = next(current_app.url_map.iter_rules(endpoint), None) if endpoint in current_app.view_functions else None
    numbers: dict[str, Any] = dict.fromkeys(rule.arguments, record_id) if rule else {}
    return url_for(endpoint, **numbers) if rule else None


def page_context(made: Made) -> dict[str, Any]:
    return page_context_of(made.report, made.narrative, made.words, address=made.asked.address())


def page_context_of(report: CoordinationReport, told: Narrative, words: Words, *, address: dict[str, Any]) -> dict[str, Any]:
    """What the page, the print page and the file of the command line are drawn from. `address` names the report in links."""

    def link(name: str) -> str | None:
        kind, _, key = name.partition(":")
        if kind in RECORDS and key:
            return address_of(kind, int(key))
        if name == "stakeholder" and report.filters.stakeholder_id:
            return address_of(name, report.filters.stakeholder_id)
        return url_for("reports.figure", figure=name, **address)

    def of_period(name: str, period: Period | None) -> str | None:
        days = {"from": period.start.isoformat(), "to": period.end.isoformat()} if period else {}
        return url_for("reports.figure", figure=name, **address | days)

    return {
        "report": report,
        "narrative": told,
        "charts": charts.draw(report, words),
        "kpis": kpis.kpis(report, words),
        "tables": {
            "topics": tables.topics(report, words),
            "work": tables.work(report, words),
            "categories": tables.categories(report, words),
            "forms": tables.forms(report, words),
            "months": tables.months(report, words),
            "mail": tables.mail(report, words),
        },
        "urls": links.of_tables(report, of_period),
        "ledger": tables.ledger(report, words),
        "sheets": lambda: tables.all_sheets(report, words),
        "shown": lambda cell: tables.shown(cell, words),
        "span": _span_line(report, words),
        "back": url_for("reports.coordination", **address),
        "method": method.sentences(report, words),
        "filtered": filter_lines(words, report.filters),
        "link": link,
        "address_of": address_of,
        "words": words,
        "category_of": lambda code: title(category_name(words, code)),
        "put_together": words.moment(report.generated_at, report.office.zone),
    }


def _span_line(report: CoordinationReport, words: Words) -> str:
    """Under the title: the days and the office, and how many offices are counted with it."""
    below = report.office.below
    if not below:
        return words.gettext("%(span)s, %(office)s", span=words.span(report.period), office=report.office.name)
    return words.ngettext(
        "%(span)s, %(office)s and %(n)s office below it",
        "%(span)s, %(office)s and %(n)s offices below it",
        below,
        span=words.span(report.period),
        office=report.office.name,
        n=words.number(below),
    )


def filter_context(asked: forms.Asked) -> dict[str, Any]:
    words = reader()

    def at(period: Period | None) -> str | None:
        if period is None:
            return None
        return url_for(
            "reports.coordination", **asked.address(**{"from": period.start.isoformat(), "to": period.end.isoformat()})
        )

    def latest(kind: str) -> str:
        return url_for("reports.coordination", **asked.address(**{"from": None, "to": None, "period": kind}))

    kept = [(key, url_for("reports.coordination", **asked.address(**{key: None}))) for key in ("category", "stakeholder")]
    without = dict(kept)
    chips = []
    if asked.filters.category:
        chips.append((gettext("Category"), title(category_name(words, asked.filters.category)), without["category"]))
    if asked.filters.stakeholder_name:
        chips.append((gettext("Stakeholder"), asked.filters.stakeholder_name, without["stakeholder"]))
    return {
        "asked": asked,
        "chips": chips,
        "offices": offices.offices_in_tree_order(),
        "categories": [(member.value, title(category_name(words, member.value))) for member in Category],
        "earlier": at(asked.period.before()),
        "later": at(asked.period.after()) if asked.period.end < asked.office.today else None,
        "period_choices": [
            (label, latest(kind), asked.period.kind == kind)
            for kind, label in (("week", gettext("Week")), ("month", gettext("Month")), ("quarter", gettext("Quarter")))
        ],
        "download": lambda name: url_for(f"reports.coordination_{name}", **asked.address()),
    }
