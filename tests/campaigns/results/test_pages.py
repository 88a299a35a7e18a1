"""The pages of a campaign that left the draft."""

import re

import pytest
import sqlalchemy as sa

from crm.campaigns import marks
from crm.campaigns.models import ApprovalState, Campaign, CampaignState, Exclusion
from crm.campaigns.results import lists
from crm.campaigns.writing import blocks
from crm.core.clock import now
from crm.core.db import db
from crm.mail.models import EventKind, MailEvent
from tests.campaigns.factories import (
    after,
    count_anew,
    make_approval,
    make_campaign,
    make_click,
    make_content,
    make_delivery,
    make_skipped,
)
from tests.campaigns.results.little_world import plant


def words(response) -> str:
    """The page's text, so that no test hangs on markup."""
    main = re.search(r"<main.*</main>", response.text, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", main.group(0) if main else response.text).split())


@pytest.fixture
def planted(world, acting):
    with acting(world.officer):
        found = plant(world)
        make_approval(found.campaign, world.officer, state=ApprovalState.APPROVED, decided_by_id=world.manager.id)
        found.campaign_id = found.campaign.id
    return found


def test_results_say_what_came_of_it(world, browser, planted):
    page = words(browser.sign_in(world.viewer).get(f"/campaigns/{planted.campaign_id}/results"))
    assert "6 dari 11 surel sampai" in page
    assert "Sekitar 2 sampai 4 orang membacanya dan 1 sampai 2 orang mengeklik tautan" in page
    assert "2 jejak lain dibuat mesin" in page
    assert "Disetujui Euis Komariah" in page
    assert "7 surel perlu perhatian" in page
    assert "Terima kasih, kami daftar besok." in page
    assert "kiri.example" in page


def test_results_in_english(world, browser, planted, acting):
    with acting(world.viewer):
        world.viewer.language = "en"
        db.session.merge(world.viewer)
    page = words(browser.sign_in(world.viewer).get(f"/campaigns/{planted.campaign_id}/results"))
    assert "6 of 11 e-mails arrived. About 2 to 4 people read it and 1 to 2 people clicked a link" in page


def test_a_list_names_the_people_and_their_phones(world, browser, planted, acting):
    with acting(world.officer):
        bounced = db.session.merge(planted.campaign)
        delivery = next(row.id for row in _rows(bounced, "hard-bounced"))
        mark = marks.event_mark(bounced.mark_key, delivery)
        db.session.add(
            MailEvent(event_key="e1", kind=EventKind.BOUNCE, at=now(), received_at=now(), rid=mark, reason="550 tak dikenal")
        )
    url = f"/campaigns/{planted.campaign_id}/results/list/hard-bounced"
    page = browser.sign_in(world.officer).get(url)
    assert "Budi Santoso" in page.text
    assert "550 tak dikenal" in page.text
    assert "tel:+6281234567890" in page.text
    assert "+6281199999999" in page.text  # an officer sees private numbers
    assert "/quick-log?with=" in page.text or "with=" in page.text
    seen = browser.sign_in(world.viewer).get(url).text
    assert "tel:+6281234567890" in seen
    assert "+6281199999999" not in seen


def _rows(campaign, figure):
    return lists.page(campaign, figure).rows


def test_lists_of_what_there_is_not(world, browser, planted):
    browser.sign_in(world.viewer)
    browser.get(f"/campaigns/{planted.campaign_id}/results/list/nothing", status=404)
    browser.get(f"/campaigns/{planted.campaign_id}/results/list/delivered?after=x", status=400)
    browser.get(f"/campaigns/{planted.campaign_id}/results/replies?after=x", status=400)
    browser.get("/campaigns/999/results", status=404)


def test_an_empty_list_says_so(world, browser, planted):
    page = words(browser.sign_in(world.viewer).get(f"/campaigns/{planted.campaign_id}/results/list/cancelled"))
    assert "Tidak ada yang dihitung di sini." in page


def test_another_office_finds_nothing(world, browser, planted):
    browser.sign_in(world.sister_officer)
    for tail in ("results", "results/list/delivered", "results/replies", "results/mail", "results/compare"):
        browser.get(f"/campaigns/{planted.campaign_id}/{tail}", status=404)


def test_a_draft_has_no_results_and_one_that_was_put_away_can_be_one_again(world, browser, acting):
    with acting(world.officer):
        draft = make_campaign(world.sgr).id
        put_away = make_campaign(world.sgr, state=CampaignState.CANCELLED, started_at=None).id
        stopped = make_campaign(world.sgr, state=CampaignState.CANCELLED).id
    browser.sign_in(world.officer)
    browser.get(f"/campaigns/{draft}/results", status=404)
    page = browser.get(f"/campaigns/{put_away}/results").text
    assert "Draf ini disimpan di arsip" in page
    assert f'action="/campaigns/{put_away}/taking-back"' in page
    browser.post(f"/campaigns/{put_away}/taking-back")
    browser.get(f"/campaigns/{put_away}/results", status=404)  # a draft again
    assert "Pengiriman dihentikan" in browser.get(f"/campaigns/{stopped}/results").text


def test_the_live_page_moves_and_reloads_when_the_state_changes(world, browser, acting, clock):
    clock.freeze("2026-11-19 09:01")
    with acting(world.officer):
        campaign_id = plant(world, state=CampaignState.RUNNING).campaign.id
    browser.sign_in(world.officer)
    page = browser.get(f"/campaigns/{campaign_id}/results")
    assert "11 dari 15" in words(page)
    assert "11 surel per menit, sekitar 1 menit lagi" in words(page)
    part = {"HX-Request": "true"}
    moving = browser.get(f"/campaigns/{campaign_id}/results?state=running", headers=part, queries=12)
    assert "<html" not in moving.text
    assert "HX-Refresh" not in moving.headers
    changed = browser.get(f"/campaigns/{campaign_id}/results?state=preparing", headers=part)
    assert changed.headers["HX-Refresh"] == "true"


def test_before_it_begins_it_says_to_how_many_and_when_instead_of_zeros(world, browser, acting):
    with acting(world.officer):
        planned = make_campaign(world.sgr, state=CampaignState.SCHEDULED, scheduled_at=after(3600))
        missed = make_campaign(world.sgr, state=CampaignState.MISSED, scheduled_at=after(-3600))
        for each in (planned, missed):
            make_approval(each, world.officer, state=ApprovalState.APPROVED, recipient_count=1243)
            make_skipped(each, "pergi@kantor.example", Exclusion.UNSUBSCRIBED)
            count_anew(each)
    browser.sign_in(world.officer)
    page = words(browser.get(f"/campaigns/{planned.id}/results"))
    assert "Akan dikirim kepada 1.243 orang. Mulai 19 Nov, 10.00 WIB." in page
    assert "1 orang dalam daftar dikecualikan" in page
    assert "Dilaporkan sebagai spam" not in page
    page = words(browser.get(f"/campaigns/{missed.id}/results"))
    assert "1.243 orang menunggunya." in page
    assert "Dilaporkan sebagai spam" not in page


def test_a_pause_says_why(world, browser, acting):
    with acting(world.officer):
        planted = plant(world, state=CampaignState.PAUSED)
        planted.campaign.state_reason = "bounces"
        campaign_id = planted.campaign.id
    page = words(browser.sign_in(world.officer).get(f"/campaigns/{campaign_id}/results"))
    assert "Terlalu banyak alamat mati" in page
    assert "6 dari 11 surel sampai" in page  # what came of it so far


def test_the_mail_shows_the_share_beside_each_link(world, browser, planted):
    page = browser.sign_in(world.viewer).get(f"/campaigns/{planted.campaign_id}/results/mail", check=False)
    assert page.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert re.search(r">Daftar antrean</a><span[^>]*>33,3%</span>", page.text)  # 2 of 6
    assert re.search(r">Jadwal libur layanan</a><span[^>]*>16,7%</span>", page.text)  # 1 of 6
    assert "Yth. Bapak/Ibu," in page.text
    assert "Berhenti berlangganan" not in page.text  # a personal link: not for others


def test_compare_puts_the_same_bulletin_side_by_side(world, browser, planted, acting):
    with acting(world.officer):
        bulletin = db.session.merge(planted.bulletin)
        earlier = make_campaign(world.sgr, "Edisi Oktober", state=CampaignState.FINISHED, bulletin=bulletin)
        other = make_campaign(world.sgr, "Siaran lain", state=CampaignState.FINISHED)
        make_delivery(earlier, "a@x.example", delivered=3)
        later = make_campaign(world.sgr, "Edisi Desember", state=CampaignState.FINISHED, bulletin=bulletin)
        assert other.bulletin_id is None
        later_id = later.id
    page = words(browser.sign_in(world.viewer).get(f"/campaigns/{later_id}/results/compare"))
    assert "Edisi Oktober" in page
    assert "Layanan paspor akhir tahun" in page
    assert "Siaran lain" not in page
    assert "2–4" in page


def test_text_of_strangers_is_shown_as_text(world, browser, acting):
    with acting(world.officer):
        content = make_content(world.sgr, links=[{"url": "https://x.example/", "text": "<script>x</script>", "block": "b"}])
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED, content=content)
        make_delivery(campaign, "a@<b>.example", bounced=3, is_hard_bounce=True, reason="<img src=x onerror=alert(1)>")
        count_anew(campaign)
        campaign_id = campaign.id
    browser.sign_in(world.viewer)
    page = (
        browser.get(f"/campaigns/{campaign_id}/results").text + browser.get(f"/campaigns/{campaign_id}/results/list/bounced").text
    )
    assert "<script>x" not in page
    assert "<img src=x" not in page


