"""The list of imports."""

from flask import Response, request, url_for
from flask_login import current_user

from crm.core.access import Permission, requires
from crm.core.pages import render
from crm.exchange import queries
from crm.exchange.views.blueprint import bp


@bp.get("/imports")
@requires(Permission.IMPORTS_RUN)
def index() -> Response:
    page = queries.imports_page(current_user, after=request.args.get("after"))
    ids = [import_.id for import_ in page.rows]
    return render(
        "exchange/index.html",
        part="exchange/_more.html",
        page=page,
        files=queries.file_names(ids),
        people=queries.names_of_users(import_.created_by_id for import_ in page.rows),
        kinds={kind.profile.key: kind.profile for kind in reversed(queries.kinds_of_list())},
        next_url=url_for("exchange.index", after=page.next_cursor) if page.next_cursor else None,
    )
