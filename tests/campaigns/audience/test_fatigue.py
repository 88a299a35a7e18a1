"""Who had enough: messages, invitations and calls of all offices in thirty days, as numbers; and colleagues who meet at one organization."""

import datetime as dt

import pytest
from flask import current_app

from crm.campaigns import audience
from crm.campaigns.audience import collisions, fatigue
from crm.campaigns.audience.fatigue import Lately
from crm.campaigns.models import CampaignKind, CampaignState, Exclusion
from crm.interactions.models import Channel
from tests.campaigns.audience.test_queries import agree, listed, person
from tests.campaigns.factories import SENT, make_campaign, make_delivery, make_segment
from tests.engagements.factories import make_interaction, make_meeting
from tests.stakeholders.factories import make_affiliation, make_contact, make_organization, make_person

PEOPLE = {"op": "and", "not": False, "items": [{"condition": "kind", "not": False, "kind": "person"}]}


@pytest.fixture(autouse=True)
def today(clock):
    clock.freeze("2026-11-24 09:00")


def sent(office, kind, *emails, count=1, at=SENT):
    for number in range(count):
        campaign = make_campaign(office, f"{kind} {number}", kind=kind, state=CampaignState.FINISHED, finished_at=at)
        for email in emails:
            make_delivery(campaign, email, accepted_at=at)


def test_who_had_as_many_of_a_kind_as_the_limit_is_left_out(world, acting):
    with acting(world.officer):
        person(world.sgr, "Cukup", "cukup@media.example")
        person(world.sgr, "Belum", "belum@media.example")
        limit = current_app.config["FATIGUE_LIMITS"]["notice"]
        sent(world.sgr, CampaignKind.NOTICE, "cukup@media.example", count=limit - 1)
        sent(world.sgr, CampaignKind.PRESS, "cukup@media.example", "belum@media.example", count=9)
        sent(world.sgr, CampaignKind.NOTICE, "belum@media.example", count=limit, at=SENT - dt.timedelta(days=40))
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        assert listed(campaign) == {"Cukup": None, "Belum": None}
        sent(world.sgr, CampaignKind.NOTICE, "cukup@media.example")
        assert listed(campaign) == {"Cukup": Exclusion.FATIGUE, "Belum": None}
        agree(campaign)


def test_what_other_offices_sent_counts_too(world, acting):
    with acting(world.sister_officer):
        sent(world.wnm, CampaignKind.NOTICE, "bersama@media.example", count=4)
    with acting(world.officer):
        person(world.sgr, "Bersama", "bersama@media.example")
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        assert audience.counts(campaign) == {Exclusion.FATIGUE: 1}


def test_what_did_not_leave_does_not_tire(world, acting):
    with acting(world.officer):
        person(world.sgr, "Belum", "belum@media.example")
        for _ in range(5):
            make_delivery(make_campaign(world.sgr, state=CampaignState.RUNNING), "belum@media.example", accepted=None)
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        assert listed(campaign) == {"Belum": None}


def test_messages_invitations_and_calls_of_all_offices_are_numbers(world, acting):
    with acting(world.sister_officer):
        theirs = make_person(world.wnm, "Kucingrahasia")
        make_contact(theirs, "bersama@media.example")
        meeting = make_meeting(world.wnm, theirs, on="2026-11-20")
        meeting.participations[0].was_invited = True
        make_interaction(world.wnm, theirs, on="2026-11-21", channel=Channel.CALL)
        make_interaction(world.wnm, theirs, on="2026-11-21", channel=Channel.WHATSAPP)
        make_interaction(world.wnm, theirs, on="2026-09-01", channel=Channel.CALL)
        sent(world.wnm, CampaignKind.NOTICE, "bersama@media.example", count=2)
    with acting(world.officer):
        ours = person(world.sgr, "Bersama", "bersama@media.example")
        lonely = person(world.sgr, "Lain", "lain@media.example")
        make_interaction(world.sgr, ours, on="2026-11-23", channel=Channel.VIDEO_CALL)
        expected = Lately(messages=2, invitations=1, calls=2)
        assert fatigue.of_stakeholder(ours.id) == expected
        assert fatigue.of_addresses(["bersama@media.example", "lain@media.example", ""]) == {"bersama@media.example": expected}
        assert not fatigue.of_stakeholder(lonely.id)


def contacts(world, organization, *owners, on="2026-11-23"):
    for owner in owners:
        make_interaction(world.sgr, organization, on=on, owner_id=owner.id)


def test_two_colleagues_at_one_organization_this_week_are_told(world, acting):
    with acting(world.officer):
        crowded, calm = make_organization(world.sgr, "Radio Sagara"), make_organization(world.sgr, "Disdukcapil")
        contacts(world, crowded, world.officer, world.colleague)
        contacts(world, calm, world.officer, world.officer)
        contacts(world, calm, world.colleague, on="2026-11-10")
        found = collisions.of_organization(crowded.id)
        assert [name for name, _day in found.colleagues] == ["Fadhil Al-Khayyal", "Suparmi"]
        assert collisions.of_organization(calm.id) is None


def test_a_campaign_tells_the_organizations_it_would_be_a_third_contact_for(world, acting):
    with acting(world.officer):
        radio, other = make_organization(world.sgr, "Radio Sagara"), make_organization(world.sgr, "Koran Sagara")
        contacts(world, radio, world.officer, world.colleague)
        contacts(world, other, world.officer, world.colleague)
        make_affiliation(person(world.sgr, "Reporter", "reporter@radio.example"), radio)
        campaign = make_campaign(world.sgr, segment_id=make_segment(world.sgr, tree=PEOPLE).id)
        assert [one.organization for one in collisions.among(campaign)] == ["Radio Sagara"]


def test_the_page_of_an_organization_shows_it(browser, world, acting):
    with acting(world.officer):
        radio = make_organization(world.sgr, "Radio Sagara")
        contacts(world, radio, world.officer, world.colleague)
    page = browser.sign_in(world.viewer).get(f"/stakeholders/{radio.id}").text
    assert 'id="panel-contact"' in page
    assert "Fadhil Al-Khayyal (" in page


def test_colleagues_of_other_offices_are_not_named(browser, world, acting):
    with acting(world.officer):
        radio = make_organization(world.sgr, "Radio Sagara", is_shared=True)
        contacts(world, radio, world.officer, world.colleague)
    page = browser.sign_in(world.sister_officer).get(f"/stakeholders/{radio.id}").text
    assert "Fadhil" not in page
