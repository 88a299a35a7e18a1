"""The pages and buttons of sending: who may, what is refused, and that a second press is harmless."""

import pytest

from crm.bulletins.models import SubscriptionState
from crm.campaigns import approval
from crm.campaigns.checks import links
from crm.campaigns.models import BatchState, Campaign, CampaignApproval, CampaignState
from crm.campaigns.sending import guard, panel, taking
from crm.campaigns.writing import blocks
from crm.core.dates import number
from crm.mail.models import OutboxMessage
from tests.campaigns.factories import make_batch, make_bulletin, make_campaign, make_subscription
from tests.campaigns.writing.drafts import draft, one_of_each

NOW = {"when": "now", "hold": "0", "first": "0"}


@pytest.fixture
def ready(world, acting):
    """A draft of the officer that the manager approved, for three subscribers."""
    with acting(world.officer) as session:
        bulletin = make_bulletin(world.sgr)
        for n in range(3):
            make_subscription(bulletin, f"orang{n}@kantor.example")
        campaign = make_campaign(world.sgr, bulletin=bulletin, by=world.officer, draft=blocks.clean(draft(*one_of_each())))
        asked = approval.ask(campaign, by=world.officer).id
        session.flush()
    with acting(world.manager) as session:
        approval.decide(session.get(CampaignApproval, asked), yes=True, by=world.manager)
    return campaign


def state_of(acting, world, campaign_id):
    with acting(world.admin) as session:
        return session.get(Campaign, campaign_id).state


def going(world, acting, state=CampaignState.RUNNING, **fields):
    with acting(world.officer):
        return make_campaign(world.sgr, state=state, by=world.officer, **fields)


def test_an_approved_campaign_goes_out_by_one_press_and_is_seen_in_the_outbox(browser, world, acting, jobs, ready):
    browser.sign_in(world.officer)
    assert f"/campaigns/{ready.id}/send" in browser.get(f"/campaigns/{ready.id}").text
    browser.get(f"/campaigns/{ready.id}/send")
    answer = browser.post(f"/campaigns/{ready.id}/send", NOW)
    assert answer.location.endswith(f"/campaigns/{ready.id}/results")
    jobs.run_all()
    assert state_of(acting, world, ready.id) is CampaignState.FINISHED
    with acting(world.admin) as session:
        (call,) = session.query(OutboxMessage).all()
    assert call.recipients == 3


def test_f13_two_presses_at_once_send_once(browser, world, acting, jobs, ready):
    browser.sign_in(world.officer)
    browser.post(f"/campaigns/{ready.id}/send", NOW)
    again = browser.post(f"/campaigns/{ready.id}/send", NOW)
    assert again.status_code == 303
    assert "Rekan Anda lebih cepat" in browser.get(again.location).text
    jobs.run_all()
    with acting(world.admin) as session:
        assert session.query(OutboxMessage).count() == 1


def test_the_page_says_how_many_it_reaches_how_many_are_left_out_and_that_it_can_not_be_called_back(
    browser, world, acting, ready
):
    with acting(world.officer) as session:
        bulletin = session.get(Campaign, ready.id).bulletin
        make_subscription(bulletin, "pergi@kantor.example", state=SubscriptionState.ENDED)
    page = browser.sign_in(world.officer).get(f"/campaigns/{ready.id}/send").text
    for words in ("3 orang akan menerimanya", "1 lainnya dikecualikan", "tidak dapat ditarik kembali", "Pukul"):
        assert words in page
    assert f'href="/campaigns/{ready.id}/recipients"' in page


def test_of_one_person_it_speaks_in_the_singular_and_of_nobody_left_out_it_is_silent(browser, world, acting):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        make_subscription(bulletin, "orang@kantor.example")
        campaign = make_campaign(world.sgr, bulletin=bulletin, by=world.officer, draft=blocks.clean(draft(*one_of_each())))
    page = browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/send").text
    assert "1 orang akan menerimanya" in page
    assert "dikecualikan" not in page


