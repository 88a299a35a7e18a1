"""The sentences of the report, read out in both languages on hand-made worlds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.reports.figures import CoordinationReport, Count, EngagementFigures, Filters, Ledger
from crm.reports.narrative import write
from crm.reports.periods import Period
from tests.reports.language import words
from tests.reports.worlds import commitments, engagements, overdue, quiet, report, stakeholders

FULL = report(
    engagements=engagements(
        86, 74, forms={"visit": (35, 26), "meeting": (27, 25), "call": (24, 23)}, by_role=(Count("R1", 29), Count("R2", 9))
    ),
    stakeholders=stakeholders(41, 8, (quiet("Disnaker Tanjung Arum", 71, 21), quiet("Radio Gema", 47, 14), quiet("Forum", 64))),
    commitments=commitments(
        Ledger(open=9, overdue=2, kept=20, late=3),
        Ledger(open=5, overdue=1, kept=2, broken=2),
        overdue("Kirim data kedatangan WNA", 5),
        overdue("Daftar pemberi kerja", 12, ours=False, party="Disnaker", commitment_id=4),
    ),
)

WORLDS: list[tuple[str, CoordinationReport, list[str], list[str]]] = [
    (
        "a full week",
        FULL,
        [
            (
                "Pada pekan 47 tercatat 86 kegiatan dengan 41 pemangku kepentingan, 12 lebih banyak daripada pekan sebelumnya, "
                "terutama karena kunjungan bertambah."
            ),
            "Dari pemangku kepentingan itu, delapan baru pertama kali dihubungi.",
            "Dari 27 janji yang ditutup, 22 ditepati pada waktunya, tiga ditepati lewat tenggat, dan dua tidak ditepati.",
            "Masih terbuka 14 janji; tiga lewat tenggat, dua janji kami dan satu janji pihak lain kepada kami.",
            (
                "Lama tidak dihubungi: tiga pemangku kepentingan, paling lama Disnaker Tanjung Arum, sudah 71 hari, "
                "padahal biasanya tiap 21 hari."
            ),
            (
                "Yang perlu diputuskan: langkah untuk tiga janji yang lewat tenggat dan tiga pemangku kepentingan yang lama "
                "tidak dihubungi."
            ),
        ],
        [
            (
                "In week 47 the office recorded 86 engagements with 41 stakeholders, 12 more than the week before, "
                "mainly because of more visits."
            ),
            "Met for the first time: eight of these stakeholders.",
            "Of 27 commitments closed in the period: 22 kept on time, three kept after the due date, and two not kept.",
            "Still open: 14 commitments; past the due date: three, of which two ours and one promised to us.",
            (
                "Without contact for longer than usual: three stakeholders, longest Disnaker Tanjung Arum, 71 days; "
                "the usual interval is 21 days."
            ),
            "To be decided: how to go on with three overdue commitments and three quiet stakeholders.",
        ],
    ),
    (
        "nothing at all",
        report(),
        [
            "Tidak ada kegiatan tercatat pada pekan 47.",
            "Tidak ada janji yang terbuka dan tidak ada yang ditutup.",
            "Tidak ada pemangku kepentingan yang lama tidak dihubungi.",
        ],
        [
            "No engagement was recorded in week 47.",
            "No commitment is open and none was closed in the period.",
            "No stakeholder has gone longer without contact than usual.",
        ],
    ),
    (
        "nothing, after something",
        report(engagements=engagements(0, 4)),
        ["Tidak ada kegiatan tercatat pada pekan 47; pekan sebelumnya ada 4 kegiatan."],
        ["No engagement was recorded in week 47; the week before had 4 engagements."],
    ),
    (
        "one of each, of one side",
        report(
            engagements=engagements(1, 0),
            stakeholders=stakeholders(1, 1, (quiet("Suparmi", 1, 30),)),
            commitments=commitments(Ledger(open=1, overdue=1, kept=1), Ledger(), overdue("Kirim surat", 1)),
        ),
        [
            "Pada pekan 47 tercatat 1 kegiatan dengan 1 pemangku kepentingan; pekan sebelumnya tidak ada yang tercatat.",
            "Ini hubungan pertama dengan pemangku kepentingan itu yang tercatat.",
            "Ditutup: 1 janji, ditepati pada waktunya.",
            "Masih terbuka 1 janji; satu lewat tenggat, semuanya janji kami.",
            "Lama tidak dihubungi: Suparmi, sudah 1 hari, padahal biasanya tiap 30 hari.",
            (
                "Yang perlu diputuskan: langkah untuk satu janji yang lewat tenggat dan satu pemangku kepentingan yang lama "
                "tidak dihubungi."
            ),
        ],
        [
            "In week 47 the office recorded 1 engagement with 1 stakeholder; none was recorded the week before.",
            "It is the first contact with this stakeholder on record.",
            "Closed in the period: 1 commitment, kept on time.",
            "Still open: 1 commitment; past the due date: one, all ours.",
            "Without contact for longer than usual: Suparmi, 1 day; the usual interval is 30 days.",
            "To be decided: how to go on with one overdue commitment and one quiet stakeholder.",
        ],
    ),
    (
        "a big rise is told by both numbers, not praised",
        report(period=Period.month(date(2026, 10, 3)), engagements=engagements(1234, 2)),
        ["Pada Oktober 2026 tercatat 1.234 kegiatan dengan 0 pemangku kepentingan, naik dari 2 kegiatan pada bulan sebelumnya."],
        ["In October 2026 the office recorded 1,234 engagements with 0 stakeholders, up from 2 engagements the month before."],
    ),
    (
        "a big fall",
        report(period=Period.quarter(date(2026, 8, 3)), engagements=engagements(5, 40), stakeholders=stakeholders(3)),
        [
            "Pada triwulan III 2026 tercatat 5 kegiatan dengan 3 pemangku kepentingan, turun dari 40 kegiatan pada triwulan sebelumnya."
        ],
        [
            "In quarter 3 of 2026 the office recorded 5 engagements with 3 stakeholders, down from 40 engagements the quarter before."
        ],
    ),
    (
        "a small fall with its reason",
        report(
            period=Period.year(date(2025, 1, 1)),
            engagements=engagements(90, 100, forms={"call": (40, 52), "visit": (50, 48)}),
            stakeholders=stakeholders(12),
        ),
        [
            (
                "Pada tahun 2025 tercatat 90 kegiatan dengan 12 pemangku kepentingan, 10 lebih sedikit daripada tahun sebelumnya, "
                "terutama karena telepon berkurang."
            ),
        ],
        [
            (
                "In the year 2025 the office recorded 90 engagements with 12 stakeholders, 10 fewer than the year before, "
                "mainly because of fewer calls."
            ),
        ],
    ),
    (
        "as many, in a span of five days",
        report(
            period=Period.of(date(2026, 11, 16), date(2026, 11, 20)), engagements=engagements(7, 7), stakeholders=stakeholders(5)
        ),
        [
            "Pada rentang 16 sampai 20 November 2026 tercatat 7 kegiatan dengan 5 pemangku kepentingan, sama banyak dengan 5 hari sebelumnya."
        ],
        [
            "In the period 16 to 20 November 2026 the office recorded 7 engagements with 5 stakeholders, as many as the 5 days before."
        ],
    ),
    (
        "no period before",
        report(engagements=engagements(7, None), stakeholders=stakeholders(5)),
        ["Pada pekan 47 tercatat 7 kegiatan dengan 5 pemangku kepentingan."],
        ["In week 47 the office recorded 7 engagements with 5 stakeholders."],
    ),
    (
        "the week is not over",
        report(period=Period.week(date(2026, 11, 24)), engagements=engagements(3, 12), stakeholders=stakeholders(2)),
        [
            (
                "Sampai 24 November 2026, pada pekan 48 tercatat 3 kegiatan dengan 2 pemangku kepentingan; "
                "pekan sebelumnya seluruhnya 12 kegiatan."
            )
        ],
        [
            "Up to 24 November 2026, week 48 has 3 engagements with 2 stakeholders on record; the week before had 12 engagements in all."
        ],
    ),
    (
        "nothing yet in a week that is not over",
        report(period=Period.week(date(2026, 11, 24)), engagements=engagements(0, 12)),
        ["Sampai 24 November 2026 belum ada kegiatan tercatat untuk pekan 48; masanya belum berakhir."],
        ["No engagement has been recorded for week 48 up to 24 November 2026; the period has not ended."],
    ),
    (
        "unsure dates",
        report(engagements=engagements(100, 95, coarse=60, undated=12), stakeholders=stakeholders(41, 8)),
        [
            "Pada pekan 47 tercatat 100 kegiatan dengan 41 pemangku kepentingan, 5 lebih banyak daripada pekan sebelumnya.",
            "Dari jumlah itu, 60 hanya diketahui pekan, bulan, atau triwulannya; 12 lagi tanpa tanggal dan tidak ikut dihitung.",
        ],
        [
            "In week 47 the office recorded 100 engagements with 41 stakeholders, 5 more than the week before.",
            "Known only by week, month or quarter: 60 of these; without a date, and so not counted: 12 more.",
        ],
    ),
    (
        "few unsure dates leave the room to the new ones",
        report(engagements=engagements(100, 95, coarse=2), stakeholders=stakeholders(41, 41)),
        ["", "Menurut catatan, semuanya baru pertama kali dihubungi."],
        ["", "As far as the records go, all of them were met for the first time."],
    ),
    (
        "all dates unsure",
        report(engagements=engagements(10, 10, coarse=10), stakeholders=stakeholders(11, 2)),
        ["", "Semuanya hanya diketahui pekan, bulan, atau triwulannya."],
        ["", "All of them are known only by their week, month or quarter."],
    ),
    (
        "one stakeholder",
        report(
            engagements=engagements(5, 5),
            stakeholders=stakeholders(1, 1),
            filters=Filters(stakeholder_id=7, stakeholder_name="Disdukcapil"),
        ),
        ["Pada pekan 47 tercatat 5 kegiatan dengan Disdukcapil, sama banyak dengan pekan sebelumnya."],
        ["In week 47 the office recorded 5 engagements with Disdukcapil, as many as the week before."],
    ),
    (
        "all kept, others late",
        report(commitments=commitments(Ledger(kept=3), Ledger(open=2, overdue=1), overdue("Data", 9, ours=False))),
        [
            "",
            "Semua dari 3 janji yang ditutup ditepati pada waktunya.",
            "Masih terbuka 2 janji; satu lewat tenggat, semuanya janji pihak lain kepada kami.",
            "Tidak ada pemangku kepentingan yang lama tidak dihubungi.",
            "Yang perlu diputuskan: langkah untuk satu janji yang lewat tenggat.",
        ],
        [
            "",
            "All of 3 commitments closed in the period were kept on time.",
            "Still open: 2 commitments; past the due date: one, all promised to us by others.",
            "No stakeholder has gone longer without contact than usual.",
            "To be decided: how to go on with one overdue commitment.",
        ],
    ),
    (
        "never met",
        report(
            stakeholders=stakeholders(0, 0, (quiet("Radio #1 *Gema*", 40, 30, None), quiet("Forum", 31))),
            commitments=commitments(),
        ),
        [
            "",
            "",
            "Lama tidak dihubungi: dua pemangku kepentingan, di antaranya Radio #1 *Gema* yang belum pernah tercatat dihubungi.",
            "Yang perlu diputuskan: siapa menghubungi dua pemangku kepentingan yang lama tidak dihubungi.",
        ],
        [
            "",
            "",
            "Without contact for longer than usual: two stakeholders, among them Radio #1 *Gema*, with whom no contact is on record yet.",
            "To be decided: who contacts two quiet stakeholders.",
        ],
    ),
]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("world", WORLDS, ids=[world[0] for world in WORLDS])
def test_reads_as_written(world: tuple[str, CoordinationReport, list[str], list[str]], language: str) -> None:
    _name, figures, indonesian, english = world
    expected = indonesian if language == "id" else english
    said = write(figures, words(language)).plain()
    shown = [sentence if want else "" for sentence, want in zip(said, expected, strict=False)]
    assert shown == expected


@pytest.mark.parametrize("language", ["id", "en"])
def test_figures_are_links_to_their_lists(language: str) -> None:
    narrative = write(FULL, words(language))
    figures = [part.figure for sentence in narrative for part in sentence if part.figure]
    assert set(figures) == {
        "engagements", "reached", "new", "settled", "kept", "late", "broken", "open", "overdue", "overdue-ours",
        "overdue-theirs", "quiet", "stakeholder:7",
    }  # fmt: skip
    assert narrative.lead.parts[1].text in {"86 kegiatan", "86 engagements"}


def test_what_needs_a_decision_says_why_and_where() -> None:
    first, second, third = write(FULL, words("id")).decisions
    assert first.what == "Selesaikan atau sepakati tenggat baru: Kirim data kedatangan WNA"
    assert first.why == "Dijanjikan kepada Disdukcapil, lewat tenggat 5 hari."
    assert first.figure == "commitment:3"
    assert second.what == "Tagih atau naikkan ke pimpinan: Daftar pemberi kerja"
    assert second.figure == "commitment:4"
    assert third.what == "Tunjuk siapa yang menghubungi Disnaker Tanjung Arum"
    assert third.why == "71 hari tidak dihubungi; biasanya tiap 21 hari."


def test_a_name_with_markers_of_the_translation_stays_text() -> None:
    strange = "100%(name)s %s {0} <b> 50%"
    figures = report(
        stakeholders=stakeholders(1, 0, (quiet(strange, 40),)),
        commitments=commitments(Ledger(open=1, overdue=1), Ledger(), overdue(strange, 2, party=strange)),
    )
    narrative = write(figures, words("id"))
    assert any(strange in sentence for sentence in narrative.plain())
    assert narrative.decisions[0].what.endswith(strange)


COUNTS = st.integers(min_value=0, max_value=2000)
LEDGERS = st.builds(
    Ledger,
    open=st.integers(5, 9),
    overdue=st.integers(0, 5),
    kept=st.integers(0, 3),
    late=st.integers(0, 3),
    broken=st.integers(0, 3),
    withdrawn=st.integers(0, 3),
)


@st.composite
def figures(draw: st.DrawFn) -> EngagementFigures:
    before = draw(st.none() | COUNTS)
    now = {"call": draw(COUNTS), "visit": draw(COUNTS), "meeting": draw(COUNTS)}
    forms = {key: (count, draw(COUNTS)) for key, count in now.items()}
    return engagements(
        sum(now.values()), before, forms=forms, undated=draw(COUNTS), coarse=draw(st.integers(0, sum(now.values())))
    )


@given(
    engagements=figures(),
    reached=COUNTS,
    new=COUNTS,
    ledgers=st.tuples(LEDGERS, LEDGERS),
    silent=st.lists(st.builds(quiet, st.just("X"), st.integers(31, 900)), max_size=4),
    language=st.sampled_from(["id", "en"]),
)
def test_always_three_to_six_whole_sentences(engagements, reached, new, ledgers, silent, language) -> None:
    late = overdue("Y", 3, ours=bool(ledgers[0].overdue))
    world = report(
        engagements=engagements,
        stakeholders=stakeholders(reached, min(new, reached), tuple(silent)),
        commitments=commitments(*ledgers, *([late] if ledgers[0].overdue + ledgers[1].overdue else [])),
    )
    said = write(world, words(language)).plain()
    assert 3 <= len(said) <= 6
    for sentence in said:
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert "%(" not in sentence
        assert "!" not in sentence
        assert "  " not in sentence
