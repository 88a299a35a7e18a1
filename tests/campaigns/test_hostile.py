"""What no page of ours asks for, on the pages of campaigns, segments, bulletins and the list of suppressed addresses."""

import pytest

from crm.campaigns.models import CampaignState
from tests.campaigns.factories import make_bulletin, make_campaign, make_delivery, make_segment
from tests.campaigns.writing.drafts import draft, one_of_each

ODD = ["%00", "%ED%A0%80", "%F0%9F%98%80", "9" * 30, "-1", "٣", "%27%22%3E%3Cscript%3E", "x" * 3000]


@pytest.fixture
def places(acting, world):
    with acting(world.officer):
        bulletin = make_bulletin(world.sgr)
        segment = make_segment(world.sgr)
        written = make_campaign(world.sgr, bulletin=bulletin, by=world.officer, draft=draft(*one_of_each()))
        sent = make_campaign(world.sgr, bulletin=bulletin, by=world.officer, state=CampaignState.FINISHED)
        make_delivery(sent, "a@dinas.example", delivered=3)
        return {"draft": written.id, "sent": sent.id, "segment": segment.id, "bulletin": bulletin.id}


ADDRESSES = [
    "/campaigns?find={odd}",
    "/campaigns?state={odd}&kind={odd}&office={odd}&after={odd}",
    "/campaigns/{draft}/edit?language={odd}",
    "/campaigns/{draft}/preview?look={odd}",
    "/campaigns/{draft}/preview?person={odd}",
    "/campaigns/{draft}/preview?person_id={odd}",
    "/campaigns/{draft}/recipients?find={odd}",
    "/campaigns/{draft}/recipients?why={odd}",
    "/campaigns/{draft}/recipients?after={odd}",
    "/campaigns/{draft}/versions/{odd}",
    "/campaigns/{sent}/results?state={odd}&mail={odd}",
    "/campaigns/{sent}/results/list/{odd}",
    "/campaigns/{sent}/results/list/domain:{odd}",
    "/campaigns/{sent}/results/list/link:{odd}",
    "/campaigns/{sent}/results/list/skipped:{odd}",
    "/campaigns/{sent}/results/list/delivered?after={odd}",
    "/campaigns/{sent}/results/replies?after={odd}",
    "/campaigns/{sent}/results/mail?language={odd}",
    "/campaigns/{sent}/results/compare?with={odd}",
    "/segments?archived={odd}",
    "/suppressions?find={odd}",
    "/suppressions?reason={odd}&after={odd}",
    "/bulletins/{bulletin}?find={odd}&after={odd}&state={odd}",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_no_link_of_ours_says_breaks_nothing(browser, world, places, address, method):
    browser.sign_in(world.admin)
    for odd in ODD:
        answer = browser._request(method, address.format(odd=odd, **places))
        assert answer.status_code in {200, 302, 303, 308, 400, 404, 422}, (odd, answer.status_code, answer.text[:500])
        assert "<script>" not in answer.text.replace('<script src="', "")