def test_every_number_by_domain_opens_its_list(world, browser, planted):
    page = browser.sign_in(world.officer).get(f"/campaigns/{planted.campaign_id}/results").text
    for figure, listed in {
        "domain": "c@kiri.example",
        "domain-delivered": "d@kiri.example",
        "domain-bounced": "f@kiri.example",
    }.items():
        address = f"/campaigns/{planted.campaign_id}/results/list/{figure}:kiri.example"
        assert f'href="{address}"' in page
        assert listed in browser.get(address).text
    assert "Diklik: kanan.example" in words(
        browser.get(f"/campaigns/{planted.campaign_id}/results/list/domain-clicked:kanan.example")
    )


def test_shares_stand_in_each_language_of_the_mail(world, browser, acting):
    html = '<p><a href="https://x.example/{0}">{0}</a></p>'
    variants = {
        code: {"subject": code, "preheader": "", "html": html.format(code), "text": code, "from_name": "Kantor"}
        for code in ("id", "en")
    }
    links = [{"url": f"https://x.example/{code}", "text": code, "block": "b", "language": code} for code in ("id", "en")]
    with acting(world.officer):
        content = make_content(world.sgr, links=links, variants=variants)
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED, content=content)
        clicked = [make_delivery(campaign, f"{n}@x.example", delivered=3, clicked=60) for n in range(4)]
        make_click(clicked[0], 0, 60)
        for delivery in clicked[1:]:
            make_click(delivery, 1, 60)
        count_anew(campaign)
        campaign_id = campaign.id
    browser.sign_in(world.viewer)
    address = f"/campaigns/{campaign_id}/results"
    assert f"{address}?mail=en#heat" in browser.get(address).text
    assert f'{address}/mail?language=en"' in browser.get(f"{address}?mail=en").text
    assert re.search(r">id</a><span[^>]*>25%</span>", browser.get(f"{address}/mail", check=False).text)
    assert re.search(r">en</a><span[^>]*>75%</span>", browser.get(f"{address}/mail?language=en", check=False).text)
    assert ">id</a>" in browser.get(f"{address}/mail?language=zz", check=False).text


