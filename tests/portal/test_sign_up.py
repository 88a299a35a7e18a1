"""Signing up on the public page: PB-01 to PB-05 of security.md."""

import re

import pytest
import sqlalchemy as sa

from crm.bulletins import agreement
from crm.bulletins.models import ConsentReceipt, SignUp, Subscription, SubscriptionState
from crm.bulletins.service import archive_bulletin
from crm.mail import suppressing
from crm.mail.models import SuppressionReason, SuppressionSource
from crm.portal.jobs import forget_sign_ups
from tests.bulletins.factories import make_bulletin, subscribe
from tests.portal.factories import FORM, links_in, look, send
from tests.world import SCOPE


@pytest.fixture
def bulletin(acting, world):
    with acting(world.manager):
        return make_bulletin(world.manager, "Kabar Layanan", description="Jadwal dan syarat")


def stored(acting, model):
    with acting(SCOPE) as session:
        return session.scalars(sa.select(model).order_by(model.id)).all()


def sentences(app, language):
    with app.app_context():
        return [agreement.bulletin_sentence("Kanim Sagaramaya", language), agreement.clicks_sentence(language)]


def test_a_stranger_signs_up_and_confirms_with_a_button(app, acting, world, bulletin, mailbox, clock):
    moment = clock.freeze("2026-03-02 09:00")
    page = look(app, "/subscribe?lang=id")
    assert "Kabar Layanan" in page.text
    assert sentences(app, "id")[0] in page.text
    answer = send(app, {**FORM, "name": "Sari Dewi", "clicks": "1", "language": "id"}, headers={"User-Agent": "Peramban 1"})
    assert "s•••i@contoh.id" in answer.text
    assert "sari@contoh.id" not in answer.text
    assert stored(acting, Subscription) == []
    (message,) = mailbox.messages()
    assert (message.to_email, message.to_name, message.purpose) == ("sari@contoh.id", "", "bulletin-confirmation")
    assert "Kabar Layanan" in message.text_body
    (link,) = links_in(message)
    assert "s•••i@contoh.id" in look(app, link).text
    assert stored(acting, Subscription) == []  # a scanner that opened the link changed nothing
    clock.forward(hours=2)
    done = send(app, {}, url=link)
    assert "s•••i@contoh.id" in done.text
    assert "sari@contoh.id" not in done.text
    (row,) = stored(acting, Subscription)
    assert (row.email, row.name, row.state, row.refuses_clicks) == (
        "sari@contoh.id",
        "Sari Dewi",
        SubscriptionState.ACTIVE,
        False,
    )
    (receipt,) = stored(acting, ConsentReceipt)
    assert (receipt.wording, receipt.wording_version) == ("\n".join(sentences(app, "id")), "BL-1")
    assert (receipt.given_at, receipt.confirmed_at, receipt.address) == (moment, row.confirmed_at, "127.0.0.1")
    assert (receipt.agent, receipt.evidence.endswith("/subscribe")) == ("Peramban 1", True)
    assert f"/b/{row.token}" in done.text


def test_a_confirmation_works_once_and_for_seven_days(app, acting, bulletin, mailbox, clock):
    clock.freeze("2026-03-02 09:00")
    send(app)
    (link,) = links_in(mailbox.messages()[0])
    send(app, {}, url=link)
    assert "sudah dipakai" in send(app, {}, url=f"{link}?lang=id", status=410).text
    assert "sudah dipakai" in look(app, link, status=410).text  # as the form was filled in, whatever the browser speaks
    assert len(stored(acting, ConsentReceipt)) == 1
    clock.forward(days=1)
    send(app, {**FORM, "email": "budi@contoh.id"})
    (link,) = links_in(mailbox.messages()[1])
    clock.forward(days=7, seconds=1)
    look(app, link, status=404)
    send(app, {}, url=link, status=404)
    assert [row.email for row in stored(acting, Subscription)] == ["sari@contoh.id"]


