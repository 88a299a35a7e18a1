"""The report's pages and files as people get them, on both databases."""

import html
import io
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from crm.accounts import viewer as viewers
from crm.accounts.models import Language
from crm.activity.models import ActivityEntry
from crm.core import scope as scopes
from crm.core.db import db
from crm.reports import figure_lists
from crm.reports.service import coordination_report, figure_list
from crm.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.conftest import Clock
from tests.reports.little_world import Planted, plant
from tests.reports.test_report import TIERS, WEEK
from tests.world import World

PAGE = "/reports/coordination"
ASKED = "?from=2026-11-16&to=2026-11-22"


@pytest.fixture
def planted(world: World, clock: Clock, acting: Callable[..., Any]) -> Planted:
    clock.freeze("2026-11-24 09:00")
    with acting(scopes.system_scope("plant")):
        return plant(world)


@pytest.fixture
def manager(planted: Planted, world: World, browser: Browser) -> Browser:
    return browser.sign_in(world.manager)


def read(text: str) -> str:
    """A page as a person reads it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_the_last_week_that_is_over_is_shown_first(manager: Browser) -> None:
    said = read(manager.get(PAGE).text)
    assert "Laporan koordinasi pekan 47" in said
    assert "16 sampai 22 November 2026, Kanim Sagaramaya dan 1 kantor di bawahnya" in said
    assert "Pada pekan 47 tercatat 8 kegiatan dengan 8 pemangku kepentingan , naik dari 2 kegiatan pada pekan sebelumnya." in said
    assert "Selesaikan atau sepakati tenggat baru: Kirim data kedatangan" in said
    assert "Rahasia" not in said


def test_the_page_costs_few_queries(manager: Browser) -> None:
    manager.get(PAGE)
    manager.get(PAGE, queries=30)


@pytest.mark.parametrize("kind", ["week", "month", "quarter", "year"])
def test_each_kind_of_period(manager: Browser, kind: str) -> None:
    titles = {"week": "pekan 47", "month": "Oktober 2026", "quarter": "triwulan III 2026", "year": "tahun 2025"}
    assert f"Laporan koordinasi {titles[kind]}" in read(manager.get(f"{PAGE}?period={kind}").text)


def test_in_english(planted: Planted, world: World, browser: Browser, acting: Callable[..., Any]) -> None:
    with acting(world.manager) as session:
        session.get(type(world.manager), world.manager.id).language = Language.ENGLISH  # type: ignore[attr-defined]
    said = read(browser.sign_in(world.manager).get(PAGE).text)
    assert "In week 47 the office recorded 8 engagements with 8 stakeholders , up from 2 engagements the week before." in said


def test_every_figure_has_as_many_rows_in_its_list(planted: Planted, world: World, acting: Callable[..., Any]) -> None:
    with acting(world.manager):
        scope = viewers.scope_of(world.manager)
        report = coordination_report(scope, world.sgr, WEEK, tier_days=TIERS)
        figures = figure_lists.of_report(report)
        assert len(figures) > 35
        for figure, number in figures:
            page, _name = figure_list(scope, world.sgr, WEEK, figure, tier_days=TIERS)
            assert len(page.rows) == number, str(figure)


FIGURES = re.compile(r'<a [^>]*href="([^"]*/figures/[^"]*)"[^>]*>([^<]+)</a>')
NUMBERS = {word: at for at, word in enumerate("nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh".split())}


def number_in(text: str) -> int | None:
    """The number that a link shows: "38 pemangku kepentingan", "tiga"; None for shares and for words such as "Buka"."""
    if "%" in text:
        return None
    found = [NUMBERS.get(word.lower(), int(word) if word.isdigit() else None) for word in re.findall(r"[\w.]+", text)]
    return next((number for number in found if number is not None), None)


@pytest.mark.parametrize("narrowed", ["", "&category=media", "&stakeholder=disduk"])
def test_every_figure_of_the_page_opens_a_list_of_as_many_rows(manager: Browser, narrowed: str) -> None:
    page = manager.get(PAGE + ASKED + narrowed).text
    main = page[page.index("<main") : page.index("</main")]
    cells = re.findall(r'<td class="m-r[^"]*">(.*?)</td>', main, re.S)
    bare = [cell for cell in cells if "<a " not in cell and re.fullmatch(r"[1-9][\d.]*", cell.strip())]
    assert bare == []
    big = re.findall(r'<dd class="m-fig">(.*?)</dd>', main, re.S)
    assert len(big) == 5
    assert all("/figures/" in figure for figure in big)
    shown = {(html.unescape(link), number_in(html.unescape(text))) for link, text in FIGURES.findall(main)}
    counted = {(link, number) for link, number in shown if number is not None}
    assert len(counted) > (60 if not narrowed else 10)
    wrong = []
    for link, number in sorted(counted):
        rows = manager.get(link).text.count('<td class="is-show is-full2">')
        wrong += [] if rows == number else [f"{link} says {number}, lists {rows}"]
    assert wrong == []


def test_the_list_of_one_stakeholder_never_names_one_of_another_office(manager: Browser, acting: Callable[..., Any]) -> None:
    with acting(scopes.system_scope("look")):
        hidden = db.session.scalars(sa.select(Stakeholder.id).where(Stakeholder.name == "Rahasia Wanamaya")).one()
    page = manager.get(f"{PAGE}/figures/active:{hidden}{ASKED}").text
    assert "Rahasia" not in page
    assert '<td class="is-show is-full2">' not in page


def test_every_link_of_the_page_leads_to_a_page(manager: Browser) -> None:
    page = manager.get(PAGE + ASKED).text
    links = {html.unescape(link) for link in re.findall(r'href="(/reports/[^"]+)"', page)}
    lists = [link for link in links if "/figures/" in link]
    assert len(lists) >= 15
    for link in links:
        response = manager.get(link, check="html" in link)
        assert response.status_code == 200
        assert "from" in parse_qs(urlsplit(link).query) or "period=" in link or link == PAGE


def test_narrowed_by_category_and_name(manager: Browser, planted: Planted) -> None:
    said = read(manager.get(f"{PAGE}{ASKED}&category=media").text)
    assert "1 kegiatan dengan 1 pemangku kepentingan" in said
    said = read(manager.get(f"{PAGE}{ASKED}&stakeholder=disduk").text)
    assert "2 kegiatan dengan Disdukcapil" in said


@pytest.mark.parametrize(
    "wrong",
    [
        "from=2026-11-16",
        "from=2026-11-22&to=2026-11-16",
        "from=1&to=2",
        "from=2026-02-30&to=2026-03-01",
        "from=0001-01-01&to=9999-12-31",
        "category=x",
        "office=999",
        "office=x",
        "stakeholder=Tidak+Ada",
        "stakeholder=%00",
        "stakeholder=99999999999999999999999",
    ],
)
def test_a_wrong_address_is_said_and_what_was_typed_stays(manager: Browser, wrong: str) -> None:
    page = manager.get(f"{PAGE}?{wrong}", status=422).text
    assert 'role="alert"' in page
    assert "Tampilkan laporan" in read(page)
    manager.get(f"{PAGE}/paper.pdf?{wrong}", status=400, check=False)


def test_an_unknown_figure_is_not_there(manager: Browser) -> None:
    for name in ("x", "topic:x", "role", "topic:99999999999999999999", "engagements:1"):
        manager.get(f"{PAGE}/figures/{name}{ASKED}", status=404)
    assert "Tidak ada yang dihitung" in read(manager.get(f"{PAGE}/figures/role:R9{ASKED}").text)
    assert "Tidak ada yang dihitung" in read(manager.get(f"{PAGE}/figures/month:2026-13{ASKED}").text)
    manager.get(f"{PAGE}/figures/engagements{ASKED}&after=x", status=400)


def test_the_sister_office_is_not_there(manager: Browser, world: World) -> None:
    for place in ("", "/print", "/paper.pdf", "/workbook.xlsx", "/report.json", "/figures/engagements"):
        status = 422 if not place else 400
        text = manager.get(f"{PAGE}{place}?office={world.wnm.id}", status=status, check=False).text
        assert "Wanamaya" not in text


def test_json(manager: Browser) -> None:
    response = manager.get(f"{PAGE}/report.json{ASKED}", check=False)
    found = json.loads(response.text)
    assert list(found) == ["period", "office", "engagements", "stakeholders", "commitments", "topics", "mail", "narrative"]
    assert found["engagements"]["total"] == 8
    assert found["narrative"][0].startswith("Pada pekan 47 tercatat 8 kegiatan")
    assert "laporan-koordinasi-sgr-2026-11-16-2026-11-22.json" in response.headers["Content-Disposition"]


def test_workbook(manager: Browser) -> None:
    response = manager.get(f"{PAGE}/workbook.xlsx{ASKED}", check=False)
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.data))
    assert ["Kegiatan", 8.0, 2.0] in book.get_sheet_by_name("Ringkasan").to_python()


def test_paper(manager: Browser) -> None:
    response = manager.get(f"{PAGE}/paper.pdf{ASKED}", check=False)
    assert response.headers["X-Paper"] == "tagged"
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.data)).pages).split())
    assert "Pada pekan 47 tercatat 8 kegiatan" in text
    assert "Euis Komariah" in text


def test_print(manager: Browser) -> None:
    said = read(manager.get(f"{PAGE}/print{ASKED}").text)
    assert "Pada pekan 47 tercatat 8 kegiatan" in said
    assert "Cara menghitung" in said


def test_who_took_a_file_is_written_down(manager: Browser, app: Flask, world: World, acting: Callable[..., Any]) -> None:
    manager.get(f"{PAGE}/workbook.xlsx{ASKED}&category=media", check=False)
    with acting(world.manager):
        entries = db.session.query(ActivityEntry).filter_by(verb="exported").all()
        assert [(entry.actor_id, entry.office_id, entry.details["category"], entry.details["format"]) for entry in entries] == [
            (world.manager.id, world.sgr.id, "media", "xlsx")
        ]


def test_too_many_files_in_an_hour_are_refused(manager: Browser, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr("crm.reports.views.files.MOST_AN_HOUR", 3)
    names = ("workbook.xlsx", "report.json", "paper.pdf")
    for name in names:
        manager.get(f"{PAGE}/{name}{ASKED}", check=False)
    for name in names:
        assert manager.get(f"{PAGE}/{name}{ASKED}", status=429, check=False).headers["Retry-After"]
    manager.get(PAGE + ASKED)
    clock.forward(minutes=25)
    manager.get(PAGE + ASKED)
    clock.forward(minutes=25)
    manager.get(PAGE + ASKED)
    clock.forward(minutes=11)
    manager.get(f"{PAGE}/workbook.xlsx{ASKED}", check=False)


def test_a_viewer_reads_but_takes_no_table(planted: Planted, world: World, browser: Browser) -> None:
    viewer = browser.sign_in(world.viewer)
    page = viewer.get(PAGE + ASKED).text
    assert "workbook.xlsx" not in page
    viewer.get(f"{PAGE}/workbook.xlsx{ASKED}", status=403)
    viewer.get(f"{PAGE}/paper.pdf{ASKED}", check=False)


def test_an_office_without_anything(world: World, browser: Browser) -> None:
    said = read(browser.sign_in(world.sister_officer).get(PAGE).text)
    assert "Tidak ada kegiatan tercatat" in said
    assert "Tidak ada angka yang menunggu keputusan." in said
