"""The blueprint that the pages of bulletins share."""

from flask import Blueprint

from crm.bulletins import wording

bp = Blueprint("bulletins", __name__, url_prefix="/bulletins")


@bp.app_context_processor
def _words() -> dict[str, object]:
    return {"bulletin_words": wording}
