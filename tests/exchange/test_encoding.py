"""Encodings found from the bytes alone."""

import pytest

from crm.exchange.codes import Reason, Refusal
from crm.exchange.encoding import OFFERED, decoded, encoding_of, known_encoding

LATIN = "Nama;Kota\nMüller;Köln\nÉmile’s Café;Paris – Nord\nSeñor Ñandú;“León”\n"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        ("Nama,Kota\nBudi,Bogor\n", "ascii", "utf-8"),
        (LATIN, "utf-8", "utf-8"),
        (LATIN, "utf-8-sig", "utf-8"),
        (LATIN, "cp1252", "cp1252"),
        ("Café,Müller\r\nSeñor,León\r\n", "latin-1", "cp1252"),
        ("Café,Müller\rSeñor,León\r", "mac_roman", "mac-roman"),
        (LATIN, "utf-16", "utf-16"),
        ("Nama,Kota\nBudi,Bogor\n" * 3, "utf-16-le", "utf-16-le"),
        ("Nama,Kota\nBudi,Bogor\n" * 3, "utf-16-be", "utf-16-be"),
        ("名稱,城市\n臺灣移民署,台北市\n公共關係室,會議紀錄討論\n" * 8, "big5", "big5"),
        ("وزارة الداخلية,الرياض\nاجتماع,تنسيق\n" * 20, "cp1256", "cp1256"),
        ("서울시,출입국\n회의,부산\n" * 20, "euc_kr", "cp949"),
    ],
)
def test_the_encoding_of_a_sample(text: str, written: str, found: str) -> None:
    sample = text.encode(written)
    assert encoding_of(sample) == found
    assert sample.decode(found).removeprefix("\ufeff") == text


def test_one_accent_among_ascii_is_western_and_no_exotic_guess() -> None:
    sample = ("Prime Minister,July,Drop in to Chancellor’s meeting\n" * 40).encode("cp1252")
    assert encoding_of(sample) == "cp1252"


def test_a_character_cut_by_the_end_of_the_sample_does_not_matter() -> None:
    assert encoding_of("Kafé".encode()[:-1]) == "utf-8"


def test_a_line_of_another_encoding_is_mended_and_told() -> None:
    assert decoded("Café".encode(), "utf-8") == ("Café", False)
    assert decoded("Café".encode("cp1252"), "utf-8") == ("Café", True)


@pytest.mark.parametrize("name", OFFERED)
def test_offered_encodings_are_known(name: str) -> None:
    assert known_encoding(name)


@pytest.mark.parametrize("name", ["klingon", "", "zlib", "hex", "undefined", "unicode_escape", "\x00"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(Refusal) as refusal:
        known_encoding(name)
    assert refusal.value.reason is Reason.UNKNOWN_ENCODING
