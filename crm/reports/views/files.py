"""The report to take away: PDF, workbook and JSON, each written down in the activity record."""

from __future__ import annotations

import datetime as dt
import io
import json

from flask import Response, send_file
from flask_login import current_user
from werkzeug.exceptions import TooManyRequests

from crm.activity import queries as acts
from crm.activity import service as activity
from crm.core import transaction
from crm.core.access import Permission, requires
from crm.offices import letterhead
from crm.reports import charts, paper, workbook
from crm.reports.figures import to_json
from crm.reports.views.blueprint import bp
from crm.reports.views.context import Made, made_or_400

MOST_AN_HOUR = 100  # by one person, of every office and format together
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/coordination/paper.pdf")
@requires(Permission.REPORTS_READ)
def coordination_pdf() -> Response:
    made = _asked_for()
    head = letterhead.of(made.asked.office)
    data = paper.coordination(
        made.report,
        made.narrative,
        charts.draw(made.report, made.words),
        made.words,
        letterhead=head,
        signatures=_signatures(made, head),
    )
    transaction.release()  # typesetting takes a moment; nobody should wait for it
    done = paper.typeset(data)
    response = _file(done.pdf, made, "pdf", "application/pdf")
    response.headers["X-Paper"] = "tagged" if done.is_tagged else "plain"
    return response


@bp.get("/coordination/workbook.xlsx")
@requires(Permission.EXPORTS_MAKE)
def coordination_xlsx() -> Response:
    made = _asked_for()
    target = io.BytesIO()
    workbook.write(target, made.report, made.narrative, made.words)
    return _file(target.getvalue(), made, "xlsx", _XLSX)


@bp.get("/coordination/report.json")
@requires(Permission.EXPORTS_MAKE)
def coordination_json() -> Response:
    made = _asked_for()
    body = json.dumps(to_json(made.report, made.narrative.plain()), ensure_ascii=False, indent=2)
    return _file(body.encode(), made, "json", "application/json")


def _asked_for() -> Made:
    """The report, unless this person took so many in the last hour that it looks like taking everything away (429)."""
    if acts.count_lately("exported", "report", by_id=current_user.id, within=dt.timedelta(hours=1)) >= MOST_AN_HOUR:
        raise TooManyRequests(retry_after=600)
    return made_or_400()


def _file(body: bytes, made: Made, ending: str, kind: str) -> Response:
    """A download, with an entry of who took which report: it is read as often as it is written, so a GET that writes."""
    asked, user = made.asked, current_user._get_current_object()
    details, rows = asked.address(format=ending), made.report.engagements.total

    def note() -> None:
        activity.record("exported", ("report", asked.office.id), by=user, office_id=asked.office.id, rows=rows, **details)

    transaction.survive(note)
    name = f"laporan-koordinasi-{asked.office.code}-{asked.period.start}-{asked.period.end}.{ending}".lower()
    return send_file(io.BytesIO(body), mimetype=kind, as_attachment=True, download_name=name)


def _signatures(made: Made, head: letterhead.Letterhead) -> list[paper.Signature]:
    """Who put it together, and who takes note of it: the one who signs the office's papers."""
    words = made.words
    dated = words.long_date(made.report.today)
    return [
        paper.Signature(words.gettext("Put together by"), current_user.post, current_user.name),
        paper.Signature(
            f"{head.place}, {dated}" if head.place else dated,
            head.signer_post or words.gettext("Head of the office"),
            head.signer,
            head.signer_number,
        ),
    ]
