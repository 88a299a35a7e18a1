"""A campaign that went out, and SendGrid telling what became of it."""

import itertools
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from crm.campaigns import marks, tallies
from crm.campaigns.models import Campaign, CampaignState, Click, Delivery
from crm.campaigns.results import queries
from crm.campaigns.tallies import Count
from crm.core import scope as scopes
from crm.mail.hooks import draining
from crm.mail.models import MailEvent
from tests.campaigns.factories import SENT, make_campaign, make_delivery
from tests.mail.hooks.signing import Signer, post

SYSTEM = scopes.system_scope("tests of events")
WRITTEN_BY_SENDING = {Count.TARGET, Count.SKIPPED, Count.ACCEPTED, Count.FAILED, Count.CANCELLED}
SORTS = {"surely-read", "maybe-read", "machine-read", "surely-clicked", "heard"}
_numbers = itertools.count(1)


def event(delivery, kind, at=0, **fields):
    """An event as SendGrid tells it, so many seconds after SENT."""
    made = {
        "event": kind,
        "email": delivery.email,
        "timestamp": int(SENT.timestamp()) + at,
        "sg_event_id": f"event-{next(_numbers)}",
        "sg_message_id": f"call.{delivery.id}",
        "c_rid": delivery.mark,
        **fields,
    }
    return {name: value for name, value in made.items() if value is not None}


@pytest.fixture
def campaign(world, acting):
    with acting(world.admin):
        made = make_campaign(world.sgr, state=CampaignState.FINISHED)
        return SimpleNamespace(id=made.id, mark_key=made.mark_key, office_id=world.sgr.id)


@pytest.fixture
def sent_to(world, acting, campaign):
    """Deliveries of the campaign, as what tests need of them."""

    def make(*emails, **fields):
        with acting(SYSTEM) as session:
            whole = session.get(Campaign, campaign.id)
            rows = [make_delivery(whole, email, **fields) for email in emails]
            return [SimpleNamespace(id=row.id, email=row.email, mark=marks.event_mark(campaign.mark_key, row.id)) for row in rows]

    return make


@pytest.fixture
def tell(app, clock, monkeypatch):
    """Post events and let the worker read them."""
    signer = Signer()
    monkeypatch.setitem(app.config, "SENDGRID_WEBHOOK_KEY", signer.public)
    client = app.test_client()
    clock.freeze("2026-11-20 09:00")

    def speak(*events, drain=True):
        assert post(client, signer, list(events)).status_code == 204
        if drain:
            with app.app_context():
                return draining.drain()
        return None

    return speak


@pytest.fixture
def look(acting):
    def see(delivery):
        with acting(SYSTEM) as session:
            row = session.get(Delivery, delivery.id)
            session.expunge(row)
            return row

    return see


@pytest.fixture
def counts(acting, campaign):
    """The running counts but for sorts of traces; all of them must be what counting anew gives."""

    def count():
        with acting(SYSTEM):
            found = {key.value: value for key, value in tallies.of([campaign.id])[campaign.id].items() if value}
            anew = queries.counted_anew([campaign.id])[campaign.id]
            assert found == {key.value: value for key, value in anew.items() if value and key not in WRITTEN_BY_SENDING}
            return {key: value for key, value in found.items() if key not in SORTS}

    return count


@pytest.fixture
def rows(acting):
    def see(model=MailEvent):
        with acting(SYSTEM) as session:
            found = session.scalars(sa.select(model).order_by(model.id)).all()
            session.expunge_all()
            return found

    return see


@pytest.fixture
def clicks(rows):
    return lambda: [(click.link_no, click.is_machine) for click in rows(Click)]
