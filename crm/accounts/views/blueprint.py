"""The blueprint of accounts, and what its views share."""

import datetime as dt

from flask import Blueprint, current_app, g, request

from crm.accounts.browsers import short_name
from crm.accounts.models import User
from crm.accounts.permissions import Role
from crm.accounts.throttle import Limits
from crm.accounts.wording import PERMISSIONS, ROLES

bp = Blueprint("accounts", __name__)


WORDS = {"role_names": ROLES, "permission_names": PERMISSIONS, "roles": list(Role), "browser_name": short_name}
bp.record_once(lambda state: state.app.jinja_env.globals.update(WORDS))


def limits() -> Limits:
    config = current_app.config
    window = dt.timedelta(minutes=config["SIGN_IN_WINDOW_MINUTES"])
    return Limits(tries=config["SIGN_IN_TRIES"], tries_address=config["SIGN_IN_TRIES_ADDRESS"], window=window)


def address() -> str:
    """Where the browser is; behind a proxy only as far as PROXY_HOPS is set."""
    return request.remote_addr or ""


def idle_limit() -> dt.timedelta:
    return dt.timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"])


def me() -> User:
    """The signed-in person as a row; `current_user` is only a stand-in for it."""
    return g.viewer.user
