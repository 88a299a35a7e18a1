"""Files that mean harm, sent through the first page: refused with a sentence, and nothing is kept. security.md FI-06, FI-07, IM-01, IM-02."""

import io
import time
import zipfile

import pytest
import sqlalchemy as sa
from xlsxwriter import Workbook

from crm.accounts.models import Language, User
from crm.core.db import db
from crm.exchange import service
from crm.exchange.models import Import
from tests.exchange.screens import begun, planned, upload

SHEET = "xl/worksheets/sheet1.xml"


def workbook():
    target = io.BytesIO()
    with Workbook(target) as book:
        book.add_worksheet("Daftar").write_row(0, 0, ["nama", "jabatan"])
    return target.getvalue()


def with_part(name, content):
    """A workbook in which one part is another."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for member in source.namelist():
            if member != name:
                out.writestr(member, source.read(member))
        out.writestr(name, content)
    return target.getvalue()


XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet><sheetData>&e;</sheetData></worksheet>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
HOSTILE = {
    "bomb": lambda: with_part(SHEET, b"<worksheet><sheetData>" + b" " * 60_000_000 + b"</sheetData></worksheet>"),
    "entities": lambda: with_part(SHEET, LAUGHS),
    "file-entity": lambda: with_part(SHEET, XXE),
    "nested": lambda: with_part("xl/media/inner.zip", workbook()),
    "not-a-workbook": lambda: b"PK\x03\x04" + b"\x00" * 200,
    "no-table": lambda: b"%PDF-1.7",
    "wide": lambda: (",".join(f"k{n}" for n in range(10_000)) + "\n").encode(),
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_hostile_file_is_refused_in_words_and_nothing_is_kept(world, app, browser, acting, kind):
    content = HOSTILE[kind]()
    browser.sign_in(world.officer)
    with app.app_context():
        before = set(service.folder().iterdir())
    began = time.monotonic()
    page = upload(browser, content, name="daftar.xlsx", status=422).text
    assert time.monotonic() - began < 5
    assert "daftar.xlsx: " in page
    assert "root:" not in page
    with app.app_context():
        assert set(service.folder().iterdir()) == before
    with acting(world.officer):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Import)) == 0


def test_markup_and_formulas_in_cells_are_shown_as_text(world, browser, jobs):
    browser.sign_in(world.officer)
    text = 'nama,jabatan\n<script>alert(1)</script>,=cmd|calc\n,"{{7*7}}"\n'
    import_id = planned(browser, jobs, text)
    for path in ("/files", "/mapping", ""):
        page = browser.get(f"/imports/{import_id}{path}").text
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page
    assert b"'=cmd|calc" not in browser.get(f"/imports/{import_id}/problems.csv").get_data()  # that row had no problem


def test_two_columns_of_one_name_are_a_question(world, browser):
    browser.sign_in(world.officer)
    import_id = begun(browser, "nama,surel,surel\nBudi,a@x.example,b@x.example\n", kind="b:contacts")
    page = browser.get(f"/imports/{import_id}/files").text
    assert "Dua kolom bernama" in page
    browser.get(f"/imports/{import_id}/mapping")


def test_pages_speak_english(world, browser, jobs, acting):
    with acting(world.officer):
        db.session.get(User, world.officer.id).language = Language.ENGLISH
    browser.sign_in(world.officer)
    import_id = planned(browser, jobs, "nama,jabatan\nBudi,Kasi\n,Kabid\n")
    page = browser.get(f"/imports/{import_id}").text
    assert "2 rows, 1 ready to come in" in page
    assert "Import 1 row" in page
    assert "Empty: Name." in page
