"""Real bounces and real messages: how many are recognised, and that no message of a person is taken for one."""

import datetime as dt

import pytest

from crm.mail.hooks.inbound import Kind, mime, read
from crm.mail.hooks.inbound.automatic import bounce_of, is_automatic
from tests.mail.hooks.posting import BOUNDARY, DOMAIN, a_mail, raw_form

NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)


def reading(raw):
    return read(f"multipart/form-data; boundary={BOUNDARY}", raw_form(raw), domain=DOMAIN, received_at=NOW)


@pytest.fixture(scope="session")
def files(shared):
    def of(folder):
        found = [path for path in sorted((shared / "data" / folder).rglob("*")) if path.is_file()]
        if not found:
            pytest.skip(f"no real {folder} here")
        return {path.name: path.read_bytes() for path in found}

    return of


def test_real_bounces_are_recognised(files):
    """68 of 70: one comes from a phone with the subject of the message itself, one is the loop alert of a mailing list."""
    found = {name: reading(raw) for name, raw in files("bounces").items()}
    missed = sorted(name for name, mail in found.items() if mail.kind not in {Kind.BOUNCE, Kind.COMPLAINT})
    assert missed == ["bsd-lhost-apachejames-01.eml", "bsd-lhost-fml-03.eml"]
    assert sum(1 for mail in found.values() if mail.bounce and mail.bounce.email) >= 66
    assert sum(1 for mail in found.values() if mail.bounce and mail.bounce.is_complaint) == 3
    assert found["bsd-lhost-exim-03.eml"].bounce.email


def test_real_messages_are_read_and_none_of_a_person_is_a_bounce(files):
    """One of the 109 is a bounce indeed: a notice of Mail Delivery Subsystem, without its content type."""
    found = {name: reading(raw) for name, raw in files("mime").items()}
    assert len(found) == 109
    assert [name for name, mail in found.items() if mail.kind is Kind.BOUNCE] == [
        "raw_email_with_mimepart_without_content_type.eml"
    ]
    assert sum(1 for mail in found.values() if mail.text) >= 100


REPORT = (
    b"From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    b"--b\r\n\r\nThis is the mail system.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; siti@dinas.example\r\nAction: %s\r\nStatus: %s\r\n"
    b"Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    b"Message-ID: <panggilan7@ismtpd.example>\r\nTo: siti@dinas.example\r\n\r\nx\r\n--b--\r\n"
)


@pytest.mark.parametrize(
    ("action", "status", "is_hard"), [(b"failed", b"5.1.1", True), (b"delayed", b"4.4.1", False), (b"delayed", b"5.4.1", False)]
)
def test_a_report_says_of_whom_and_whether_for_good(action, status, is_hard):
    mail = reading(REPORT % (action, status))
    assert mail.kind is Kind.BOUNCE
    assert (mail.bounce.email, mail.bounce.status, mail.bounce.is_hard) == ("siti@dinas.example", status.decode(), is_hard)
    assert mail.bounce.reason == "smtp; 550 5.1.1 user unknown"
    assert mail.answered == ("panggilan7@ismtpd.example",)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; type=vacation"},
        {"X_Autoreply": "yes"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "OOF, AutoReply"},
        {"List_Id": "<warta.dinas.example>"},
        {"subject": "Balasan otomatis: Layanan paspor"},
        {"subject": "Out of Office: Layanan paspor"},
        {"subject": "Automatic reply: Layanan paspor"},
    ],
)
def test_absence_notes_are_no_answers(headers):
    assert reading(a_mail(**headers)).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"subject": "Re: Undelivered Mail Returned to Sender: apakah surat kami sampai?"},
        {"subject": "Re: kantor kami tutup", "text": "Alamat lama does not exist, pakai yang baru ya.\n"},
        {},
    ],
)
def test_what_a_person_writes_is_an_answer(headers):
    assert reading(a_mail(**headers)).kind is Kind.REPLY


def test_an_automatic_mail_that_is_none_of_these_is_left_alone():
    message = mime.parse(a_mail())
    assert bounce_of(message) is None
    assert not is_automatic(message)
