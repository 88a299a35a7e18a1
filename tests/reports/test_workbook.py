"""The workbook, read back by another program: hostile text stays text, numbers are numbers, nothing is lost."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from crm.reports import workbook
from crm.reports.figures import Active, CoordinationReport, Count, Filters, Ledger, MonthCount, Worker
from crm.reports.narrative import write
from tests.reports.language import words
from tests.reports.worlds import commitments, engagements, overdue, quiet, report, stakeholders

HOSTILE = [
    '=HYPERLINK("http://x.example","klik")',
    "+62 812 3456 7890",
    "-1+2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    " =1+1",
    "'=1+1",
    "baris satu\n=cmd|' /C calc'!A0",
    "http://x.example",
    "0012",
    "عبد الله 山田 🙂",
]


def read(figures: CoordinationReport, language: str = "id") -> dict[str, list[list[Any]]]:
    target = io.BytesIO()
    workbook.write(target, figures, write(figures, words(language)), words(language))
    target.seek(0)
    book = CalamineWorkbook.from_filelike(target)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_a_string(text: str) -> None:
    figures = report(
        stakeholders=stakeholders(
            1, 0, (quiet(text, 40),), most_active=(Active(1, text, "person", None, 3, date(2026, 11, 17)),)
        ),
        commitments=commitments(Ledger(open=1, overdue=1), Ledger(), overdue(text, 2, party=text)),
        topics=(Count("4", 2, 1, text),),
        work=(Worker(1, text, 3, 1),),
        filters=Filters(stakeholder_id=1, stakeholder_name=text),
    )
    target = io.BytesIO()
    workbook.write(target, figures, write(figures, words("id")), words("id"))
    with zipfile.ZipFile(target) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    cells = read(figures)
    said = text.replace("\r", "\n")  # XML reads a carriage return as a line end
    for name in ("Lama tidak dihubungi", "Paling aktif", "Janji yang lewat tenggat", "Topik", "Siapa yang mengerjakan"):
        assert cells[name][1][0].replace("\r", "\n") == said
        assert isinstance(cells[name][1][0], str)


def test_numbers_and_days_are_typed() -> None:
    figures = report(
        engagements=engagements(
            86,
            74,
            forms={"visit": (35, 26), "call": (51, 48)},
            by_month=(
                MonthCount(date(2026, 11, 1), (Count("interaction", 80), Count("meeting", 4))),
                MonthCount(date(2026, 12, 1), (Count("meeting", 2),)),
            ),
        ),
        stakeholders=stakeholders(41, 8, (quiet("Radio", 47, 14),), by_category=(Count("media", 6, 5),)),
        commitments=commitments(Ledger(9, 2, 20, 3, 0, 1), Ledger(5, 1, 2, 0, 2), overdue("Kirim data", 5)),
    )
    cells = read(figures)
    assert list(cells) == [
        "Ringkasan",
        "Kegiatan menurut bentuk",
        "Kegiatan menurut bulan",
        "Kegiatan menurut peran",
        "Dihubungi menurut kategori",
        "Paling aktif",
        "Lama tidak dihubungi",
        "Janji kami dan pihak lain",
        "Janji yang lewat tenggat",
        "Topik",
        "Siapa yang mengerjakan",
    ]
    assert ["Kegiatan", 86.0, 74.0] in cells["Ringkasan"]
    assert cells["Kegiatan menurut bentuk"][1:] == [["Kunjungan", 35.0, 26.0], ["Telepon", 51.0, 48.0]]
    assert cells["Kegiatan menurut bulan"] == [
        ["Bulan", "Interaksi", "Rapat", "Semua"],
        ["November\u00a02026", 80.0, 4.0, 84.0],
        ["Desember\u00a02026", 0.0, 2.0, 2.0],
    ]
    assert cells["Lama tidak dihubungi"][1][:4] == ["Radio", date(2026, 9, 1), 47.0, 14.0]
    assert cells["Janji kami dan pihak lain"][3] == ["Ditepati pada waktunya", 20.0, 2.0, 22.0, ""]
    assert cells["Janji yang lewat tenggat"][1] == ["Kirim data", "Janji kami", "Disdukcapil", "", date(2026, 11, 19), 5.0]


def test_ten_thousand_rows_and_nothing_at_all() -> None:
    many = tuple(Count(str(number), number, None, f"Topik {number}") for number in range(10_000))
    assert len(read(report(topics=many))["Topik"]) == 10_001
    assert read(report(), "en")["Topics"] == [["Topic", "Now", "Period before"]]


def test_the_summary_reads_like_the_page() -> None:
    figures = report(filters=Filters(category="media"))
    first = [row[0] for row in read(figures, "en")["Summary"]]
    assert first[:9] == [
        "Coordination report",
        "Kantor Imigrasi Tanjung Arum",
        "16 to 22\u00a0November\u00a02026",
        "Category: Media",
        "Put together 24\u00a0Nov\u00a02026, 07:00\u00a0WIB",
        "",
        *write(figures, words("en")).plain(),
    ]
