"""Approval: by a second person, of exactly this text to exactly these people."""

import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa

from crm.accounts.models import User
from crm.accounts.permissions import Role
from crm.activity.models import ActivityEntry
from crm.campaigns import approval, audience, service
from crm.campaigns.approval import Bound, NotOpen, OwnApproval
from crm.campaigns.checks import links
from crm.campaigns.models import ApprovalState, Campaign, CampaignApproval, CampaignContent, CampaignState
from crm.campaigns.writing import blocks, fields, rendering
from crm.campaigns.writing.blocks import Kind, new_block
from crm.core.clock import now
from tests.campaigns.factories import make_bulletin, make_campaign, make_subscription
from tests.campaigns.writing.drafts import draft, one_of_each
from tests.fakes import SYSTEM
from tests.files.factories import picture


@pytest.fixture
def campaign(world, acting):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        make_subscription(bulletin, "budi@kantor.example")
        return make_campaign(world.sgr, bulletin=bulletin, by=world.officer, draft=blocks.clean(draft(*one_of_each())))


def load(session, campaign):
    return session.get(Campaign, campaign.id)


def approved(acting, world, campaign):
    """Asked for by the officer, approved by the manager."""
    with acting(world.officer) as session:
        asked = approval.ask(load(session, campaign), by=world.officer).id
    with acting(world.manager) as session:
        approval.decide(session.get(CampaignApproval, asked), yes=True, by=world.manager)


def is_valid(acting, world, campaign):
    with acting(world.officer) as session:
        return approval.valid(load(session, campaign)) is not None


def test_asking_fixes_every_language_as_it_will_be_sent(world, acting, campaign):
    with acting(world.officer) as session:
        row = load(session, campaign)
        english = {"subject": "Quota", "preheader": "", "blocks": [new_block(Kind.TEXT, html="<p>Dear [[name]]</p>")]}
        row.draft = blocks.clean(draft(*one_of_each(), en=english))
        asked = approval.ask(row, by=world.officer)
        content = session.get(CampaignContent, asked.content_id)
        assert row.content_id == content.id
        assert set(content.variants) == {"id", "en"}
        assert asked.recipient_count == 1
        mark = fields.mark_of(row.mark_key)
        assert f"Dear -{mark}.name.h-" in content.variants["en"]["html"]
        assert content.tags == content.variants["id"]["tags"] | content.variants["en"]["tags"]
        assert content.sha256 == rendering.fix(row).sha256


def test_the_writer_can_not_approve_and_neither_can_who_asked(world, acting, campaign):
    with acting(world.manager) as session:
        asked = approval.ask(load(session, campaign), by=world.manager)
        for person in (world.manager, world.officer):
            with pytest.raises(OwnApproval):
                approval.decide(asked, yes=True, by=person)
    assert not is_valid(acting, world, campaign)


def test_an_approved_campaign_is_valid_until_anything_changes(world, acting, campaign):
    assert not is_valid(acting, world, campaign)
    approved(acting, world, campaign)
    assert is_valid(acting, world, campaign)


def change_text(session, row, world):
    new = draft(*one_of_each()[:3])
    service.save_draft(row, new, seen_version=row.version, by=world.officer)


def change_subject(session, row, world):
    new = {**row.draft, "languages": {"id": {**row.draft["languages"]["id"], "subject": "Lain"}}}
    service.save_draft(row, new, seen_version=row.version, by=world.officer, by_hand=False)


def change_sender(session, row, world):
    service.change_facts(
        row,
        name=row.name,
        sender_name="Orang lain",
        reply_to="",
        bulletin=row.bulletin,
        seen_version=row.version,
        by=world.officer,
    )


def change_attachments(session, row, world):
    service.attach_file(row, io.BytesIO(b"%PDF-1.4 x"), name="x.pdf", by=world.officer)


def change_recipients(session, row, world):
    make_subscription(row.bulletin, "siti@kantor.example")


