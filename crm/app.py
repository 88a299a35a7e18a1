"""create_app(): the application that answers requests, with all its pages. The job worker makes one without: crm/worker.py."""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, abort, current_app, g, request
from flask_login import current_user
from flask_wtf import CSRFProtect
from sqlalchemy import exc
from werkzeug.middleware.proxy_fix import ProxyFix

from crm import cli, wiring
from crm.core import (
    access,
    application,
    assets,
    bodies,
    errors,
    headers,
    health,
    jobs_page,
    migrations,
    origin,
    styleguide,
    transaction,
)

csrf = CSRFProtect()


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """Make the application with all its pages. `settings` overrides the environment, for tests and programs."""
    app = application.begin(settings, wiring.choose_language)
    base = urlsplit(app.config["PUBLIC_BASE_URL"])
    local = [] if app.config["MODE"] == "production" else ["127.0.0.1", "localhost", "[::1]"]
    app.config["TRUSTED_HOSTS"] = [base.hostname or "127.0.0.1", *local, *app.config["TRUSTED_HOSTS_EXTRA"]]
    if hops := app.config["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]

    migrations.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    assets.init_app(app, headers.common(app))
    app.before_request(start_request)
    csrf.init_app(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(jobs_page.bp)
    styleguide.init_app(app)
    wiring.connect(app)
    wiring.connect_pages(app)
    guard(app)
    app.teardown_request(transaction.end_request)
    cli.register(app)
    app.extensions["mitra.create_app"] = create_app  # for commands that look into another database
    return app


def guard(app: Flask) -> None:
    """Ask everybody for session, scope and permission; ask nobody for a token of ours who cannot know one."""
    for view in filter(access.is_open_to_other_sites, app.view_functions.values()):
        csrf.exempt(view)
    app.before_request(enter)


def start_request() -> None:
    g.request_id = secrets.token_hex(8)
    origin.start(origin.Origin(request.remote_addr or "", g.request_id))
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id, route=request.endpoint or "")
    view = wiring.view_of(request.endpoint) if request.endpoint else None
    is_foreign = request.headers.get("Sec-Fetch-Site") == "cross-site" and request.method in transaction.CHANGING
    if is_foreign and not access.is_open_to_other_sites(view):
        abort(400)
    larger, raw = access.most_bytes_of(view), access.raw_body_of(view)
    if raw:
        _take_raw_body(*raw)
    if larger and wiring.has_token():  # before the body is read, and only for somebody who seems to be signed in
        request.max_content_length = current_app.config[larger] + 1024 * 1024


def _take_raw_body(setting: str, knows: Callable[..., bool] | None) -> None:
    if knows and not knows(**(request.view_args or {})):
        abort(404)
    bodies.read(current_app.config[setting])


def _try_to_know_reader() -> None:
    """That an address leads nowhere is true while the database is away too."""
    try:
        wiring.fix_viewer()
    except exc.SQLAlchemyError:
        transaction.abandon()
        g.is_stranger = True


def enter() -> Response | None:
    """Session, scope, permission: nobody gets past here without all three. Runs after the form's CSRF check has read the body."""
    if request.endpoint is None:  # 404 or 405 by routing: the handlers answer, in the language of whoever is signed in
        if wiring.has_token() and request.method not in transaction.CHANGING:
            transaction.begin_request()
            _try_to_know_reader()
        return None
    view = wiring.view_of(request.endpoint)
    transaction.begin_request(looks_first=access.is_looking_first(view))
    declared = access.access_of(view)
    if declared is None:
        errors.note_denied("undeclared view")
        abort(403)
    wiring.fix_viewer()
    if declared != access.PUBLIC:
        if not current_user.is_authenticated:
            abort(401)
        if declared != access.SIGNED_IN and not access.may(declared):
            wiring.deny(declared)
            abort(403)
    return transaction.replay(g.get("viewer_id")) if transaction.form_key() else None
