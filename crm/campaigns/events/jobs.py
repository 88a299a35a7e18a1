"""After thirteen months of a mailing only its totals are left: when somebody opened or clicked, and on what, is nobody's business any more."""

import sqlalchemy as sa

from crm.campaigns import tallies
from crm.campaigns.events import health
from crm.campaigns.models import Campaign, Click, Delivery, Tally
from crm.campaigns.results import breakdowns
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import job
from crm.mail.hooks.jobs import KEEP_EVENTS

SCOPE = scopes.system_scope("reduce old mailings to totals")
AT_ONCE = 5000
REDUCED = tallies.REDUCED
_PERSONAL = ("opened_at", "machine_opened_at", "clicked_at", "machine_clicked_at")


@job("campaigns.measure_domains", long=True, minute="51")
def measure_domains(*, scope: scopes.Scope) -> None:
    """How receiving domains took the mail of the last 30 days."""
    health.measure()


@job("campaigns.reduce_to_totals", long=True, minute="43")
def reduce_to_totals(*, scope: scopes.Scope) -> None:
    """Totals stand in `campaign_tallies` and stay. What was delivered and refused stays with the person: staff must know whom mail reaches."""
    for campaign_id, first, last in _old_campaigns():
        breakdowns.keep(campaign_id, is_final=True)
        for start in range(first, last + 1, AT_ONCE):
            with transaction.unit(SCOPE):
                _forget(campaign_id, start, min(start + AT_ONCE - 1, last))
        with transaction.unit(SCOPE) as session:
            session.add(Tally(campaign_id=campaign_id, key=REDUCED, value=1))


def _old_campaigns() -> list[tuple[int, int, int]]:
    """Those that were not reduced yet, with the range of their deliveries."""
    with transaction.unit(SCOPE):
        done = sa.exists().where(Tally.campaign_id == Campaign.id, Tally.key == REDUCED)
        old = sa.select(Campaign.id).where(Campaign.finished_at < now() - KEEP_EVENTS, ~done).order_by(Campaign.id)
        ranges = []
        for campaign_id in db.session.scalars(old).all():
            bounds = sa.select(sa.func.min(Delivery.id), sa.func.max(Delivery.id)).where(Delivery.campaign_id == campaign_id)
            first, last = db.session.execute(bounds).one()
            ranges.append((campaign_id, first or 0, last or 0))
        return ranges


def _forget(campaign_id: int, first: int, last: int) -> None:
    """One range of deliveries."""
    some = sa.select(Delivery.id).where(Delivery.campaign_id == campaign_id, Delivery.id.between(first, last))
    quietly = {"synchronize_session": False}
    db.session.execute(sa.delete(Click).where(Click.delivery_id.in_(some)).execution_options(**quietly))
    filled_in = sa.cast(Delivery.values, sa.String) != "{}"
    watched = sa.or_(*(getattr(Delivery, name).is_not(None) for name in _PERSONAL), Delivery.click_count > 0, filled_in)
    emptied = sa.update(Delivery).where(Delivery.campaign_id == campaign_id, Delivery.id.between(first, last), watched)
    db.session.execute(emptied.values(**dict.fromkeys(_PERSONAL, None), click_count=0, values={}).execution_options(**quietly))