@pytest.mark.parametrize(
    ("change", "what", "is_noted"),
    [
        (change_text, [Bound.CONTENT], True),
        (change_subject, [Bound.SUBJECT], True),
        (change_sender, [Bound.SENDER], True),
        (change_attachments, [Bound.ATTACHMENTS], True),
        (change_recipients, [Bound.RECIPIENTS], False),
    ],
)
@pytest.mark.parametrize("is_approved", [True, False])
def test_any_change_makes_it_void(world, acting, campaign, change, what, is_noted, is_approved):
    if is_approved:
        approved(acting, world, campaign)
    else:
        with acting(world.officer) as session:
            approval.ask(load(session, campaign), by=world.officer)
    with acting(world.officer) as session:
        change(session, load(session, campaign), world)
    with acting(world.manager) as session:
        row, asked = load(session, campaign), session.scalars(sa.select(CampaignApproval)).one()
        assert approval.valid(row) is None
        assert approval.changes_since(row, asked) == what
        if is_noted:
            assert (asked.state, asked.note) == (ApprovalState.VOID, what[0].value)
        with pytest.raises(NotOpen):
            approval.decide(asked, yes=True, by=world.central)


def test_back_to_the_old_text_is_not_back_to_the_old_approval(world, acting, campaign):
    approved(acting, world, campaign)
    with acting(world.officer) as session:
        row = load(session, campaign)
        before = row.draft
        change_subject(session, row, world)
        service.save_draft(row, before, seen_version=row.version, by=world.officer)
    assert not is_valid(acting, world, campaign)


def test_a_newer_request_ends_the_older(world, acting, campaign):
    approved(acting, world, campaign)
    with acting(world.officer) as session:
        approval.ask(load(session, campaign), by=world.officer)
        assert [each.state for each in session.scalars(sa.select(CampaignApproval).order_by(CampaignApproval.id))] == [
            ApprovalState.VOID,
            ApprovalState.ASKED,
        ]
    assert not is_valid(acting, world, campaign)


def test_the_manager_sees_text_and_number_and_approves_with_one_press(browser, world, acting, campaign):
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/approval-request")
    page = browser.get(f"/campaigns/{campaign.id}").text
    assert 'value="yes"' not in page
    browser.sign_in(world.manager)
    page = browser.get(f"/campaigns/{campaign.id}", queries=40).text
    assert "1 penerima" in page
    assert "/preview?" in page
    number = re.search(r'name="approval" value="(\d+)"', page).group(1)
    browser.post(f"/campaigns/{campaign.id}/approval", {"approval": number, "answer": "yes"})
    assert is_valid(acting, world, campaign)
    assert "Euis Komariah" in browser.get(f"/campaigns/{campaign.id}").text


def test_the_page_that_waits_is_told_when_there_is_an_answer(browser, world, acting, campaign):
    assert browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/approval-state").text == ""
    browser.post(f"/campaigns/{campaign.id}/approval-request")
    waits = browser.get(f"/campaigns/{campaign.id}").text
    state = browser.get(f"/campaigns/{campaign.id}/approval-state").text
    assert f'data-state="{state}"' in waits
    assert state.endswith(" asked draft")
    with acting(world.manager) as session:
        approval.decide(session.scalars(sa.select(CampaignApproval)).one(), yes=True, by=world.manager)
    assert browser.get(f"/campaigns/{campaign.id}/approval-state").text.endswith(" approved draft")


def asked_to_send(browser, world, campaign):
    """The officer asks, with "then send"; gives what the manager's page says and a yes to it."""
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/approval-request", {"then": "send"})
    page = browser.sign_in(world.manager).get(f"/campaigns/{campaign.id}").text
    return page, {"approval": re.search(r'name="approval" value="(\d+)"', page).group(1), "answer": "yes"}


