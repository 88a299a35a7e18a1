"""Readiness: whether mail can go out and news of it come back. The short form for people who send is campaigns' own page."""

import datetime as dt

from flask import Response
from flask_babel import gettext as _

from crm.core.access import Permission, requires
from crm.core.clock import now
from crm.core.jobs import enqueue
from crm.core.pages import done, refuse, render
from crm.mail import facts, gateway
from crm.mail.readiness import checks, own, queries
from crm.mail.readiness.wording import post_error
from crm.mail.views.blueprint import SETTINGS, bp

POSTS_SHOWN = dt.timedelta(days=30)

own.register_all()


@bp.get(f"{SETTINGS}/readiness")
@requires(Permission.MAIL_READ)
def readiness() -> Response:
    """Every check, what is wrong on top."""
    groups = checks.run()
    return render(
        "mail/readiness.html",
        groups=groups,
        wrong=checks.wrong(groups),
        passed=checks.counted(groups),
        checked_at=now(),
        health=facts.of(checks.DOMAIN_HEALTH),
        posts=[(post.received_at, post.kind, post_error(post.error)) for post in queries.wrong_posts(now() - POSTS_SHOWN)],
        is_local=gateway.is_local(),
    )


@bp.post(f"{SETTINGS}/readiness/checks")
@requires(Permission.MAIL_READ)
def check_again() -> Response:
    """Ask SendGrid now instead of tonight; the worker does it."""
    if gateway.is_local():
        return refuse(_("No mail service is set up that could be asked."), "mail.readiness")
    enqueue("mail.sync_suppressions", at_once=True)
    return done(_("SendGrid is being asked. The answers stand here in a minute."), "mail.readiness")
