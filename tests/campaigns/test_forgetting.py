"""What grows while campaigns are written and sent, and goes again by itself."""

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from crm.bulletins.feeds.models import FeedItem
from crm.campaigns import forgetting
from crm.campaigns import queries as campaigns
from crm.campaigns.models import ApprovalState, Campaign, CampaignContent, CampaignState, CampaignVersion, LinkTrial, SiteUse
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import enqueue
from crm.files import service as files
from crm.files.models import StoredFile
from crm.mail.models import MailMessage, MessageState, OutboxMessage
from tests.bulletins.feeds.sites import picture
from tests.campaigns.factories import make_approval, make_bulletin, make_campaign, make_content
from tests.mail.factories import send

SYSTEM = scopes.system_scope("tests of forgetting")


@pytest.fixture
def forget(acting, jobs):
    def run():
        with acting(SYSTEM):
            for name in ("campaigns.forget_drafts", "mail.forget_messages"):
                enqueue(name)
        jobs.run_all()

    return run


def keep(session, campaign_id, count):
    session.add_all(
        CampaignVersion(campaign_id=campaign_id, draft={"number": number}, created_at=now()) for number in range(count)
    )


def numbers(acting, campaign_id):
    with acting(SYSTEM) as session:
        found = sa.select(CampaignVersion.draft).where(CampaignVersion.campaign_id == campaign_id).order_by(CampaignVersion.id)
        return [draft["number"] for draft in session.scalars(found)]


def test_a_draft_keeps_its_newest_hundred_versions(world, acting, clock, forget, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        much, little = make_campaign(world.sgr, "Banyak").id, make_campaign(world.sgr, "Sedikit").id
        keep(session, much, 105)
        keep(session, little, 3)
    clock.forward(days=1000)
    forget()
    assert numbers(acting, much) == list(range(5, 105))
    assert numbers(acting, little) == [0, 1, 2]


def test_of_many_versions_each_writer_keeps_one_for_who_wrote_may_not_approve(world, acting, clock, forget):
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        campaign_id = make_campaign(world.sgr, by=world.officer).id
        keep(session, campaign_id, 110)
        session.flush()
        first = sa.select(CampaignVersion).where(CampaignVersion.campaign_id == campaign_id).order_by(CampaignVersion.id).limit(5)
        for row in session.scalars(first):
            row.created_by_id = world.manager.id
    forget()
    forget()
    assert numbers(acting, campaign_id) == [4, *range(10, 110)]
    with acting(SYSTEM):
        assert world.manager.id in campaigns.writers_since(campaign_id, None)


def test_versions_of_a_campaign_go_ninety_days_after_its_end(world, acting, clock, forget):
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        campaign_id = make_campaign(world.sgr, state=CampaignState.FINISHED, finished_at=now()).id
        keep(session, campaign_id, 3)
    clock.forward(days=89)
    forget()
    assert numbers(acting, campaign_id) == [0, 1, 2]
    clock.forward(days=2)
    forget()
    assert numbers(acting, campaign_id) == []
    with acting(SYSTEM) as session:
        assert session.get(Campaign, campaign_id).content_id is not None


def test_how_links_answered_is_forgotten_after_ninety_days(world, acting, clock, forget):
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        for key, days in (("a", 91), ("b", 89)):
            tried = now() - dt.timedelta(days=days)
            session.add(LinkTrial(office_id=world.sgr.id, key=key, url=f"https://{key}.example", status=200, tried_at=tried))
    forget()
    with acting(SYSTEM) as session:
        assert session.scalars(sa.select(LinkTrial.key)).all() == ["b"]


def test_the_local_outbox_is_emptied_after_ninety_days_but_for_what_has_yet_to_go_out(acting, clock, forget):
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        for reference, due in (("old", None), ("held", now() + dt.timedelta(days=100))):
            session.add(OutboxMessage(reference=reference, payload={}, received_at=now(), due_at=due))
    clock.forward(days=91)
    with acting(SYSTEM) as session:
        session.add(OutboxMessage(reference="new", payload={}, received_at=now()))
    forget()
    with acting(SYSTEM) as session:
        assert set(session.scalars(sa.select(OutboxMessage.reference))) == {"held", "new"}


def test_single_messages_go_after_thirteen_months_but_for_those_in_doubt(world, acting, clock, forget):
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        for email, state in (("a@x.example", MessageState.ACCEPTED), ("b@x.example", MessageState.IN_DOUBT)):
            session.get(MailMessage, send(world.sgr, email).id).state = state
    clock.forward(days=395)
    forget()
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(MailMessage)) == 2
    clock.forward(days=2)
    forget()
    with acting(SYSTEM) as session:
        assert session.scalars(sa.select(MailMessage.to_email)).all() == ["b@x.example"]