def open_approval(acting, world, campaign_id, answer=None):
    with acting(world.officer) as session:
        asked = approval.ask(session.get(Campaign, campaign_id), by=world.officer).id
    if answer is not None:
        with acting(world.manager) as session:
            approval.decide(session.get(CampaignApproval, asked), yes=answer, note="Belum", by=world.manager)


@pytest.mark.parametrize(
    ("answer", "changed", "said"),
    [
        ("none", False, "Belum ada yang menyetujuinya"),
        (None, False, "tetapi belum dijawab"),
        (False, False, "Naskah dikembalikan"),
        (True, True, "perlu disetujui lagi"),
        (None, True, "perlu disetujui lagi"),
    ],
)
def test_without_a_valid_approval_there_is_no_button_but_what_is_missing_and_a_way_there(
    browser, world, acting, answer, changed, said
):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        make_subscription(bulletin, "orang@kantor.example")
        campaign = make_campaign(world.sgr, bulletin=bulletin, by=world.officer, draft=blocks.clean(draft(*one_of_each())))
    if answer != "none":
        open_approval(acting, world, campaign.id, answer)
    if changed:
        with acting(world.officer) as session:
            make_subscription(session.get(Campaign, campaign.id).bulletin, "lain@kantor.example")
    page = browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/send").text
    assert said in page
    assert f'href="/campaigns/{campaign.id}#approval"' in page
    assert 'id="send"' not in page


def test_where_nobody_would_receive_it_the_page_leads_to_the_recipients(browser, world, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, by=world.officer, draft=blocks.clean(draft(*one_of_each())))
    page = browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/send").text
    assert "Belum ada penerimanya" in page
    assert f'href="/campaigns/{campaign.id}/recipients"' in page
    assert 'id="send"' not in page


def test_what_the_checks_hold_up_leads_to_the_text(browser, world, acting, ready):
    with acting(world.officer):
        links.keep(world.sgr.id, {"https://kantor.example/antrean": 404})
    page = browser.sign_in(world.officer).get(f"/campaigns/{ready.id}/send").text
    assert "yang perlu diperbaiki dulu" in page
    assert f'href="/campaigns/{ready.id}/edit' in page
    assert 'id="send"' not in page


def test_what_is_on_its_way_has_no_page_to_send_it_again(browser, world, acting):
    campaign = going(world, acting)
    answer = browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/send", status=303)
    assert answer.location.endswith(f"/campaigns/{campaign.id}/results")


def test_while_it_is_held_the_page_says_that_nothing_has_left_and_then_that_it_can_not_be_called_back(
    browser, world, acting, ready
):
    answer = browser.sign_in(world.officer).post(f"/campaigns/{ready.id}/send", {**NOW, "hold": "10"})
    assert "Surel keluar dalam 10 menit; sampai saat itu" in browser.get(answer.location).text
    assert "Belum ada yang keluar" in browser.get(f"/campaigns/{ready.id}/results").text
    campaign = going(world, acting)
    assert "tidak dapat ditarik kembali" in browser.get(f"/campaigns/{campaign.id}/results").text


@pytest.mark.parametrize("path", ["send", "new-time"])
def test_a_year_ahead_is_the_farthest(browser, world, acting, clock, ready, path):
    clock.freeze("2026-11-24 09:00")
    campaign_id = ready.id if path == "send" else going(world, acting, CampaignState.MISSED).id
    given = {"when": "later", "time": "08:00", "hold": "0", "first": "0"}
    browser.sign_in(world.officer)
    answer = browser.post(f"/campaigns/{campaign_id}/{path}", {**given, "day": "2027-11-26"}, status=422)
    assert "lebih dari setahun lagi" in answer.text
    assert "2027-11-26" in answer.text
    answer = browser.post(f"/campaigns/{campaign_id}/{path}", {**given, "day": "2027-11-25"})
    if path == "send":
        assert "Surel keluar 25\xa0Nov\xa02027, 08.00\xa0WIB; sampai saat itu" in browser.get(answer.location).text
    assert state_of(acting, world, campaign_id) is CampaignState.SCHEDULED


def test_the_time_that_the_form_promises_for_taking_back_is_what_the_mail_service_is_sure_of(browser, world, ready):
    assert (taking.GUARD - guard.SURE).total_seconds() == 4 * 60
    assert "selama empat menit" in browser.sign_in(world.officer).get(f"/campaigns/{ready.id}/send").text


