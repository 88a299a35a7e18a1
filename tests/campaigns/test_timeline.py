"""Mails and answers on the timeline of a stakeholder."""

import random

from crm.campaigns import timeline as campaign_timeline
from crm.campaigns.models import CampaignState, DeliveryState
from crm.engagements.queries import timeline
from tests.campaigns.factories import make_campaign, make_delivery, make_reply
from tests.counting import count_queries
from tests.engagements.factories import make_interaction
from tests.stakeholders.factories import make_person


def finished(office, **fields):
    return make_campaign(office, state=CampaignState.FINISHED, **fields)


def test_a_mail_and_its_answer_stand_on_the_timeline(world, acting):
    with acting(world.officer):
        budi = make_person(world.sgr, "Budi")
        delivery = make_delivery(finished(world.sgr), "budi@x.example", budi, delivered=3, clicked=60)
        make_reply(delivery, "Saya datang.", subject="Re: paspor")
        answer, mail = timeline.timeline_of(budi).rows
        assert (answer.title, answer.summary) == ("Balasan: Re: paspor", "Saya datang.")
        assert mail.title == "Surel kepadanya: Layanan paspor akhir tahun"
        assert mail.facts["marks"] == ("Diklik", "Sampai")


def test_an_answer_in_somebodys_name_is_told_as_not_proved(browser, world, acting):
    with acting(world.officer):
        budi = make_person(world.sgr, "Budi")
        campaign = finished(world.sgr)
        delivery = make_delivery(campaign, "budi@x.example", budi, delivered=3)
        make_reply(delivery, "Saya setuju.", checks={"spf": "fail", "sender": "unproved"})
        make_reply(delivery, "Saya datang.", at=1800, checks={"spf": "pass"})
        rows = timeline.timeline_of(budi).rows
        assert [(row.summary, row.facts["marks"]) for row in rows if row.source == "reply"] == [
            ("Saya setuju.", ("Pengirim tidak terbukti",)),
            ("Saya datang.", ()),
        ]
        ids = budi.id, campaign.id
    browser.sign_in(world.officer)
    for page in (f"/campaigns/{ids[1]}/results", f"/campaigns/{ids[1]}/results/replies", f"/stakeholders/{ids[0]}"):
        assert browser.get(page).text.count("Pengirim tidak terbukti") == 1, page


def test_what_was_not_sent_and_what_machines_answered_is_not_there(world, acting):
    with acting(world.officer):
        budi = make_person(world.sgr, "Budi")
        delivery = make_delivery(finished(world.sgr), "a@x.example", budi, state=DeliveryState.SKIPPED, reason="no-consent")
        make_reply(delivery, kind="auto-reply")
        assert timeline.timeline_of(budi).rows == []


def test_another_office_sees_no_mail_of_ours_on_a_shared_record(world, acting):
    with acting(world.officer):
        shared = make_person(world.sgr, "Budi", is_shared=True)
        make_reply(make_delivery(finished(world.sgr), "a@x.example", shared))
        assert len(timeline.timeline_of(shared).rows) == 2
        shared_id = shared.id
    with acting(world.sister_officer) as session:
        assert timeline.timeline_of(session.get(type(shared), shared_id)).rows == []


def test_walking_pages_gives_each_entry_once_however_moments_coincide(world, acting):
    luck = random.Random(7)
    with acting(world.officer):
        budi = make_person(world.sgr, "Budi")
        made = set()
        for _ in range(60):
            second = luck.choice([0, 0, 0, 60, 3600])  # many at one moment, in all sources
            delivery = make_delivery(finished(world.sgr), "budi@x.example", budi, accepted=second)
            made.add(("delivery", delivery.id))
            if luck.random() < 0.5:
                made.add(("reply", make_reply(delivery, at=second).id))
        for _ in range(10):
            made.add(("engagement", make_interaction(world.sgr, budi, on="2026-11-19").id))
        for size in (1, 3, 7):
            seen, cursor = [], None
            while True:
                page = timeline.timeline_of(budi, cursor=cursor, size=size)
                seen += [(entry.source, entry.id) for entry in page.rows]
                cursor = page.next_cursor
                if cursor is None:
                    break
            assert len(seen) == len(made)
            assert set(seen) == made


def test_the_timeline_narrowed_to_mail_holds_nothing_else(world, acting):
    with acting(world.officer):
        budi = make_person(world.sgr, "Budi")
        make_interaction(world.sgr, budi)
        make_delivery(finished(world.sgr), "a@x.example", budi)
        mail = timeline.timeline_of(budi, kinds=campaign_timeline.MAIL).rows
        assert [entry.source for entry in mail] == ["delivery"]
        contacts = timeline.timeline_of(budi, kinds=frozenset({"interaction"})).rows
        assert [entry.source for entry in contacts] == ["engagement"]


def test_the_number_of_queries_does_not_grow_with_mails(world, acting):
    with acting(world.officer):
        budi = make_person(world.sgr, "Budi")
        make_reply(make_delivery(finished(world.sgr), "a@x.example", budi))
        with count_queries() as few:
            timeline.timeline_of(budi)
        for _ in range(20):
            make_reply(make_delivery(finished(world.sgr), "a@x.example", budi))
        with count_queries() as many:
            timeline.timeline_of(budi)
        assert many.count == few.count > 0


def test_the_page_of_a_stakeholder_leads_to_the_campaign(world, browser, acting):
    with acting(world.officer):
        budi = make_person(world.sgr, "Budi")
        campaign = finished(world.sgr)
        make_delivery(campaign, "a@x.example", budi, delivered=1)
        budi_id, campaign_id = budi.id, campaign.id
    browser.sign_in(world.officer)
    assert f'href="/campaigns/{campaign_id}/results"' in browser.get(f"/stakeholders/{budi_id}").text
    assert "Surel kepadanya" in browser.get(f"/engagements/timeline/{budi_id}?kind=mail").text
    assert "Surel kepadanya" not in browser.get(f"/engagements/timeline/{budi_id}?kind=meeting").text