def test_what_was_asked_for_with_then_send_goes_out_on_a_yes_after_the_usual_hold(browser, world, acting, campaign, clock):
    clock.freeze("2026-11-24 09:00")
    page, yes = asked_to_send(browser, world, campaign)
    assert "Begitu disetujui, surel dikirim setelah masa tunda." in page
    assert "Setujui dan kirim" in page
    answer = browser.post(f"/campaigns/{campaign.id}/approval", yes)
    assert answer.location.endswith(f"/campaigns/{campaign.id}/results")
    assert "keluar dalam 10 menit" in browser.follow(answer).text
    with acting(world.officer) as session:
        row = load(session, campaign)
        assert row.state is CampaignState.SCHEDULED
        assert (row.hold_minutes, row.scheduled_at) == (10, now() + dt.timedelta(minutes=10))
        act = session.scalars(sa.select(ActivityEntry).where(ActivityEntry.verb == "campaign-scheduled")).one()
        assert act.actor_id == world.officer.id
    assert browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/approval-state").text.split()[-1] != "draft"


def test_a_yes_that_sends_works_the_list_out_once(browser, world, campaign, monkeypatch):
    """Of a wide audience it takes a second, and on SQLite nobody writes meanwhile."""
    _page, yes = asked_to_send(browser, world, campaign)
    real, worked_out = audience.digest, []
    monkeypatch.setattr(audience, "digest", lambda one: worked_out.append(one.id) or real(one))
    assert browser.post(f"/campaigns/{campaign.id}/approval", yes).location.endswith("/results")
    assert worked_out == [campaign.id]


def test_a_no_to_what_was_to_be_sent_sends_nothing(browser, world, acting, campaign):
    _page, yes = asked_to_send(browser, world, campaign)
    browser.post(f"/campaigns/{campaign.id}/approval", {**yes, "answer": "no", "note": "Belum"})
    with acting(world.officer) as session:
        assert load(session, campaign).state is CampaignState.DRAFT


def test_a_yes_sends_nothing_for_somebody_who_may_not_send_any_more(browser, world, acting, campaign):
    _page, yes = asked_to_send(browser, world, campaign)
    with acting(world.admin) as session:
        session.get(User, world.officer.id).role = Role.VIEWER
    answer = browser.post(f"/campaigns/{campaign.id}/approval", yes)
    assert "tidak lagi berwenang mengirim" in browser.follow(answer).text
    assert is_valid(acting, world, campaign)


@pytest.mark.parametrize("approver", ["manager", "central"])
def test_a_yes_sends_nothing_for_somebody_who_moved_to_another_office(browser, world, acting, campaign, mailbox, approver):
    """What they asked for is no longer theirs, and the note of the answer is nothing to them."""
    _page, yes = asked_to_send(browser, world, campaign)
    with acting(SYSTEM) as session:
        session.get(User, world.officer.id).office_id = world.wnm.id
    answer = browser.sign_in(getattr(world, approver)).post(f"/campaigns/{campaign.id}/approval", yes)
    assert "tidak lagi berwenang mengirim" in browser.follow(answer).text
    assert is_valid(acting, world, campaign)
    assert [each.purpose for each in mailbox.messages() if each.to_email == world.officer.email] == []


def test_a_yes_sends_nothing_with_a_link_that_was_found_dead_meanwhile(browser, world, acting, campaign):
    _page, yes = asked_to_send(browser, world, campaign)
    with acting(world.officer):
        links.keep(world.sgr.id, {"https://kantor.example/antrean": 404})
    answer = browser.post(f"/campaigns/{campaign.id}/approval", yes)
    assert "tetapi belum dikirim" in browser.follow(answer).text
    assert is_valid(acting, world, campaign)


def test_what_the_page_showed_is_what_is_approved(browser, world, acting, campaign):
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/approval-request")
    number = re.search(
        r'name="approval" value="(\d+)"', browser.sign_in(world.manager).get(f"/campaigns/{campaign.id}").text
    ).group(1)
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/approval-request")
    browser.sign_in(world.manager).post(f"/campaigns/{campaign.id}/approval", {"approval": number, "answer": "yes"})
    assert not is_valid(acting, world, campaign)


