"""The list of who gets no bulk mail: looking, adding, taking off, and the list as a file."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from flask import Response, abort, make_response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.core import scope as scopes
from crm.core.access import Permission, requires, takes_large_files
from crm.core.forms import choices
from crm.core.headers import use_policy
from crm.core.pages import done, filters_of_address, get_or_404, refuse, render, render_form
from crm.mail import lists, suppressing, suppression_file, taking_off
from crm.mail.forms import LiftingForm, SuppressionExportForm, SuppressionForm, SuppressionImportForm
from crm.mail.models import Suppression, SuppressionReason, SuppressionSource
from crm.mail.views.blueprint import SETTINGS, bp
from crm.offices import queries as offices

FILTERS = ("find", "reason", "view")
PLACE = f"{SETTINGS}/suppressions"
SHOWN_FAULTS = 200


@bp.get(PLACE)
@requires(Permission.SUPPRESSIONS_READ)
def suppressions() -> Response:
    """What the offices in scope were told, newest first."""
    asked = filters_of_address(*FILTERS)
    reason = asked.get("reason")
    if (reason and reason not in set(SuppressionReason)) or asked.get("view", "current") not in {"current", "lifted"}:
        abort(400)
    page = suppressing.page_of_rows(
        find=asked.get("find", ""),
        reason=SuppressionReason(reason) if reason else None,
        lifted=asked.get("view") == "lifted",
        cursor=request.args.get("after"),
    )
    following = url_for("mail.suppressions", **asked, after=page.next_cursor) if page.next_cursor else None
    return render(
        "suppressions/index.html",
        part="suppressions/_rows_more.html",
        page=page,
        asked=asked,
        lists=lists.choices(),
        list_name=lists.name_of,
        told=_told(page.rows),
        next_url=following,
    )


def _told(rows: Sequence[Suppression]) -> dict[int, str]:
    """Names of the offices that were told, for whoever looks after several: then one address may be there more than once."""
    several = len(scopes.current().office_ids or ()) > 1
    return offices.names_of(row.told_office_id for row in rows) if several else {}


@bp.route(f"{PLACE}/new", methods=["GET", "POST"])
@requires(Permission.SUPPRESSIONS_MANAGE)
def new_suppression() -> Response:
    form = SuppressionForm()
    form.list_key.choices = choices(lists.choices())
    if form.validate_on_submit():
        added = suppressing.suppress(
            [form.email.data or ""],
            reason=SuppressionReason.MANUAL,
            source=SuppressionSource.STAFF,
            list_key=form.list_key.data,
            note=form.note.data or "",
            office_id=scopes.current().home_office_id,
            by=current_user,
        )
        said = _("The address is on the list. It gets nothing more.") if added else _("The address was on the list already.")
        return done(said, "mail.suppressions")
    return render_form("suppressions/new.html", form)


@bp.route(f"{PLACE}/<int:suppression_id>/lifting", methods=["GET", "POST"])
@requires(Permission.SUPPRESSIONS_MANAGE)
def suppression_lifting(suppression_id: int) -> Response:
    """Taking an address off, with the reason: the person may have said no. What another office was told stays."""
    row = get_or_404(suppressing.rows_visible(), suppression_id)
    if row.lifted_at is not None:
        return refuse(_("This address was taken off the list already."), "mail.suppressions")
    form = LiftingForm()
    if form.validate_on_submit():
        suppressing.lift(row, by=current_user, reason=form.reason.data or "")
        if suppressing.is_still_refused(row):
            said = _("Taken off. The address still gets nothing: there is another reason, or another office was told too.")
        else:
            said = _("The address is off the list for this reason.")
        return done(said, "mail.suppressions")
    return render_form(
        "suppressions/lift.html",
        form,
        row=row,
        lists=lists.choices(),
        list_name=lists.name_of,
        told=_told([row]),
        stands=taking_off.stands(row),
    )


@bp.route(f"{PLACE}/import", methods=["GET", "POST"])
@requires(Permission.SUPPRESSIONS_MANAGE)
@takes_large_files("MAX_FILE_BYTES")
def suppression_import() -> Response:
    """A CSV file. Good rows are put on the list; the others are shown with why not."""
    form = SuppressionImportForm()
    if not form.validate_on_submit():
        return render_form("suppressions/import.html", form, counted=None, bad=[], more=0)
    rows, bad = suppression_file.read(
        suppression_file.decoded(form.file.data.read()), lists=[key for key, _name in lists.choices() if key]
    )
    added = sum(_put_on(key, rows, form.note.data or "") for key in sorted({row.list_key for row in rows}))
    if rows and not bad:
        return done(_said(added, len(rows)), "mail.suppressions")
    return render(
        "suppressions/import.html",
        status=200 if rows else 422,
        form=form,
        counted=_said(added, len(rows)) if rows else _("Nothing is taken."),
        bad=bad[:SHOWN_FAULTS],
        more=max(0, len(bad) - SHOWN_FAULTS),
    )


def _put_on(list_key: str, rows: list[suppression_file.Row], note: str) -> int:
    """A note of its own for each row costs a statement each: those that have one say it, the others where the list comes from."""
    by_note: dict[str, list[str]] = {}
    for row in rows:
        if row.list_key == list_key:
            by_note.setdefault(row.note or note, []).append(row.email)
    return sum(
        suppressing.suppress(
            emails,
            reason=SuppressionReason.IMPORTED,
            source=SuppressionSource.IMPORT,
            list_key=list_key,
            note=said,
            office_id=scopes.current().home_office_id,
            by=current_user,
        )
        for said, emails in sorted(by_note.items())
    )


def _said(added: int, taken: int) -> str:
    return _("%(added)s addresses are new on the list, %(known)s were on it already.", added=added, known=taken - added)


@bp.route(f"{PLACE}/export", methods=["GET", "POST"])
@requires(Permission.SUPPRESSIONS_MANAGE)
def suppression_export() -> Response:
    """The list as a CSV file: written down with who, why and how many; so many an hour and no more."""
    form = SuppressionExportForm()
    if not form.validate_on_submit():
        return render_form("suppressions/export.html", form)
    try:
        rows = suppressing.export_rows(purpose=form.purpose.data or "", by=current_user)
    except suppressing.TooManyExports:
        return refuse(_("Many files were made in the last hour. Wait a while, then try again."), "mail.suppression_export")
    use_policy("file")
    answer = make_response(suppression_file.written(_cells(row) for row in rows))
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = 'attachment; filename="suppressions.csv"'
    return answer


def _cells(row: sa.Row[tuple[str, str, SuppressionReason, str, dt.datetime]]) -> tuple[str, str, str, str, str]:
    return row[0], row[1], row[2].value, row[3], row[4].isoformat(timespec="seconds")
