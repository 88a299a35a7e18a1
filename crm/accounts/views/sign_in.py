"""Signing in and out, and asking for it in the middle of something."""

import datetime as dt
from typing import Any

from flask import Response, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from crm.accounts import passwords, service
from crm.accounts.forms import SignInForm
from crm.accounts.kept import Kept, unpack
from crm.accounts.models import Language
from crm.accounts.viewer import SESSION_KEY
from crm.accounts.views.blueprint import address, bp, limits, me
from crm.core import errors, transaction
from crm.core.access import public
from crm.core.pages import done, local_target, render
from crm.core.places import place
from crm.core.text import told

LANGUAGE_COOKIE = "language"
BUSY_SECONDS = 2


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    form = SignInForm()
    if request.method != "POST":
        if current_user.is_authenticated:
            return redirect(_start_page(), 302)  # type: ignore[return-value]
        form.next.data = local_target(request.args.get("next"), "")
        return _page(form)
    if not form.validate():
        return _page(form, 422)
    return _try(form)


def _try(form: SignInForm) -> Response:
    email, at = form.email.data or "", address()
    lifetime = dt.timedelta(hours=current_app.config["SESSION_ABSOLUTE_HOURS"])
    agent = told(request.user_agent.string, 300)
    try:
        opened = service.sign_in(email, form.password.data or "", address=at, agent=agent, limits=limits(), lifetime=lifetime)
    except service.WrongPassword as wrong:
        bounds = limits()
        transaction.survive(lambda: service.note_failed_sign_in(email, at, limits=bounds))
        return _page(form, 422, _say_wrong(wrong.tries_left))
    except service.TooManyTries as pause:
        return _page(form, 429, say_pause(pause), retry_after=pause.seconds)
    except passwords.TooManyAtOnce:
        return _page(
            form, 503, _("Many people are signing in at this moment. Try again in a few seconds."), retry_after=BUSY_SECONDS
        )
    _start_session(opened.token)
    kept = unpack(form.kept.data)
    if kept is not None and local_target(kept.path, "") == kept.path:
        return render("accounts/resume.html", kept=kept)
    return redirect(local_target(form.next.data, _start_page()), 303)  # type: ignore[return-value]


def _start_session(token: str) -> None:
    """A new cookie with a new CSRF secret: nothing that was set before sign-in lives on (AU-04)."""
    session.clear()
    g.pop("csrf_token", None)
    session[SESSION_KEY] = token


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    if current_user.is_authenticated:
        service.sign_out(g.viewer.session, by=me())
    session.clear()
    g.pop("csrf_token", None)
    return done(_("You are signed out."), "accounts.sign_in")


def ask_to_sign_in(_error: Any) -> Response:
    """Answer to somebody who is not signed in (any more): the sign-in page, with the form that they sent kept inside it."""
    fields = errors.kept_fields()
    had_session = session.get(SESSION_KEY) is not None
    if request.method in transaction.CHANGING and fields:
        form = SignInForm(formdata=None)
        form.kept.data = Kept(request.full_path.rstrip("?"), tuple(fields)).packed()
        files = any(upload.filename for upload in request.files.values())
        return _page(form, 401, _("Your session ended. Sign in again; your text is still here."), lost_files=files)
    if had_session:
        session.pop(SESSION_KEY)
        flash(_("Your session ended. Sign in again."), "refused")
    wanted = request.full_path.rstrip("?") if request.method != "POST" else None
    return redirect(url_for("accounts.sign_in", next=wanted if wanted != "/" else None), 302)  # type: ignore[return-value]


bp.record_once(lambda state: state.app.extensions.setdefault("mitra.error_pages", {}).update({401: ask_to_sign_in}))


@bp.after_app_request
def _remember_language(response: Response) -> Response:
    """?lang= on a page before sign-in holds for the pages that follow. Pages for the public set no cookie at all."""
    asked = request.args.get("lang", "")
    if asked in set(Language) and not g.get("is_public_page") and not current_user.is_authenticated:
        response.set_cookie(
            LANGUAGE_COOKIE,
            asked,
            max_age=31_536_000,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response


def _page(
    form: SignInForm, status: int = 200, message: str | None = None, *, retry_after: int | None = None, lost_files: bool = False
) -> Response:
    form.password.data = None
    response = render("accounts/sign_in.html", status=status, form=form, message=message, lost_files=lost_files)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _start_page() -> str:
    return place("desk") or url_for("accounts.show_profile")


def _say_wrong(tries_left: int) -> str:
    minutes = current_app.config["SIGN_IN_WINDOW_MINUTES"]
    if tries_left < 1:
        return _("E-mail and password do not match. Wait %(minutes)s minutes before you try again.", minutes=minutes)
    return ngettext(
        "E-mail and password do not match. %(num)d try left before a %(minutes)s-minute pause.",
        "E-mail and password do not match. %(num)d tries left before a %(minutes)s-minute pause.",
        tries_left,
        minutes=minutes,
    )


def say_pause(pause: service.TooManyTries) -> str:
    minutes = -(-pause.seconds // 60)
    return ngettext(
        "Too many tries. Try again in %(num)d minute; the right password works then.",
        "Too many tries. Try again in %(num)d minutes; the right password works then.",
        minutes,
    )