def test_a_campaign_is_used_again_as_a_new_draft(world, browser, planted, acting):
    with acting(world.officer) as session:
        written = {"languages": {"id": {"subject": "Antrean paspor", "preheader": "", "blocks": []}}}
        session.get(Campaign, planted.campaign_id).draft = blocks.clean(written)
    page = browser.sign_in(world.officer).get(f"/campaigns/{planted.campaign_id}/results")
    assert "Pakai lagi" in words(page)
    answer = browser.post(f"/campaigns/{planted.campaign_id}/use-again")
    with acting(world.officer) as session:
        old = session.get(Campaign, planted.campaign_id)
        made = session.scalars(sa.select(Campaign).order_by(Campaign.id.desc())).first()
        assert answer.headers["Location"].endswith(f"/campaigns/{made.id}/edit")
        assert (made.state, made.draft, made.bulletin_id) == (CampaignState.DRAFT, old.draft, old.bulletin_id)
        assert (made.content_id, made.started_at, made.created_by_id) == (None, None, world.officer.id)
        assert made.draft["languages"]["id"]["subject"] == "Antrean paspor"
        assert made.mark_key != old.mark_key
        assert old.state is CampaignState.FINISHED


def test_only_who_writes_campaigns_uses_one_again(world, browser, planted):
    page = browser.sign_in(world.viewer).get(f"/campaigns/{planted.campaign_id}/results")
    assert "Pakai lagi" not in words(page)
    browser.post(f"/campaigns/{planted.campaign_id}/use-again", status=403)
    browser.sign_in(world.sister_officer)
    browser.post(f"/campaigns/{planted.campaign_id}/use-again", status=404)
