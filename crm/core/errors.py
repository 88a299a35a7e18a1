"""What people see when something can't be done: what happened, what was kept, what to do next, an incident number when it is our fault."""

import errno
import secrets
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import get_locale, gettext
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy import exc
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from crm.core import bodies
from crm.core.db import db, write_intent
from crm.core.forms import labels_of_fields
from crm.core.pages import is_enhanced
from crm.core.pagination import BadCursor
from crm.core.scope import MissingScope, OutOfScope
from crm.core.text import UnstorableText
from crm.core.transaction import CHANGING, TooBusy

log = structlog.get_logger(__name__)

RETRY_AFTER_SECONDS = 5
MOST_KEPT = 2 * 1024 * 1024
NEVER_KEPT = frozenset({"csrf_token", "password", "new_password", "repeat_password", "current_password"})

BUSY, FULL, CONFLICT, TAKEN, FAILED = "busy", "full", "conflict", "taken", "failed"
AWAY = "away"  # busy, for somebody who only reads
_STATUS = {BUSY: 503, FULL: 507, CONFLICT: 409, TAKEN: 422, FAILED: 500}


def kind_of_database_error(error: exc.DBAPIError) -> str:
    """Which of our five words a database error is: busy, full, conflict, taken (a unique rule) or failed."""
    state = getattr(error.orig, "sqlstate", None) or ""
    text = str(error.orig).lower()
    if state == "23505" or "unique constraint" in text:
        return TAKEN
    if state in {"40001", "40P01"}:
        return CONFLICT
    if state == "53100" or "disk is full" in text or "no space left" in text:
        return FULL
    lost = error.connection_invalidated or state[:2] in {"08", "57"} or state in {"53300", "55P03"}
    if lost or "locked" in text or "connection" in text or "server closed" in text or "timeout expired" in text:
        return BUSY
    return FAILED


def kept_fields() -> list[tuple[str, str]]:
    """What the person sent, without secrets, so that nothing typed is lost."""
    if request.method not in CHANGING or bodies.is_raw():
        return []
    try:
        fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    except HTTPException:  # the body itself was too large or could not be read
        return []
    size = sum(len(name) + len(value) for name, value in fields)
    return fields if size <= MOST_KEPT else []  # no form of ours is so large, and nobody shall have megabytes drawn


def label_of_field(name: str) -> str:
    """The word for a field that was sent, as its form says it. One with marks stands as it came: the template's own `_` would take it for markup."""
    first, last = name.split("-", 1)[0], name.rsplit("-", 1)[-1]
    label = labels_of_fields().get(last) or labels_of_fields().get(first)
    plain = last.replace("_", " ")
    if label or not plain.replace(" ", "").isalnum():
        return str(label or name)
    word = gettext(plain.capitalize())
    is_word = word != plain.capitalize() or str(get_locale()) == "en"
    return word if is_word else gettext("What you wrote")


