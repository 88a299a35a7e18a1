"""The kinds of list that are known: those of Mitra and those of the office, to read, download, load and remove."""

from flask import Response, abort, request
from flask_babel import gettext as _
from flask_login import current_user

from crm.core import scope as scopes
from crm.core.access import Permission, requires
from crm.core.pages import done, get_or_404, render
from crm.exchange import mapping, profiles_kept, queries, sentences, words
from crm.exchange.codes import Refusal
from crm.exchange.forms import SavedProfileForm
from crm.exchange.models import SavedProfile
from crm.exchange.profile import Profile
from crm.exchange.profile_format import MAX_SIZE, load_built_in, parse_profile, profile_text
from crm.exchange.views.blueprint import bp, office_choices, own_view


@bp.get("/imports/profiles")
@requires(Permission.IMPORTS_RUN)
def profiles() -> Response:
    return _draw(_form())


@bp.post("/imports/profiles")
@requires(Permission.IMPORTS_RUN)
def new_profile() -> Response:
    """Load a kind of list from its JSON file. It is read as strictly as any; one with the same key gets the new text."""
    form = _form()
    if not form.validate() or not form.files.sent:
        form.files.errors = [*form.files.errors, _("Choose a file first.")]
        return _draw(form)
    try:
        profile = _read(form.files.sent[0])
    except Refusal as refusal:
        form.files.errors = [sentences.of_refusal(refusal)]
        return _draw(form)
    saved = profiles_kept.save_profile(profile, office_id=form.office_id.data, title=words.title_of(profile), by=current_user)
    return done(_("Kept: %(name)s.", name=saved.title), "exchange.profiles")


@bp.get("/imports/profiles/<int:profile_id>/profile.json")
@requires(Permission.IMPORTS_RUN)
def profile_file(profile_id: int) -> Response:
    saved = _find(profile_id)
    try:
        return _file(saved.key, profile_text(own_view(parse_profile(saved.body))))
    except Refusal:
        return _file(saved.key, saved.body)  # an old one that can no longer be used is still the office's own


@bp.get("/imports/profiles/built-in/<string:key>/profile.json")
@requires(Permission.IMPORTS_RUN)
def built_in_profile_file(key: str) -> Response:
    try:
        return _file(key, profile_text(load_built_in(key)))
    except Refusal:
        abort(404)


@bp.post("/imports/profiles/<int:profile_id>/removal")
@requires(Permission.IMPORTS_RUN)
def profile_removal(profile_id: int) -> Response:
    saved = _find(profile_id)
    title = saved.title
    profiles_kept.remove_profile(saved, by=current_user)
    return done(_("Removed: %(name)s. Imports that used it keep their own copy.", name=title), "exchange.profiles")


def _find(profile_id: int) -> SavedProfile:
    return get_or_404(queries.saved_profiles_visible(), profile_id)


def _form() -> SavedProfileForm:
    form = SavedProfileForm(data=None if request.method == "POST" else {"office_id": scopes.current().home_office_id})
    form.office_id.choices = office_choices()
    return form


def _read(sent: object) -> Profile:
    """The profile of a sent file. Raises Refusal."""
    raw = sent.stream.read(MAX_SIZE * 4 + 1)  # type: ignore[attr-defined]
    profile = parse_profile(raw.decode("utf-8-sig", "replace"))
    if mapping.has_private(profile) and own_view(profile) != profile:
        return mapping.without_private(profile)
    return profile


def _file(key: str, text: str) -> Response:
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f"attachment; filename={key}.json"
    return response


def _draw(form: SavedProfileForm) -> Response:
    known = queries.kinds_of_list()
    readable = {kind.saved.id for kind in known if kind.saved}
    return render(
        "exchange/profiles.html",
        status=422 if form.errors else 200,
        form=form,
        kinds=known,
        unreadable=[saved for saved in queries.saved_profiles() if saved.id not in readable],
        offices=dict(office_choices()),
    )