def test_what_may_still_leave_after_a_stop_counts_every_worker_that_sends(browser, world, acting):
    campaign = going(world, acting)
    browser.sign_in(world.officer)
    with acting(world.officer):
        alone = panel.of(campaign).under_way
        for owner in ("a:1", "a:1", "b:1", "c:1"):
            make_batch(campaign, 3, state=BatchState.SENDING, owner=owner)
        assert panel.of(campaign).under_way == 3 * alone > 0
        said = number(3 * alone)
    assert f"paling banyak {said} surel" in browser.get(f"/campaigns/{campaign.id}/results").text


def test_what_nobody_approved_is_not_sent(browser, world, acting, jobs):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, by=world.officer, draft=blocks.clean(draft(*one_of_each())))
    browser.sign_in(world.officer)
    answer = browser.post(f"/campaigns/{campaign.id}/send", NOW)
    assert answer.status_code == 303
    assert state_of(acting, world, campaign.id) is CampaignState.DRAFT


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"when": "later", "hold": "0", "first": "0"}, "Harinya belum diisi"),
        ({"when": "later", "day": "2020-01-01", "time": "08:00", "hold": "0", "first": "0"}, "sudah lewat"),
        ({"when": "later", "day": "2999-01-01", "time": "08:00", "hold": "0", "first": "0"}, "lebih dari setahun lagi"),
        ({"when": "now", "hold": "0", "first": "0", "rate": "-5"}, "Isi angka 1 sampai"),
    ],
)
def test_a_wrong_time_or_pace_is_said_and_nothing_is_sent(browser, world, acting, ready, given, said):
    browser.sign_in(world.officer)
    answer = browser.post(f"/campaigns/{ready.id}/send", given, status=422)
    assert said in answer.text
    assert state_of(acting, world, ready.id) is CampaignState.DRAFT


def test_a_viewer_may_not_send_pause_or_stop(browser, world, acting, ready):
    browser.sign_in(world.viewer)
    for step in ("send", "pause", "resume", "stop", "pace", "new-time"):
        browser.post(f"/campaigns/{ready.id}/{step}", NOW, status=403)
    assert state_of(acting, world, ready.id) is CampaignState.DRAFT


def test_pause_go_on_and_stop(browser, world, acting):
    campaign = going(world, acting)
    browser.sign_in(world.officer)
    browser.post(f"/campaigns/{campaign.id}/pause", {})
    assert state_of(acting, world, campaign.id) is CampaignState.PAUSED
    browser.post(f"/campaigns/{campaign.id}/resume", {})
    assert state_of(acting, world, campaign.id) is CampaignState.RUNNING
    stopped = browser.post(f"/campaigns/{campaign.id}/stop", {})
    assert state_of(acting, world, campaign.id) is CampaignState.CANCELLING
    assert "Dihentikan. Surel sudah terkirim ke 0 orang." in browser.get(stopped.location).text
    browser.post(f"/campaigns/{campaign.id}/stop", {})  # a second press changes nothing
    assert state_of(acting, world, campaign.id) is CampaignState.CANCELLING


def test_a_new_pace_is_kept_and_a_wrong_one_is_said(browser, world, acting):
    campaign = going(world, acting)
    browser.sign_in(world.officer)
    browser.get(f"/campaigns/{campaign.id}/pace")
    browser.post(f"/campaigns/{campaign.id}/pace", {"rate": "0"}, status=422)
    browser.post(f"/campaigns/{campaign.id}/pace", {"rate": "120"})
    with acting(world.officer) as session:
        assert session.get(Campaign, campaign.id).rate_per_minute == 120


def test_one_that_missed_its_time_asks_for_a_new_one(browser, world, acting):
    campaign = going(world, acting, CampaignState.MISSED)
    browser.sign_in(world.officer)
    assert f"/campaigns/{campaign.id}/new-time" in browser.get(f"/campaigns/{campaign.id}/results").text
    browser.get(f"/campaigns/{campaign.id}/new-time")
    browser.post(f"/campaigns/{campaign.id}/new-time", {"when": "later"}, status=422)
    browser.post(f"/campaigns/{campaign.id}/new-time", {"when": "now"})
    assert state_of(acting, world, campaign.id) is CampaignState.SCHEDULED


