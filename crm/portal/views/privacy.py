"""What an office keeps about those whom it writes to: the page that the foot of every mail leads to."""

from flask import Response, abort

from crm.core.access import public
from crm.core.pages import render
from crm.offices import letterhead
from crm.portal import queries
from crm.portal.views.blueprint import bp


@bp.get("/personal-data/<string:code>")
@public
def personal_data(code: str) -> Response:
    """By the office's code: the controller of the data is the office, and the page has its own address and telephone."""
    office = queries.office_with_code(code) or abort(404)
    return render("portal/personal_data.html", office=office, head=letterhead.of(office), days=queries.LASTS.days)
