"""The pages of what the local outbox took for many: a row a call, a mail a person, of one's own offices."""

from email import message_from_string
from email.policy import default

import pytest

from crm.core import clock
from crm.mail import outbox
from crm.mail.models import OutboxMessage
from tests.core.factories import saved


@pytest.fixture
def call(world, acting):
    people = [
        {"to": [{"email": f"orang{n}@dinas.example", "name": f"Orang {n}"}], "substitutions": {"-k.n-": f"Orang {n}"}}
        for n in range(150)
    ]
    payload = {
        "personalizations": people,
        "from": {"email": "humas@kantor.example", "name": "Humas"},
        "subject": "Kabar untuk -k.n-",
        "content": [{"type": "text/plain", "value": "Yth. -k.n-"}, {"type": "text/html", "value": "<p>Yth. -k.n-</p>"}],
    }
    with acting(world.admin):
        row = OutboxMessage(reference="m1", payload=payload, subject="Kabar", recipients=150, from_office_id=world.sgr.id)
        row.received_at = clock.now()
        return saved(row).id


def test_a_call_is_a_row_and_its_people_are_pages(browser, world, call):
    browser.sign_in(world.admin)
    assert "Kabar" in browser.get("/settings/mail/outbox/calls").text
    first = browser.get(f"/settings/mail/outbox/calls/{call}").text
    assert "orang99@dinas.example" in first
    assert "orang100@dinas.example" not in first
    assert "orang149@dinas.example" in browser.get(f"/settings/mail/outbox/calls/{call}?from=100").text


def test_each_person_has_the_mail_as_it_would_arrive(browser, world, call):
    browser.sign_in(world.admin)
    file = browser.get(f"/settings/mail/outbox/calls/{call}/7/message.eml")
    assert "Subject: Kabar untuk Orang 7" in file.text
    assert "Yth. Orang 7" in file.text
    browser.get(f"/settings/mail/outbox/calls/{call}/150/message.eml", status=404)


def test_another_office_and_other_roles_see_nothing(browser, world, call):
    browser.sign_in(world.sister_admin)
    browser.get(f"/settings/mail/outbox/calls/{call}", status=404)
    browser.get(f"/settings/mail/outbox/calls/{call}/7/message.eml", status=404)
    browser.sign_in(world.officer)
    browser.get(f"/settings/mail/outbox/calls/{call}", status=403)


@pytest.mark.parametrize("typed", ["=?utf-8?q?a=0d=0aBcc:_jahat=40x.example?=", "a =?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?= b"])
def test_an_encoded_word_that_somebody_typed_writes_no_header(typed):
    """Python's own headers decode it, and its line end would begin a header: a stranger may give any name at signing up."""
    call = {
        "personalizations": [{"to": [{"email": "siti@dinas.example", "name": typed}], "substitutions": {"-k.name.t-": typed}}],
        "from": {"email": "humas@kantor.example", "name": typed},
        "reply_to": {"email": "humas@kantor.example", "name": typed},
        "subject": "Kabar untuk -k.name.t-",
        "headers": {"List-Id": f"{typed} <kabar.kantor.example>"},
        "content": [{"type": "text/plain", "value": "Isi"}],
    }
    message = message_from_string(outbox.as_eml(call, "satu"), policy=default)
    assert "Bcc" not in message
    assert [one.addr_spec for one in message["To"].addresses] == ["siti@dinas.example"]
    assert typed.replace("=?", "= ?") in message["Subject"]
