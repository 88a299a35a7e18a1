"""What a mail says, however it was encoded; both forms that SendGrid posts."""

import datetime as dt
import json
import time

import pytest

from crm.mail.hooks.inbound import Kind, NotForUs, read
from crm.mail.hooks.inbound.quotes import written_anew
from tests.mail.hooks.posting import BOUNDARY, DOMAIN, a_mail, form, raw_form

TYPE = f"multipart/form-data; boundary={BOUNDARY}"
NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)


def reading(body, content_type=TYPE):
    return read(content_type, body, domain=DOMAIN, received_at=NOW)


def test_a_whole_message_gives_writer_subject_text_and_checks():
    mail = reading(raw_form(a_mail(In_Reply_To="<call1@ismtpd.example>", References="<old@x.example> <call1@ismtpd.example>")))
    assert (mail.kind, mail.from_email, mail.subject, mail.text) == (
        Kind.REPLY,
        "siti@dinas.example",
        "Re: Layanan paspor",
        "Terima kasih.",
    )
    assert mail.answered == ("call1@ismtpd.example", "old@x.example")
    assert mail.checks == {"spf": "pass", "dkim": "{@dinas.example : pass}"}
    assert mail.to == (f"humas@{DOMAIN}",)


def test_the_same_mail_posted_again_has_the_same_key_and_another_another():
    first, again = reading(raw_form()), reading(raw_form(spam_score="2.1"))
    other = reading(raw_form(a_mail(message_id="<dua@dinas.example>")))
    assert first.message_key == again.message_key != other.message_key
    nameless = a_mail(message_id="").replace(b"Message-ID: \n", b"")
    assert reading(raw_form(nameless)).message_key == reading(raw_form(nameless)).message_key


def test_the_parts_that_are_no_utf8_are_read_as_their_charset_says():
    body = form(
        headers="From: Siti <siti@dinas.example>\r\nMessage-ID: <tiga@x.example>\r\nSubject: x\r\nContent-Type: text/html; charset=iso-8859-1",
        **{"from": "Siti <siti@dinas.example>", "subject": "Ré: layanan", "to": f"humas@{DOMAIN}"},
        text="Sesuai surat, café à 10".encode("iso-8859-1"),
        charsets=json.dumps({"text": "iso-8859-1", "subject": "UTF-8"}),
        envelope=json.dumps({"to": [f"humas@{DOMAIN}"], "from": "siti@dinas.example"}),
    )
    mail = reading(body)
    assert (mail.text, mail.from_email) == ("Sesuai surat, café à 10", "siti@dinas.example")


@pytest.mark.parametrize("charset", ["no-such-charset", "utf-7\x00", "", "undefined", "idna"])
def test_a_charset_that_nobody_knows_gives_text_all_the_same(charset):
    raw = b'From: a@dinas.example\r\nContent-Type: text/plain; charset="%s"\r\n\r\ncaf\xe9 pagi' % charset.encode()
    assert "pagi" in reading(raw_form(raw)).text


def test_html_becomes_text_and_runs_nothing():
    raw = (
        b"From: a@dinas.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p>Setuju</p><script>alert(1)</script><style>p{}</style><img src=x onerror=alert(2)><p>Terima kasih</p>"
    )
    mail = reading(raw_form(raw))
    assert "Setuju" in mail.text
    assert "Terima kasih" in mail.text
    assert "alert" not in mail.text
    assert "<" not in mail.text


@pytest.mark.parametrize(
    "raw",
    [
        b"From: =?utf-8?q?broken\r\nSubject: =?no?x?=?=\r\nDate: not a date\r\n\r\nisi",
        b'From: "a b" <<>>@\r\nTo: ;;;,,\r\n\r\nisi',
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\nno part at all",
        b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nisi",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!not base64",
        b"Content-Type: message/rfc822\r\n\r\n\xff\xfe",
        b"Subject: " + b"x" * 100_000 + b"\r\n\r\nisi",
        b"\x00\x00\x00",
        b"From: a@b.example\r\n" + b"X-A: b\r\n" * 5000 + b"\r\nisi",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" * 300,
    ],
)
def test_broken_messages_are_read_as_far_as_they_can_be(raw):
    mail = reading(raw_form(raw))
    assert len(mail.message_key) == 64
    assert len(mail.subject) <= 300
    assert "\x00" not in mail.text + mail.subject + mail.from_email


