"""All components on one page, in development only."""

from flask import Blueprint, Flask, Response

from crm.core.access import public
from crm.core.pages import render

bp = Blueprint("styleguide", __name__)


@bp.get("/styleguide")
@public
def show() -> Response:
    return render("styleguide/show.html")


def init_app(app: Flask) -> None:
    if app.config["MODE"] == "development":
        app.register_blueprint(bp)