def test_one_that_waits_for_its_time_is_set_to_another_without_being_approved_anew(browser, world, acting, clock, ready):
    clock.freeze("2026-11-24 09:00")
    browser.sign_in(world.officer)
    browser.post(f"/campaigns/{ready.id}/send", {**NOW, "when": "later", "day": "2026-12-04", "time": "08:00", "hold": "0"})
    assert f"/campaigns/{ready.id}/new-time" in browser.get(f"/campaigns/{ready.id}/results").text
    shown = browser.get(f"/campaigns/{ready.id}/new-time").text
    assert 'value="2026-12-04"' in shown
    assert 'value="08:00"' in shown
    browser.post(f"/campaigns/{ready.id}/new-time", {"when": "later", "day": "2026-11-20", "time": "08:00"}, status=422)
    answer = browser.post(f"/campaigns/{ready.id}/new-time", {"when": "later", "day": "2026-12-02", "time": "14:30"})
    assert "2\xa0Des, 14.30\xa0WIB" in browser.get(answer.location).text
    with acting(world.officer) as session:
        moved = session.get(Campaign, ready.id)
        assert (moved.state, moved.scheduled_at.isoformat()) == (CampaignState.SCHEDULED, "2026-12-02T07:30:00+00:00")


def test_one_that_has_begun_is_set_to_no_other_time(browser, world, acting):
    campaign = going(world, acting)
    browser.sign_in(world.officer)
    assert f"/campaigns/{campaign.id}/new-time" not in browser.get(f"/campaigns/{campaign.id}/results").text
    answer = browser.post(f"/campaigns/{campaign.id}/new-time", {"when": "now"})
    assert "Rekan Anda lebih cepat" in browser.get(answer.location).text
    assert state_of(acting, world, campaign.id) is CampaignState.RUNNING


@pytest.mark.parametrize(("pressed", "state"), [("sent", BatchState.ACCEPTED), ("again", BatchState.READY)])
def test_a_person_decides_about_a_part_in_doubt_once(browser, world, acting, pressed, state):
    campaign = going(world, acting)
    with acting(world.officer):
        batch = make_batch(campaign, 3, state=BatchState.IN_DOUBT, first_id=1, last_id=3)
    browser.sign_in(world.officer)
    page = browser.get(f"/campaigns/{campaign.id}/results").text
    assert "Anggap terkirim" in page
    assert "Kirim ulang" in page
    browser.post(f"/campaigns/{campaign.id}/calls/{batch.id}", {"answer": pressed})
    second = browser.post(f"/campaigns/{campaign.id}/calls/{batch.id}", {"answer": "again"})
    assert "baru saja diputuskan" in browser.get(second.location).text
    with acting(world.officer) as session:
        assert session.get(type(batch), batch.id).state is state


def test_a_part_of_another_campaign_is_not_there(browser, world, acting):
    campaign, other = going(world, acting), going(world, acting)
    with acting(world.officer):
        batch = make_batch(other, 1, state=BatchState.IN_DOUBT)
    browser.sign_in(world.officer)
    browser.post(f"/campaigns/{campaign.id}/calls/{batch.id}", {"answer": "again"}, status=404)


@pytest.mark.parametrize(
    ("step", "form", "said"),
    [
        ("new-time", {"when": "now"}, "Ini masih draf."),
        ("pause", {}, "Ini masih draf."),
        ("stop", {}, "Ini masih draf."),
        ("pace", {"rate": "60"}, "Kecepatan baru berlaku"),
    ],
)
def test_what_is_done_to_a_draft_from_a_page_of_sending_leads_back_to_the_draft(browser, ready, world, step, form, said):
    answer = browser.sign_in(world.officer).post(f"/campaigns/{ready.id}/{step}", form)
    assert answer.location.endswith(f"/campaigns/{ready.id}")
    assert said in browser.get(answer.location).text
