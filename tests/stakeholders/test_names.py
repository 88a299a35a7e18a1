import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.text import one_line
from crm.stakeholders import names


@pytest.mark.parametrize(
    ("written", "before", "name", "after"),
    [
        ("Suparmi", "", "Suparmi", ""),
        ("Dr. Ratnaningsih Wulandari, S.H., M.Si.", "Dr.", "Ratnaningsih Wulandari", "S.H., M.Si."),
        ("dr. Siti Aminah, SpA", "dr.", "Siti Aminah", "Sp.A."),
        ("Prof. DR. Ir. H. Bambang, SE, MM", "Prof. Dr. Ir. H.", "Bambang", "S.E., M.M."),
        ("AKBP Andi Baso Rahman, S.I.K.", "AKBP", "Andi Baso Rahman", "S.I.K."),
        ("Kombes Pol. Hendra", "Kombes Pol.", "Hendra", ""),
        ("Mayor Laut (P) Teuku Fadli", "Mayor Laut (P)", "Teuku Fadli", ""),
        ("Budi Santosa SH MH", "", "Budi Santosa", "S.H., M.H."),
        ("Ahmad H. Nasution", "", "Ahmad H. Nasution", ""),
        ("H. Ahmad", "H.", "Ahmad", ""),
        ("I Gede Wirasana, A.Md.Im.", "", "I Gede Wirasana", "A.Md.Im."),
        ("Raden Ajeng Kartini", "", "Raden Ajeng Kartini", ""),
        ("Maria Goreti Bria, Dipl.-Ing.", "", "Maria Goreti Bria", "Dipl.-Ing."),
        ("Dr. ", "", "Dr.", ""),
    ],
)
def test_titles_are_taken_off(written, before, name, after):
    found = names.split(written)
    assert (found.titles_before, found.name, found.titles_after) == (before, name, after)


def test_salutation_is_a_hint():
    assert names.split("Pak Budi") == names.WrittenName("Budi", salutation="Bapak")
    assert names.split("Ibu Dra. Sri Rahayu, MM").salutation == "Ibu"


def test_capitals_are_kept_and_offered():
    assert names.split("Al-Habsyi br. Sinaga").name == "Al-Habsyi br. Sinaga"
    assert names.split("RATNANINGSIH").looks_shouted
    assert not names.split("SBY").looks_shouted
    assert names.title_case("SITI NUR-AINI") == "Siti Nur-Aini"


def test_degrees_are_written_in_full():
    assert names.tidy_titles_after("SH, m.si, CHRM, Dipl.") == "S.H., M.Si., CHRM, Dipl."


@given(st.text(max_size=60))
def test_nothing_of_a_name_disappears(written):
    found = names.split(written)
    if one_line(written).strip(", "):
        assert found.name
