"""Readiness in short, for people who send: only what decides whether a mailing goes out and is heard of."""

from flask import Response

from crm.campaigns.views.blueprint import bp
from crm.core.access import Permission, requires
from crm.core.clock import now
from crm.core.pages import render
from crm.mail.readiness import checks


@bp.get("/readiness")
@requires(Permission.CAMPAIGNS_SEND)
def readiness() -> Response:
    """The whole page, with what to do, is the administrators'."""
    groups = checks.run(senders_only=True)
    return render("campaigns/readiness.html", groups=groups, wrong=checks.wrong(groups), checked_at=now())
