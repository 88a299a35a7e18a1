"""The report as a page, its print form, and the list behind each figure."""

from __future__ import annotations

from flask import Response, abort, current_app, g, request, url_for

from crm.core.access import Permission, requires
from crm.core.pages import render
from crm.offices import letterhead
from crm.reports import service
from crm.reports.figure_lists import Subject, UnknownFigure, heading, parse
from crm.reports.names import filter_lines, title
from crm.reports.views.blueprint import bp
from crm.reports.views.context import address_of, asked_for, filter_context, made_or_400, make, note_of, page_context, reader


@bp.get("/coordination")
@requires(Permission.REPORTS_READ)
def coordination() -> Response:
    asked = asked_for()
    if asked.errors:
        return render("reports/coordination_filter.html", status=422, **filter_context(asked))
    return render("reports/coordination.html", **page_context(make(asked)), **filter_context(asked))


@bp.get("/coordination/print")
@requires(Permission.REPORTS_READ)
def coordination_print() -> Response:
    made = made_or_400()
    return render("reports/coordination_print.html", letterhead=letterhead.of(made.asked.office), **page_context(made))


@bp.get("/coordination/figures/<string:figure>")
@requires(Permission.REPORTS_READ)
def figure(figure: str) -> Response:
    try:
        wanted = parse(figure)
    except UnknownFigure:
        abort(404)
    asked = asked_for()
    if asked.errors:
        abort(400)
    words = reader()
    page, name = service.figure_list(
        g.viewer.scope,
        asked.office,
        asked.period,
        wanted,
        tier_days=current_app.config["TIER_DAYS"],
        filters=asked.filters,
        cursor=request.args.get("after"),
    )
    following = url_for("reports.figure", figure=figure, **asked.address(after=page.next_cursor)) if page.next_cursor else None
    return render(
        "reports/figure.html",
        part="reports/_figure_more.html",
        heading=heading(wanted, words, name),
        is_commitments=wanted.subject is Subject.COMMITMENTS,
        is_stakeholders=wanted.subject is Subject.STAKEHOLDERS,
        is_mail=wanted.subject is Subject.MAIL,
        page=page,
        next_url=following,
        back=url_for("reports.coordination", **asked.address()),
        asked=asked,
        span=words.span(asked.period),
        filtered=filter_lines(words, asked.filters),
        note_of=lambda code: title(note_of(code, words)),
        address_of=address_of,
        words=words,
    )
