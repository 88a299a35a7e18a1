"""The audit page, and the history of one record for the pages that show it."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from crm.activity import queries, wording
from crm.activity.forms import read_filter
from crm.core import jinja
from crm.core.access import Permission, requires
from crm.core.dates import viewer_zone
from crm.core.pages import filters_of_address, render

bp = Blueprint("activity", __name__, url_prefix="/activity")
PARTS = ("who", "kind", "verb", "id", "from", "to")


# A global, not a context processor: macros that are imported see only globals.
bp.record_once(lambda state: state.app.jinja_env.globals.update(activity_words=wording))


@bp.get("")
@requires(Permission.ACTIVITY_READ)
def index() -> Response:
    wanted = read_filter(request.args, viewer_zone())
    page = queries.page_of_entries(wanted, cursor=request.args.get("after"))
    asked: dict[str, Any] = filters_of_address(*PARTS)
    following = url_for("activity.index", **asked, after=page.next_cursor) if page.next_cursor else None
    return render(
        "activity/index.html", part="activity/_more.html", page=page, asked=asked, chips=_chips(asked), next_url=following
    )


def history(kind: str, subject_id: int, *, limit: int = 50) -> Markup:
    """The history of a record as markup, for a panel of its page."""
    return jinja.drawn("activity/_history.html", {"entries": queries.history_of(kind, subject_id, limit=limit)})


def _chips(asked: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Label, value in words, and the address without this part."""
    labels = {"who": _("Who"), "kind": _("What"), "verb": _("Act"), "id": _("Number"), "from": _("From"), "to": _("To")}
    values = {"kind": wording.kind, "verb": wording.verb}
    return [
        (labels[part], values.get(part, str)(value), url_for("activity.index", **{k: v for k, v in asked.items() if k != part}))
        for part, value in asked.items()
    ]
