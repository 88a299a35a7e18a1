"""Pages of interactions: the list, one, the full form. The quick log has a module of its own."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.commitments import queries as commitments
from crm.core import dates, transaction
from crm.core import scope as scopes
from crm.core.access import Permission, may, requires
from crm.core.clock import today
from crm.core.pages import done, get_or_404, render, render_form
from crm.core.text import whole_number
from crm.engagements import queries as engagements
from crm.engagements.forms import MOST_ROWS, ROLES, address_of_next, chips_of, filter_from_address
from crm.engagements.service import StaleRecord
from crm.files import queries as files_of
from crm.files import service as files
from crm.files.forms import sentence_for
from crm.files.refusals import FileRefused
from crm.interactions import queries, service, words
from crm.interactions.forms import InteractionForm, now_values, values_of
from crm.interactions.models import Channel, Interaction
from crm.stakeholders import queries as stakeholders
from crm.stakeholders.service import find_or_create_topic

bp = Blueprint("interactions", __name__, url_prefix="/interactions")


@bp.get("")
@requires(Permission.ENGAGEMENTS_READ)
def index() -> Response:
    wanted, channel = filter_from_address(), _channel()
    page = queries.list_page(wanted, channel=channel, cursor=request.args.get("after"))
    topics = stakeholders.filter_choices()["topic"]
    further = {"channel": (_("How"), str(words.CHANNELS[channel]) if channel else "")}
    return render(
        "interactions/index.html",
        part="interactions/_more.html",
        timeline_page=page,
        next_url=address_of_next("interactions.index", page.next_cursor),
        wanted=wanted,
        channel=channel,
        channels=words.CHANNELS,
        topics=topics,
        chips=chips_of(wanted, "interactions.index", dict(topics), further),
    )


@bp.get("/<int:interaction_id>")
@requires(Permission.ENGAGEMENTS_READ)
def show(interaction_id: int) -> Response:
    interaction = _find(interaction_id)
    return render(
        "interactions/show.html",
        interaction=interaction,
        follow_ups=commitments.of_engagement(interaction.id),
        files=files_of.files_of("interaction", interaction.id),
        today=today(dates.viewer_zone()),
        may_change=may(Permission.ENGAGEMENTS_WRITE) and scopes.current().holds(interaction.office_id),
        can_undo=service.can_be_undone(interaction),
        channel_word=words.CHANNELS[interaction.channel],
        words=words,
        role_word=ROLES[interaction.role],
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENTS_WRITE)
def new() -> Response:
    form = InteractionForm(data=None if request.method == "POST" else _first_values())
    _offer(form)
    if _wants_more_rows(form):
        return render("interactions/new.html", form=form)
    if form.validate_on_submit() and (received := _receive(form)) is not None:
        office_id = scopes.current().home_office_id or 0
        interaction = service.log_interaction(_facts(form), office_id=office_id, zone=dates.viewer_zone(), by=current_user)
        _attach(received, interaction)
        undo = url_for("interactions.undoing", interaction_id=interaction.id)
        return done(_("The contact is logged."), "interactions.show", undo=undo, interaction_id=interaction.id)
    return render_form("interactions/new.html", form)


@bp.route("/<int:interaction_id>/edit", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENTS_WRITE)
def edit(interaction_id: int) -> Response:
    interaction = _find(interaction_id)
    form = InteractionForm(data=None if request.method == "POST" else values_of(interaction, dates.viewer_zone()))
    _offer(form)
    if _wants_more_rows(form):
        return render("interactions/edit.html", form=form, interaction=interaction, theirs=None)
    if form.validate_on_submit() and (received := _receive(form)) is not None:
        try:
            service.change_interaction(interaction, _facts(form, interaction), seen_version=form.seen_version, by=current_user)
        except StaleRecord:
            files.discard(received)
            form.version.data = str(interaction.version)
            theirs = values_of(interaction, dates.viewer_zone())
            return render("interactions/edit.html", status=409, form=form, interaction=interaction, theirs=theirs)
        _attach(received, interaction)
        return done(_("Changes saved."), "interactions.show", interaction_id=interaction.id)
    return render_form("interactions/edit.html", form, interaction=interaction, theirs=None)


def _find(interaction_id: int) -> Interaction:
    return get_or_404(queries.interactions_visible_to(current_user), interaction_id)


def _first_values() -> dict[str, Any]:
    values = now_values(dates.viewer_zone())
    about = whole_number(request.args.get("with", ""))
    if about is not None:
        stakeholder = get_or_404(stakeholders.stakeholders_visible_to(current_user), about)
        values["participants"] = [{"who": stakeholder.name}, {}]
    return values


def _offer(form: InteractionForm) -> None:
    programs = [(p.id, p.name) for p in engagements.programs()]
    form.offer(owners=stakeholders.owners(), programs=programs)
    if not may(Permission.STAKEHOLDERS_READ_PRIVATE):
        form.private_note.data = ""


def _wants_more_rows(form: InteractionForm) -> bool:
    """Without script a button asks for more rows: the form comes back with them and nothing is saved."""
    if request.form.get("rows") != "follow_ups":
        return form.wants_more_rows()
    if len(form.follow_ups) < MOST_ROWS:
        form.follow_ups.append_entry()
    _offer(form)
    return True


def _receive(form: InteractionForm) -> list[files.ReceivedFile] | None:
    """Judge the files before anything is written; None when one is refused, with the reason at the field."""
    received: list[files.ReceivedFile] = []
    sent_files = form.files.sent if may(Permission.FILES_WRITE) else []
    if sent_files:
        transaction.release()  # judging and redrawing take a while, and nobody shall wait for our lock
    for sent in sent_files:
        try:
            received.append(files.receive(sent.stream, shown_name=sent.filename))  # type: ignore[attr-defined]
        except FileRefused as refused:
            files.discard(received)
            form.files.errors = [sentence_for(refused, sent.filename)]  # type: ignore[attr-defined]
            return None
    return received


def _attach(received: list[files.ReceivedFile], interaction: Interaction) -> None:
    for each in received:
        files.attach(each, subject=interaction, by=current_user)


def _facts(form: InteractionForm, present: Interaction | None = None) -> service.InteractionFacts:
    topics = [find_or_create_topic(name, by=current_user) for name in form.topic_names()]
    private = may(Permission.STAKEHOLDERS_READ_PRIVATE)
    return form.facts(dates.viewer_zone(), topics=topics, me=current_user.id, may_read_private=private, present=present)


def _channel() -> Channel | None:
    value = request.args.get("channel", "")
    if value not in {"", *(c.value for c in Channel)}:
        abort(400)
    return Channel(value) if value else None


from crm.interactions import quick_views  # noqa: E402, F401 - the quick log hangs its routes on the same blueprint
