"""Pages of meetings: the list, one, the form."""

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_login import current_user

from crm.commitments import queries as commitments
from crm.core import dates
from crm.core import scope as scopes
from crm.core.access import Permission, may, requires
from crm.core.clock import today
from crm.core.pages import done, get_or_404, render, render_form
from crm.engagements import queries as engagements
from crm.engagements.forms import ROLES, address_of_next, chips_of, filter_from_address, id_from
from crm.engagements.service import StaleRecord
from crm.files import queries as files_of
from crm.meetings import queries, service
from crm.meetings.forms import MeetingForm, values_of
from crm.meetings.models import Meeting
from crm.stakeholders import queries as stakeholders
from crm.stakeholders.models import Topic
from crm.stakeholders.service import find_or_create_topic

bp = Blueprint("meetings", __name__, url_prefix="/meetings")


@bp.get("")
@requires(Permission.ENGAGEMENTS_READ)
def index() -> Response:
    wanted = filter_from_address()
    page = queries.list_page(wanted, cursor=request.args.get("after"))
    topics = stakeholders.filter_choices()["topic"]
    return render(
        "meetings/index.html",
        part="meetings/_more.html",
        timeline_page=page,
        next_url=address_of_next("meetings.index", page.next_cursor),
        wanted=wanted,
        topics=topics,
        chips=chips_of(wanted, "meetings.index", dict(topics), {}),
    )


@bp.get("/<int:meeting_id>")
@requires(Permission.ENGAGEMENTS_READ)
def show(meeting_id: int) -> Response:
    meeting = _find(meeting_id)
    return render(
        "meetings/show.html",
        meeting=meeting,
        follow_ups=commitments.of_engagement(meeting.id),
        files=files_of.files_of("meeting", meeting.id),
        today=today(dates.viewer_zone()),
        may_change=may(Permission.ENGAGEMENTS_WRITE) and scopes.current().holds(meeting.office_id),
        role_word=ROLES[meeting.role],
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENTS_WRITE)
def new() -> Response:
    form = MeetingForm(data=None if request.method == "POST" else _first_values())
    form.offer_programs(_programs())
    if form.wants_more_rows():
        return render("meetings/new.html", form=form)
    if form.validate_on_submit():
        office_id = scopes.current().home_office_id or 0
        meeting = service.record_meeting(form.facts(dates.viewer_zone(), _topics(form)), office_id=office_id, by=current_user)
        return done(_("The meeting is written down."), "meetings.show", meeting_id=meeting.id)
    return render_form("meetings/new.html", form)


@bp.route("/<int:meeting_id>/edit", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENTS_WRITE)
def edit(meeting_id: int) -> Response:
    meeting = _find(meeting_id)
    form = MeetingForm(data=None if request.method == "POST" else values_of(meeting, dates.viewer_zone()))
    form.offer_programs(_programs())
    if form.wants_more_rows():
        return render("meetings/edit.html", form=form, meeting=meeting, theirs=None)
    if form.validate_on_submit():
        try:
            service.change_meeting(
                meeting, form.facts(dates.viewer_zone(), _topics(form)), seen_version=form.seen_version, by=current_user
            )
        except StaleRecord:
            form.version.data = str(meeting.version)
            theirs = values_of(meeting, dates.viewer_zone())
            return render("meetings/edit.html", status=409, form=form, meeting=meeting, theirs=theirs)
        return done(_("Changes saved."), "meetings.show", meeting_id=meeting.id)
    return render_form("meetings/edit.html", form, meeting=meeting, theirs=None)


def _find(meeting_id: int) -> Meeting:
    return get_or_404(queries.meetings_visible_to(current_user), meeting_id)


def _programs() -> list[tuple[int, str]]:
    return [(p.id, p.name) for p in engagements.programs()]


def _topics(form: MeetingForm) -> list[Topic]:
    return [find_or_create_topic(name, by=current_user) for name in form.topic_names()]


def _first_values() -> dict[str, Any]:
    about = id_from(request.args.get("with"))
    if about is None:
        return {"on": today(dates.viewer_zone())}
    stakeholder = get_or_404(stakeholders.stakeholders_visible_to(current_user), about)
    return {"on": today(dates.viewer_zone()), "participants": [{"who": stakeholder.name}, {}]}