def test_an_address_that_was_not_confirmed_is_removed(app, acting, bulletin, jobs, clock):
    clock.freeze("2026-03-02 09:00")
    send(app)
    clock.forward(days=8)
    with acting(SCOPE):
        forget_sign_ups()
    assert stored(acting, SignUp) == []


# PB-01: at most one confirmation per address and hour, three a day, however the address is spelt
def test_five_hundred_requests_for_one_mailbox_send_one_mail_an_hour_and_three_a_day(app, bulletin, mailbox, clock):
    clock.freeze("2026-03-02 09:00")
    app.config["SIGN_UPS_ADDRESS_HOUR"], kept = 10_000, app.config["SIGN_UPS_ADDRESS_HOUR"]
    try:
        spellings = [f"sari+{number}@contoh.id" for number in range(30)] + ["SARI@contoh.id", "Sari@Contoh.ID "]
        pages = {send(app, {**FORM, "email": spellings[number % len(spellings)]}).status_code for number in range(500)}
        assert pages == {200}
        assert len(mailbox.messages()) == 1
        for _hour in range(30):
            clock.forward(hours=1, seconds=1)
            send(app)
        assert len(mailbox.messages()) == 6  # three in any 24 hours, in 30 hours
    finally:
        app.config["SIGN_UPS_ADDRESS_HOUR"] = kept


def test_dots_of_a_gmail_address_are_one_mailbox(app, bulletin, mailbox):
    for address in ("sari.dewi@gmail.com", "saridewi@gmail.com", "s.aridewi+x@googlemail.com"):
        send(app, {**FORM, "email": address})
    assert len(mailbox.messages()) == 1


def test_one_network_and_all_networks_have_a_limit(app, bulletin, mailbox, clock, monkeypatch):
    clock.freeze("2026-03-02 09:00")
    for number in range(20):
        send(app, {**FORM, "email": f"orang{number}@contoh.id"})
    assert "coba lagi" in send(app, {**FORM, "email": "lain@contoh.id"}, status=429).text.lower()
    assert len(mailbox.messages()) == 20
    other = {"REMOTE_ADDR": "203.0.113.9"}
    send(app, {**FORM, "email": "lain@contoh.id"}, environ_overrides=other)
    monkeypatch.setitem(app.config, "SIGN_UPS_HOUR", 21)
    send(app, {**FORM, "email": "lagi@contoh.id"}, environ_overrides=other, status=429)
    clock.forward(hours=1, seconds=1)
    send(app, {**FORM, "email": "lagi@contoh.id"}, environ_overrides=other)


@pytest.mark.parametrize("place", ["198.51.100.{}", "2001:db8:7:{:x}::1"])
def test_who_has_many_addresses_closes_the_page_for_his_neighbours_alone(app, bulletin, monkeypatch, place):
    monkeypatch.setitem(app.config, "SIGN_UPS_NEIGHBOURS_HOUR", 6)
    for number in range(6):
        send(app, {**FORM, "email": f"orang{number}@contoh.id"}, environ_overrides={"REMOTE_ADDR": place.format(number)})
    send(app, {**FORM, "email": "lain@contoh.id"}, environ_overrides={"REMOTE_ADDR": place.format(200)}, status=429)
    for elsewhere in ("198.51.101.1", "2001:db8:8::1"):
        send(app, {**FORM, "email": f"{elsewhere[0]}@contoh.id"}, environ_overrides={"REMOTE_ADDR": elsewhere})


