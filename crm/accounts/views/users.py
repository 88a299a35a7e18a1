"""The people of an office, for its administrators."""

import datetime as dt

from flask import Response, current_app, request
from flask_babel import gettext as _

from crm.accounts import queries, service
from crm.accounts.forms import UserForm
from crm.accounts.models import User
from crm.accounts.permissions import RANK, Role
from crm.accounts.views.blueprint import bp, idle_limit, me
from crm.activity.views import history
from crm.core.access import Permission, requires
from crm.core.pages import done, get_or_404, refuse, render, render_form
from crm.core.text import UnstorableText, one_line, storable
from crm.offices import queries as offices
from crm.offices.models import Office


@bp.get("/users")
@requires(Permission.USERS_MANAGE)
def list_users() -> Response:
    words, with_disabled = _words(), request.args.get("disabled") == "1"
    people = queries.users_with_offices(words=words, with_disabled=with_disabled)
    return render("accounts/list_users.html", people=people, words=words, with_disabled=with_disabled)


@bp.route("/users/new", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def new_user() -> Response:
    form = _form()
    if request.method != "POST":
        form.role.data = form.role.data or Role.OFFICER.value
    if form.validate_on_submit():
        lasts = dt.timedelta(days=current_app.config["INVITATION_DAYS"])
        try:
            user = service.invite_user(
                form.email.data or "",
                name=form.name.data or "",
                post=form.post.data or "",
                role=Role(form.role.data),
                office=_office(form),
                lasts=lasts,
                by=me(),
            )
            return done(_("%(name)s is invited by mail.", name=user.name), "accounts.list_users")
        except service.EmailTaken:
            form.email.errors = [_("Another account has this address.")]
        except service.AboveOwnRole:
            form.role.errors = [_("You can't give a role above your own.")]
    return render_form("accounts/new_user.html", form)


@bp.route("/users/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def edit_user(user_id: int) -> Response:
    user = get_or_404(queries.users_visible(), user_id)
    form = _form(user)
    if request.method != "POST":
        form.version.data = str(user.version)
    elif form.validate() and form.seen_version != user.version:
        form.version.data = str(user.version)
        form.form_errors.append(
            _("Somebody else changed this account a moment ago. Compare with the list of changes, then save again.")
        )
    elif not form.errors and _change(user, form):
        return done(_("Saved."), "accounts.list_users")
    sessions = queries.open_sessions_of(user, idle=idle_limit())
    return render_form("accounts/edit_user.html", form, user=user, sessions=sessions, history=history("user", user.id, limit=20))


@bp.post("/users/<int:user_id>/disabling")
@requires(Permission.USERS_MANAGE)
def disabling(user_id: int) -> Response:
    user = get_or_404(queries.users_visible(), user_id)
    try:
        service.disable_user(user, by=me())
    except service.LastAdministrator:
        return refuse(_say_last(), "accounts.edit_user", user_id=user_id)
    except service.AboveOwnRole:
        return refuse(_("This account has a role above yours."), "accounts.edit_user", user_id=user_id)
    return done(_("The account of %(name)s is disabled and signed out everywhere.", name=user.name), "accounts.list_users")


@bp.post("/users/<int:user_id>/enabling")
@requires(Permission.USERS_MANAGE)
def enabling(user_id: int) -> Response:
    user = get_or_404(queries.users_visible(), user_id)
    try:
        service.enable_user(user, by=me())
    except service.AboveOwnRole:
        return refuse(_("This account has a role above yours."), "accounts.edit_user", user_id=user_id)
    return done(_("The account of %(name)s is open again.", name=user.name), "accounts.edit_user", user_id=user_id)


@bp.post("/users/<int:user_id>/invitation")
@requires(Permission.USERS_MANAGE)
def inviting(user_id: int) -> Response:
    user = get_or_404(queries.users_visible(), user_id)
    if not user.is_active or user.password_hash is not None:
        return refuse(_("Only somebody who has no password yet can be invited."), "accounts.edit_user", user_id=user_id)
    service.invite(user, lasts=dt.timedelta(days=current_app.config["INVITATION_DAYS"]), by=me())
    return done(_("%(name)s is invited by mail.", name=user.name), "accounts.edit_user", user_id=user_id)


@bp.post("/users/<int:user_id>/signing-out")
@requires(Permission.USERS_MANAGE)
def signing_out(user_id: int) -> Response:
    user = get_or_404(queries.users_visible(), user_id)
    service.sign_out_user(user, by=me())
    return done(_("%(name)s is signed out everywhere.", name=user.name), "accounts.edit_user", user_id=user_id)


def _change(user: User, form: UserForm) -> bool:
    """Save the form; false with the reason at its field when the service refuses."""
    try:
        service.change_user(
            user,
            email=form.email.data or "",
            name=form.name.data or "",
            post=form.post.data or "",
            role=Role(form.role.data),
            office=_office(form),
            by=me(),
        )
    except service.EmailTaken:
        form.email.errors = [_("Another account has this address.")]
    except service.LastAdministrator:
        form.role.errors = [_say_last()]
    except service.AboveOwnRole:
        form.role.errors = [_("You can't give a role above your own.")]
    return not form.errors


def _form(user: User | None = None) -> UserForm:
    viewer = me()
    form = UserForm(obj=user)
    ceiling = max((viewer.role, user.role), key=RANK.__getitem__) if user is not None else viewer.role
    if user is None and form.office_id.data is None:
        form.office_id.data = viewer.office_id
    return form.offer(offices=offices.offices_in_tree_order(), ceiling=ceiling)


def _office(form: UserForm) -> Office:
    return get_or_404(offices.offices_visible(), form.office_id.data)


def _words() -> str:
    try:
        return one_line(storable(request.args.get("q", "")))[:100]
    except UnstorableText:
        return ""


def _say_last() -> str:
    return _("This is the last administrator of this office. Make somebody else administrator first.")
