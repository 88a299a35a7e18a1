"""SC-06, IN-02, EX-01 to EX-03: files that leave hold one's own rows alone, as data, and leave a trace."""

import io
import json
import zipfile

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from crm.activity.models import ActivityEntry
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.engagements import service as engagements
from crm.exchange.models import Export
from crm.index import service as search_index
from crm.stakeholders.details import AffiliationLine, OrganizationDetails, PersonDetails
from crm.stakeholders.models import Category
from crm.stakeholders.service import create_organization, create_person, find_or_create_topic
from tests.browser import Browser
from tests.engagements.factories import make_interaction
from tests.security.office import SYSTEM, planted
from tests.sweeps.planted import CANARY, NUMBER

SPAN = "from=2020-01-01&to=2030-12-31"
FILES = [f"/reports/coordination/{name}?{SPAN}" for name in ("report.json", "workbook.xlsx", "paper.pdf", "print")]


def opened(answer):
    """The text of a file, unpacked."""
    body = answer.get_data()
    answer.close()
    if answer.mimetype == "application/pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    return body.decode()


def report(browser, office):
    return json.loads(opened(browser.get(f"/reports/coordination/report.json?office={office.id}&{SPAN}")))


# SC-06: what is packed in a file is looked at unpacked.
def test_files_hold_nothing_of_another_office(app, world, acting, jobs):
    planted(world, acting)
    for reader, expected in ((world.sister_admin, False), (world.admin, True)):
        browser = Browser(app).sign_in(reader)
        texts = [opened(browser.get(address)) for address in FILES]
        browser.post("/exports/new", {"format": "xlsx", "purpose": "rapat"})
        jobs.run_all()
        with app.app_context(), transaction.unit(SYSTEM):
            export = db.session.scalars(sa.select(Export).order_by(Export.id.desc())).first()
        texts.append(opened(browser.get(f"/exports/{export.id}/file")))
        assert any(CANARY in text or NUMBER in text for text in texts) is expected


# SC-06: the whole is the sum of what may be seen of it.
def test_totals_are_the_sum_of_ones_own_rows(app, world, acting):
    for by, office in ((world.officer, world.sgr), (world.local_officer, world.sgr_lng), (world.sister_officer, world.wnm)):
        planted(world, acting, by=by, office=office)
    with acting(world.sister_officer):
        make_interaction(world.wnm)

    def totals(who, office):
        found = report(Browser(app).sign_in(who), office)
        return [found["engagements"]["total"], found["commitments"]["open"], found["stakeholders"]["reached"]]

    office, below = totals(world.manager, world.sgr), totals(world.admin, world.sgr_lng)
    sister = totals(world.sister_manager, world.wnm)
    assert sister[0] == below[0] + 1
    assert office == [2 * number for number in below]  # its own and that of the unit below
    together = totals(world.central, world.dji)
    assert together == [office[n] + sister[n] for n in range(3)]
    assert totals(world.central, world.knk) == together


HOSTILE = [
    "=1+1", "+62812", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", " =cmd|' /C calc'!A0", '"=1"',
    "a\n=1+1", "'; DROP TABLE stakeholders; --", "%s %d %(x)s", "{0.__class__}",
    "{{7*7}}", "${jndi:ldap://x}", "NEAR(a b)", '" OR 1=1', "\\", "#tag @orang !senin", "<b>&amp;</b>", "\u202eterbalik",
    "z" * 180, "\U0001f408 kucing", "NULL", "1e309",
]  # fmt: skip


@pytest.fixture
def hostile(world, acting):
    """Organizations and people with hostile names, all of whom took part in something."""
    by = world.admin
    with acting(by):
        for name in HOSTILE:
            made = create_organization(
                OrganizationDetails(name=f"{name}o", category=Category.MEDIA, topics=(f"{name}t"[:80],), tags=(name[:80],), address=name, note=name),
                office_id=world.sgr.id, by=by,
            )  # fmt: skip
            person = create_person(
                PersonDetails(name=f"{name}p", affiliations=(AffiliationLine(made.id, name[:150]),)),
                office_id=world.sgr.id,
                by=by,
            )
            talk = make_interaction(world.sgr, person, spoken_for=made, on=str(now().date()), summary=name)
            engagements.set_topics(talk, [find_or_create_topic(f"{name}t"[:80], by=by)])
    return by


# IN-02, EX-01
def test_hostile_names_are_data_wherever_they_are_read_again(app, world, acting, jobs, hostile):
    browser = Browser(app).sign_in(hostile)
    with acting(hostile):
        search_index.retoken_office(world.sgr.id)
    for address in ("/stakeholders", "/interactions", "/desk", "/activity", f"/reports/coordination?{SPAN}", *FILES):
        with browser.get(address, check="paper" not in address and "print" not in address) as answer:
            assert answer.status_code == 200
    found = report(browser, world.sgr)
    assert found["engagements"]["total"] == len(HOSTILE)
    named = {row["name"] for row in found["topics"]}
    assert {"=1+1t", "{{7*7}}t"} <= named, named
    for name in ("z" * 180, "NULL", "kucing"):
        assert browser.get(f"/search?q={name}").text.count("m-hit") or "/stakeholders/" in browser.get(f"/search?q={name}").text
    for kind in ("xlsx", "csv-organizations"):
        browser.post("/exports/new", {"format": kind, "purpose": "=1+1"})
        jobs.run_all()
    assert not [row for row in jobs.rows() if row.failed_at]


# EX-01: a workbook holds no formula, whatever stands in it, and gives the names back as they are.
def test_workbooks_hold_strings_and_no_formula(app, world, jobs, hostile):
    browser = Browser(app).sign_in(hostile)
    browser.post("/exports/new", {"format": "xlsx", "purpose": "rapat"})
    jobs.run_all()
    for address in (FILES[1], "/exports/1/file"):
        with browser.get(address) as answer:
            body = answer.get_data()
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets
        assert all("<f>" not in sheet and "<f " not in sheet for sheet in sheets)
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        cells = {str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row}
        assert {"=1+1o", "@SUM(A1)o", "＝1+1o"} <= cells or {"=1+1t", "@SUM(A1)t"} <= cells, sorted(cells)


# EX-02: JSON is JSON, with every name as it is stored.
def test_json_is_read_back(app, world, hostile):
    found = report(Browser(app).sign_in(hostile), world.sgr)
    assert set(found) >= {"period", "office", "engagements", "stakeholders", "commitments", "topics", "narrative"}
    assert "<b>&amp;</b>t" in {row["name"] for row in found["topics"]}


# EX-03, AD-02
def test_each_file_that_leaves_is_written_down(app, world, jobs):
    browser = Browser(app).sign_in(world.officer)
    for address in FILES[:3]:
        with browser.get(address):
            pass
    browser.post("/exports/new", {"format": "xlsx", "purpose": "Undangan jumpa pers"})
    jobs.run_all()
    with app.app_context(), transaction.unit(SYSTEM):
        entries = db.session.scalars(
            sa.select(ActivityEntry).where(ActivityEntry.verb == "exported").order_by(ActivityEntry.id)
        ).all()
    assert [entry.details["format"] for entry in entries] == ["json", "xlsx", "pdf", "xlsx"]
    assert {(entry.actor_id, entry.office_id) for entry in entries} == {(world.officer.id, world.sgr.id)}
    assert [entry.address for entry in entries[:3]] == ["127.0.0.1"] * 3
    assert entries[3].details["purpose"] == "Undangan jumpa pers"
    assert entries[0].details["from"] == "2020-01-01"