def test_sending_back_needs_a_reason_and_shows_it_to_the_writer(browser, world, acting, campaign):
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/approval-request")
    with acting(world.manager) as session:
        number = str(session.scalars(sa.select(CampaignApproval.id)).one())
    no = {"approval": number, "answer": "no"}
    refused = browser.sign_in(world.manager).post(f"/campaigns/{campaign.id}/approval", no, status=422).text
    assert re.search(r'name="note"[^>]*aria-describedby="note-error" autofocus', refused)
    assert "Tulis singkat apa yang perlu diubah." in refused
    long = "Perbaiki. " * 60
    assert long.strip() in browser.post(f"/campaigns/{campaign.id}/approval", {**no, "note": long}, status=422).text
    with acting(world.manager) as session:
        assert session.scalars(sa.select(CampaignApproval.state)).one() is ApprovalState.ASKED
    browser.post(f"/campaigns/{campaign.id}/approval", {"approval": number, "answer": "no", "note": "Tanggalnya keliru"})
    assert "Tanggalnya keliru" in browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/edit").text
    browser.post(f"/campaigns/{campaign.id}/approval", {"approval": number, "answer": "yes"}, status=403)


def test_an_unfinished_draft_is_not_sent_round(browser, world, acting):
    with acting(world.officer):
        picture = new_block(Kind.PICTURE, src="/campaigns/pictures/1-abc.png")
        row = make_campaign(world.sgr, by=world.officer, draft=blocks.clean(draft(picture, subject="")))
    answer = browser.sign_in(world.officer).post(f"/campaigns/{row.id}/approval-request")
    page = browser.follow(answer).text
    for words in ("Subjek masih kosong", "Belum ada isi", "belum punya keterangan"):
        assert words in page
    with acting(world.officer) as session:
        assert session.scalars(sa.select(CampaignApproval)).all() == []


@pytest.mark.parametrize("change", ["logo", "address", "bulletin"])
def test_another_head_or_foot_voids_the_approval(browser, world, acting, campaign, change):
    approved(acting, world, campaign)
    assert is_valid(acting, world, campaign)
    if change == "bulletin":
        with acting(world.officer) as session:
            load(session, campaign).bulletin.name = "Nama baru"
    elif change == "logo":
        logo = {"file": (io.BytesIO(picture("png", exif=False)), "logo.png")}
        browser.sign_in(world.admin).post(f"/offices/{world.sgr.id}/logo", logo)
    else:
        browser.sign_in(world.admin).post(f"/offices/{world.sgr.id}/letterhead", {"address": "Jalan Baru 1"})
    assert not is_valid(acting, world, campaign)
    page = browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}").text
    assert "kepala atau kaki surel" in page


def test_nobody_is_asked_about_a_mail_that_nobody_receives(browser, world, acting):
    with acting(world.officer):
        row = make_campaign(world.sgr, by=world.officer, draft=blocks.clean(draft(*one_of_each())))
    answer = browser.sign_in(world.officer).post(f"/campaigns/{row.id}/approval-request")
    assert "Belum ada penerimanya" in browser.follow(answer).text
    with acting(world.officer) as session:
        assert session.scalars(sa.select(CampaignApproval)).all() == []


def test_another_office_neither_sees_nor_approves(browser, world, acting, campaign):
    browser.sign_in(world.officer).post(f"/campaigns/{campaign.id}/approval-request")
    browser.sign_in(world.sister_manager).post(
        f"/campaigns/{campaign.id}/approval", {"approval": "1", "answer": "yes"}, status=404
    )
    browser.post(f"/campaigns/{campaign.id}/comments", {"text": "x"}, status=404)
    assert not is_valid(acting, world, campaign)