def page(status: int, code: str, *, incident: str | None = None) -> Response:
    """The error page of a code; with the sent fields and a button to send them again."""
    fields = kept_fields() if status != 404 else []
    if code == BUSY and request.method not in CHANGING:
        code = AWAY
    template = "errors/part.html" if is_enhanced() else "errors/page.html"
    values = {"status": status, "code": code, "incident": incident, "fields": fields, "target": request.path}
    write_intent.set(False)  # a page that says "busy" must not wait for the lock itself
    try:
        body = render_template(template, **values)
    except exc.SQLAlchemyError:  # not even who is looking can be asked
        db.session.rollback()
        g.is_stranger = True
        for known in ("_login_user", "viewer"):  # rows that would be read again
            g.pop(known, None)
        body = render_template(template, **values)
    response = make_response(body, status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def incident_number() -> str:
    """Short enough to read over the telephone."""
    return f"K-{secrets.token_hex(3).upper()}"


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    special = current_app.extensions.get("mitra.error_pages", {}).get(error.code)
    if special is not None and not is_enhanced():
        return special(error)
    response = page(error.code, str(error.code))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _database(error: exc.DBAPIError) -> Response:
    if isinstance(error, exc.DataError) and "NUL" in str(error.orig):
        return page(422, "text")
    kind = kind_of_database_error(error)
    if kind == FAILED:
        return _unexpected(error)
    log.warning("not saved", kind=kind, error=type(error.orig).__name__)
    return page(_STATUS[kind], kind)


def _system(error: OSError) -> Response:
    """A file that can't be written because nothing more fits is not our mistake; any other failure of the system is."""
    if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
        return _unexpected(error)
    log.warning("not saved", kind=FULL, error="OSError")
    return page(_STATUS[FULL], FULL)


def _statement(error: exc.StatementError) -> Response:
    if isinstance(error.orig, UnstorableText):
        return page(422, "text")
    return _unexpected(error.orig if isinstance(error.orig, MissingScope) else error)


def _unexpected(error: BaseException) -> Response:
    incident = incident_number()
    log.error("incident", incident=incident, route=request.endpoint, exc_info=error)
    if current_app.testing and current_app.config.get("RAISE_UNEXPECTED", True):
        raise error
    return page(500, "500", incident=incident)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OutOfScope, lambda _error: page(404, "404"))
    app.register_error_handler(BadCursor, lambda _error: page(400, "400"))
    app.register_error_handler(CSRFError, lambda _error: page(400, "csrf"))
    app.register_error_handler(TooBusy, lambda _error: page(503, BUSY))
    app.register_error_handler(StaleDataError, lambda _error: page(409, CONFLICT))
    app.register_error_handler(UnstorableText, lambda _error: page(422, "text"))
    app.register_error_handler(exc.DBAPIError, _database)
    app.register_error_handler(exc.TimeoutError, lambda _error: page(503, BUSY))
    app.register_error_handler(exc.StatementError, _statement)
    app.register_error_handler(OSError, _system)
    app.register_error_handler(Exception, _unexpected)
    app.extensions.setdefault("mitra.error_pages", {})
    app.add_template_global(sentence_for, "error_sentence")
    app.add_template_global(label_of_field)


def sentence_for(code: str) -> tuple[str, str]:
    """Title and advice of an error page."""
    sentences = {
        "400": (
            _("This address could not be read"),
            _("Something in the address or the form is not what this page expects. Go back and try again."),
        ),
        "csrf": (
            _("This form is too old"),
            _("You signed in again since it was opened. What you wrote is below: send it again."),
        ),
        "403": (_("Your role may not do this"), _("Ask an administrator of your office if you need it.")),
        "404": (_("There is nothing here"), _("It may have been moved or removed, or it belongs to another office.")),
        "405": (_("This page does not take that"), _("Go back and use the buttons of the page.")),
        "413": (
            _("This is too large"),
            _("A file may have at most 15 MB, the files of an import 100 MB together. Nothing was saved."),
        ),
        "429": (_("Too many tries"), _("Wait a little, then try again.")),
        "text": (_("This text can't be stored"), _("It holds a character that no database keeps. What you wrote is below.")),
        BUSY: (_("Not saved yet: the office is busy"), _("What you wrote is kept below. Wait a few seconds and send it again.")),
        AWAY: (_("The system is busy"), _("Wait a few seconds, then load this page again.")),
        FULL: (
            _("Not saved: the storage is full"),
            _("What you wrote is kept below. Tell your administrator, then send it again."),
        ),
        CONFLICT: (
            _("Not saved: somebody changed this a moment ago"),
            _("What you wrote is kept below. Open the record, compare, and send it again."),
        ),
        TAKEN: (
            _("Not saved: this exists already"),
            _("Something here must be the only one of its kind. What you wrote is kept below."),
        ),
        "500": (
            _("Something went wrong on our side"),
            _("Nothing was half saved. Try again; if it fails again, tell your administrator the incident number."),
        ),
    }
    return sentences.get(code, (_("This could not be done"), _("Go back and try again.")))


def note_denied(reason: str) -> None:
    log.warning("denied", reason=reason, route=request.endpoint, viewer=g.get("viewer_id"))
