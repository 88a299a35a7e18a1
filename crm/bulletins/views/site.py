"""What the office's site published, and how reading it goes."""

from typing import Any

from flask import Response
from flask_babel import gettext as _

from crm.bulletins.feeds import queries as feeds
from crm.bulletins.feeds import service
from crm.bulletins.feeds.uses import stale_uses
from crm.bulletins.feeds.wording import site_problem
from crm.bulletins.views.blueprint import bp
from crm.bulletins.views.bulletins import find
from crm.core import scope as scopes
from crm.core.access import Permission, may, requires
from crm.core.pages import done, refuse, render

SHOWN = 40


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"site_problem": site_problem}


@bp.get("/<int:bulletin_id>/site")
@requires(Permission.BULLETINS_READ)
def site(bulletin_id: int) -> Response:
    bulletin = find(bulletin_id)
    return render(
        "bulletins/site.html",
        bulletin=bulletin,
        site_state=feeds.state_of(bulletin.id),
        items=feeds.items_of(bulletin.id, limit=SHOWN),
        stale=stale_uses(bulletin.id),
        may_change=may(Permission.BULLETINS_MANAGE) and scopes.current().holds(bulletin.office_id),
    )


@bp.post("/<int:bulletin_id>/site/reading")
@requires(Permission.BULLETINS_MANAGE)
def reading(bulletin_id: int) -> Response:
    """Read the site soon, without waiting for the hour."""
    bulletin = find(bulletin_id)
    if not bulletin.feed_url or bulletin.archived_at is not None:
        return refuse(_("Say first where the site of the office publishes its news."), "bulletins.site", bulletin_id=bulletin.id)
    service.ask_to_read(bulletin)
    return done(_("The site is being read. Look again in a minute."), "bulletins.site", bulletin_id=bulletin.id)
