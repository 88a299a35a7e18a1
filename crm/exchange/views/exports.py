"""Taking the list of stakeholders away as a file: asking for it, waiting, fetching it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, abort, request, send_file, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from crm.campaigns.results import queries as results
from crm.core import clock, settings
from crm.core.access import Permission, may, requires
from crm.core.dates import number, viewer_zone
from crm.core.pages import done, get_or_404, is_enhanced, refuse, render, render_form
from crm.exchange import exports, queries
from crm.exchange.forms import ExportForm
from crm.exchange.models import Export, ExportState
from crm.exchange.views.blueprint import bp
from crm.stakeholders import queries as stakeholders
from crm.stakeholders.queries import Filter, Rhythm

_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


@bp.route("/exports/new", methods=["GET", "POST"])
@requires(Permission.EXPORTS_MAKE)
def new_export() -> Response:
    """The filters are those of the list, in the address."""
    wanted = _wanted()
    form = ExportForm()
    labels = {
        exports.XLSX: _("Excel (.xlsx), a sheet for organizations and one for people"),
        exports.CSV_PEOPLE: _("CSV of the people"),
        exports.CSV_ORGANIZATIONS: _("CSV of the organizations"),
    }
    form.offer([(each, labels[each]) for each in exports.formats_for(wanted)])
    if form.validate_on_submit():
        return _asked(exports.ask_for_export, wanted, form, "exchange.new_export", wanted.arguments)
    return render_form(
        "exchange/new_export.html",
        form,
        sentence=_sentence(wanted),
        action=url_for("exchange.new_export", **wanted.arguments),
        back=url_for("stakeholders.index", **wanted.arguments),
        sees_private=may(Permission.STAKEHOLDERS_READ_PRIVATE),
    )


def _asked(ask: Callable[..., Any], what: Any, form: ExportForm, endpoint: str, arguments: Mapping[str, Any]) -> Response:
    """Ask for the file that a good form wants; of too many, say so on the page that asked."""
    try:
        export = ask(
            what,
            format_=form.format.data,
            purpose=form.purpose.data or "",
            language=str(get_locale()),
            zone=viewer_zone(),
            by=current_user,
        )
    except exports.TooManyExports:
        return refuse(_("Many files were made in the last hour. Wait a while, then try again."), endpoint, **arguments)
    return done(_("The file is being made."), "exchange.show_export", export_id=export.id)


@bp.route("/exports/campaigns/<int:campaign_id>", methods=["GET", "POST"])
@requires(Permission.EXPORTS_MAKE)
def new_campaign_export(campaign_id: int) -> Response:
    """What became of each mail of a campaign."""
    if not may(Permission.CAMPAIGNS_READ):
        abort(403)
    campaign = get_or_404(results.left_draft(), campaign_id)
    form = ExportForm()
    form.offer([(exports.XLSX, "Excel (.xlsx)"), (exports.CSV, "CSV")])
    if form.validate_on_submit():
        return _asked(exports.ask_for_campaign, campaign, form, "exchange.new_campaign_export", {"campaign_id": campaign_id})
    return render_form("exchange/new_campaign_export.html", form, campaign=campaign)


@bp.get("/exports/<int:export_id>")
@requires(Permission.EXPORTS_MAKE)
def show_export(export_id: int) -> Response:
    export = _find(export_id)
    response = render("exchange/show_export.html", part="exchange/_export_state.html", **_shown(export))
    if is_enhanced() and export.state is not ExportState.ASKED:
        response.headers["HX-Redirect"] = url_for("exchange.show_export", export_id=export_id)
    return response


@bp.get("/exports/<int:export_id>/file")
@requires(Permission.EXPORTS_MAKE)
def export_file(export_id: int) -> Response:
    """The file itself, for who asked for it, as long as that person may still see what is in it. A link to what is gone says so."""
    export = _find(export_id)
    if export.has_private and not may(Permission.STAKEHOLDERS_READ_PRIVATE):
        abort(404)
    if not exports.is_ready(export):
        return render("exchange/show_export.html", status=404, **_shown(export))
    place = exports.path_of(export)
    ending = place.suffix.lstrip(".")
    day = clock.today(export.zone).isoformat()
    campaign_id = export.filters.get(exports.CAMPAIGN)
    name = _("campaign-%(number)s-%(day)s", number=campaign_id, day=day) if campaign_id else _("stakeholders-%(day)s", day=day)
    response = send_file(place, mimetype=_TYPES[ending], as_attachment=True, download_name=f"{name}.{ending}", max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response


def _find(export_id: int) -> Export:
    return get_or_404(queries.exports_of(current_user), export_id)


def _wanted() -> Filter:
    try:
        return stakeholders.parse_filter(request.args.to_dict(flat=False))
    except stakeholders.UnknownFilter:
        abort(400)


def _sentence(wanted: Filter) -> str:
    rhythm = Rhythm(clock.today(viewer_zone()), settings.get("TIER_DAYS"))
    found, more = stakeholders.count(wanted, rhythm, viewer_id=current_user.id)
    if more:
        return _("More than %(number)s organizations and people.", number=number(found))
    return ngettext("%(number)s organization or person.", "%(number)s organizations and people.", found, number=number(found))


def _shown(export: Export) -> dict[str, Any]:
    campaign_id = export.filters.get(exports.CAMPAIGN)
    if campaign_id:
        list_url = url_for("campaigns.results", campaign_id=campaign_id)
        again_url = url_for("exchange.new_campaign_export", campaign_id=campaign_id)
    else:
        list_url = url_for("stakeholders.index", **export.filters)
        again_url = url_for("exchange.new_export", **export.filters)
    return {
        "is_of_campaign": campaign_id is not None,
        "export": export,
        "is_ready": exports.is_ready(export),
        "is_waiting": export.state is ExportState.ASKED,
        "is_forbidden": export.state is ExportState.NOT_PERMITTED,
        "list_url": list_url,
        "again_url": again_url,
    }
