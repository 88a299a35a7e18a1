"""F14, ML-03 and the list of recipients: everybody of the audience has a row, and each address gets it once at most."""

import pytest
import sqlalchemy as sa

from crm.campaigns.models import Campaign, CampaignState, Delivery
from crm.campaigns.sending import prepare
from crm.campaigns.tallies import Count, of
from crm.mail import suppressing
from crm.mail.models import SuppressionReason, SuppressionSource
from tests.campaigns.factories import make_bulletin, make_campaign, make_content, make_subscription
from tests.campaigns.sending.office import SYSTEM, TAGS, VARIANTS


@pytest.fixture
def waiting(post):
    """A campaign of a bulletin with twelve subscribers, one of whom is suppressed, one reads English and one refuses to be counted."""
    with post.acting(SYSTEM):
        bulletin = make_bulletin(post.world.sgr)
        for n in range(12):
            make_subscription(
                bulletin, f"orang{n}@dinas.example", language="en" if n == 2 else "id", refuses_clicks=n == 3, name=f"Orang {n}"
            )
        suppressing.suppress(["orang5@dinas.example"], reason=SuppressionReason.BOUNCED, source=SuppressionSource.EVENT)
        content = make_content(post.world.sgr, variants=VARIANTS, tags=TAGS)
        campaign = make_campaign(
            post.world.sgr,
            state=CampaignState.SCHEDULED,
            bulletin=bulletin,
            content=content,
            by=post.world.manager,
            scheduled_at=post.now(),
        )
        return campaign.id


def prepared(post, campaign_id):
    with post.app.app_context():
        return prepare.prepare(campaign_id)


def test_everybody_has_a_row_and_who_is_left_out_has_the_reason(post, waiting):
    assert prepared(post, waiting)
    assert post.states(waiting) == {"pending": 11, "skipped": 1}
    assert set(post.reasons(waiting).values()) <= {"bounced", "suppressed"}
    with post.acting(SYSTEM) as session:
        variants = dict(session.execute(sa.select(Delivery.email, Delivery.variant)).all())
        assert variants["orang2@dinas.example"] == "en"
        assert variants["orang3@dinas.example"] == "id+q"
        counts = of([waiting])[waiting]
    assert (counts[Count.TARGET], counts[Count.SKIPPED]) == (12, 1)


def test_a_list_that_broke_off_goes_on_after_its_last_chunk(post, waiting, monkeypatch):
    monkeypatch.setattr(prepare, "CHUNK", 5)
    with post.acting(SYSTEM) as session:
        campaign = session.get(Campaign, waiting)
        prepare._one_chunk(campaign, prepare.Copy(campaign), prepare.audience.Roll(campaign))  # and then the worker dies
    assert sum(post.states(waiting).values()) == 5
    assert prepared(post, waiting)
    assert prepared(post, waiting)  # a second wake-up
    assert sum(post.states(waiting).values()) == 12


def test_f14_one_address_gets_it_once_however_it_is_written(post, waiting):
    with post.acting(SYSTEM) as session:
        campaign = session.get(Campaign, waiting)
        copy = prepare.Copy(campaign)
        one = prepare.audience.page(campaign, limit=1)[0]
        rows = prepare._rows(campaign, copy, [one, one])
        assert [(row["state"].value, row["email"]) for row in rows] == [("pending", one.email), ("skipped", None)]
        assert rows[1]["reason"] == "duplicate"


def test_the_whole_way_from_the_hour_to_the_end(post, waiting):
    post.tend()
    assert post.get(waiting).state is CampaignState.FINISHED
    assert post.states(waiting) == {"accepted": 11, "skipped": 1}
    assert "orang5@dinas.example" not in post.sendgrid.people
    assert max(post.sendgrid.people.values()) == 1
