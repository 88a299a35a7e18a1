"""How a view answers: a page or its part, a done, a refusal, a not-found."""

from typing import Any, TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from crm.core.db import db
from crm.core.links import is_safe_link

T = TypeVar("T")


def is_enhanced() -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def render(template: str, *, part: str | None = None, status: int = 200, **context: Any) -> Response:
    """Draw a page; for an enhanced request only its part (a template of the same folder)."""
    chosen = part if part and is_enhanced() else template
    response = make_response(render_template(chosen, **context), status)
    if part:
        response.vary.add("HX-Request")
    return response


def render_form(template: str, form: FlaskForm, **context: Any) -> Response:
    """Draw a form page: 422 when it was sent and something in it needs another look; the text stays in its fields."""
    return render(template, status=422 if form.errors else 200, form=form, **context)


def done(message: str, endpoint: str, *, undo: str | None = None, **values: Any) -> Response:
    """Say what is now true, and go on to a page (303). `undo` is the URL that a POST takes it back with."""
    flash({"text": message, "undo": undo} if undo else message, "done")  # type: ignore[arg-type]
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]


def refuse(message: str, endpoint: str, **values: Any) -> Response:
    """Say why not, and go back to a page. Nothing of the request is kept."""
    from crm.core import transaction  # noqa: PLC0415 - transaction imports the database, pages must stay light

    transaction.discard()
    flash(message, "refused")
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]


def get_or_404(statement: sa.Select[T], record_id: int) -> T:
    """The record with this id among those that the statement finds; 404 decides before anything is written."""
    entity = statement.column_descriptions[0]["entity"]
    found = db.session.scalars(statement.where(entity.id == record_id)).unique().one_or_none()
    if found is None:
        abort(404)
    return found


NOT_FILTERS = frozenset({"after", "lang"})  # a page of a list, and the language of those who are not signed in


def filters_of_address(*names: str) -> dict[str, str]:
    """What the address narrows a list to, ready to be written into an address again. A name that no page of ours writes is a 400."""
    if not request.args.keys() <= {*names, *NOT_FILTERS}:
        abort(400)
    return {name: request.args[name] for name in names if request.args.get(name)}


def local_target(target: str | None, fallback: str) -> str:
    """A path of this site to go on to, or the fallback: never another host, whatever a browser makes of slashes and blanks."""
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"} or any(ord(c) <= 32 or c == "\\" for c in target):
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target


def safe_href(address: str | None) -> str:
    """For templates: the address if it is http or https, else nothing. Autoescape does not stop `javascript:`."""
    return address if address and is_safe_link(address) else ""
