"""The blueprint of the public pages, and what their answers carry: no address of ours travels on, no search engine keeps them."""

from typing import Any

from flask import Blueprint, Response, g, request

from crm.core import languages
from crm.core.text import told
from crm.portal.forms import LANGUAGES

bp = Blueprint("portal", __name__)


@bp.before_request
def _set_no_cookie() -> None:
    g.is_public_page = True


@bp.after_request
def _say_little(response: Response) -> Response:
    """A token stands in some of these addresses: no page is told where its reader came from."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.context_processor
def _stay_in_the_language() -> dict[str, Any]:
    """`stay`, for the addresses in a page: who chose another language than the browser's keeps it, for these pages set no cookie."""
    asked = request.args.get("lang", "")
    is_other = asked in LANGUAGES and asked != (request.accept_languages.best_match(LANGUAGES) or languages.DEFAULT)
    return {"stay": asked if is_other else None}


def agent() -> str:
    """What the browser calls itself, as far as it is kept beside a consent."""
    return told(request.headers.get("User-Agent", ""), 300)
