"""The quick log: a line, its preview, a save, and taking it back. In a dialog with script, as pages without."""

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.core import clock, dates, transaction
from crm.core import scope as scopes
from crm.core.access import Permission, requires
from crm.core.pages import done, get_or_404, is_enhanced, refuse, render
from crm.core.text import storable
from crm.engagements import markers
from crm.files import service as files
from crm.interactions import queries, reading, service, words
from crm.interactions import quick_log as saving
from crm.interactions.draft import LONGEST_LINE, Draft, field_name, unresolved
from crm.interactions.models import Interaction
from crm.interactions.views import bp
from crm.stakeholders import queries as stakeholders

MOST_IN_ADDRESS = 1500


@bp.route("/quick-log", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENTS_WRITE)
def quick_log() -> Response:
    """GET: the box. POST: save what the preview shows, or with `check` draw the preview (no script)."""
    if request.method != "POST":
        text = request.args.get("text", "")
        return _box(text, _read(text))
    text = storable(request.form.get("text", ""))
    draft = _read(text)
    if draft is None or draft.too_long or draft.is_empty or "check" in request.form:
        transaction.discard()
        is_checked = draft is not None and not draft.too_long and "check" in request.form
        return _box(text, draft, status=200 if is_checked else 422)
    zone, office_id = dates.viewer_zone(), scopes.current().home_office_id or 0
    interaction = saving.save_draft(draft, office_id=office_id, zone=zone, by=current_user, with_ids=_with_ids())
    said, undo = _said(draft), url_for("interactions.undoing", interaction_id=interaction.id)
    if is_enhanced():
        return _logged_over_a_page(interaction, said, undo)
    if "again" in request.form:
        return done(said, "interactions.quick_log", undo=undo)
    return done(said, "interactions.show", undo=undo, interaction_id=interaction.id)


def _said(draft: Draft) -> str:
    loose = [mention.name for mention in unresolved(draft)]
    if loose:
        return _("Logged. Not linked: %(names)s", names=dates.listed(loose))
    linked = [mention.label for mention in draft.mentions if mention.takes_part]
    return _("The contact with %(names)s is logged.", names=dates.listed(linked)) if linked else _("Logged.")


def _logged_over_a_page(interaction: Interaction, said: str, undo: str) -> Response:
    """The box lies over a page, on which one stays: the answer is only what to say there. A second sending is led to the record."""
    record = url_for("interactions.show", interaction_id=interaction.id)
    response = render("interactions/_said.html", status=201, said={"text": said, "undo": undo, "link": (_("Open"), record)})
    response.headers["Location"] = record
    return response


@bp.post("/quick-log/preview")
@requires(Permission.ENGAGEMENTS_WRITE)
def preview_quick_log() -> Response:
    """What will be saved, while one types. Nothing is kept."""
    transaction.discard()
    text = request.form.get("text", "")
    template = (
        "interactions/_preview.html"
        if is_enhanced() or request.headers.get("Sec-Fetch-Mode") == "cors"
        else "interactions/quick_log.html"
    )
    return render(template, **_context(text, _read(text)))


@bp.get("/quick-log/help")
@requires(Permission.ENGAGEMENTS_READ)
def help_quick_log() -> Response:
    """The grammar by examples, each read by the real parser."""
    shown = [(example, parsed, _how(parsed)) for example in markers.examples() for parsed in [_example_of(example.line)]]
    return render("interactions/help_quick_log.html", shown=shown)


@bp.post("/<int:interaction_id>/undoing")
@requires(Permission.ENGAGEMENTS_WRITE)
def undoing(interaction_id: int) -> Response:
    """Take back what was just logged, within ten minutes."""
    interaction = get_or_404(queries.interactions_visible_to(current_user), interaction_id)
    typed = interaction.typed_line
    try:
        files.remove_all_of("interaction", interaction.id)
        service.undo_interaction(interaction, by=current_user)
    except service.TooLateToUndo:
        return _not_taken_back(_("Ten minutes have passed. Change it instead."), interaction_id)
    except service.ChangedSince:
        return _not_taken_back(_("It was worked on since. Change it instead."), interaction_id)
    if is_enhanced():
        said = _("Taken back. The line is in the quick log again.") if typed else _("Taken back.")
        return render("interactions/_said.html", said={"text": said})
    if len(typed) > MOST_IN_ADDRESS:
        return _box(typed, None)
    if typed:
        return done(_("Taken back. The line is here again."), "interactions.quick_log", text=typed)
    return done(_("Taken back."), "interactions.index")


def _not_taken_back(why: str, interaction_id: int) -> Response:
    if is_enhanced():
        abort(409)  # the script then sends the form as a form, and the page says why
    return refuse(why, "interactions.show", interaction_id=interaction_id)


def _how(parsed: markers.ParsedLine) -> str:
    """Channel and direction of a line in the reader's words."""
    channel, direction = reading.typed_channel(parsed), reading.typed_direction(parsed)
    return ", ".join(
        str(word) for word in (channel and words.CHANNELS[channel], direction and words.DIRECTIONS[direction]) if word
    )


def _example_of(line: str) -> markers.ParsedLine:
    return markers.parse(line, now=clock.local_now(dates.viewer_zone()), holidays=(), lexicon=None)


def _read(text: str) -> Draft | None:
    """None for what is too long to be a line: it isn't read, and stays in the box as it was typed."""
    if len(text) > LONGEST_LINE:
        return None
    return reading.read_line(text, request.form.to_dict(), by=current_user, zone=dates.viewer_zone())


def _box(text: str, draft: Draft | None, *, status: int = 200) -> Response:
    """The box with a line and its preview; with script the inside of the dialog."""
    return render("interactions/quick_log.html", part="interactions/_quick_log.html", status=status, **_context(text, draft))


def _with_ids() -> list[int]:
    """Whom the page is about from which the box was opened: takes part when the line names nobody."""
    value = request.values.get("with", "")
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        return []
    return [get_or_404(stakeholders.stakeholders_visible_to(current_user), int(value)).id]


def _context(text: str, draft: Draft | None) -> dict[str, object]:
    about = _with_ids()
    return {
        "text": text,
        "draft": draft,
        "excess": max(0, len(text) - LONGEST_LINE),
        "longest_line": LONGEST_LINE,
        "about": about[0] if about else None,
        "channels": words.CHANNELS,
        "directions": words.DIRECTIONS,
        "topic_field": lambda name: field_name("topic", name),
        "owners": stakeholders.owners() if draft and draft.tasks else [],
    }
