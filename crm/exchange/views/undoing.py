"""Undoing an import: first what it will do, then doing it."""

from flask import Response, request
from flask_babel import gettext as _
from flask_login import current_user

from crm.core.access import Permission, requires
from crm.core.pages import done, refuse, render
from crm.exchange import undoing as undo
from crm.exchange import words
from crm.exchange.models import ImportState
from crm.exchange.service import WrongState
from crm.exchange.views.blueprint import bp, find_visible

MOST_SHOWN = 200
PAGES = {
    undo.ENGAGEMENTS: ("engagements.show", "engagement_id"),
    undo.PEOPLE: ("stakeholders.show", "stakeholder_id"),
    undo.ORGANIZATIONS: ("stakeholders.show", "stakeholder_id"),
}
_WITH_RECORDS = frozenset({ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED})


@bp.route("/imports/<int:import_id>/undoing", methods=["GET", "POST"])
@requires(Permission.IMPORTS_RUN)
def undoing(import_id: int) -> Response:
    import_ = find_visible(import_id)
    if import_.state not in _WITH_RECORDS or import_.started_at is None:
        return refuse(_("There is nothing of this import to undo."), "exchange.show", import_id=import_id)
    if request.method == "POST":
        try:
            undo.start_undo(import_, by=current_user)
        except WrongState:
            return refuse(_("There is nothing of this import to undo."), "exchange.show", import_id=import_id)
        return done(_("The import is being undone. You may close this page."), "exchange.show", import_id=import_id)
    plan = undo.plan(import_)
    return render(
        "exchange/undoing.html",
        import_=import_,
        plan=plan,
        removed=[(words.RECORDS[kind], plan.removed[kind]) for kind in undo.ORDER if plan.removed[kind]],
        kept=plan.kept[:MOST_SHOWN],
        more_kept=max(0, len(plan.kept) - MOST_SHOWN),
        pages=PAGES,
        why=undo.Why,
    )
