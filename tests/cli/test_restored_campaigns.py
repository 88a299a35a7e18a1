"""F21: a backup that is brought back somewhere else sends nothing until a person says that it may, and sends nobody the same mail unasked."""

import io

import pytest
import sqlalchemy as sa

from crm.campaigns.models import Campaign, CampaignState, Delivery
from crm.campaigns.sending import jobs as sending
from crm.campaigns.service import put_in_index
from crm.campaigns.tallies import Count, move
from crm.core import transaction
from crm.core.backup.archive import Reader
from crm.core.db import bulk_insert
from crm.files import disk
from crm.files import service as files
from crm.files.models import StoredFile
from crm.mail import instance
from crm.mail.models import OutboxMessage
from tests.browser import Browser
from tests.campaigns.factories import DeliveryState, make_campaign, make_content
from tests.campaigns.sending.office import TAGS, VARIANTS
from tests.cli.elsewhere import empty_machine, rest, run
from tests.cli.factories import SYSTEM, make_day
from tests.files.factories import picture
from tests.world import PASSWORD


@pytest.fixture
def elsewhere(database, tmp_path):
    with empty_machine(database, tmp_path / "elsewhere") as app:
        yield app


@pytest.fixture
def running(world, acting, clock, database):
    """An office that has sent before, with a campaign of three people under way, another one planned, and a picture in a draft."""
    make_day(world, acting, clock)
    database.is_dirty = True
    with acting(SYSTEM) as session:
        assert instance.may_send()
        content = make_content(world.sgr, variants=VARIANTS, tags=TAGS)
        under_way = make_campaign(world.sgr, "Sedang jalan", state=CampaignState.RUNNING, content=content, by=world.manager)
        rows = [{"email": f"o{n}@x.example", "name": f"Orang {n}", "values": {}, "reason": ""} for n in range(3)]
        bulk_insert(Delivery, rows, {"campaign_id": under_way.id, "state": DeliveryState.PENDING, "variant": "id"})
        move(under_way.id, {Count.TARGET: 3})
        planned = make_campaign(
            world.sgr, "Terjadwal", state=CampaignState.SCHEDULED, content=content, scheduled_at=under_way.started_at
        )
        draft = make_campaign(world.sgr, "Berisi gambar", by=world.manager)
        for campaign in (under_way, planned, draft):
            put_in_index(campaign)
        session.flush()
        stored = files.store(io.BytesIO(picture("png")), shown_name="loket.png", subject=draft, by=world.manager)
        return {"under_way": under_way.id, "planned": planned.id, "picture": stored.storage_key}


def state_of(app, campaign_id):
    with app.app_context(), transaction.unit(SYSTEM) as session:
        campaign = session.get(Campaign, campaign_id)
        return campaign.state, campaign.state_reason


def sent(app):
    """What the worker of that machine sends, if it is let."""
    with app.app_context():
        sending.send_now()
        with transaction.unit(SYSTEM) as session:
            return session.scalar(sa.select(sa.func.coalesce(sa.func.sum(OutboxMessage.recipients), 0)))


def test_a_restored_copy_sends_nothing_until_a_person_confirms_it_and_lets_the_campaign_go_on(
    app, running, world, tmp_path, elsewhere
):
    assert run(app, "backup", tmp_path / "b.mitra").exit_code == 0
    result = run(elsewhere, "restore", tmp_path / "b.mitra")
    assert result.exit_code == 0, result.output
    assert "2 campaigns were on their way and wait now" in result.output
    assert state_of(elsewhere, running["under_way"]) == (CampaignState.PAUSED, "restored")
    assert state_of(elsewhere, running["planned"]) == (CampaignState.MISSED, "restored")

    browser = Browser(elsewhere)
    browser.post("/sign-in", {"email": world.manager.email, "password": PASSWORD})
    page = browser.get(f"/campaigns/{running['under_way']}/results").text
    assert "Data ini berasal dari cadangan" in page
    assert "flask crm confirm-installation" in page

    browser.post(f"/campaigns/{running['under_way']}/resume", {})
    assert state_of(elsewhere, running["under_way"])[0] is CampaignState.RUNNING
    assert sent(elsewhere) == 0
    assert "installation: not true" in run(elsewhere, "doctor").output

    assert "sends now" in run(elsewhere, "confirm-installation").output
    assert sent(elsewhere) == 3
    assert "installation: not true" not in run(elsewhere, "doctor").output


def test_a_backup_that_comes_back_to_its_own_place_waits_for_a_person_too(app, running, tmp_path):
    assert run(app, "backup", tmp_path / "b.mitra").exit_code == 0
    rest(app)
    assert run(app, "restore", "--force", tmp_path / "b.mitra").exit_code == 0
    assert state_of(app, running["under_way"]) == (CampaignState.PAUSED, "restored")
    assert sent(app) == 0


def test_pictures_of_campaigns_are_in_the_backup_and_come_back(app, running, tmp_path, elsewhere):
    assert run(app, "backup", tmp_path / "b.mitra").exit_code == 0
    assert f"files/{running['picture'][:2]}/{running['picture']}" in Reader(tmp_path / "b.mitra").entries
    assert run(elsewhere, "restore", tmp_path / "b.mitra").exit_code == 0
    with elsewhere.app_context(), transaction.unit(SYSTEM) as session:
        stored = session.scalars(sa.select(StoredFile).where(StoredFile.storage_key == running["picture"])).one()
        assert stored.subject_kind == "campaign"
        assert disk.digest(disk.place_of(stored.storage_key)) == stored.sha256
