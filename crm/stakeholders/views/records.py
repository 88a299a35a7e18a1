"""The page of one stakeholder, and its history."""

import datetime as dt
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from crm.activity import queries as activity
from crm.activity.service import kind_of
from crm.core.access import Permission, requires
from crm.core.pages import render
from crm.stakeholders import columns, panels, queries
from crm.stakeholders.models import Organization, Stakeholder
from crm.stakeholders.queries import Parts, Rhythm
from crm.stakeholders.views.blueprint import bp, find_visible, rhythm, sees_private


@bp.get("/stakeholders/<int:stakeholder_id>")
@requires(Permission.STAKEHOLDERS_READ)
def show(stakeholder_id: int) -> Response:
    stakeholder = find_visible(stakeholder_id)
    measured, is_organization = rhythm(), isinstance(stakeholder, Organization)
    context: dict[str, Any] = {
        "stakeholder": stakeholder,
        "parts": _readable(stakeholder, queries.parts_of([stakeholder.id], with_posts=not is_organization)[stakeholder.id]),
        "around": queries.surroundings(stakeholder, measured.today),
        "neighbours": queries.neighbours_of(stakeholder),
        "may_change": queries.may_change(stakeholder),
        "sees_private": sees_private(stakeholder),
        "side": panels.shown_for(stakeholder, current_user),
        "middle": panels.shown_for(stakeholder, current_user, place=panels.TIMELINE),
    }
    if isinstance(stakeholder, Organization):
        longest = max((name.name for name in context["parts"].other_names), key=len, default="")
        context |= {"people": queries.people_of(stakeholder), "long_name": longest}
    context |= _contact(stakeholder, context["around"].last_contact_on, measured)
    return render("stakeholders/show.html", **context)


def _readable(stakeholder: Stakeholder, parts: Parts) -> Parts:
    """Private ways to reach somebody are not even handed to the template of who may not see them."""
    if not sees_private(stakeholder):
        parts.contacts = [contact for contact in parts.contacts if not contact.is_private]
    return parts


def _contact(stakeholder: Stakeholder, last: dt.date | None, measured: Rhythm) -> dict[str, Any]:
    """When the last contact was, whether that is too long ago for the tier, and how it went over twelve weeks."""
    is_organization = isinstance(stakeholder, Organization)
    ids = ([stakeholder.id], []) if is_organization else ([], [stakeholder.id])
    weeks = columns.weeks(*ids, measured.today).get(stakeholder.id, [0] * columns.WEEKS)
    days = measured.tier_days.get(stakeholder.tier or 0)
    since = (measured.today - (last or stakeholder.created_at.date())).days
    is_quiet = days is not None and since > days and not stakeholder.is_archived
    return {"last_contact_on": last, "weeks": weeks, "tier_days": days, "quiet_days": since if is_quiet else None}


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
