"""The office tree, letterheads and holidays, for administrators."""

import datetime as dt
import re
from contextlib import closing
from dataclasses import replace

from flask import Blueprint, Response, abort, g, request
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.activity.views import history
from crm.core import scope as scopes
from crm.core.access import Permission, public, requires, takes_large_files
from crm.core.clock import today
from crm.core.dates import date_long, viewer_zone
from crm.core.forms import choices
from crm.core.pages import done, get_or_404, render, render_form
from crm.files.forms import sentence_for
from crm.files.refusals import FileRefused
from crm.files.views import picture_for_everybody
from crm.offices import letterhead as letterheads
from crm.offices import logos, queries, service
from crm.offices.forms import HolidayForm, LetterheadForm, LogoForm, OfficeForm, ProposalForm
from crm.offices.models import HolidayKind, Office

bp = Blueprint("offices", __name__, url_prefix="/offices")
YEARS = range(1990, 2101)
SCOPE = scopes.system_scope("show a logo to whoever has its address")


@bp.get("")
@requires(Permission.OFFICES_MANAGE)
def list_offices() -> Response:
    return render("offices/list_offices.html", offices=queries.offices_in_tree_order())


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.OFFICES_MANAGE)
def new_office() -> Response:
    offices = queries.offices_in_tree_order()
    form = OfficeForm().offer(offices)
    if request.method != "POST" and offices:
        form.parent_id.data, form.timezone.data = offices[0].id, offices[0].timezone
    if form.validate_on_submit():
        parent = get_or_404(queries.offices_visible(), form.parent_id.data)
        try:
            service.add_office(
                form.code.data or "", name=form.name.data or "", parent=parent, timezone=form.timezone.data, by=g.viewer.user
            )
            return done(_("%(name)s is added.", name=form.name.data), "offices.list_offices")
        except service.CodeTaken:
            form.code.errors = [_("Another office has this code.")]
    return render_form("offices/new_office.html", form)


@bp.route("/<int:office_id>", methods=["GET", "POST"])
@requires(Permission.OFFICES_MANAGE)
def edit_office(office_id: int) -> Response:
    office = get_or_404(queries.offices_visible(), office_id)
    form = OfficeForm(obj=office).offer(_possible_parents(office))
    if not form.parent_id.choices:
        del form.parent_id  # the office above one's own is not one's own to choose
    if form.validate_on_submit() and _save(office, form):
        return done(_("Saved."), "offices.list_offices")
    return render_form("offices/edit_office.html", form, office=office, history=history("office", office.id, limit=20))


@bp.route("/<int:office_id>/letterhead", methods=["GET", "POST"])
@requires(Permission.OFFICES_MANAGE)
def edit_letterhead(office_id: int) -> Response:
    office = get_or_404(queries.offices_visible(), office_id)
    present = letterheads.of(office)
    form = LetterheadForm(obj=present)
    if request.method != "POST":
        form.parents.data = "\n".join(present.parents)
    if form.validate_on_submit():
        service.set_letterhead(office, letterhead=replace(form.letterhead(), logo=present.logo), by=g.viewer.user)
        return done(_("Saved."), "offices.edit_office", office_id=office.id)
    return render_form("offices/edit_letterhead.html", form, office=office)


@bp.route("/<int:office_id>/logo", methods=["GET", "POST"])
@requires(Permission.OFFICES_MANAGE)
@takes_large_files("MAX_FILE_BYTES")
def edit_logo(office_id: int) -> Response:
    office = get_or_404(queries.offices_visible(), office_id)
    form = LogoForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            with closing(sent):
                service.set_logo(office, sent.stream, name=sent.filename, by=g.viewer.user)
            return done(_("The logo stands at the top of e-mails from now on."), "offices.edit_logo", office_id=office.id)
        except service.NotALogo:
            form.file.errors = [_("A logo is a PNG or JPEG picture.")]
        except FileRefused as refused:
            form.file.errors = [sentence_for(refused, sent.filename)]
    head = letterheads.of(office)
    return render_form("offices/edit_logo.html", form, office=office, logo=head.logo, alt=head.name)


