"""Engagements of any kind: going on to the page of the kind, and the further pages of a timeline."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_login import current_user

from crm.core.access import Permission, requires
from crm.core.pages import get_or_404, render
from crm.engagements import queries, wording
from crm.engagements.panel import KINDS
from crm.engagements.queries import timeline
from crm.stakeholders import queries as stakeholders

bp = Blueprint("engagements", __name__, url_prefix="/engagements")
bp.record_once(lambda state: state.app.jinja_env.globals.update(engagement_words=wording))
PAGE_OF_KIND = {"interaction": ("interactions.show", "interaction_id"), "meeting": ("meetings.show", "meeting_id")}


@bp.get("/<int:engagement_id>")
@requires(Permission.ENGAGEMENTS_READ)
def show(engagement_id: int) -> Response:
    """Go on to the page that its kind has."""
    engagement = get_or_404(queries.engagements_visible_to(current_user), engagement_id)
    endpoint, name = PAGE_OF_KIND[engagement.kind]
    return redirect(url_for(endpoint, **{name: engagement.id}), 303)  # type: ignore[return-value]


@bp.get("/timeline/<int:stakeholder_id>")
@requires(Permission.ENGAGEMENTS_READ)
def index(stakeholder_id: int) -> Response:
    """A stakeholder's timeline from a cursor on; for an enhanced request only the further entries."""
    stakeholder = get_or_404(stakeholders.stakeholders_visible_to(current_user), stakeholder_id)
    kind = request.args.get("kind", "")
    if kind and kind not in KINDS:
        abort(400)
    page = timeline.timeline_of(stakeholder, cursor=request.args.get("after"), kinds=KINDS.get(kind))
    context = {"stakeholder": stakeholder, "timeline_page": page, "chosen_kind": kind}
    return render("engagements/index.html", part="engagements/_more.html", **context)
