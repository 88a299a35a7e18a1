"""A bulletin from the news of the office's site, in one press."""

from flask import Response, abort
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from crm.bulletins import queries as bulletins
from crm.bulletins.feeds import queries as feeds
from crm.bulletins.models import Bulletin
from crm.campaigns import from_site as site
from crm.campaigns.views.blueprint import bp
from crm.campaigns.writing.designs import Context
from crm.core import dates
from crm.core import scope as scopes
from crm.core.access import Permission, requires
from crm.core.clock import today
from crm.core.db import db
from crm.core.pages import done, get_or_404, refuse
from crm.offices import letterhead
from crm.offices.models import Office


@bp.post("/from-site/<int:bulletin_id>")
@requires(Permission.CAMPAIGNS_WRITE)
def from_site(bulletin_id: int) -> Response:
    """Make a draft of what is new since the last bulletin, and say how many that were."""
    bulletin = get_or_404(bulletins.bulletins_visible(), bulletin_id)
    if not scopes.current().holds(bulletin.office_id):
        abort(403)
    head = letterhead.of(db.session.get_one(Office, bulletin.office_id))
    day = dates.date_long(today(dates.viewer_zone()))
    context = Context(head.name, head.place, day, bulletin.name, "", "")
    try:
        made = site.begin(bulletin, context, name=f"{bulletin.name}, {day}", by=current_user)
    except site.NothingNew:
        return refuse(_nothing_new(bulletin), "bulletins.site", bulletin_id=bulletin.id)
    said = ngettext("%(num)d item of the site is new.", "%(num)d items of the site are new.", made.new)
    if made.taken < made.new:
        said += " " + _("The newest %(count)d are in the draft.", count=made.taken)
    return done(said, "campaigns.edit", campaign_id=made.campaign.id)


def _nothing_new(bulletin: Bulletin) -> str:
    state = feeds.state_of(bulletin.id)
    if not bulletin.feed_url:
        return _("Say first where the site of the office publishes its news.")
    if state is None:
        return _("The site is being read for the first time. Try again in a minute.")
    if state.problem is not None:
        return _("The site gave nothing at the last reading, so nothing new is known.")
    return _("Nothing is new on the site since the last bulletin.")
