"""One-time links from the mailbox: a new password, and accepting an invitation.

The address with the token only puts it into the cookie and leads on, so that no page with the token in its address is ever drawn
(and none can leak it as a referrer). Opening it changes nothing: scanners open links.
"""

import datetime as dt

from flask import Response, abort, current_app, request, session, url_for
from flask import redirect as redirect_to
from flask_babel import gettext as _

from crm.accounts import passwords, queries, service
from crm.accounts.forms import ForgottenPasswordForm, NewPasswordForm
from crm.accounts.models import LinkPurpose
from crm.accounts.viewer import SESSION_KEY
from crm.accounts.views.blueprint import address, bp, limits
from crm.accounts.views.sign_in import say_pause
from crm.core.access import public
from crm.core.pages import done, render

LINK_KEY = "account_link"


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten_password() -> Response:
    form = ForgottenPasswordForm()
    if not form.validate_on_submit():
        return render("accounts/forgotten_password.html", status=422 if form.errors else 200, form=form)
    try:
        lasts = dt.timedelta(minutes=current_app.config["RESET_LINK_MINUTES"])
        service.ask_for_reset(form.email.data or "", address=address(), limits=limits(), lasts=lasts)
    except service.TooManyTries as pause:
        return render("accounts/forgotten_password.html", status=429, form=form, message=say_pause(pause))
    return redirect_to(url_for("accounts.reset_asked"), 303)  # type: ignore[return-value]


@bp.get("/forgotten-password/sent")
@public
def reset_asked() -> Response:
    return render("accounts/reset_asked.html", minutes=current_app.config["RESET_LINK_MINUTES"])


@bp.get("/account-link/<any(reset, invitation):purpose>/<string:token>")
@public
def open_link(purpose: str, token: str) -> Response:
    session[LINK_KEY] = token[:100]
    return redirect_to(url_for("accounts.new_password" if purpose == LinkPurpose.RESET else "accounts.invitation"), 302)  # type: ignore[return-value]


@bp.route("/new-password", methods=["GET", "POST"])
@public
def new_password() -> Response:
    return _choose_password(LinkPurpose.RESET)


@bp.route("/invitation", methods=["GET", "POST"])
@public
def invitation() -> Response:
    return _choose_password(LinkPurpose.INVITATION)


def _choose_password(purpose: LinkPurpose) -> Response:
    token = session.get(LINK_KEY) or ""
    link = queries.link_of(token, purpose)
    if link is None:
        return render("accounts/link_not_valid.html", status=410, purpose=purpose)
    user = link.user
    form = NewPasswordForm(about=(user.email, user.name))
    if not form.validate_on_submit():
        form.email.data = user.email
        return render("accounts/choose_password.html", status=422 if form.errors else 200, form=form, user=user, purpose=purpose)
    try:
        service.use_link(token, purpose, password=form.new_password.data or "", typed_email=request.form.get("email"))
    except service.LinkNotValid:
        return render("accounts/link_not_valid.html", status=410, purpose=purpose)
    except passwords.TooManyAtOnce:
        abort(503)
    session.pop(LINK_KEY, None)
    session.pop(SESSION_KEY, None)
    return done(_("The password is set. Sign in with it."), "accounts.sign_in")