def test_a_flood_on_one_office_closes_the_page_of_no_other_and_who_confirms_counts_for_nothing(
    app, acting, world, bulletin, mailbox, clock, monkeypatch
):
    clock.freeze("2026-03-02 09:00")
    with acting(world.sister_manager):
        make_bulletin(world.sister_manager, "Kabar Wanamaya")
    monkeypatch.setitem(app.config, "SIGN_UPS_OFFICE_HOUR", 3)
    for number in range(3):
        send(app, {**FORM, "email": f"orang{number}@contoh.id"})
    send(app, {**FORM, "email": "lain@contoh.id"}, status=429)
    send(app, {**FORM, "email": "lain@contoh.id", "bulletins": "kabar-wanamaya"})
    (link,) = links_in(mailbox.messages()[0])
    send(app, {}, url=link)
    send(app, {**FORM, "email": "lagi@contoh.id"})


ODD = "Peramban\x00 1\x1b[31m"


def test_what_a_browser_calls_itself_is_kept_whatever_it_holds(app, acting, bulletin, mailbox):
    send(
        app,
        {**FORM, "clicks": "1"},
        headers={"Origin": "https://imigrasi.example\x00"},
        environ_overrides={"HTTP_USER_AGENT": ODD},
    )
    (row,) = stored(acting, SignUp)
    assert row.agent == "Peramban\ufffd 1\ufffd[31m"
    assert row.evidence == "https://imigrasi.example\ufffd"
    (link,) = links_in(mailbox.messages()[0])
    with acting(SCOPE) as session:
        session.execute(sa.update(SignUp).values(agent=""))
    send(app, {}, url=link, environ_overrides={"HTTP_USER_AGENT": ODD})
    (receipt,) = stored(acting, ConsentReceipt)
    assert receipt.agent == row.agent
    (subscription,) = stored(acting, Subscription)
    for given in ({"action": "save"}, {"action": "save", "on": str(subscription.id)}):  # off, and on again
        send(app, given, url=f"/b/{subscription.token}", environ_overrides={"HTTP_USER_AGENT": ODD}, status=303)
    assert [receipt.agent for receipt in stored(acting, ConsentReceipt)][-1] == row.agent


