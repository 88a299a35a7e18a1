"""A bulletin from the news of the office's site, in one press."""

import datetime as dt

import pytest
import sqlalchemy as sa

from crm.bulletins.feeds import service as feeds
from crm.bulletins.feeds.gathering import Gathered
from crm.bulletins.feeds.items import Item, Problem, Reading
from crm.bulletins.feeds.models import FeedItem
from crm.bulletins.models import Bulletin
from crm.campaigns import checks, from_site, service
from crm.campaigns.models import Campaign, CampaignKind, SiteUse
from crm.campaigns.writing import blocks
from crm.core.fetching import Fetched
from tests.bulletins.feeds import sites
from tests.campaigns.factories import make_bulletin, make_campaign
from tests.fakes import SYSTEM

EMPTY = blocks.empty(("id",))
TODAY = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)


def item(number, title=None, *, days_ago=1, language="id", summary=None):
    title = title or f"Berita {number}"
    return Item(
        key=f"{number:064d}", title=title, url=f"https://kanim.example/{number}", summary=summary or f"Ringkasan {title}.",
        picture=f"https://kanim.example/{number}.jpg", published_at=TODAY - dt.timedelta(days=days_ago, minutes=number), language=language,
    )  # fmt: skip


@pytest.fixture
def bulletin(acting, world, clock):
    clock.freeze("2026-11-24 09:00")
    with acting(world.manager):
        return make_bulletin(world.sgr, "Kabar Sagara", feed_url="https://kanim.example/feed")


@pytest.fixture
def publish(acting, bulletin):
    """What a reading of the site gave, with a picture for the items that are named."""

    def read(*items, pictures=(), problem=None):
        with acting(SYSTEM) as session:
            row = session.get(Bulletin, bulletin.id)
            feeds.keep(row, row.feed_url, Gathered(Reading(tuple(items), problem, "Situs")))
            for number in pictures:
                kept = session.scalar(sa.select(FeedItem).where(FeedItem.key == f"{number:064d}"))
                assert feeds.keep_picture(kept, Fetched("", 200, "image/jpeg", {}, sites.picture()))

    return read


def press(browser, bulletin, user):
    return browser.sign_in(user).post(f"/campaigns/from-site/{bulletin.id}")


def newest(acting):
    with acting(SYSTEM) as session:
        return session.scalars(sa.select(Campaign).order_by(Campaign.id.desc())).first()


def articles(campaign, language="id"):
    return [block for block in campaign.draft["languages"][language]["blocks"] if block["kind"] == "article"]


