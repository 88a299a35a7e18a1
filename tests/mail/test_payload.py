import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.mail import payload
from crm.mail.payload import Sender, UnsendableMessage

SENDER = Sender("humas@kanim.example", "Humas")


def build(**fields):
    values = {
        "reference": "r-1",
        "sender": SENDER,
        "to_email": "budi@x.example",
        "to_name": "Budi",
        "subject": "S",
        "text": "t",
        "html": "<p>h</p>",
    }
    return payload.build(**{**values, **fields})


def test_the_call_carries_our_reference_and_nothing_personal_besides_the_address():
    made = build()
    (personalization,) = made["personalizations"]
    assert personalization == {"to": [{"email": "budi@x.example", "name": "Budi"}], "custom_args": {"c_rid": "r-1"}}
    assert "categories" not in made
    assert "custom_args" not in made
    assert [part["type"] for part in made["content"]] == ["text/plain", "text/html"]


def test_links_and_openings_are_not_counted():
    assert not any(setting["enable"] for setting in build()["tracking_settings"].values())


@pytest.mark.parametrize(
    "address",
    ["", "budi", "a@b@c", "a b@c.d", "budi@x.example\nBcc: all@x.example", "<budi@x.example>", "a@b,c@d", "x" * 255 + "@a"],
)
def test_addresses_that_would_become_something_else_are_refused(address):
    with pytest.raises(UnsendableMessage) as refused:
        build(to_email=address)
    assert refused.value.reason == "address"


def test_line_ends_never_reach_subject_or_name():
    made = build(subject="Rapat\r\nBcc: semua@x.example", to_name='Budi; "A", B\r\nX: y')
    assert made["subject"] == "Rapat Bcc: semua@x.example"
    assert made["personalizations"][0]["to"][0]["name"] == "Budi A B X: y"


def test_an_empty_subject_is_refused():
    with pytest.raises(UnsendableMessage):
        build(subject=" \n ")


def test_a_message_larger_than_the_limit_is_refused():
    with pytest.raises(UnsendableMessage) as refused:
        build(text="a" * payload.MOST_BYTES)
    assert refused.value.reason == "too-large"


@given(st.text(max_size=400))
def test_subjects_are_one_printable_line(subject):
    try:
        made = build(subject=subject)
    except UnsendableMessage:
        return
    assert made["subject"].isprintable()
    assert 0 < len(made["subject"]) <= 250