def test_an_ipv6_connection_is_one_network_whatever_its_last_half(app, bulletin):
    for number in range(20):
        send(app, {**FORM, "email": f"orang{number}@contoh.id"}, environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{number:x}"})
    send(app, {**FORM, "email": "lain@contoh.id"}, environ_overrides={"REMOTE_ADDR": "2001:db8:1:2:ffff::1"}, status=429)
    send(app, {**FORM, "email": "lain@contoh.id"}, environ_overrides={"REMOTE_ADDR": "2001:db8:1:3::1"})


# PB-01: nobody can be sent a stranger's words
def test_nothing_that_was_typed_stands_in_the_mail(app, bulletin, mailbox):
    words = "Menangkan hadiah https://evil.test/klik"
    send(app, {**FORM, "name": words, "website_": words, "language": words}, headers={"User-Agent": words, "Referer": words})
    (message,) = mailbox.messages()
    whole = f"{message.subject} {message.text_body} {message.html_body} {message.to_name}"
    assert "evil.test" not in whole
    assert "hadiah" not in whole


# PB-02
@pytest.mark.parametrize("slugs", [["daftar-internal"], ["kabar-layanan", "daftar-internal"], ["tidak-ada"], ["1"], ["lama"]])
def test_an_internal_archived_or_unknown_list_cannot_be_signed_up_for(app, acting, world, bulletin, mailbox, slugs):
    with acting(world.manager):
        make_bulletin(world.manager, "Daftar Internal", is_public=False)
        archive_bulletin(make_bulletin(world.manager, "Lama"), by=world.manager)
    send(app, {**FORM, "bulletins": slugs}, status=404)
    assert mailbox.messages() == []
    for address in ("/subscribe/daftar-internal", "/widget/daftar-internal", "/subscribe/lama", "/widget/lama"):
        look(app, address, status=404)
    assert "Daftar Internal" not in look(app, "/subscribe").text


def without_stamp(page):
    return re.sub(r'name="stamp" value="[^"]*"', "", page.text)


# PB-03
def test_a_known_address_gets_the_same_answer_and_another_mail(app, acting, world, bulletin, mailbox):
    unknown = send(app)
    with acting(world.manager):
        row = subscribe(bulletin, "budi@contoh.id")
    known = send(app, {**FORM, "email": "budi@contoh.id"})
    assert without_stamp(known).replace("b•••i@", "s•••i@") == without_stamp(unknown)
    assert known.headers.to_wsgi_list() == unknown.headers.to_wsgi_list()
    first, second = mailbox.messages()
    assert links_in(first)
    assert links_in(second) == []
    assert links_in(second, "b") == [f"/b/{row.token}"]
    assert len(stored(acting, Subscription)) == 1


def test_a_suppressed_address_gets_the_same_answer_and_no_mail_after_a_complaint(app, acting, bulletin, mailbox):
    with acting(SCOPE):
        suppressing.suppress(["sari@contoh.id"], reason=SuppressionReason.COMPLAINED, source=SuppressionSource.EVENT)
        suppressing.suppress(["budi@contoh.id"], reason=SuppressionReason.UNSUBSCRIBED, source=SuppressionSource.PERSON)
    assert without_stamp(send(app)) == without_stamp(send(app, {**FORM, "email": "siti@contoh.id"}))
    send(app, {**FORM, "email": "budi@contoh.id"})  # who stopped everything may want it again
    assert [message.to_email for message in mailbox.messages()] == ["siti@contoh.id", "budi@contoh.id"]
    (link,) = links_in(mailbox.messages()[1])
    send(app, {}, url=link)
    with acting(SCOPE):
        assert suppressing.refused(["budi@contoh.id"]) == {}


# PB-04
def test_a_program_that_fills_every_field_hears_the_same_and_sends_nothing(app, acting, bulletin, mailbox):
    trapped = send(app, {**FORM, "website": "https://spam.test"})
    assert without_stamp(trapped) == without_stamp(send(app))
    assert len(mailbox.messages()) == 1
    assert len(stored(acting, SignUp)) == 1


def stamp_of(page):
    return re.search(r'name="stamp" value="([^"]+)"', page.text)[1]


def test_a_program_that_answers_at_once_is_told_to_press_again_and_a_slow_reader_passes(app, bulletin, mailbox, clock):
    clock.freeze("2026-03-02 09:00")
    given = {**FORM, "stamp": stamp_of(look(app, "/subscribe/kabar-layanan"))}
    page = send(app, given, status=422)
    assert "sari@contoh.id" in page.text
    assert stamp_of(page) == given["stamp"]  # the second press counts from the first drawing
    assert mailbox.messages() == []
    send(app, {**FORM, "stamp": "dibuat-sendiri"}, status=422)
    clock.forward(seconds=4)
    send(app, given)
    clock.forward(hours=9)  # a screen reader, a lunch, a bad line: there is no upper limit
    send(app, {**given, "email": "budi@contoh.id"})
    assert len(mailbox.messages()) == 2


def test_wrong_input_keeps_the_text_and_says_what_is_missing(app, acting, bulletin, world, mailbox):
    with acting(world.manager):
        make_bulletin(world.manager, "Agenda")
    page = send(app, {"email": "sari di contoh", "name": "Sari <b>Dewi</b>"}, status=422)
    for part in ("sari di contoh", "Sari &lt;b&gt;Dewi", 'href="#email"', 'href="#bulletins-0"', 'href="#consent"'):
        assert part in page.text
    assert "checked" not in page.text  # nothing is ticked beforehand
    send(app, {**FORM, "consent": "BL-0"}, status=422)  # an older wording is no consent to the present one
    send(app, {**FORM, "email": "sari@contoh.id\x00"}, status=422)
    send(app, {**FORM, "email": "korban@contoh.id\nBcc: x@contoh.id"}, status=422)
    assert mailbox.messages() == []


def test_two_offices_are_offered_apart_and_never_mixed(app, acting, world, bulletin, mailbox):
    with acting(world.sister_manager):
        make_bulletin(world.sister_manager, "Kabar Wanamaya")
    both = look(app, "/subscribe").text
    assert "Kanim Sagaramaya" in both
    assert "Kanim Wanamaya" in both
    assert "Kabar Wanamaya" not in look(app, "/subscribe?office=SGR").text
    look(app, "/subscribe?office=XXX", status=404)
    send(app, {**FORM, "bulletins": ["kabar-layanan", "kabar-wanamaya"]}, status=404)
    send(app, {**FORM, "bulletins": "kabar-wanamaya"})
    assert [message.office_id for message in mailbox.messages()] == [world.wnm.id]


def test_the_form_of_another_site_starts_the_confirmation_and_nothing_more(app, acting, bulletin, mailbox):
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://imigrasi.example", "Referer": "https://imigrasi.example/"}
    send(app, {**FORM, "language": "en"}, url="/subscribe", headers=foreign)
    assert stored(acting, Subscription) == []
    (row,) = stored(acting, SignUp)
    assert row.evidence == "https://imigrasi.example"
    assert row.wording == sentences(app, "en")[0]  # in the language that the form was in


def test_the_widget_has_the_name_of_the_bulletin_in_its_language(app, acting, world):
    with acting(world.manager):
        make_bulletin(world.manager, "Kabar Mitra", name_en="Partner News")
    english = look(app, "/widget/kabar-mitra?lang=en").text
    assert "<title>Subscribe: Partner News</title>" in english
    assert "<title>Berlangganan: Kabar Mitra</title>" in look(app, "/widget/kabar-mitra?lang=id").text


def test_the_widget_may_be_framed_where_the_setting_says_and_no_other_page_may(app, bulletin):
    app.config["EMBED_ANCESTORS"], kept = "https://imigrasi.example", app.config["EMBED_ANCESTORS"]
    try:
        policy = look(app, "/widget/kabar-layanan").headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors https://imigrasi.example")
        assert "script" not in policy
        assert "frame-ancestors 'none'" in look(app, "/subscribe/kabar-layanan").headers["Content-Security-Policy"]
    finally:
        app.config["EMBED_ANCESTORS"] = kept


# PB-05, PB-09
def test_public_pages_are_kept_by_nobody_and_tell_no_other_site(app, bulletin, mailbox):
    send(app)
    (link,) = links_in(mailbox.messages()[0])
    for address in ("/subscribe", "/subscribe/kabar-layanan", "/widget/kabar-layanan", link):
        answer = look(app, address)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert ('name="robots" content="noindex"' in answer.text) is not address.startswith("/subscribe")
        assert len(answer.data) < 12_000  # a cheap phone on a slow line


def test_staff_see_the_same_page_without_anything_of_theirs(app, bulletin, browser, world):
    page = browser.sign_in(world.manager).get("/subscribe").text
    assert world.manager.name not in page
    assert "/stakeholders" not in page


# PB-05: unknown, used up and made-up codes
def test_guesses_hear_one_answer(app, acting, bulletin, world):
    with acting(world.manager):
        row = subscribe(bulletin)
    wrong = row.token[:-1] + ("A" if row.token[-1] != "A" else "B")
    assert len(row.token) >= 43  # 256 bits
    answers = set()
    for guess in (wrong, "x" * 43, "1-aaaaaaaaaaaaaaaa", "a" * 5000, "%00", row.token.upper()):
        for place in (f"/b/{guess}", f"/b/{guess}/stop", f"/confirm/{guess}"):
            answers.add(re.sub(r'href="/[^"]*\?lang', 'href="?lang', look(app, f"{place}", status=404).text))
            send(app, {"action": "stop"}, url=place, status=404)
    assert len(answers) == 1
    assert [row.state for row in stored(acting, Subscription)] == [SubscriptionState.ACTIVE]