def test_one_press_makes_a_draft_of_what_is_new(browser, world, acting, bulletin, publish):
    publish(item(1), item(2), item(3, days_ago=0), pictures=[3])
    answer = press(browser, bulletin, world.officer)
    campaign = newest(acting)
    assert answer.headers["Location"].startswith(f"/campaigns/{campaign.id}/edit")
    assert (campaign.kind, campaign.bulletin_id, campaign.office_id) == (CampaignKind.BULLETIN, bulletin.id, world.sgr.id)
    made = articles(campaign)
    assert [block["title"] for block in made] == ["Berita 3", "Berita 1", "Berita 2"]
    assert (made[0]["text"], made[0]["url"], made[0]["alt"]) == ("Ringkasan Berita 3.", "https://kanim.example/3", "Berita 3")
    assert made[1]["src"] == ""
    assert "3" in browser.follow(answer).text
    with browser.app.test_client().get(made[0]["src"]) as picture:
        assert (picture.status_code, picture.mimetype, picture.data[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    with acting(world.officer) as session:
        assert {each.code for each in checks.stops(session.get(Campaign, campaign.id))} == set()


def test_only_what_is_new_since_the_last_comes_into_the_next(browser, world, acting, bulletin, publish):
    publish(item(1), item(2))
    press(browser, bulletin, world.officer)
    publish(item(3, days_ago=0), item(1), item(2))
    press(browser, bulletin, world.officer)
    assert [block["title"] for block in articles(newest(acting))] == ["Berita 3"]


def test_nothing_new_is_said_and_makes_no_draft(browser, world, acting, bulletin, publish):
    publish(item(1))
    press(browser, bulletin, world.officer)
    before = newest(acting).id
    page = browser.follow(press(browser, bulletin, world.officer)).text
    assert "Tidak ada yang baru di situs" in page
    assert newest(acting).id == before


def test_a_draft_that_was_put_away_told_nothing(browser, world, acting, bulletin, publish):
    publish(item(1))
    press(browser, bulletin, world.officer)
    with acting(world.officer) as session:
        service.discard_campaign(session.get(Campaign, newest(acting).id), by=world.officer)
    press(browser, bulletin, world.officer)
    assert [block["title"] for block in articles(newest(acting))] == ["Berita 1"]


def test_at_most_eight_are_taken_and_the_page_says_how_many_there_were(browser, world, acting, bulletin, publish):
    publish(*[item(number) for number in range(1, 13)])
    page = browser.follow(press(browser, bulletin, world.officer)).text
    assert "12" in page
    assert len(articles(newest(acting))) == from_site.MOST_ITEMS == 8
    press(browser, bulletin, world.officer)
    assert len(articles(newest(acting))) == 4


def test_what_is_old_is_no_news(browser, world, acting, bulletin, publish):
    publish(item(1, days_ago=61), item(2, days_ago=59))
    press(browser, bulletin, world.officer)
    assert [block["title"] for block in articles(newest(acting))] == ["Berita 2"]


def test_news_in_english_make_a_bulletin_in_english(browser, world, acting, bulletin, publish):
    publish(item(1, "News", language="en"))
    press(browser, bulletin, world.officer)
    assert [block["title"] for block in articles(newest(acting), "en")] == ["News"]


def test_a_page_that_changes_afterwards_is_flagged(browser, world, acting, bulletin, publish):
    publish(item(1))
    press(browser, bulletin, world.officer)
    publish(item(1, summary="Dibetulkan."))
    with acting(world.officer) as session:
        campaign = session.get(Campaign, newest(acting).id)
        (found,) = [each for each in checks.of_content(campaign) if each.code == "source-changed"]
        assert found.block_id == articles(campaign)[0]["id"]
    page = browser.get(f"/bulletins/{bulletin.id}/site").text
    assert "Berubah sejak diberitakan" in page
    assert f"/campaigns/{campaign.id}" in page


@pytest.mark.parametrize(
    ("fields", "problem", "said"),
    [
        ({"feed_url": ""}, None, "Isi dulu"),
        ({}, None, "sedang dibaca untuk pertama kali"),
        ({}, Problem.SILENT, "tidak memberi apa-apa"),
    ],
)
def test_why_there_is_nothing_is_said(browser, world, acting, bulletin, publish, fields, problem, said):
    with acting(SYSTEM) as session:
        for name, value in fields.items():
            setattr(session.get(Bulletin, bulletin.id), name, value)
    if problem:
        publish(problem=problem)
    assert said in browser.follow(press(browser, bulletin, world.officer)).text


def test_a_reader_and_another_office_can_not_begin_one(browser, world, acting, bulletin, publish):
    publish(item(1))
    browser.sign_in(world.viewer).post(f"/campaigns/from-site/{bulletin.id}", status=403)
    browser.sign_in(world.sister_officer).post(f"/campaigns/from-site/{bulletin.id}", status=404)
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SiteUse)) == 0


def test_brackets_and_markup_of_a_site_stay_words(browser, world, acting, bulletin, publish):
    publish(item(1, "<script>alert(1)</script> & kawan"))
    press(browser, bulletin, world.officer)
    page = browser.get(f"/campaigns/{newest(acting).id}/edit").text
    assert "<script>alert(1)" not in page


