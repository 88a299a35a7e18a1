"""One's own account: name, password, preferences, sessions, and which office is looked at."""

from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Response, abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.accounts import passwords, queries, service
from crm.accounts.forms import ChangePasswordForm, PreferencesForm, ProfileForm
from crm.accounts.models import Density, Language, Theme
from crm.accounts.views.blueprint import address, bp, idle_limit, limits, me
from crm.accounts.views.sign_in import say_pause
from crm.core.access import signed_in
from crm.core.pages import done, get_or_404, local_target, render, render_form
from crm.core.transaction import survive
from crm.offices import queries as offices

Choice = TypeVar("Choice", bound=StrEnum)


@bp.route("/me", methods=["GET", "POST"])
@signed_in
def show_profile() -> Response:
    user = me()
    form = ProfileForm(obj=user)
    if form.validate_on_submit():
        service.change_own_details(user, name=form.name.data or "", post=form.post.data or "")
        return done(_("Saved."), "accounts.show_profile")
    preferences = PreferencesForm(formdata=None, data={"language": user.language, "theme": user.theme, "density": user.density})
    sessions = queries.open_sessions_of(user, idle=idle_limit())
    return render_form(
        "accounts/show_profile.html", form, preferences=preferences, sessions=sessions, present_id=g.viewer.session.id
    )


@bp.route("/me/password", methods=["GET", "POST"])
@signed_in
def change_password() -> Response:
    user = me()
    form = ChangePasswordForm(about=(user.email, user.name))
    if not form.validate_on_submit():
        form.email.data = user.email
        return render_form("accounts/change_password.html", form)
    email, at, bounds = user.email, address(), limits()
    try:
        service.change_password(
            user,
            current=form.current_password.data or "",
            new=form.new_password.data or "",
            keep=g.viewer.session,
            address=at,
            limits=bounds,
        )
    except service.WrongPassword:
        survive(lambda: service.note_failed_sign_in(email, at, limits=bounds))
        form.current_password.errors = [_("This is not your present password.")]
        return render_form("accounts/change_password.html", form)
    except service.TooManyTries as pause:
        return render("accounts/change_password.html", status=429, form=form, message=say_pause(pause))
    except passwords.TooManyAtOnce:
        abort(503)
    return done(_("Password changed. Other browsers are signed out."), "accounts.show_profile")


@bp.post("/me/preferences")
@signed_in
def set_preferences() -> Response:
    """Takes one choice or several, from the menu or the profile page, and goes back to where one was."""
    sent = request.form
    service.set_preferences(
        me(),
        language=_one_of(Language, sent.get("language")),
        theme=_one_of(Theme, sent.get("theme")),
        density=_one_of(Density, sent.get("density")),
    )
    return redirect(_where_one_was(), 303)  # type: ignore[return-value]


@bp.post("/me/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> Response:
    service.end_session(get_or_404(queries.sessions_of(me()), session_id), by=me())
    return done(_("That browser is signed out."), "accounts.show_profile")


@bp.post("/me/sessions/end-others")
@signed_in
def end_other_sessions() -> Response:
    ended = service.end_other_sessions(me(), keep=g.viewer.session, by=me())
    message = ngettext("%(num)d other browser is signed out.", "%(num)d other browsers are signed out.", ended)
    return done(message if ended else _("No other browser was signed in."), "accounts.show_profile")


@bp.post("/office")
@signed_in
def choose_office() -> Response:
    """Narrow what this browser shows to one of one's offices; the home office shows all again."""
    sent = request.form.get("office_id", "")
    user = me()
    chosen = next((office for office in offices.offices_below(user.office_id) if str(office.id) == sent), None)
    if chosen is None:
        abort(404)
    service.narrow_session(g.viewer.session, to=chosen, by=user)
    flash(_("You now see %(name)s.", name=chosen.name), "done")
    return redirect(url_for("accounts.show_profile") if _where_one_was() == "" else _where_one_was(), 303)  # type: ignore[return-value]


def _one_of(kind: type[Choice], given: str | None) -> Choice | None:
    """A member of an enumeration, or None for nothing. Anything else is not a choice of ours."""
    if given is None:
        return None
    try:
        return kind(given)
    except ValueError:
        abort(400)


def _where_one_was() -> str:
    """The page that the form stood on, by the referrer; never another site."""
    came_from = urlsplit(request.referrer or "")
    fallback = url_for("accounts.show_profile")
    if came_from.netloc != request.host:
        return fallback
    return local_target(came_from.path + (f"?{came_from.query}" if came_from.query else ""), fallback)
