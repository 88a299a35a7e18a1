"""Letters about approval: who gets one, in which language, how often, and what they do not say."""

import re

import pytest
import sqlalchemy as sa

from crm.accounts.models import Language, User
from crm.campaigns import approval, telling
from crm.campaigns.models import Campaign, CampaignApproval
from crm.campaigns.writing import blocks
from tests.campaigns.factories import make_bulletin, make_campaign, make_subscription
from tests.campaigns.writing.drafts import draft, one_of_each
from tests.fakes import SYSTEM


@pytest.fixture
def campaign(world, acting):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        make_subscription(bulletin, "budi@kantor.example")
        return make_campaign(
            world.sgr, "Kabar <Sagaramaya>", bulletin=bulletin, by=world.officer, draft=blocks.clean(draft(*one_of_each()))
        )


def ask(browser, world, campaign, by=None, **given):
    return browser.sign_in(by or world.officer).post(f"/campaigns/{campaign.id}/approval-request", given)


def decide(browser, world, campaign, answer, note="", by=None):
    page = browser.sign_in(by or world.manager).get(f"/campaigns/{campaign.id}").text
    number = re.search(r'name="approval" value="(\d+)"', page).group(1)
    return browser.post(f"/campaigns/{campaign.id}/approval", {"approval": number, "answer": answer, "note": note})


def told(mailbox, purpose="campaign-approval"):
    return [each.to_email for each in mailbox.messages() if each.purpose == purpose]


def change(acting, who, **fields):
    with acting(who) as session:
        for name, value in fields.items():
            setattr(session.get(User, who.id), name, value)


def test_those_of_the_office_who_may_approve_are_told_and_nobody_else(browser, world, mailbox, campaign):
    ask(browser, world, campaign)
    assert sorted(told(mailbox)) == ["admin@kanim.example", "manager@kanim.example"]


def test_the_letter_names_the_campaign_leads_to_its_page_and_says_no_more(browser, world, mailbox, campaign):
    ask(browser, world, campaign, then="send")
    letter = mailbox.messages()[0]
    address = f"http://localhost/campaigns/{campaign.id}"
    assert letter.subject == "Dimintakan persetujuan: Kabar <Sagaramaya>"
    assert "Kabar &lt;Sagaramaya&gt;" in letter.html_body
    assert "Begitu disetujui, surel dikirim setelah masa tunda." in letter.text_body
    for body in (letter.text_body, letter.html_body):
        assert re.findall(r"https?://[^\s\"<]+", body) == [address]
        for personal in ("Suparmi", "Euis", "budi", "penerima"):
            assert personal not in body
        assert not re.search(r"\w@\w", body)


def test_each_letter_is_in_the_language_of_its_reader(browser, world, acting, mailbox, campaign):
    change(acting, world.admin, language=Language.ENGLISH)
    ask(browser, world, campaign)
    subjects = {each.to_email: each.subject for each in mailbox.messages()}
    assert subjects["manager@kanim.example"].startswith("Dimintakan persetujuan:")
    assert subjects["admin@kanim.example"].startswith("Approval asked for:")


def test_where_nobody_of_the_office_may_the_next_one_above_is_told(browser, world, acting, mailbox, campaign):
    with acting(world.local_officer):
        bulletin = make_bulletin(world.sgr_lng)
        make_subscription(bulletin, "ani@kantor.example")
        row = make_campaign(world.sgr_lng, bulletin=bulletin, by=world.local_officer, draft=blocks.clean(draft(*one_of_each())))
    ask(browser, world, row, by=world.local_officer)
    assert sorted(told(mailbox)) == ["admin@kanim.example", "manager@kanim.example"]
    change(acting, world.admin, role="viewer")
    ask(browser, world, campaign, by=world.manager)  # the only one who may is who asks: the root's manager is left
    assert told(mailbox)[2:] == ["central@kanim.example"]


def test_a_sister_office_and_who_can_not_sign_in_are_never_told(browser, world, acting, mailbox, campaign):
    with acting(world.admin) as session:
        session.get(User, world.manager.id).disabled_at = world.manager.created_at
        session.get(User, world.admin.id).password_hash = None  # invited, and never came
    ask(browser, world, campaign)
    assert told(mailbox) == ["central@kanim.example"]


def test_with_nobody_to_tell_it_is_asked_for_and_the_page_says_so(browser, world, acting, mailbox, campaign):
    for person in (world.manager, world.admin, world.central):
        change(acting, person, role="officer")
    answer = ask(browser, world, campaign)
    assert "tidak ada yang berwenang menyetujui" in browser.follow(answer).text
    assert not mailbox.messages()
    with acting(world.officer) as session:
        assert session.scalars(sa.select(CampaignApproval)).one().told == {}