def test_texts_that_were_asked_about_and_never_sent_are_emptied_ninety_days_after_the_end(world, acting, clock, forget):
    clock.freeze("2026-11-24 09:00")
    with acting(SYSTEM) as session:
        sent, refused, approved = (make_content(world.sgr) for _text in range(3))
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED, finished_at=now(), content=sent)
        make_approval(campaign, world.manager, state=ApprovalState.REFUSED, content_id=refused.id)
        make_approval(campaign, world.manager, state=ApprovalState.APPROVED, content_id=approved.id)
        draft = make_campaign(world.sgr, "Belum", content=make_content(world.sgr))
        make_approval(draft, world.manager, state=ApprovalState.VOID, content_id=make_content(world.sgr).id)
        emptied_id, whole = refused.id, session.scalars(sa.select(CampaignContent.id)).all()
    clock.forward(days=89)
    forget()
    assert contents(acting) == set(whole)
    clock.forward(days=2)
    forget()
    assert contents(acting) == set(whole) - {emptied_id}
    with acting(SYSTEM) as session:
        assert session.get(CampaignContent, emptied_id).sha256 == refused.sha256  # what was refused can still be proved


def contents(acting):
    with acting(SYSTEM) as session:
        return {row.id for row in session.scalars(sa.select(CampaignContent)) if row.variants}


def test_old_news_of_a_site_goes_with_its_pictures_but_for_what_a_bulletin_tells(world, acting, clock, forget, monkeypatch):
    monkeypatch.setattr(forgetting, "MOST_ITEMS", 3)
    clock.freeze("2025-01-06 09:00")
    with acting(SYSTEM) as session:
        bulletin = make_bulletin(world.sgr)
        items = [make_item(bulletin, number) for number in range(7)]
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED, finished_at=now())
        session.add(SiteUse(campaign_id=campaign.id, item_id=items[1].id, block_id="b", sha256="x", created_at=now()))
        session.flush()
        for item in items:
            received = files.receive(io.BytesIO(picture()), shown_name="a.jpg")
            item.picture_file_id = files.keep(received, subject=item).id
    forget()
    assert titles(acting) == ["0", "1", "2", "3", "4", "5", "6"]
    clock.forward(days=397)
    with acting(SYSTEM) as session:
        session.get(FeedItem, items[3].id).dated_at = now()
    forget()
    assert titles(acting) == [
        "1",
        "3",
        "4",
        "5",
        "6",
    ]  # told in a bulletin; new; and the newest three, which readings are compared with
    with acting(SYSTEM) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 5


def make_item(bulletin, number):
    item = FeedItem(
        office_id=bulletin.office_id,
        bulletin_id=bulletin.id,
        key=str(number),
        title=str(number),
        sha256="x",
        dated_at=now(),
        first_seen_at=now(),
    )
    db.session.add(item)
    db.session.flush()
    return item


def titles(acting):
    with acting(SYSTEM) as session:
        return session.scalars(sa.select(FeedItem.title).order_by(FeedItem.id)).all()
