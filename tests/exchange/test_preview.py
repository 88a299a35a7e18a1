"""What the first rows of a file tell, and what they leave to a person."""

import pytest

from crm.exchange.codes import Reason, Refusal
from crm.exchange.dates import Precision
from crm.exchange.preview import best_profile, columns_of, headline, main_headers, questions_of, sample_of, words_in
from crm.exchange.profile_format import built_in_profiles, load_built_in
from crm.exchange.sniffing import Overrides

KINDS = [(key, load_built_in(key)) for key in built_in_profiles()]
REGISTER = """Quarterly return,,,
Minister,Date,Name of Organisation,Purpose
Francis Maude,Oct-12,"Alpha Ltd, Beta plc",Roundtable
,31-Feb-12,"Department for Business, Innovation & Skills",Talk
,Nov-12,BBC,Interview
"""


@pytest.fixture
def sample(tmp_path):
    def make(text, name="daftar.csv", **overrides):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return sample_of(path, name, Overrides(**overrides))

    return make


def test_kind_of_list_is_found_by_its_columns(sample):
    assert best_profile([sample(REGISTER)], KINDS) == "uk-ministers-meetings"
    assert best_profile([sample("nama,jabatan,surel\nBudi,Kabid,b@x.example\n")], KINDS) == "contacts"
    assert best_profile([sample("slug,title,format,parents\na,A,x,\n")], KINDS) == "govuk-organisations"
    assert best_profile([sample("foo,bar\n1,2\n")], KINDS) is None


def test_header_below_a_title_is_found_and_can_be_chosen(sample):
    profile = load_built_in("uk-ministers-meetings")
    found = sample(REGISTER)
    assert found.header_row(profile) == 2
    assert [row.number for row in found.below(2)] == [3, 4, 5]
    assert sample(REGISTER, header_row=0).header_row(profile) == 0
    wrong = sample(REGISTER, header_row=1)
    assert wrong.fits(profile).reason is Reason.COLUMN_MISSING


def test_columns_show_some_of_their_values(sample):
    found = columns_of(sample("nama,,kota\nBudi,,Sagara\nBudi,,\nSari,x,Arum\n"), 1)
    assert [(c.place, c.header, c.examples) for c in found] == [
        (0, "nama", ("Budi", "Sari")),
        (1, "", ("x",)),
        (2, "kota", ("Sagara", "Arum")),
    ]


def test_questions_name_splits_and_dates(sample):
    asked = []

    def known(texts):
        asked.extend(texts)
        return {"Department for Business, Innovation & Skills"} & set(texts)

    found = questions_of([sample(REGISTER)], load_built_in("uk-ministers-meetings"), year=None, names_known=known)
    assert {cell: [p.organization for p in parties] for cell, parties in found.proposals.items()} == {
        "Alpha Ltd, Beta plc": ["Alpha Ltd", "Beta plc"]
    }
    read = {look.text: look.read for look in found.dates}
    assert read["Oct-12"].precision is Precision.MONTH
    assert read["31-Feb-12"] is Reason.DATE_IMPOSSIBLE
    assert "Alpha Ltd, Beta plc" in asked


def test_words_of_a_field_are_counted(sample):
    found = words_in([sample("nama,kategori\nA,Pers\nB,Pers\nC,Ormas\n")], load_built_in("organizations"), "category")
    assert found == {"Pers": 2, "Ormas": 1}


def test_stored_row_is_named_by_its_main_cell():
    main = main_headers(load_built_in("contacts"))
    assert headline([["Instansi", "Disdukcapil"], ["Nama Lengkap", "Budi"], ["HP", "0812"]], main) == (
        "Budi",
        "Disdukcapil, 0812",
    )
    assert headline([["x", "one"], ["y", "two"]], main) == ("one", "two")
    assert headline([], main) == ("", "")


def test_unreadable_file_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"")
    with pytest.raises(Refusal) as refused:
        sample_of(path, "x.csv", Overrides())
    assert refused.value.reason is Reason.EMPTY_FILE
