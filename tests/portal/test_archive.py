"""What was sent of a bulletin, for everybody to read."""

import xml.etree.ElementTree as ET
from email.utils import parsedate_to_datetime

import feedparser
import pytest

from crm.campaigns.models import CampaignState
from tests.browser import Browser
from tests.campaigns.factories import SENT, make_bulletin, make_campaign, make_content, make_delivery
from tests.portal.factories import look

HOME = "/archive/kabar-layanan"


@pytest.fixture
def bulletin(acting, world):
    with acting(world.manager):
        made = make_bulletin(world.sgr, "Kabar Layanan", "kabar-layanan", has_archive=True, description="Jadwal dan syarat")
        campaign = make_campaign(world.sgr, "Libur & layanan <akhir tahun>", bulletin=made, state=CampaignState.FINISHED)
        make_delivery(campaign, "rahasia@x.example", name="Budi Rahasia", delivered=3)
        made.campaign_id = campaign.id
        return made


def test_anybody_reads_what_was_sent(app, bulletin):
    page = look(app, f"{HOME}?lang=id").text
    assert "Kabar Layanan" in page
    assert "Libur &amp; layanan &lt;akhir tahun&gt;" in page
    assert f'href="{HOME}/{bulletin.campaign_id}"' in page
    assert "application/rss+xml" in page
    assert "Kamis, 19 November 2026" in page


def test_an_issue_holds_nothing_of_a_recipient(app, bulletin):
    answer = Browser(app).get(f"{HOME}/{bulletin.campaign_id}?lang=id", check=False)  # a mail: its styles stand in it
    assert "Yth. Bapak/Ibu," in answer.text
    for secret in ("rahasia@x.example", "Budi", "Berhenti berlangganan", "/b/", "-kaaaaaaaa"):
        assert secret not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert f'href="{HOME}"' in answer.text  # the way back


def test_the_feed_is_valid_rss_with_whole_addresses(app, bulletin):
    answer = look(app, f"{HOME}/rss.xml?lang=id")
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ET.fromstring(answer.data).find("channel")
    assert channel is not None
    for wanted in ("title", "link", "description", "language", "lastBuildDate"):
        assert channel.findtext(wanted), wanted
    found = feedparser.parse(answer.data)
    assert not found.bozo
    (entry,) = found.entries
    base = str(app.config["PUBLIC_BASE_URL"]).rstrip("/")
    assert entry.title == "Libur & layanan <akhir tahun>" or entry.title.startswith("Libur &")
    assert entry.link == entry.id == f"{base}{HOME}/{bulletin.campaign_id}"
    assert parsedate_to_datetime(entry.published) == SENT


def test_signs_that_xml_cannot_hold_do_not_break_the_feed(app, acting, world, bulletin):
    with acting(world.manager) as session:
        content = make_content(world.sgr, "Judul\x0b aneh")
        make_campaign(world.sgr, bulletin=session.merge(bulletin), state=CampaignState.FINISHED, content=content)
    assert not feedparser.parse(look(app, f"{HOME}/rss.xml").data).bozo


def test_only_finished_issues_of_a_bulletin_that_wants_an_archive(app, acting, world, bulletin):
    with acting(world.manager) as session:
        kept = session.merge(bulletin)
        hidden = [
            make_campaign(world.sgr, f"Rahasia {state.value}", bulletin=kept, state=state).id
            for state in CampaignState
            if state is not CampaignState.FINISHED
        ]
        closed = make_bulletin(world.sgr, "Tanpa arsip", "tanpa-arsip")
        internal = make_bulletin(world.sgr, "Internal", "internal", has_archive=True, is_public=False)
        other = make_campaign(world.sgr, bulletin=closed, state=CampaignState.FINISHED).id
        assert internal.has_archive
    assert "Rahasia" not in look(app, HOME).text
    for campaign_id in (*hidden, other, 99_999):
        look(app, f"{HOME}/{campaign_id}", status=404)
    for address in ("/archive/tanpa-arsip", "/archive/internal", "/archive/tidak-ada", "/archive/tanpa-arsip/rss.xml"):
        look(app, address, status=404)
    look(app, f"{HOME}?after=x", status=400)


def test_an_answer_may_be_kept_and_is_not_sent_twice(app, bulletin):
    for address in (HOME, f"{HOME}/{bulletin.campaign_id}", f"{HOME}/rss.xml"):
        first = Browser(app).get(address, check=False)
        assert first.headers["Cache-Control"] == "public, max-age=300"
        assert {"Accept-Language", "Cookie"} <= set(first.vary)
        assert "Set-Cookie" not in first.headers
        again = look(app, address, status=304, headers={"If-None-Match": first.headers["ETag"]})
        assert again.data == b""


def test_a_long_archive_is_walked_page_by_page(app, acting, world, bulletin):
    with acting(world.manager) as session:
        kept = session.merge(bulletin)
        for number in range(25):
            make_campaign(world.sgr, f"Edisi {number}", bulletin=kept, state=CampaignState.FINISHED)
    page = look(app, f"{HOME}?lang=id").text
    assert page.count('<article class="card">') == 20
    assert "Edisi sebelumnya" in page


def test_who_thinks_of_signing_up_sees_the_last_issue(app, acting, world, bulletin):
    page = look(app, "/subscribe/kabar-layanan?lang=id").text
    assert "Edisi terakhir" in page
    assert f'href="{HOME}/{bulletin.campaign_id}"' in page
    assert "Libur &amp; layanan &lt;akhir tahun&gt;" in page
    assert "Kamis, 19 November 2026" in page
    with acting(world.manager) as session:
        session.merge(bulletin).has_archive = False
    assert "Edisi terakhir" not in look(app, "/subscribe/kabar-layanan?lang=id").text


def test_of_several_bulletins_the_newest_issue_is_shown_with_its_name(app, acting, world, bulletin):
    with acting(world.manager):
        other = make_bulletin(world.sgr, "Kabar Paspor", "kabar-paspor", has_archive=True)
        make_campaign(world.sgr, "Kuota Desember", bulletin=other, state=CampaignState.FINISHED)
        silent = make_bulletin(world.sgr, "Tanpa arsip", "tanpa-arsip")
        make_campaign(world.sgr, "Tidak untuk umum", bulletin=silent, state=CampaignState.FINISHED)
    page = look(app, "/subscribe?lang=id").text
    aside = page[page.index("Edisi terakhir") :]
    assert "Kabar Paspor" in aside
    assert "Kuota Desember" in aside
    assert "Tidak untuk umum" not in page
    assert "Libur" not in aside
