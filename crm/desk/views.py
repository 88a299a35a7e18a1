"""My desk: a short list in order of urgency, each row finished from where it stands."""

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask_login import current_user

from crm.core import dates
from crm.core.access import Permission, may, requires, signed_in
from crm.core.clock import today
from crm.core.pages import render
from crm.desk import campaigns, queries
from crm.stakeholders.queries import Rhythm

bp = Blueprint("desk", __name__)


@bp.get("/")
@signed_in
def home() -> Response:
    """The first page of everybody."""
    return redirect(url_for("desk.index"), 303)  # type: ignore[return-value]


@bp.get("/desk")
@requires(Permission.DESK_READ)
def index() -> Response:
    view = request.args.get("view", "mine" if may(Permission.COMMITMENTS_WRITE) else "office")
    if view not in {"mine", "office"}:
        abort(400)
    whole_office = view == "office"
    day = today(dates.viewer_zone())
    rhythm = Rhythm(day, current_app.config["TIER_DAYS"])
    return render(
        "desk/index.html",
        view=view,
        today=day,
        campaigns=campaigns.waiting_for(current_user, whole_office=whole_office),
        untold=campaigns.untold_by(current_user),
        due=queries.due_of(current_user, today=day, whole_office=whole_office),
        quiet=queries.quiet_of(current_user, rhythm, whole_office=whole_office),
        recent=queries.recent_of(current_user, whole_office=whole_office),
        week=queries.week_of(current_user, today=day),
    )
