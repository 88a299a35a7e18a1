"""The quick log: a line, its preview, a save. In a dialog with script, as pages without."""

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.core import clock, dates, transaction
from crm.core import scope as scopes
from crm.core.access import Permission, requires
from crm.core.pages import done, get_or_404, is_enhanced, render
from crm.engagements import markers
from crm.interactions import quick_log as saving
from crm.interactions import reading, words
from crm.interactions.draft import Draft, field_name, unresolved
from crm.interactions.views import bp
from crm.stakeholders import queries as stakeholders

LONGEST_LINE = 4000


@bp.route("/quick-log", methods=["GET", "POST"])
@requires(Permission.ENGAGEMENTS_WRITE)
def quick_log() -> Response:
    """GET: the box. POST: save what the preview shows, or with `check` draw the preview (no script)."""
    if request.method != "POST":
        text = request.args.get("text", "")[:LONGEST_LINE]
        draft = _read(text) if text else None
        return render("interactions/quick_log.html", part="interactions/_quick_log.html", **_context(text, draft))
    text = request.form.get("text", "")[:LONGEST_LINE]
    draft = _read(text)
    if "check" in request.form or draft.is_empty:
        transaction.discard()
        status = 422 if draft.is_empty and "check" not in request.form else 200
        return render("interactions/quick_log.html", part="interactions/_quick_log.html", status=status, **_context(text, draft))
    zone, office_id = dates.viewer_zone(), scopes.current().home_office_id or 0
    interaction = saving.save_draft(draft, office_id=office_id, zone=zone, by=current_user, with_ids=_with_ids())
    undo = url_for("interactions.undoing", interaction_id=interaction.id)
    again = "again" in request.form
    said = (
        _("Logged. Not linked: %(names)s", names=dates.listed([m.name for m in unresolved(draft)]))
        if unresolved(draft)
        else _("Logged.")
    )
    if again:
        return done(said, "interactions.quick_log", undo=undo)
    return done(said, "interactions.show", undo=undo, interaction_id=interaction.id)


@bp.post("/quick-log/preview")
@requires(Permission.ENGAGEMENTS_WRITE)
def preview_quick_log() -> Response:
    """What will be saved, while one types. Nothing is kept."""
    transaction.discard()
    text = request.form.get("text", "")[:LONGEST_LINE]
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
    shown = [(example, _example_of(example.line)) for example in markers.examples()]
    return render("interactions/help_quick_log.html", shown=shown)


def _example_of(line: str) -> markers.ParsedLine:
    return markers.parse(line, now=clock.local_now(dates.viewer_zone()), holidays=(), lexicon=None)


def _read(text: str) -> Draft:
    return reading.read_line(text, request.form.to_dict(), by=current_user, zone=dates.viewer_zone())


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
        "about": about[0] if about else None,
        "channels": words.CHANNELS,
        "directions": words.DIRECTIONS,
        "topic_field": lambda name: field_name("topic", name),
        "owners": stakeholders.owners() if draft and draft.tasks else [],
    }
