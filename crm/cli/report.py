"""flask crm report coordination: the coordination report of an office as JSON, workbook, PDF or HTML."""

import datetime as dt
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app, render_template
from flask.cli import AppGroup
from flask_babel import force_locale, get_translations

from crm.cli.ground import one_transaction
from crm.core import scope as scopes
from crm.core.db import db
from crm.offices import letterhead
from crm.offices import queries as offices
from crm.offices.models import Office
from crm.reports import charts, narrative, paper, service, workbook
from crm.reports.figures import CoordinationReport, Filters, to_json
from crm.reports.narrative import Narrative
from crm.reports.periods import FIRST_YEAR, LAST_YEAR, Period
from crm.reports.views.context import page_context_of
from crm.reports.words import Words
from crm.stakeholders.models import Category, Stakeholder

report = AppGroup("report", help="Reports, written to a file or to standard output.")
COMMANDS = [report]
DAY = click.DateTime(["%Y-%m-%d"])


@report.command("coordination")
@click.option("--office", "office_code", required=True, help="Code of the office; those below it are counted too.")
@click.option("--from", "first", required=True, type=DAY, help="First day, as in 2026-11-16.")
@click.option("--to", "last", required=True, type=DAY, help="Last day.")
@click.option(
    "--category", type=click.Choice([member.value for member in Category]), help="Only what was done with this category."
)
@click.option("--stakeholder", "stakeholder_id", type=int, help="Number of a stakeholder: only what was done with this one.")
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True)
@click.option("--format", "form", type=click.Choice(["json", "xlsx", "pdf", "html"]), default="json", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else standard output.")
def coordination(
    office_code: str,
    first: dt.datetime,
    last: dt.datetime,
    category: str | None,
    stakeholder_id: int | None,
    language: str,
    form: str,
    output: Path | None,
) -> None:
    """Write the coordination report of an office and a period."""
    period = _period(first.date(), last.date())
    if output is None and form in {"xlsx", "pdf"} and sys.stdout.isatty():
        raise click.ClickException(f"A {form} is not for a terminal. Give a file with -o.")
    with force_locale(language):
        words = Words(get_translations(), language)
        made, office = _make(office_code, period, category, stakeholder_id)
        told = narrative.write(made, words)
        body = _WRITERS[form](made, told, words, office)
    _write(body, output)


def _period(first: dt.date, last: dt.date) -> Period:
    if last < first:
        raise click.ClickException("The last day lies before the first.")
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        raise click.ClickException(f"The years lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return Period.of(first, last)


def _make(code: str, period: Period, category: str | None, stakeholder_id: int | None) -> tuple[CoordinationReport, Office]:
    """Count within the scope of the office, as somebody who works there would."""
    with one_transaction("report coordination"):
        office = offices.office_by_code(code)
        if office is None:
            raise click.ClickException(f"There is no office with the code {code!r}. See: flask crm office list")
        scope = scopes.Scope(user_id=None, office_ids=offices.subtree_ids(office.id), home_office_id=office.id)
        with scopes.use(scope):
            name = _stakeholder_name(stakeholder_id)
            filters = Filters(category, stakeholder_id, name)
            made = service.coordination_report(scope, office, period, tier_days=current_app.config["TIER_DAYS"], filters=filters)
        db.session.expunge(office)
    return made, office


def _stakeholder_name(stakeholder_id: int | None) -> str | None:
    if stakeholder_id is None:
        return None
    found = db.session.get(Stakeholder, stakeholder_id)
    if found is None:
        raise click.ClickException(f"This office has no stakeholder with the number {stakeholder_id}.")
    return found.name


def _write(body: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(body, nl=False)
        return
    try:
        output.write_bytes(body)
    except OSError as error:
        raise click.ClickException(f"{output} can't be written: {error.strerror}.") from None


def _json(made: CoordinationReport, told: Narrative, _words: Words, _office: Office) -> bytes:
    return (json.dumps(to_json(made, told.plain()), ensure_ascii=False, indent=2) + "\n").encode()


def _xlsx(made: CoordinationReport, told: Narrative, words: Words, _office: Office) -> bytes:
    target = io.BytesIO()
    workbook.write(target, made, told, words)
    return target.getvalue()


def _pdf(made: CoordinationReport, told: Narrative, words: Words, office: Office) -> bytes:
    head = letterhead.of(office)
    dated = words.long_date(made.today)
    signature = paper.Signature(
        f"{head.place}, {dated}" if head.place else dated,
        head.signer_post or words.gettext("Head of the office"),
        head.signer,
        head.signer_number,
    )
    drawn = charts.draw(made, words)
    done = paper.typeset(paper.coordination(made, told, drawn, words, letterhead=head, signatures=[signature]))
    if not done.is_tagged:
        click.echo("A character is in none of the fonts: this PDF has no tags for screen readers.", err=True)
    return done.pdf


def _html(made: CoordinationReport, told: Narrative, words: Words, office: Office) -> bytes:
    """The print page; what it needs (its stylesheet) is named by the address of the installation."""
    base = current_app.config["PUBLIC_BASE_URL"]
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.test_request_context("/reports/coordination/print", base_url=base, query_string={"lang": words.locale}):
        context: dict[str, Any] = page_context_of(made, told, words, address={})
        page = render_template("reports/coordination_print.html", letterhead=letterhead.of(office), **context)
    return re.sub(r'(href|src)="/', rf'\1="{base}/', page).encode()


_WRITERS = {"json": _json, "xlsx": _xlsx, "pdf": _pdf, "html": _html}
