"""What an office keeps about those whom it writes to: a page that every mail to the public leads to."""

import re

import pytest
from lxml import html as lxml_html

from crm.campaigns.models import Campaign
from crm.campaigns.writing import blocks, rendering
from crm.offices.models import Office
from tests.bulletins.factories import make_bulletin, subscribe
from tests.campaigns.factories import make_campaign
from tests.campaigns.writing.drafts import draft, part
from tests.portal.factories import FORM, look, send
from tests.world import SCOPE


@pytest.fixture
def bulletin(acting, world):
    with acting(world.manager):
        return make_bulletin(world.manager, "Kabar Layanan", description="Jadwal dan syarat")


@pytest.fixture
def address(acting, world):
    with acting(SCOPE) as session:
        session.get(Office, world.sgr.id).letterhead = {"address": "Jalan Cakrawala 1", "contact": "Telepon (0999) 555 0100"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", ["Pelindungan data pribadi", "Yang disimpan", "Berapa lama", "Cara berhenti", "7 hari", "3 x 24 jam"]),
        ("en", ["Personal data protection", "What is kept", "For how long", "How to stop it", "7 days", "3 x 24 hours"]),
    ],
)
def test_the_page_says_what_is_kept_why_how_to_stop_and_whom_to_ask(app, world, address, language, words):
    page = look(app, f"/personal-data/{world.sgr.code}?lang={language}").text
    for each in [*words, world.sgr.name, "Jalan Cakrawala 1", "Telepon (0999) 555 0100"]:
        assert each in page
    assert f'lang="{language}"' in page


@pytest.mark.parametrize("code", ["TIDAK-ADA", "x" * 200, "%00", "3"])
def test_an_office_that_is_none_has_no_page(app, code):
    look(app, f"/personal-data/{code}", status=404)


def test_nobody_sends_anything_to_it(app, world):
    send(app, {}, url=f"/personal-data/{world.sgr.code}", status=405)


def test_the_sign_up_page_and_its_widget_lead_to_it(app, world, bulletin):
    for url in ("/subscribe?lang=id", f"/widget/{bulletin.slug}"):
        assert f"/personal-data/{world.sgr.code}" in look(app, url).text


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("known", [False, True])
def test_mails_of_the_sign_up_say_who_writes_and_lead_to_it(app, acting, world, bulletin, address, mailbox, language, known):
    if known:
        with acting(world.manager):
            subscribe(bulletin, "sari@contoh.id")
    send(app, {**FORM, "language": language}, url=f"/subscribe?lang={language}")
    (message,) = mailbox.messages()
    page = lxml_html.document_fromstring(message.html_body)
    assert page.get("lang") == language
    assert page.xpath("string(//title)") == message.subject == page.xpath("string(//h1)")
    preheader = page.xpath("string(//body/div[1])").strip()
    assert preheader
    assert preheader not in page.xpath("string(//table)")
    foot = " ".join(page.xpath("string(//td[@class='foot'])").split())
    for said in (foot, message.text_body):
        assert "Jalan Cakrawala 1" in said
        assert "Telepon (0999) 555 0100" in said
    (link,) = page.xpath("//td[@class='foot']//a/@href")
    assert link in message.text_body
    assert f'lang="{language}"' in look(app, re.sub("^https?://[^/]+", "", link)).text
    assert "prefers-color-scheme: dark" in message.html_body
    assert min(int(size) for size in re.findall(r"font(?:-size)?:(?:bold )?(\d+)px", message.html_body) if size != "1") >= 14


def test_without_an_address_the_foot_names_the_office_alone(app, world, bulletin, mailbox):
    send(app)
    (message,) = mailbox.messages()
    assert "None" not in message.html_body
    assert f"\n-- \n{world.sgr.name}\n\n" in message.text_body


def test_the_foot_of_a_campaign_leads_to_the_page_in_its_language(app, acting, world):
    given = draft(*part()["blocks"], en=part(subject="News"))
    with acting(world.manager) as session:
        campaign = make_campaign(world.sgr, by=world.manager, draft=blocks.clean(given))
        made = rendering.render_all(session.get(Campaign, campaign.id))
        base = app.config["PUBLIC_BASE_URL"]
    for language, one in made.items():
        link = f"{base}/personal-data/{world.sgr.code}?lang={language}"
        assert f'clicktracking="off" href="{link}"' in one.html
        look(app, link.removeprefix(base))
