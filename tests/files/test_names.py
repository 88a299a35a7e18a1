import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.files import names


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("notulen rapat.pdf", "notulen rapat.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\Users\\Budi\\surat.docx", "surat.docx"),
        ("a\x00b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("laporan\u202efdp.exe", "laporanfdp.exe"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("foto 😀.jpg", "foto 😀.jpg"),
        ('"kutip" <b>.pdf', "_kutip_ _b_.pdf"),
        ("...", "file"),
        ("", "file"),
        (None, "file"),
        (".htaccess", "htaccess"),
        ("surat.pdf.", "surat.pdf"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_shown_names_are_harmless(given_name, shown):
    assert names.clean_name(given_name) == shown


def test_long_names_keep_their_ending():
    shown = names.clean_name("n" * 300 + ".pdf")
    assert shown.endswith(".pdf")
    assert len(shown) <= 160


@given(st.text(max_size=400))
def test_no_name_steers_anything(given_name):
    shown = names.clean_name(given_name)
    assert shown
    assert shown == shown.strip()
    assert len(shown.encode()) <= 255
    assert not set(shown) & set('/\\<>:"|?*\x00\r\n\u202e')
    assert not shown.startswith(".")
    assert names.clean_name(shown) == shown
