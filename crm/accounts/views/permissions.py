"""The permission table as a page: drawn from the table that decides."""

from flask import Response

from crm.accounts.permissions import table
from crm.accounts.views.blueprint import bp
from crm.core.access import Permission, requires
from crm.core.pages import render


@bp.get("/permissions")
@requires(Permission.PERMISSIONS_READ)
def show_permissions() -> Response:
    return render("accounts/show_permissions.html", table=table())