@bp.post("/<int:office_id>/logo/removal")
@requires(Permission.OFFICES_MANAGE)
def logo_removal(office_id: int) -> Response:
    office = get_or_404(queries.offices_visible(), office_id)
    service.remove_logo(office, by=g.viewer.user)
    return done(_("E-mails begin with the name of the office again."), "offices.edit_logo", office_id=office.id)


@bp.get("/logos/<string:token>")
@public
def public_logo(token: str) -> Response:
    """The logo at the top of a mail. The address is proved, so nobody can ask for what was not sent to them."""
    with scopes.use(SCOPE):
        return picture_for_everybody(logos.find(token))


@bp.route("/holidays", methods=["GET", "POST"])
@requires(Permission.OFFICES_MANAGE)
def list_holidays() -> Response:
    year = _year()
    form = HolidayForm()
    if form.validate_on_submit() and form.day.data is not None:
        try:
            service.add_holiday(form.day.data, name=form.name.data or "", kind=HolidayKind(form.kind.data), by=g.viewer.user)
            return done(_("%(day)s is added.", day=date_long(form.day.data)), "offices.list_holidays", year=form.day.data.year)
        except service.HolidayExists:
            form.day.errors = [_("This day is in the list already.")]
    return render_form("offices/list_holidays.html", form, year=year, holidays=queries.holidays_of_year(year))


@bp.post("/holidays/<string:day>/removal")
@requires(Permission.OFFICES_MANAGE)
def removal(day: str) -> Response:
    holiday = queries.holiday_on(_day(day))
    if holiday is None:
        abort(404)
    service.remove_holiday(holiday, by=g.viewer.user)
    return done(_("%(day)s is removed.", day=date_long(holiday.day)), "offices.list_holidays", year=holiday.day.year)


@bp.route("/holidays/<int:year>/proposal", methods=["GET", "POST"])
@requires(Permission.OFFICES_MANAGE)
def proposal(year: int) -> Response:
    """Days that a library computes, to be compared with the decree before they are taken over."""
    if year not in YEARS:
        abort(404)
    there = {holiday.day for holiday in queries.holidays_of_year(year)}
    missing = [holiday for holiday in service.propose_holidays(year) if holiday.day not in there]
    form = ProposalForm()
    form.days.choices = choices((holiday.day.isoformat(), f"{date_long(holiday.day)}: {holiday.name}") for holiday in missing)
    if request.method != "POST":
        form.days.data = [holiday.day.isoformat() for holiday in missing]
    if form.validate_on_submit():
        added = service.load_holidays([dt.date.fromisoformat(day) for day in form.days.data or ()], year=year, by=g.viewer.user)
        return done(ngettext("%(num)d day added.", "%(num)d days added.", added), "offices.list_holidays", year=year)
    return render_form("offices/proposal.html", form, year=year, missing=missing)


def _save(office: Office, form: OfficeForm) -> bool:
    try:
        service.change_office(
            office, code=form.code.data or "", name=form.name.data or "", timezone=form.timezone.data, by=g.viewer.user
        )
        if "parent_id" in form:
            service.move_office(office, parent=get_or_404(queries.offices_visible(), form.parent_id.data), by=g.viewer.user)
    except service.CodeTaken:
        form.code.errors = [_("Another office has this code.")]
    except service.WouldCircle:
        form.parent_id.errors = [_("An office can't stand below itself.")]
    return not form.errors


def _possible_parents(office: Office) -> list[Office]:
    """Offices in scope that are not below it; none when the office above is out of scope."""
    seen = queries.offices_in_tree_order()
    if office.parent_id not in {other.id for other in seen}:
        return []
    return [other for other in seen if not other.path.startswith(office.path)]


def _year() -> int:
    given = request.args.get("year", "")
    return int(given) if re.fullmatch(r"\d{4}", given) and int(given) in YEARS else today(viewer_zone()).year


def _day(given: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        abort(404)
