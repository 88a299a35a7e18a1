import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.stakeholders import phones


@pytest.mark.parametrize(
    "written",
    [
        "0812 3456 7890",
        "8123456 7890",
        "62812-3456-7890",
        "+62 812 3456 7890",
        "(62) 812.3456.7890",
        "0062 812 3456 7890",
        "HP: 0812-3456-7890",
        "+62 (0) 812 3456 7890",
    ],
)
def test_one_number_in_many_writings(written):
    assert [phone.e164 for phone in phones.parse(written)] == ["+6281234567890"]


def test_two_numbers_by_a_slash():
    assert [p.e164 for p in phones.parse("0812 3456 7890 / 0813 9876 5432")] == ["+6281234567890", "+6281398765432"]


def test_second_number_borrows_what_is_missing():
    assert [p.e164 for p in phones.parse("(021) 555 0123 / 555 0188")] == ["+62215550123", "+62215550188"]
    assert [p.e164 for p in phones.parse("(0380) 555014/15")] == ["+62380555014", "+62380555015"]


def test_extension_is_kept_apart():
    assert phones.parse("(021) 555 0123 ext. 12") == [phones.Phone("+62215550123", "12")]
    assert phones.parse("021-5550123 pesawat 204") == [phones.Phone("+62215550123", "204")]


@pytest.mark.parametrize("written", ["", "12", "call me", "0812", "kantor 0812 3456 7890 x", "+999999999999999999"])
def test_nobody_could_dial(written):
    with pytest.raises(phones.UnknownPhone):
        phones.parse(written)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+6281234567890", "0812 3456 7890"),
        ("+628123456789", "0812 3456 789"),
        ("+62215550123", "(021) 555 0123"),
        ("+622155501234", "(021) 5550 1234"),
        ("+62380555014", "(0380) 555 014"),
        ("+442079460000", "+44 20 7946 0000"),
    ],
)
def test_shown_as_the_office_reads_it(stored, shown):
    assert phones.national(stored) == shown


def test_links():
    assert phones.whatsapp_link("+6281234567890") == "https://wa.me/6281234567890"
    assert phones.dial_link("+62215550123") == "tel:+62215550123"
    assert phones.is_mobile("+6281234567890")
    assert not phones.is_mobile("+62215550123")


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["0", "62", "+62"]),
    st.text("0123456789", min_size=6, max_size=13),
    st.lists(st.sampled_from(["", "-", " ", "."]), min_size=20, max_size=20),
)
def test_the_short_way_for_mobiles_comes_to_the_same_number_as_the_library(lead, rest, marks):
    written = "".join(figure + mark for figure, mark in zip(f"{lead}8{rest}", marks, strict=False))
    short = phones._PLAIN_MOBILE.fullmatch(written.translate(phones._BETWEEN))
    if short:
        assert [phones._parse_one(written, before=None)] == phones.parse(written) == [phones.Phone(f"+62{short.group(1)}")]
    else:
        assert not 8 <= len(rest) <= 11
