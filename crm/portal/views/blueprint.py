"""The blueprint of the public pages, and what their answers carry: no address of ours travels on, no search engine keeps them."""

from flask import Blueprint, Response

bp = Blueprint("portal", __name__)


@bp.after_request
def _say_little(response: Response) -> Response:
    """A token stands in some of these addresses: no page is told where its reader came from."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
