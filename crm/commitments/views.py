"""Pages of commitments: the ledger, one commitment, and closing it from where it stands."""

import datetime as dt

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields import SelectChoice

from crm.commitments import queries, service
from crm.commitments.forms import ClosingForm, CommitmentForm
from crm.commitments.models import Commitment, CommitmentClosed, CommitmentState, Side
from crm.core import dates
from crm.core import scope as scopes
from crm.core.access import Permission, may, requires
from crm.core.clock import today
from crm.core.forms import choices
from crm.core.pages import done, filters_of_address, get_or_404, local_target, refuse, render, render_form
from crm.core.text import whole_number
from crm.engagements.service import StaleRecord
from crm.stakeholders import queries as stakeholders

bp = Blueprint("commitments", __name__, url_prefix="/commitments")
FILTERS = ("view", "side", "with")
CLOSINGS = {state.value: state for state in CommitmentState if state is not CommitmentState.OPEN}


@bp.get("")
@requires(Permission.COMMITMENTS_READ)
def index() -> Response:
    view = request.args.get("view", queries.View.MINE.value if may(Permission.COMMITMENTS_WRITE) else queries.View.OFFICE.value)
    if view not in {v.value for v in queries.View}:
        abort(400)
    day = _today()
    statement = queries.narrowed(queries.view_of(queries.View(view), user=current_user, today=day), _filter())
    page = queries.page_of(statement, cursor=request.args.get("after"))
    context = {"page": page, "view": queries.View(view), "today": day, "next_url": _next_url(page.next_cursor)}
    if request.args.get("after") is None:
        context |= {
            "counts": queries.counts(user=current_user, today=day),
            "ledger": queries.ledger(day.replace(month=1, day=1), day),
        }
    return render("commitments/index.html", part="commitments/_rows.html", **context)


@bp.get("/<int:commitment_id>")
@requires(Permission.COMMITMENTS_READ)
def show(commitment_id: int) -> Response:
    commitment = _find(commitment_id)
    return render("commitments/show.html", commitment=commitment, today=_today(), may_change=_may_change(commitment))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.COMMITMENTS_WRITE)
def new() -> Response:
    form = CommitmentForm(
        data=None if request.method == "POST" else {"owner": current_user.id, "stakeholder": request.args.get("with", "")[:200]}
    )
    form.owner.choices = _owners()
    if form.validate_on_submit():
        commitment = service.make_commitment(form.terms(), office_id=_home_office(), by=current_user, zone=dates.viewer_zone())
        undo = url_for("commitments.removal", commitment_id=commitment.id)
        return done(_("The commitment is written down."), "commitments.show", undo=undo, commitment_id=commitment.id)
    return render_form("commitments/new.html", form)


@bp.route("/<int:commitment_id>/edit", methods=["GET", "POST"])
@requires(Permission.COMMITMENTS_WRITE)
def edit(commitment_id: int) -> Response:
    commitment = _find(commitment_id)
    form = CommitmentForm.of(commitment)
    form.owner.choices = _owners(commitment.owner_id)
    if form.validate_on_submit():
        try:
            service.change_commitment(
                commitment, form.terms(commitment.organization_id), seen_version=form.seen_version, by=current_user
            )
        except StaleRecord:
            form.version.data = str(commitment.version)
            return render(
                "commitments/edit.html", status=409, form=form, commitment=commitment, theirs=queries.shown_terms(commitment)
            )
        return done(_("Changes saved."), "commitments.show", commitment_id=commitment.id)
    return render_form("commitments/edit.html", form, commitment=commitment, theirs=None)


@bp.post("/<int:commitment_id>/closing")
@requires(Permission.COMMITMENTS_WRITE)
def closing(commitment_id: int) -> Response:
    """Done, broken or withdrawn; a second press says that it is closed and changes nothing."""
    commitment = _find(commitment_id)
    state = CLOSINGS.get(request.form.get("state", CommitmentState.DONE.value))
    form = ClosingForm()
    if state is None or not form.validate():
        abort(400)
    try:
        service.close_commitment(commitment, state, by=current_user, zone=dates.viewer_zone(), on=form.day())
    except CommitmentClosed:
        return refuse(_("This commitment is closed already."), "commitments.show", commitment_id=commitment.id)
    said = {
        CommitmentState.DONE: _("Done: %(text)s", text=commitment.text),
        CommitmentState.BROKEN: _("Marked as not kept: %(text)s", text=commitment.text),
        CommitmentState.WITHDRAWN: _("Withdrawn: %(text)s", text=commitment.text),
    }
    undo = url_for("commitments.reopening", commitment_id=commitment.id, back=request.form.get("back") or None)
    return _back(said[state], undo)


@bp.post("/<int:commitment_id>/reopening")
@requires(Permission.COMMITMENTS_WRITE)
def reopening(commitment_id: int) -> Response:
    commitment = _find(commitment_id)
    service.reopen_commitment(commitment, by=current_user)
    response = done(_("Open again: %(text)s", text=commitment.text), "commitments.show", commitment_id=commitment.id)
    response.headers["Location"] = local_target(request.args.get("back"), response.headers["Location"])
    return response


@bp.post("/<int:commitment_id>/removal")
@requires(Permission.COMMITMENTS_WRITE)
def removal(commitment_id: int) -> Response:
    """Take back one that was just written and not touched since."""
    commitment = _find(commitment_id)
    if commitment.version > 1:
        return refuse(_("It was changed since. Mark it as withdrawn instead."), "commitments.show", commitment_id=commitment.id)
    service.remove_commitment(commitment, by=current_user)
    return done(_("Taken back."), "commitments.index")


def _find(commitment_id: int) -> Commitment:
    return get_or_404(queries.commitments_visible_to(current_user), commitment_id)


def _may_change(commitment: Commitment) -> bool:
    return may(Permission.COMMITMENTS_WRITE) and scopes.current().holds(commitment.office_id)


def _today() -> dt.date:
    return today(dates.viewer_zone())


def _home_office() -> int:
    office_id = scopes.current().home_office_id
    assert office_id is not None
    return office_id


def _owners(present: int | None = None) -> list[SelectChoice]:
    return choices([(0, _("Nobody yet")), *stakeholders.owners(with_id=present)])


def _filter() -> queries.Narrowing:
    asked = filters_of_address(*FILTERS)
    side, with_id = asked.get("side", ""), asked.get("with", "")
    about = whole_number(with_id)
    if side not in {"", *(s.value for s in Side)} or (with_id and about is None):
        abort(400)
    return queries.Narrowing(Side(side) if side else None, about)


def _next_url(cursor: str | None) -> str | None:
    return url_for("commitments.index", after=cursor, **filters_of_address(*FILTERS)) if cursor else None


def _back(message: str, undo: str) -> Response:
    """To where the button stood (the desk, a record), else to the ledger."""
    response = done(message, "commitments.index", undo=undo)
    response.headers["Location"] = local_target(request.form.get("back"), response.headers["Location"])
    return response
