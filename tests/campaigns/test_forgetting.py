"""What grows while campaigns are written and sent, and goes again by itself."""

import datetime as dt

import pytest
import sqlalchemy as sa

from crm.campaigns import forgetting
from crm.campaigns.models import Campaign, CampaignState, CampaignVersion, LinkTrial
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.jobs import enqueue
from crm.mail.models import MailMessage, MessageState, OutboxMessage
from tests.campaigns.factories import make_campaign
from tests.mail.factories import send

SYSTEM = scopes.system_scope("tests of forgetting")


@pytest.fixture
def forget(acting, jobs):
    def run():
        with acting(SYSTEM):
            for name in ("campaigns.forget_drafts", "mail.forget_messages"):
                enqueue(name)
        jobs.run_all()

    return run


def keep(session, campaign_id, count):
    session.add_all(
        CampaignVersion(campaign_id=campaign_id, draft={"number": number}, created_at=now()) for number in range(count)
    )


def numbers(acting, campaign_id):
    with acting(SYSTEM) as session:
        found = sa.select(CampaignVersion.draft).where(CampaignVersion.campaign_id == campaign_id).order_by(CampaignVersion.id)
        return [draft["number"] for draft in session.scalars(found)]


def test_a_draft_keeps_its_newest_hundred_versions(world, acting, clock, forget, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        much, little = make_campaign(world.sgr, "Banyak").id, make_campaign(world.sgr, "Sedikit").id
        keep(session, much, 105)
        keep(session, little, 3)
    clock.forward(days=1000)
    forget()
    assert numbers(acting, much) == list(range(5, 105))
    assert numbers(acting, little) == [0, 1, 2]


def test_versions_of_a_campaign_go_ninety_days_after_its_end(world, acting, clock, forget):
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        campaign_id = make_campaign(world.sgr, state=CampaignState.FINISHED, finished_at=now()).id
        keep(session, campaign_id, 3)
    clock.forward(days=89)
    forget()
    assert numbers(acting, campaign_id) == [0, 1, 2]
    clock.forward(days=2)
    forget()
    assert numbers(acting, campaign_id) == []
    with acting(SYSTEM) as session:
        assert session.get(Campaign, campaign_id).content_id is not None


def test_how_links_answered_is_forgotten_after_ninety_days(world, acting, clock, forget):
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        for key, days in (("a", 91), ("b", 89)):
            tried = now() - dt.timedelta(days=days)
            session.add(LinkTrial(office_id=world.sgr.id, key=key, url=f"https://{key}.example", status=200, tried_at=tried))
    forget()
    with acting(SYSTEM) as session:
        assert session.scalars(sa.select(LinkTrial.key)).all() == ["b"]


def test_the_local_outbox_is_emptied_after_ninety_days_but_for_what_has_yet_to_go_out(acting, clock, forget):
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        for reference, due in (("old", None), ("held", now() + dt.timedelta(days=100))):
            session.add(OutboxMessage(reference=reference, payload={}, received_at=now(), due_at=due))
    clock.forward(days=91)
    with acting(SYSTEM) as session:
        session.add(OutboxMessage(reference="new", payload={}, received_at=now()))
    forget()
    with acting(SYSTEM) as session:
        assert set(session.scalars(sa.select(OutboxMessage.reference))) == {"held", "new"}


def test_single_messages_go_after_thirteen_months_but_for_those_in_doubt(world, acting, clock, forget):
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        for email, state in (("a@x.example", MessageState.ACCEPTED), ("b@x.example", MessageState.IN_DOUBT)):
            session.get(MailMessage, send(world.sgr, email).id).state = state
    clock.forward(days=395)
    forget()
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(MailMessage)) == 2
    clock.forward(days=2)
    forget()
    with acting(SYSTEM) as session:
        assert session.scalars(sa.select(MailMessage.to_email)).all() == ["b@x.example"]
