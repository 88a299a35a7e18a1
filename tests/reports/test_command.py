"""flask crm report coordination, on both databases."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from crm.cli import report as commands
from crm.core import scope as scopes
from crm.core.db import db
from tests.conftest import Clock
from tests.reports.little_world import Planted, plant
from tests.world import World

WEEK = ["--from", "2026-11-16", "--to", "2026-11-22"]


@pytest.fixture
def planted(world: World, clock: Clock, acting: Callable[..., Any]) -> Planted:
    clock.freeze("2026-11-24 09:00")
    with acting(scopes.system_scope("plant")):
        return plant(world)


@pytest.fixture
def run(app: Flask, planted: Planted) -> Callable[..., Result]:
    def ran(*arguments: str, office: str = "SGR") -> Result:
        result = app.test_cli_runner().invoke(commands.report, ["coordination", "--office", office, *arguments])
        with app.app_context():
            db.session.remove()
        return result

    return ran


def test_json_and_nothing_else_on_standard_output(run: Callable[..., Result]) -> None:
    result = run(*WEEK)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert list(found) == ["period", "office", "engagements", "stakeholders", "commitments", "topics", "mail", "narrative"]
    assert (found["engagements"]["total"], found["stakeholders"]["reached"], found["commitments"]["kept"]) == (8, 8, 3)
    assert found["narrative"][0].startswith("Pada pekan 47 tercatat 8 kegiatan")
    english = json.loads(run(*WEEK, "--language", "en").stdout)
    assert english["narrative"][0].startswith("In week 47 the office recorded 8 engagements")


def test_only_the_office_and_those_below(run: Callable[..., Result]) -> None:
    def total(office: str) -> int:
        return json.loads(run(*WEEK, office=office).stdout)["engagements"]["total"]

    assert [total(office) for office in ("DJI", "KNK", "SGR", "SGR-LNG", "WNM")] == [9, 9, 8, 1, 1]


def test_narrowed(run: Callable[..., Result], planted: Planted) -> None:
    assert json.loads(run(*WEEK, "--category", "media").stdout)["engagements"]["total"] == 1
    one = json.loads(run(*WEEK, "--stakeholder", str(planted.disduk)).stdout)
    assert one["engagements"]["total"] == 2
    assert one["office"]["filters"]["stakeholder"] == {"id": planted.disduk, "name": "Disdukcapil"}


def test_each_format_to_a_file(run: Callable[..., Result], tmp_path: Path) -> None:
    for form in ("json", "xlsx", "pdf", "html"):
        place = tmp_path / f"laporan.{form}"
        result = run(*WEEK, "--format", form, "-o", str(place))
        assert result.exit_code == 0, result.output
        assert result.stdout == ""
    assert json.loads((tmp_path / "laporan.json").read_text(encoding="utf-8"))["engagements"]["total"] == 8
    book = CalamineWorkbook.from_path(str(tmp_path / "laporan.xlsx"))
    assert ["Kegiatan", 8.0, 2.0] in book.get_sheet_by_name("Ringkasan").to_python()
    text = " ".join(PdfReader(io.BytesIO((tmp_path / "laporan.pdf").read_bytes())).pages[0].extract_text().split())
    assert "Pada pekan 47 tercatat 8 kegiatan" in text
    page = (tmp_path / "laporan.html").read_text(encoding="utf-8")
    assert "Pada pekan 47 tercatat 8 kegiatan" in page
    assert 'href="/' not in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-11-22", "--to", "2026-11-16"), "The last day lies before the first."),
        (("--from", "1066-01-01", "--to", "2026-11-16"), "The years lie between"),
        (("--from", "16-11-2026", "--to", "2026-11-16"), "does not match the format"),
        ((*WEEK, "--stakeholder", "999999"), "no stakeholder with the number"),
        ((*WEEK, "-o", "/nowhere/laporan.json"), "can't be written"),
    ],
)
def test_a_refusal_is_one_sentence(run: Callable[..., Result], arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code in {1, 2}
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_an_unknown_office(run: Callable[..., Result]) -> None:
    result = run(*WEEK, office="XX")
    assert (result.exit_code, "no office with the code 'XX'" in result.stderr) == (1, True)


def test_a_sister_offices_stakeholder_is_not_there(run: Callable[..., Result], planted: Planted, world: World) -> None:
    assert "no stakeholder" in run(*WEEK, "--stakeholder", str(planted.disduk), office="WNM").stderr
