"""The blueprint of the public pages, and what their answers carry: no address of ours travels on, no search engine keeps them."""

from flask import Blueprint, Response, g, request

from crm.core.text import told

bp = Blueprint("portal", __name__)


@bp.before_request
def _set_no_cookie() -> None:
    g.is_public_page = True


@bp.after_request
def _say_little(response: Response) -> Response:
    """A token stands in some of these addresses: no page is told where its reader came from."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def agent() -> str:
    """What the browser calls itself, as far as it is kept beside a consent."""
    return told(request.headers.get("User-Agent", ""), 300)
