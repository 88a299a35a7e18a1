"""The list of stakeholders with its filters, and what is done to several at once."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from crm.core import transaction
from crm.core.access import Permission, requires
from crm.core.dates import number
from crm.core.db import db
from crm.core.pages import done, get_or_404, refuse, render
from crm.stakeholders import columns, queries, service, words
from crm.stakeholders.forms import SelectionTopicForm
from crm.stakeholders.models import Stakeholder
from crm.stakeholders.queries import Filter
from crm.stakeholders.views.blueprint import bp, rhythm

MOST_SELECTED = 300  # their ids travel in the undo of a toast, which is in a cookie


@bp.get("/stakeholders")
@requires(Permission.STAKEHOLDERS_READ)
def index() -> Response:
    wanted, measured = _wanted(), rhythm()
    found = queries.named(wanted)
    page = queries.list_page(wanted, measured, viewer_id=current_user.id, words=found, after=request.args.get("after"))
    following = url_for("stakeholders.index", **wanted.arguments, after=page.next_cursor) if page.next_cursor else None
    context: dict[str, Any] = {
        "page": page,
        "wanted": wanted,
        "next_url": following,
        "shows_commitments": columns.shows_commitments(),
    }
    if request.args.get("after") is None:
        choices = queries.filter_choices()
        context |= {
            "choices": choices,
            "chips": _chips(wanted, choices),
            "views": _tabs(wanted),
            "sentence": _sentence(wanted, page, found),
        }
    return render("stakeholders/index.html", part="stakeholders/_more.html", **context)


def _wanted() -> Filter:
    try:
        return queries.parse_filter(request.args.to_dict(flat=False))
    except queries.UnknownFilter:
        abort(400)


def _sentence(wanted: Filter, page: Any, named: queries.Named | None) -> str:
    if page.next_cursor is None:
        found, more = len(page.rows), False
    else:
        found, more = queries.count(wanted, rhythm(), viewer_id=current_user.id, words=named)
    if more:
        return _("More than %(number)s organizations and people.", number=number(found))
    if wanted.quiet:
        return ngettext("%(number)s has gone quiet.", "%(number)s have gone quiet.", found, number=number(found))
    return ngettext("%(number)s organization or person.", "%(number)s organizations and people.", found, number=number(found))


VIEWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("all", {}),
    ("partner", {"category": "partner-agency"}),
    ("media", {"category": "media"}),
    ("community", {"category": "community-group"}),
    ("mine", {"owner": "me"}),
    ("quiet", {"quiet": "1"}),
)


def _tabs(wanted: Filter) -> list[tuple[str, str, bool, None]]:
    """Saved views: label, address, whether it is the present one. Counting each would read the whole table."""
    labels = {
        "all": _("All"),
        "partner": _("Partner agencies"),
        "media": _("Media"),
        "community": _("Community groups"),
        "mine": _("Mine"),
        "quiet": _("Gone quiet"),
    }
    here = {name: value for name, value in wanted.arguments.items() if name != "sort"}
    return [(labels[name], url_for("stakeholders.index", **arguments), here == arguments, None) for name, arguments in VIEWS]


def _chips(wanted: Filter, choices: dict[str, list[tuple[int, str]]]) -> list[tuple[str, str, str]]:
    """Field, value in words, and the address without it."""
    say = {
        "kind": lambda value: _kind_words(value),
        "category": lambda value: words.value("category", value),
        "region": lambda value: queries.region_name(int(value)) or value,
        "tier": lambda value: _("none") if value == "none" else str(words.TIERS[int(value)]),
        "owner": lambda value: _owner_words(value, choices),
        "quiet": lambda _value: _("yes"),
        "archived": lambda _value: _("yes"),
        "q": str,
    }
    labels = {
        "q": _("Words"),
        "kind": _("Kind"),
        "category": _("Category"),
        "region": _("Region"),
        "topic": _("Topic"),
        "tag": _("Tag"),
        "tier": _("Tier"),
        "owner": _("Person responsible"),
        "quiet": _("Gone quiet"),
        "archived": _("Archived"),
    }
    return [
        (
            labels[name],
            say.get(name, lambda value, what=name: queries.names_of_filter(choices, what, value))(value),
            url_for("stakeholders.index", **wanted.without(name)),
        )
        for name, value in wanted.arguments.items()
        if name in labels
    ]


def _kind_words(value: str) -> str:
    return {kind.value: str(label) for kind, label in words.KINDS.items()}[value]


def _owner_words(value: str, choices: dict[str, list[tuple[int, str]]]) -> str:
    return {"me": _("me"), "none": _("nobody yet")}.get(value) or queries.names_of_filter(choices, "owner", value)


# Several at once -----------------------------------------------------------------------------------------------------


@bp.post("/stakeholders/selection/archival")
@requires(Permission.STAKEHOLDERS_ARCHIVE)
def selection_archival() -> Response:
    chosen = _selected()
    if not chosen:
        return _nothing_selected()
    ids = service.archive_stakeholders(chosen, by=current_user)
    message = ngettext("%(number)s archived.", "%(number)s archived.", len(ids), number=number(len(ids)))
    return _done(message, undo=url_for("stakeholders.selection_restoration", ids=_joined(ids)))


@bp.post("/stakeholders/selection/restoration")
@requires(Permission.STAKEHOLDERS_ARCHIVE)
def selection_restoration() -> Response:
    ids = service.restore_stakeholders(_selected(), by=current_user)
    return _done(ngettext("%(number)s restored.", "%(number)s restored.", len(ids), number=number(len(ids))))


@bp.post("/stakeholders/selection/topic")
@requires(Permission.STAKEHOLDERS_WRITE)
def selection_topic() -> Response:
    """Asks which topic, then gives it to all that were ticked."""
    chosen = _selected()
    if not chosen:
        return _nothing_selected()
    form = SelectionTopicForm()
    context = {"form": form, "chosen": chosen, "where": request.values.get("where", ""), "topics": queries.topic_names()}
    if request.form.get("step") != "save":
        form.topic.errors = []
        transaction.discard()
        return render("stakeholders/selection_topic.html", **context)
    if not form.validate():
        return render("stakeholders/selection_topic.html", status=422, **context)
    topic = service.find_or_create_topic(form.topic.data or "", by=current_user)
    ids = service.add_topic_to(chosen, topic, by=current_user)
    message = ngettext(
        "%(number)s now has the topic %(name)s.",
        "%(number)s now have the topic %(name)s.",
        len(ids),
        number=number(len(ids)),
        name=topic.name,
    )
    return _done(
        message, undo=url_for("stakeholders.selection_topic_removal", ids=_joined(ids), topic_id=topic.id) if ids else None
    )


@bp.post("/stakeholders/selection/topic-removal/<int:topic_id>")
@requires(Permission.STAKEHOLDERS_WRITE)
def selection_topic_removal(topic_id: int) -> Response:
    topic = get_or_404(queries.topics(), topic_id)
    service.remove_topic_from(_selected(), topic, by=current_user)
    return _done(_("Undone."))


def _joined(ids: Sequence[int]) -> str:
    return ",".join(map(str, ids))


def _selected() -> list[Stakeholder]:
    """The ticked records. One that is not the person's to change makes the whole request 404, before anything is written."""
    given = [*request.form.getlist("ids"), *request.args.get("ids", "").split(",")]
    ids = sorted({_id(value) for value in given if value})
    if len(ids) > MOST_SELECTED:
        abort(400)
    found = (
        list(db.session.scalars(queries.stakeholders_changeable_by(current_user).where(Stakeholder.id.in_(ids)))) if ids else []
    )
    if len(found) < len(ids):
        abort(404)
    return sorted(found, key=lambda one: (one.name_sort, one.id))


def _id(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        abort(400)
    return int(value)


def _where() -> dict[str, Any]:
    """The list that the ticks were on."""
    try:
        return queries.parse_filter(parse_qs(request.values.get("where", ""))).arguments
    except (queries.UnknownFilter, ValueError):
        return {}


def _done(message: str, *, undo: str | None = None) -> Response:
    return done(message, "stakeholders.index", undo=undo, **_where())


def _nothing_selected() -> Response:
    return refuse(_("Nothing is selected yet. Tick the rows first."), "stakeholders.index", **_where())
