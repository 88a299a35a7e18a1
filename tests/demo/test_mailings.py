"""The bulletins of the demo: sent through the local outbox, with results that can be believed, and something that waits for people."""

import datetime as dt

import pytest
import sqlalchemy as sa

from crm.bulletins.models import Bulletin, ConsentReceipt, Subscription, SubscriptionState
from crm.campaigns.models import ApprovalState, Campaign, CampaignApproval, CampaignState, Reply
from crm.campaigns.results import queries
from crm.core import clock as clocks
from crm.core import scope as scopes
from crm.core import transaction
from crm.demo import office as demo
from crm.mail import facts
from crm.mail.models import HookPost, Suppression
from crm.mail.readiness.checks import DOMAIN_HEALTH
from crm.segments.models import Segment
from tests import databases

SYSTEM = scopes.system_scope("look at the demo")


@pytest.fixture(scope="module")
def built(request):
    blank = databases.Blank("sqlite")
    databases.make_schema(blank.app)
    clocks.freeze(dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))
    assert demo.build_if_empty(blank.app)
    yield blank.app
    clocks.freeze(None)
    blank.close()


@pytest.fixture
def session(built):
    with built.app_context(), transaction.unit(SYSTEM) as session:
        yield session


def count(session, model, *conditions):
    return session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


def test_three_issues_are_finished_one_waits_and_one_is_asked_for(session):
    states = sorted(session.scalars(sa.select(Campaign.state)))
    assert states == sorted([CampaignState.FINISHED] * 3 + [CampaignState.PAUSED, CampaignState.DRAFT])
    assert count(session, CampaignApproval, CampaignApproval.state == ApprovalState.ASKED) == 1
    assert session.scalar(sa.select(Campaign.state_reason).where(Campaign.state == CampaignState.PAUSED)) == "first-batch"


def test_the_results_can_be_believed(session):
    finished = session.scalars(sa.select(Campaign).where(Campaign.state == CampaignState.FINISHED)).all()
    for figures in queries.figures_of(finished).values():
        assert figures["accepted"] > 200
        assert 0.9 < figures.delivered_share < 1
        assert figures["hard-bounced"] > 0
        assert 0 < figures.clicking.low < figures.reading.low < figures["accepted"]
        assert figures.machines > 0
        assert figures["skipped"] > 0
        assert figures["pending"] == figures.in_doubt == 0
    assert count(session, Reply) > 3


def test_readiness_tells_how_receiving_domains_took_the_mail(session):
    rows = facts.of(DOMAIN_HEALTH).value["rows"]
    assert len(rows) > 3
    assert sum(row["delivered"] for row in rows) > 200


def test_every_subscription_has_its_receipt(session):
    assert count(session, Bulletin) == 2
    assert count(session, Subscription, Subscription.state == SubscriptionState.ACTIVE) > 200
    assert count(session, ConsentReceipt) == count(session, Subscription)
    assert count(session, Subscription, Subscription.stakeholder_id.is_not(None)) > 10
    assert count(session, Segment) == 2
    assert count(session, Suppression) >= 4


def test_everything_that_was_told_was_read(session):
    assert count(session, HookPost, HookPost.done_at.is_(None)) == 0
    assert count(session, HookPost, HookPost.error != "") == 0
