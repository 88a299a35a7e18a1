"""What the pages of campaigns have in common: one campaign found through the person, and what the person may do with it."""

from typing import Any

from flask import abort, current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from crm.campaigns import queries
from crm.campaigns.models import Campaign, CampaignState
from crm.campaigns.writing import blocks
from crm.core import scope as scopes
from crm.core.access import Permission, may
from crm.core.pages import get_or_404
from crm.mail.addresses import masked


def find(campaign_id: int) -> Campaign:
    return get_or_404(queries.campaigns_visible_to(current_user), campaign_id)


def is_draft(campaign: Campaign) -> bool:
    return campaign.state is CampaignState.DRAFT


def may_write(campaign: Campaign) -> bool:
    return is_draft(campaign) and may(Permission.CAMPAIGNS_WRITE) and scopes.current().holds(campaign.office_id)


def language_asked(campaign: Campaign) -> str:
    """The language that the address names, or the draft's first. One that it isn't written in is a 404."""
    written = blocks.languages_of(campaign.draft) or ["id"]
    asked = request.args.get("language", written[0])
    if asked not in written:
        abort(404)
    return asked


def address_if_there(endpoint: str, campaign: Campaign) -> str | None:
    """The address of a step that another part of campaigns draws, while it is there."""
    return url_for(endpoint, campaign_id=campaign.id) if endpoint in current_app.view_functions else None


def left_the_drafts() -> str:
    return _("This e-mail is on its way or sent; its text is fixed.")


def may_see(stakeholder_id: int | None) -> bool:
    """Whether the reader may know who a row of people is: those of the directory by its own right, other subscribers by that for subscribers."""
    return stakeholder_id is not None or may(Permission.SUBSCRIBERS_READ)


def address_of(person: Any, email: str) -> str:
    """The address of somebody in a list, as this reader may see it."""
    return email if may_see(person.stakeholder_id) or not email else masked(email)
