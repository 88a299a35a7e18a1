"""Links of drafts are tried now and then, and when somebody asks; never inside a transaction."""

from crm.campaigns.checks import links, wording
from crm.campaigns.models import Campaign
from crm.core import jobs
from crm.core import scope as scopes
from crm.core.db import db
from crm.core.jobs import job
from crm.core.transaction import unit

__all__ = ["look_for_links", "try_links", "wording"]


@job("campaigns.look_for_links", minute="*/5")
def look_for_links() -> None:
    """Ask for a trial of each draft that names an address not tried lately."""
    for campaign in links.drafts_to_look_at():
        if links.untried(campaign):
            jobs.enqueue("campaigns.try_links", campaign_id=campaign.id)


@job("campaigns.try_links", long=True)
def try_links(*, scope: scopes.Scope, campaign_id: int, again: bool = False) -> None:
    """Try what a campaign links to, a few at a time, so that what is known is kept when the worker dies."""
    system = scopes.system_scope("try the links of a draft")
    with unit(system):
        campaign = db.session.get(Campaign, campaign_id)
        if campaign is None:
            return
        office_id = campaign.office_id
        addresses = list(links.addresses_of(campaign.draft)) if again else links.untried(campaign)
    for start in range(0, len(addresses), 8):
        results = {address: links.try_out(address) for address in addresses[start : start + 8]}
        with unit(system):
            links.keep(office_id, results)