def test_who_was_told_within_the_hour_is_told_when_the_hour_is_over_and_it_still_waits(
    browser, world, acting, mailbox, clock, jobs, campaign
):
    clock.freeze("2026-11-24 09:00")
    ask(browser, world, campaign)
    clock.forward(minutes=20)
    ask(browser, world, campaign)
    assert len(told(mailbox)) == 2
    (later,) = [row for row in jobs.rows() if row.name == "campaigns.tell_approvers"]
    change(acting, world.officer, disabled_at=world.officer.created_at)  # the request waits though who asked has left
    clock.forward(minutes=40)
    assert later.not_before <= clock.freeze("2026-11-24 10:00")
    assert "campaigns.tell_approvers" in jobs.run_all()
    assert len(told(mailbox)) == 4
    with acting(SYSTEM) as session:
        asked = session.scalars(sa.select(CampaignApproval).order_by(CampaignApproval.id.desc())).first()
        telling.tell_later(approval_id=asked.id)  # a job may come twice
    assert len(told(mailbox)) == 4


def test_what_was_decided_meanwhile_is_told_no_more(browser, world, acting, mailbox, clock, campaign):
    clock.freeze("2026-11-24 09:00")
    ask(browser, world, campaign)
    ask(browser, world, campaign)
    decide(browser, world, campaign, "yes")
    clock.forward(hours=2)
    with acting(world.officer) as session:
        for asked in session.scalars(sa.select(CampaignApproval.id)).all():
            telling.tell_later(approval_id=asked)
    assert len(told(mailbox)) == 2


def test_the_hour_is_each_campaigns_own(browser, world, acting, mailbox, campaign):
    with acting(world.officer) as session:
        other = make_campaign(
            world.sgr, "Lain", bulletin=session.get(Campaign, campaign.id).bulletin, by=world.officer, draft=campaign.draft
        )
    ask(browser, world, campaign)
    ask(browser, world, other)
    assert len(told(mailbox)) == 4


def test_a_no_reaches_asker_and_author_with_the_note(browser, world, mailbox, campaign):
    ask(browser, world, campaign, by=world.colleague)
    decide(browser, world, campaign, "no", "Tanggalnya keliru")
    letters = [each for each in mailbox.messages() if each.purpose == "campaign-decision"]
    assert sorted(each.to_email for each in letters) == ["colleague@kanim.example", "officer@kanim.example"]
    assert {each.subject for each in letters} == {"Dikembalikan: Kabar <Sagaramaya>"}
    assert all("Tanggalnya keliru" in each.text_body and "Tanggalnya keliru" in each.html_body for each in letters)


def test_a_yes_says_whether_it_can_be_sent_or_is_on_its_way(browser, world, mailbox, campaign):
    ask(browser, world, campaign)
    decide(browser, world, campaign, "yes")
    ask(browser, world, campaign, then="send")
    decide(browser, world, campaign, "yes")
    said = [each.text_body for each in mailbox.messages() if each.purpose == "campaign-decision"]
    assert "disetujui dan dapat dikirim" in said[0]
    assert "keluar dalam 10 menit" in said[1]


def test_who_decides_gets_no_letter_about_it_and_neither_does_who_left(browser, world, acting, mailbox, campaign):
    ask(browser, world, campaign, by=world.colleague)
    with acting(world.admin) as session:
        session.get(User, world.colleague.id).disabled_at = world.colleague.created_at
    decide(browser, world, campaign, "yes")
    assert told(mailbox, "campaign-decision") == ["officer@kanim.example"]


def test_in_the_demo_the_letters_stay_in_the_local_outbox_though_a_key_is_set(
    browser, app, world, mailbox, jobs, campaign, monkeypatch
):
    key = {
        "MODE": "demo",
        "MAIL_TRANSPORT": "sendgrid",
        "SENDGRID_API_KEY": "SG.x.y",
        "SENDGRID_HOST": "https://api.sendgrid.com",
    }
    for name, value in key.items():
        monkeypatch.setitem(app.config, name, value)
    ask(browser, world, campaign)
    jobs.run_all()
    receivers = sorted(each.payload["personalizations"][0]["to"][0]["email"] for each in mailbox.delivered())
    assert receivers == ["admin@kanim.example", "manager@kanim.example"]


def test_planting_and_other_callers_of_approval_write_no_letters(world, acting, mailbox, campaign):
    with acting(world.officer) as session:
        approval.ask(session.get(Campaign, campaign.id), by=world.officer)
    assert not mailbox.messages()
