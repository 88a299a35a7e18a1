"""The PDF: what it says, in every script, and that nothing somebody typed is read as markup."""

import io
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
import typst
from pypdf import PdfReader

import crm.reports
from crm.offices.letterhead import Letterhead
from crm.reports.charts import draw
from crm.reports.figures import Active, CoordinationReport, Count, Ledger, Worker
from crm.reports.narrative import write
from crm.reports.paper import Paper, Signature, TypesettingFailed, coordination, typeset
from tests.reports.language import words
from tests.reports.worlds import WEEK_47, commitments, engagements, overdue, quiet, report, stakeholders, trend

FONTS = Path(crm.reports.__file__).parent / "fonts"
LETTERHEAD = Letterhead(("Kementerian Contoh",), "Kantor Imigrasi Tanjung Arum", "Jalan Merdeka 17", "humas@kantor.example")
SIGNATURES = [Signature("Disusun oleh,", "Pranata Humas", "Ratna"), Signature("Tanjung Arum, 24 November 2026", "Kepala Kantor")]


def data(figures: CoordinationReport, language: str = "id") -> dict:
    speaker = words(language)
    return coordination(
        figures,
        write(figures, speaker),
        draw(figures, speaker),
        speaker,
        letterhead=LETTERHEAD,
        signatures=SIGNATURES,
        number="W.11-UM.04.01-1239",
    )


def named(name: str) -> CoordinationReport:
    return report(
        engagements=engagements(
            3, 1, by_role=tuple(Count(f"R{n}", n) for n in range(1, 5)), trend=trend(WEEK_47, {"call": 1}, {"call": 3})
        ),
        stakeholders=stakeholders(1, 0, (quiet(name, 40),), most_active=(Active(1, name, "person", "media", 3, None),)),
        commitments=commitments(Ledger(open=1, overdue=1), Ledger(kept=1), overdue(name, 2, party=name)),
        topics=(Count("4", 2, 1, name),),
        work=(Worker(1, name, 3, 1), Worker(None, None, 1, 0)),
    )


def said(paper: Paper) -> str:
    """What the PDF says, by a program that is not ours, with the blanks evened out."""
    pages = PdfReader(io.BytesIO(paper.pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize(
    "name",
    [
        "Disdukcapil Kota",
        "#set text(red) *tebal* $x^2$ @rujukan <label> `kode` // komentar",
        '#eval("1+1") #sys.inputs #read("/etc/passwd")',
        "\\ \\u{41} ~ -- ... \"kutip\" 'satu'",
        "Müller-Lüdenscheidt Ñandú Ŵ ẞ ő",
        "Владимир Ωμέγα",
        "عبد الله الحبشي",
        "山田 太郎 王小明 김철수 カタカナ",
        "ꦗꦮ ᬩᬮᬶ",
        "Sari 🙂 👩‍👩‍👧",
        "nol\u200blebar\u00ad \ufeff \u202ekanan",
        "\u2028baris\u2029paragraf",
    ],
)
def test_every_script_is_set_and_tagged(name: str) -> None:
    paper = typeset(data(named(name)))
    assert paper.is_tagged
    assert paper.pdf.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in paper.pdf
    assert b"/StructTreeRoot" in paper.pdf


@pytest.mark.parametrize("name", ["བོད་ཡིག", "Pak \x07 Budi", "𓀀", "𠮷野家"])
def test_a_character_without_a_glyph_gives_a_plain_paper_and_says_so(name: str) -> None:
    paper = typeset(data(named(name)))
    assert not paper.is_tagged
    assert paper.pdf.startswith(b"%PDF-1.7")
    assert "Laporan koordinasi" in said(paper)


def test_markup_is_printed_as_typed() -> None:
    hostile = '#set text(red) *x* $y$ @z <b> #read("/etc/passwd") https://x.example'
    text = said(typeset(data(named(hostile))))
    assert "Finish" not in text
    assert '#set text(red) *x* $y$ @z <b> #read("/etc/passwd")' in text
    assert "root:" not in text


def test_it_says_what_the_report_says() -> None:
    figures = named("Radio Gema")
    text = said(typeset(data(figures)))
    for sentence in write(figures, words("id")).plain():
        assert sentence in text
    for piece in (
        "KANTOR IMIGRASI TANJUNG ARUM",
        "W.11-UM.04.01-1239",
        "Halaman 1 dari",
        "Cara menghitung",
        "Tanpa nama",
        "Kepala Kantor",
        "Disusun 24 Nov 2026, 07.00 WIB",
    ):
        assert piece in text


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_empty_report_is_a_paper_too(language: str) -> None:
    assert typeset(data(report(), language)).is_tagged


def test_long_lists_and_long_words() -> None:
    long = "W" * 150
    figures = report(
        stakeholders=stakeholders(1, 0, tuple(quiet(f"{long} {n}", 40 + n) for n in range(60))),
        commitments=commitments(Ledger(open=60, overdue=60), None, *(overdue(long * 3, n, party=long) for n in range(1, 61))),
    )
    paper = typeset(data(figures))
    assert paper.is_tagged
    assert "dan 40 lagi" in said(paper)


def test_a_broken_template_is_an_error_and_not_a_paper() -> None:
    with pytest.raises(TypesettingFailed, match="figures"):
        typeset({key: value for key, value in data(report()).items() if key != "figures"})


def test_nothing_outside_the_papers_can_be_read() -> None:
    with pytest.raises(TypesettingFailed):
        typeset(data(report()), "../press.py")


def test_the_templates_give_no_warning() -> None:
    """A font that is missing, or markup that Typst will drop one day, would be a warning."""
    templates = FONTS.parent / "papers"
    _pdf, warnings = typst.compile_with_warnings(
        str(templates / "coordination.typ"),
        root=str(templates),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data(named("Radio")))},
        pdf_standards=["ua-1"],
    )
    assert [warning.message for warning in warnings] == []


def test_every_font_has_its_licence() -> None:
    families = {place.stem.split("-")[0] for place in FONTS.glob("*.ttf")}
    assert len(families) >= 8
    for family in families:
        licence = (FONTS / f"{family}-LICENSE.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE" in licence.upper()


def test_a_paper_takes_a_moment_and_no_more() -> None:
    started = time.monotonic()
    typeset(data(named("Radio")))
    assert time.monotonic() - started < 20  # a guard against a runaway document, not a measurement


def test_finished_and_unfinished_periods_are_both_told() -> None:
    running = replace(named("Radio"), today=WEEK_47.start)
    assert "masanya" in said(typeset(data(replace(running, engagements=engagements(3, 0)))))
