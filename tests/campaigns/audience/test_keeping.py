"""How many a wide audience is, kept for the pages that show it; what decides works it out anew."""

import re

import pytest
import sqlalchemy as sa

from crm.bulletins.models import Subscription, SubscriptionState
from crm.campaigns import approval, audience, service
from crm.campaigns.approval import Bound
from crm.campaigns.audience import keeping
from crm.campaigns.audience import service as audiences
from crm.campaigns.models import ApprovalState, Campaign, CampaignApproval
from tests.campaigns.factories import make_bulletin, make_subscription
from tests.campaigns.writing.drafts import draft, one_of_each

AT = "2026-11-24 16:00"


@pytest.fixture
def campaign(world, acting, monkeypatch):
    monkeypatch.setattr(keeping, "WIDE", 3)
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        for number in range(4):
            make_subscription(bulletin, f"orang{number}@kantor.example")
        fields = {"name": "Kabar", "kind": "bulletin", "office_id": world.sgr.id, "bulletin": bulletin}
        return service.create_campaign(draft(*one_of_each()), by=world.officer, **fields).id


@pytest.fixture
def asked(browser, world, clock, campaign):
    clock.freeze(AT)
    browser.sign_in(world.officer).post(f"/campaigns/{campaign}/approval-request")
    return campaign


@pytest.fixture
def worked_out(monkeypatch):
    """What of the audience was worked out anew, in order."""
    seen = []
    for name in ("counts", "digest"):
        real = getattr(audience.queries, name)

        def noted(campaign, name=name, real=real):
            seen.append(name)
            return real(campaign)

        for place in (audience, audience.queries):
            monkeypatch.setattr(place, name, noted)
    return seen


def page(browser, campaign, place=""):
    return re.sub(r"\s+", " ", browser.get(f"/campaigns/{campaign}{place}").text.replace("\xa0", " "))


def leave(acting, world, email="orang0@kantor.example"):
    with acting(world.officer) as session:
        gone = sa.update(Subscription).where(Subscription.email == email).values(state=SubscriptionState.ENDED)
        session.execute(gone)


def state_of(acting, world, campaign):
    with acting(world.officer) as session:
        return session.scalars(sa.select(CampaignApproval.state).where(CampaignApproval.campaign_id == campaign)).one()


def test_a_look_at_what_waits_for_approval_works_nothing_out_and_says_of_when_it_is(browser, world, asked, worked_out):
    browser.sign_in(world.manager)
    seen = page(browser, asked)
    assert worked_out == []
    assert "4 penerima" in seen
    assert "dihitung pukul 16.00 WIB" in seen
    assert 'value="yes"' in seen


def test_a_first_look_works_each_figure_out_once_and_the_next_none(browser, world, clock, campaign, worked_out):
    clock.freeze(AT)
    browser.sign_in(world.officer)
    assert "dihitung pukul" not in page(browser, campaign)
    assert worked_out == ["counts"]
    assert "dihitung pukul 16.00 WIB" in page(browser, campaign)
    assert worked_out == ["counts"]
    page(browser, campaign, "/send")
    assert worked_out == ["counts", "counts", "digest"]
    page(browser, campaign, "/send")
    page(browser, campaign)
    assert worked_out == ["counts", "counts", "digest"]


def test_a_small_audience_is_asked_anew_at_each_look(browser, world, acting, clock, asked, monkeypatch, worked_out):
    monkeypatch.setattr(keeping, "WIDE", 100)
    with acting(world.officer):
        keeping.forget(asked)
    browser.sign_in(world.manager)
    for _look in range(2):
        assert "dihitung pukul" not in page(browser, asked)
    assert worked_out == ["counts", "digest"] * 2


def test_after_five_minutes_a_job_works_them_out_once_for_all_who_looked(browser, world, acting, clock, jobs, asked, worked_out):
    leave(acting, world)
    browser.sign_in(world.manager)
    clock.forward(minutes=6)
    for _look in range(3):
        seen = page(browser, asked)
        assert "4 penerima" in seen
        assert "dihitung pukul 16.00 WIB" in seen
    jobs.run_all()
    assert worked_out == ["counts", "digest"]
    seen = page(browser, asked)
    assert "3 penerima" in seen
    assert "dihitung pukul 16.06 WIB" in seen
    assert "Berubah sejak itu: penerima" in seen
    assert worked_out == ["counts", "digest"]


def test_figures_of_an_hour_ago_are_not_shown(browser, world, clock, asked, worked_out):
    clock.forward(minutes=61)
    browser.sign_in(world.manager)
    assert "dihitung pukul" not in page(browser, asked)
    assert worked_out == ["counts", "digest"]


def test_a_yes_is_compared_with_the_list_of_that_moment_and_the_page_looks_anew(browser, world, acting, asked, worked_out):
    leave(acting, world)
    browser.sign_in(world.manager)
    assert 'value="yes"' in page(browser, asked)
    form = re.search(r'name="approval" value="(\d+)"', browser.get(f"/campaigns/{asked}").text)[1]
    assert worked_out == []
    answer = browser.post(f"/campaigns/{asked}/approval", {"approval": form, "answer": "yes"})
    assert state_of(acting, world, asked) is ApprovalState.ASKED
    assert worked_out == ["digest"]
    seen = re.sub(r"\s+", " ", browser.follow(answer).text)
    assert "3 penerima" in seen
    assert "Berubah sejak itu: penerima" in seen
    assert 'value="yes"' not in seen


def test_sending_is_compared_with_the_list_of_that_moment(browser, world, acting, clock, asked):
    with acting(world.manager) as session:
        approval.decide(session.scalars(sa.select(CampaignApproval)).one(), yes=True, by=world.manager)
    leave(acting, world)
    browser.sign_in(world.officer)
    assert 'name="hold"' in page(browser, asked, "/send")
    browser.post(f"/campaigns/{asked}/send", {"when": "now", "hold": "10", "first": "0"})
    with acting(world.officer) as session:
        row = session.get(Campaign, asked)
        assert row.state.value == "draft"
        assert approval.changes_since(row, session.scalars(sa.select(CampaignApproval)).one()) == [Bound.RECIPIENTS]
    assert "Berubah sejak itu: penerima" in page(browser, asked)


def test_another_choice_of_recipients_has_figures_of_its_own(browser, world, acting, clock, asked, worked_out):
    with acting(world.officer) as session:
        other = make_bulletin(world.sgr, "Buletin lain")
        make_subscription(other, "siti@kantor.example")
        row = session.get(Campaign, asked)
        audiences.choose_audience(row, bulletin=other, segment=None, seen_version=row.version, by=world.officer)
    browser.sign_in(world.officer)
    seen = page(browser, asked)
    assert "1 penerima" in seen
    assert "dihitung pukul" not in seen


def test_keeping_them_holds_up_nobody_who_writes_meanwhile(browser, world, acting, clock, campaign):
    clock.freeze(AT)
    with acting(world.officer) as session:
        before = session.get(Campaign, campaign).version
    browser.sign_in(world.officer).get(f"/campaigns/{campaign}")
    with acting(world.officer) as session:
        row = session.get(Campaign, campaign)
        assert row.kept_audience["counts"] == {"receives": 4}
        assert row.version == before
