"""A bulletin from the news of the office's site, in one press."""

from flask import Response, abort, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from crm.bulletins import queries as bulletins
from crm.bulletins.feeds import queries as feeds
from crm.bulletins.feeds.models import FeedItem
from crm.bulletins.models import Bulletin
from crm.campaigns import from_site as site
from crm.campaigns.approval import NotADraft
from crm.campaigns.models import Campaign
from crm.campaigns.views.blueprint import bp
from crm.campaigns.views.found import find, is_draft, language_asked, left_the_drafts
from crm.campaigns.writing.blocks import DraftRefused
from crm.campaigns.writing.designs import Context
from crm.core import dates
from crm.core import scope as scopes
from crm.core.access import Permission, may, requires
from crm.core.clock import today
from crm.core.db import db
from crm.core.forms import BaseForm
from crm.core.pages import done, get_or_404, refuse, render
from crm.core.text import whole_number
from crm.core.transaction import discard
from crm.engagements.service import StaleRecord
from crm.offices import letterhead
from crm.offices.models import Office

SHOWN = 40


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


@bp.get("/<int:campaign_id>/site-items")
@requires(Permission.CAMPAIGNS_WRITE)
def site_items(campaign_id: int) -> Response:
    """What the site published lately, to be picked for this draft."""
    campaign = find(campaign_id)
    if not is_draft(campaign):
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    return _choice(campaign, BaseForm(formdata=None, data={"version": str(campaign.version)}))


@bp.post("/<int:campaign_id>/site-items")
@requires(Permission.CAMPAIGNS_WRITE)
def add_site_items(campaign_id: int) -> Response:
    campaign, form = find(campaign_id), BaseForm()
    language = language_asked(campaign)
    ids = {number for each in request.form.getlist("item") if (number := whole_number(each)) is not None}
    chosen = [item for item in _offered(campaign) if item.id in ids]
    if not chosen or len(chosen) != len(ids):
        discard()
        return _choice(campaign, form, wrong=_("Tick at least one item."))
    try:
        site.add(campaign, chosen, language, seen_version=form.seen_version, by=current_user)
    except (StaleRecord, DraftRefused):
        return refuse(_("Something changed meanwhile. Look at it once more."), "campaigns.site_items", campaign_id=campaign.id)
    except NotADraft:
        return refuse(left_the_drafts(), "campaigns.show", campaign_id=campaign.id)
    said = ngettext("%(num)d item of the site is in the draft.", "%(num)d items of the site are in the draft.", len(chosen))
    return done(said, "campaigns.edit", campaign_id=campaign.id, language=language)


def _choice(campaign: Campaign, form: BaseForm, wrong: str = "") -> Response:
    told = {use.item_id for use in site.uses_of(campaign)}
    return render(
        "campaigns/site_items.html",
        status=422 if wrong else 200,
        campaign=campaign,
        form=form,
        wrong=wrong,
        items=_offered(campaign),
        told=told,
        bulletin=campaign.bulletin,
        may_set=may(Permission.BULLETINS_MANAGE) and scopes.current().holds(campaign.office_id),
        in_language=language_asked(campaign),
    )


def _offered(campaign: Campaign) -> list[FeedItem]:
    """Of the campaign's own bulletin; for one without a bulletin, of all that the office reads."""
    if campaign.bulletin_id is not None:
        return list(feeds.items_of(campaign.bulletin_id, limit=SHOWN))
    return list(feeds.items_of_office(campaign.office_id, limit=SHOWN))


def _nothing_new(bulletin: Bulletin) -> str:
    state = feeds.state_of(bulletin.id)
    if not bulletin.feed_url:
        return _("Say first where the site of the office publishes its news.")
    if state is None:
        return _("The site is being read for the first time. Try again in a minute.")
    if state.problem is not None:
        return _("The site gave nothing at the last reading, so nothing new is known.")
    return _("Nothing is new on the site since the last bulletin.")