def test_items_are_picked_for_a_draft_that_there_is(browser, world, acting, bulletin, publish):
    publish(item(1), item(2), item(3))
    press(browser, bulletin, world.officer)
    campaign = newest(acting)
    publish(item(4, days_ago=0))
    page = browser.get(f"/campaigns/{campaign.id}/site-items").text
    assert page.index("Berita 4") < page.index("Berita 1")
    assert f"/campaigns/{campaign.id}/site-items" in browser.get(f"/campaigns/{campaign.id}/edit").text
    with acting(SYSTEM) as session:
        ids = [session.scalar(sa.select(FeedItem.id).where(FeedItem.title == title)) for title in ("Berita 4", "Berita 1")]
    browser.post(f"/campaigns/{campaign.id}/site-items", {"item": ids, "version": campaign.version})
    assert [block["title"] for block in articles(newest(acting))] == ["Berita 1", "Berita 2", "Berita 3", "Berita 4", "Berita 1"]


@pytest.mark.parametrize("chosen", [[], ["x"], ["999999"]])
def test_nothing_picked_is_said(browser, world, acting, bulletin, publish, chosen):
    publish(item(1))
    press(browser, bulletin, world.officer)
    campaign = newest(acting)
    where = f"/campaigns/{campaign.id}/site-items"
    assert "paling sedikit satu" in browser.post(where, {"item": chosen, "version": campaign.version}, status=422).text
    browser.sign_in(world.viewer).post(where, {"item": chosen}, status=403)
    browser.get(where, status=403)


def test_a_draft_that_a_colleague_saved_meanwhile_gets_no_items(browser, world, acting, bulletin, publish):
    publish(item(1))
    press(browser, bulletin, world.officer)
    campaign = newest(acting)
    with acting(SYSTEM) as session:
        item_id = session.scalar(sa.select(FeedItem.id))
    browser.post(f"/campaigns/{campaign.id}/site-items", {"item": [item_id], "version": campaign.version - 1})
    assert newest(acting).draft == campaign.draft


def site_items(browser, acting, world, user, **fields):
    """The page for a draft of a bulletin that is made with these fields; gives the bulletin too."""
    with acting(world.manager):
        made = make_bulletin(world.sgr, "Tanpa laman", **fields)
        draft = make_campaign(world.sgr, bulletin=made, by=world.officer, draft=EMPTY)
    return made, browser.sign_in(user).get(f"/campaigns/{draft.id}/site-items").text


def test_a_bulletin_without_a_site_shows_an_example_and_a_way_to_set_the_address_to_who_may(browser, world, acting):
    bulletin, page = site_items(browser, acting, world, world.manager)
    assert "https://kantor-anda.go.id/feed" in page
    assert f'href="/bulletins/{bulletin.id}/edit#feed_url"' in page
    assert 'id="feed_url"' in browser.get(f"/bulletins/{bulletin.id}/edit").text
    assert f'href="/bulletins/{bulletin.id}/edit#feed_url"' in browser.get(f"/bulletins/{bulletin.id}/site").text


def test_who_may_not_set_it_is_told_who_does_and_led_nowhere(browser, world, acting):
    bulletin, page = site_items(browser, acting, world, world.officer)
    for text in (page, browser.get(f"/bulletins/{bulletin.id}/site").text):
        assert "Pengelola buletin yang mengisinya" in text
        assert "https://kantor-anda.go.id/feed" in text
        assert f"/bulletins/{bulletin.id}/edit" not in text


def test_a_site_that_gave_nothing_leads_to_how_reading_goes(browser, world, acting):
    bulletin, page = site_items(browser, acting, world, world.officer, feed_url="https://kanim.example/feed")
    assert "belum ada kabar" in page
    assert f'href="/bulletins/{bulletin.id}/site"' in page


def test_a_draft_without_a_bulletin_leads_to_the_bulletins(browser, world, acting):
    with acting(world.manager):
        draft = make_campaign(world.sgr, by=world.officer, draft=EMPTY)
    page = browser.sign_in(world.manager).get(f"/campaigns/{draft.id}/site-items").text
    assert 'class="btn" href="/bulletins"' in page
