"""Comments on a draft: of a block and of the whole, settled, and given back where they are too long."""

import re

import pytest
import sqlalchemy as sa

from crm.campaigns.models import CampaignComment
from crm.campaigns.writing import blocks
from tests.campaigns.factories import make_campaign
from tests.campaigns.test_drafts_views import form_of
from tests.campaigns.writing.drafts import draft, one_of_each


@pytest.fixture
def campaign(world, acting):
    with acting(world.officer):
        return make_campaign(world.sgr, by=world.officer, draft=blocks.clean(draft(*one_of_each())))


def test_comments_stand_at_their_block_and_are_settled(browser, world, acting, campaign):
    browser.sign_in(world.colleague)
    block = campaign.draft["languages"]["id"]["blocks"][0]["id"]
    browser.post(
        f"/campaigns/{campaign.id}/draft", form_of(campaign, **{"do": f"comment:{block}", f"{block}-comment": "Terlalu panjang"})
    )
    page = browser.get(f"/campaigns/{campaign.id}/edit").text
    assert "Terlalu panjang" in page
    with acting(world.officer) as session:
        comment = session.scalars(sa.select(CampaignComment)).one()
        assert comment.block_id == block
    browser.post(f"/campaigns/{campaign.id}/draft", form_of(campaign, do=f"settle:{comment.id}"))
    with acting(world.officer) as session:
        assert session.scalars(sa.select(CampaignComment.resolved_at)).one() is not None
    browser.post(f"/campaigns/{campaign.id}/draft", form_of(campaign, do="settle:999999"), status=404)


def test_a_comment_of_a_block_that_is_too_long_is_refused_and_stays_in_its_field(browser, world, acting, campaign):
    browser.sign_in(world.colleague)
    block = campaign.draft["languages"]["id"]["blocks"][0]["id"]
    sent = form_of(campaign, **{"do": "save", f"{block}-comment": "y" * 2_001, "subject": "Jadwal baru"})
    refused = browser.post(f"/campaigns/{campaign.id}/draft", sent, status=422).text
    assert "Komentar paling panjang 2.000 karakter; yang ini 2.001." in refused
    assert "y" * 2_001 in refused
    assert 'value="Jadwal baru"' in refused
    with acting(world.officer) as session:
        assert session.scalars(sa.select(CampaignComment)).all() == []
    browser.post(f"/campaigns/{campaign.id}/draft", sent | {f"{block}-comment": "y" * 2_000})
    with acting(world.officer) as session:
        assert session.scalars(sa.select(CampaignComment.text)).one() == "y" * 2_000


def test_a_comment_of_the_manager_reaches_the_writer(browser, world, campaign):
    browser.sign_in(world.manager).post(f"/campaigns/{campaign.id}/comments", {"text": "Tambahkan peta"})
    assert "Tambahkan peta" in browser.sign_in(world.officer).get(f"/campaigns/{campaign.id}/edit").text
    browser.post(f"/campaigns/{campaign.id}/comments", {"text": "x"}, status=403)
    empty = browser.sign_in(world.manager).post(f"/campaigns/{campaign.id}/comments", {"text": " "}, status=422)
    assert "Tulis sesuatu dahulu" in empty.text
    page = browser.get(f"/campaigns/{campaign.id}").text
    assert re.search(rf"<p>{world.manager.name} <span[^>]*>baru saja</span></p><p class=\"m-pre\">Tambahkan peta", page)


def test_a_comment_that_is_too_long_is_not_cut_but_given_back_with_its_text(browser, world, acting, campaign):
    browser.sign_in(world.manager)
    text = "Tambahkan peta.\r\n" * 125 + "x" * 1  # 125 lines of 16 with their ends, and one letter: 2,001
    refused = browser.post(f"/campaigns/{campaign.id}/comments", {"text": text}, status=422).text
    assert "Komentar paling panjang 2.000 karakter; yang ini 2.001. Persingkat, atau bagi menjadi dua." in refused
    assert text.replace("\r\n", "\n") in refused.replace("\r\n", "\n")
    browser.post(f"/campaigns/{campaign.id}/comments", {"text": text[:-1] + "\r\n"})
    with acting(world.officer) as session:
        assert [len(each.text) for each in session.scalars(sa.select(CampaignComment))] == [1999]