def test_what_is_no_form_is_refused_by_name():
    for content_type in (
        "",
        "application/json",
        "multipart/form-data",
        'multipart/form-data; boundary=""',
        "text/plain; boundary=x",
    ):
        with pytest.raises(NotForUs):
            reading(raw_form(), content_type)


def test_a_huge_mail_takes_little_time():
    raw = a_mail(text="ya\n" * 10) + b"> kutipan panjang sekali\r\n" * 200_000
    begun = time.process_time()
    mail = reading(raw_form(raw))
    assert time.process_time() - begun < 5
    assert len(mail.text) <= 20_000


LONG = 300_000


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"kata " * (LONG // 5) + b"\r\n\r\nisi",
        b"Subject: " + b"=?utf-8?q?ab?= " * (LONG // 15) + b"\r\n\r\nisi",
        b"From: " + b"a," * (LONG // 2) + b"\r\n\r\nisi",
        b"From: " + b"(" * 5000 + b"\r\n\r\nisi",
        b"Content-Type: multipart/mixed" + b"; a=b" * (LONG // 5) + b"; boundary=x\r\n\r\n--x\r\n\r\nisi",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: message/delivery-status\r\n\r\n" + b"a" * LONG + b"\r\n--b--",
        b"\r\n" + b"a" * LONG,
        b"References: " + b"<a@b> " * (LONG // 6) + b"\r\n\r\nisi",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * (LONG // 10),
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * (LONG // 5),
    ],
    ids=["words", "encoded", "addresses", "brackets", "parameters", "report", "run", "references", "parts", "nested"],
)
def test_no_mail_keeps_the_reader_busy_for_long(raw):
    """The library's own parser of headers took minutes for some of these: whoever knows the address could have stopped the reading."""
    begun = time.process_time()
    assert reading(raw_form(raw)).message_key
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Baik, kami hadir.\n\nPada Sen, 23 Nov 2026 09.00, Humas <h@x.example> menulis:\n> Undangan", "Baik, kami hadir."),
        ("OK\n\nOn Mon, Nov 23, 2026 at 9:00 AM Humas <h@x.example>\nwrote:\n> Undangan", "OK"),
        ("Siap.\n\n-----Original Message-----\nFrom: Humas\nIsi", "Siap."),
        ("Siap.\n\nDari: Humas\nTerkirim: Senin\nKepada: Siti\nPerihal: Undangan\n\nIsi", "Siap."),
        ("> hanya kutipan", "> hanya kutipan"),
        ("From: kami semua salam", "From: kami semua salam"),
        ("Baris satu\n> kutipan di tengah\nBaris dua", "Baris satu\n> kutipan di tengah\nBaris dua"),
    ],
)
def test_the_quoted_message_is_left_out(text, kept):
    assert written_anew(text) == kept


@pytest.mark.parametrize(
    ("dkim", "spf", "envelope", "is_proved"),
    [
        ("{@dinas.example : pass}", "fail", "x@lain.example", True),
        ("{@surel.dinas.example : pass}", "none", "", True),  # a domain above or below it is its own
        ("none", "pass", "siti@dinas.example", True),
        ("{@lain.example : pass}", "pass", "x@lain.example", False),  # somebody else's mail, in her name
        ("{@dinas.example : fail}", "softfail", "siti@dinas.example", False),
        ("{@jahatdinas.example : pass}", "", "", False),
        ("{@example : pass}", "pass", "x@example", False),
        ("", "", "", False),
    ],
)
def test_a_writer_is_proved_by_a_signature_or_an_envelope_of_their_own_domain(dkim, spf, envelope, is_proved):
    mail = reading(raw_form(sender=envelope, dkim=dkim, SPF=spf))
    assert mail.from_email == "siti@dinas.example"
    assert ("sender" not in mail.checks) is is_proved


def test_a_mail_that_writes_the_boundary_in_a_sentence_adds_no_field():
    said = f"Lihat --{BOUNDARY} di sini.\n"
    assert reading(raw_form(a_mail(text=said))).text == said.strip()
