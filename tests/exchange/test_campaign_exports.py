"""What became of a campaign as a file: what is in it, who gets it, what is written down."""

import csv
import io

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from crm.accounts.models import Role, User
from crm.activity.models import ActivityEntry
from crm.campaigns.models import CampaignState
from crm.core import scope as scopes
from crm.exchange import campaign_tables, exports
from crm.exchange.models import Export, ExportState
from tests.campaigns.factories import make_campaign, make_delivery
from tests.campaigns.results.little_world import plant


@pytest.fixture
def campaign_id(world, acting):
    with acting(world.officer):
        return plant(world).campaign.id


def made(browser, jobs, campaign_id, format_="csv"):
    sent = {"format": format_, "purpose": "Laporan ke pimpinan"}
    url = browser.post(f"/exports/campaigns/{campaign_id}", sent).headers["Location"]
    jobs.run_all()
    return url


def fetched(browser, url):
    with browser.get(f"{url}/file", check=False) as response:
        return response.get_data()


def test_csv_has_a_row_for_each_delivery(world, browser, jobs, campaign_id):
    url = made(browser.sign_in(world.officer), jobs, campaign_id)
    rows = list(csv.DictReader(io.StringIO(fetched(browser, url).decode("utf-8-sig"))))
    assert len(rows) == 20
    by_address = {row["Alamat"]: row for row in rows}
    assert by_address["a@kanan.example"]["Keadaan"] == "Sampai"
    assert by_address["a@kanan.example"]["Diklik orang"] == "2026-11-19 09:01:30"
    assert by_address["f@kiri.example"]["Keadaan"] == "Terpental"
    assert by_address["f@kiri.example"]["Sebab"] == "550 5.1.1 tidak dikenal"
    assert by_address["m@ragu.example"]["Keadaan"] == "Belum pasti"
    assert by_address["p@x.example"]["Sebab"] == "tanpa persetujuan"
    assert "20 baris" in browser.get(url).text


def test_workbook_holds_strings_and_csv_nothing_that_a_spreadsheet_would_run(world, browser, jobs, acting):
    with acting(world.officer):
        campaign = make_campaign(world.sgr, state=CampaignState.FINISHED)
        make_delivery(campaign, "a@x.example", name='=HYPERLINK("http://x")', bounced=3, reason="+cmd|' /C calc'!A0")
        campaign_id = campaign.id
    browser.sign_in(world.officer)
    text = fetched(browser, made(browser, jobs, campaign_id)).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["Penerima"].startswith("'=")
    assert row["Sebab"].startswith("'+")
    book = CalamineWorkbook.from_filelike(io.BytesIO(fetched(browser, made(browser, jobs, campaign_id, "xlsx"))))
    (cells,) = book.get_sheet_by_name("Hasil").to_python()[1:]
    assert cells[0] == '=HYPERLINK("http://x")'


def test_it_is_written_down_with_rows_and_purpose(world, browser, jobs, campaign_id, acting):
    made(browser.sign_in(world.officer), jobs, campaign_id)
    with acting(world.admin) as session:
        entry = session.scalars(sa.select(ActivityEntry).where(ActivityEntry.verb == "exported")).one()
        assert (entry.subject_kind, entry.subject_id) == ("campaign", campaign_id)
        assert (entry.details["rows"], entry.details["purpose"]) == (20, "Laporan ke pimpinan")


def test_a_purpose_is_wanted(world, browser, campaign_id):
    page = browser.sign_in(world.officer).post(f"/exports/campaigns/{campaign_id}", {"format": "csv", "purpose": ""}, status=422)
    assert "Wajib diisi" in page.text or "perlu" in page.text


def test_who_may_not_export_gets_none_and_another_office_finds_nothing(world, browser, campaign_id):
    browser.sign_in(world.viewer).get(f"/exports/campaigns/{campaign_id}", status=403)
    browser.sign_in(world.sister_officer).get(f"/exports/campaigns/{campaign_id}", status=404)
    assert "Export" not in browser.sign_in(world.viewer).get(f"/campaigns/{campaign_id}/results").text


def test_who_lost_the_right_meanwhile_gets_no_file(world, browser, jobs, campaign_id, acting):
    url = (
        browser.sign_in(world.officer)
        .post(f"/exports/campaigns/{campaign_id}", {"format": "csv", "purpose": "x"})
        .headers["Location"]
    )
    with acting(scopes.system_scope("take a right away")) as session:
        session.get(User, world.officer.id).role = Role.VIEWER
    jobs.run_all()
    with acting(scopes.system_scope("look")) as session:
        assert session.get(Export, int(url.rsplit("/", 1)[1])).state is ExportState.NOT_PERMITTED


def test_too_many_in_an_hour_are_refused(world, browser, campaign_id, monkeypatch):
    monkeypatch.setattr(exports, "MOST_AN_HOUR", 1)
    browser.sign_in(world.officer)
    sent = {"format": "csv", "purpose": "x"}
    assert "/exports/campaigns" not in browser.post(f"/exports/campaigns/{campaign_id}", sent).headers["Location"]
    assert "/exports/campaigns" in browser.post(f"/exports/campaigns/{campaign_id}", sent).headers["Location"]


def test_a_campaign_larger_than_a_batch_is_there_whole(world, browser, jobs, campaign_id, monkeypatch):
    monkeypatch.setattr(campaign_tables, "BATCH", 3)
    url = made(browser.sign_in(world.officer), jobs, campaign_id)
    assert len(fetched(browser, url).decode("utf-8-sig").strip().splitlines()) == 21
