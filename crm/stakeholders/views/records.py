"""The page of one stakeholder, and its history."""

from flask import Response, request, url_for
from flask_login import current_user

from crm.activity import queries as activity
from crm.activity.service import kind_of
from crm.core.access import Permission, requires
from crm.core.pages import render
from crm.stakeholders import panels, queries
from crm.stakeholders.models import Organization
from crm.stakeholders.views.blueprint import bp, find_visible, rhythm
from crm.stakeholders.views.parts import page_of_facts, weeks_of


@bp.get("/stakeholders/<int:stakeholder_id>")
@requires(Permission.STAKEHOLDERS_READ)
def show(stakeholder_id: int) -> Response:
    stakeholder, measured = find_visible(stakeholder_id), rhythm()
    context = {
        **page_of_facts(stakeholder, measured),
        "neighbours": queries.neighbours_of(stakeholder),
        "people": queries.people_of(stakeholder) if isinstance(stakeholder, Organization) else [],
        "weeks": weeks_of(stakeholder, measured),
        "side": panels.shown_for(stakeholder, current_user),
        "middle": panels.shown_for(stakeholder, current_user, place=panels.TIMELINE),
    }
    return render("stakeholders/show.html", **context)


@bp.get("/stakeholders/<int:stakeholder_id>/history")
@requires(Permission.STAKEHOLDERS_READ)
def history(stakeholder_id: int) -> Response:
    """Who changed what. Private values were never written down, so there is nothing to hide here."""
    stakeholder = find_visible(stakeholder_id)
    subject = activity.Filter(kind=kind_of(type(stakeholder)), subject_id=stakeholder.id)
    page = activity.page_of_entries(subject, cursor=request.args.get("after"))
    next_url = (
        url_for("stakeholders.history", stakeholder_id=stakeholder.id, after=page.next_cursor) if page.next_cursor else None
    )
    ratings = queries.ratings_of(stakeholder) if request.args.get("after") is None else []
    return render(
        "stakeholders/history.html",
        part="stakeholders/_history_more.html",
        stakeholder=stakeholder,
        entries=page.rows,
        next_url=next_url,
        ratings=ratings,
    )
