"""Pages of bulletins and subscribers."""

import csv
import io

import pytest
import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.bulletins.models import Bulletin, ConsentReceipt, Subscription, SubscriptionState
from crm.bulletins.service import archive_bulletin
from crm.mail import suppressing
from crm.mail.models import SuppressionReason, SuppressionSource
from tests.bulletins.factories import make_bulletin, on_paper, subscribe
from tests.stakeholders.factories import make_contact, make_person
from tests.world import SCOPE

CONSENT = {
    "basis": "consent",
    "channel": "paper",
    "given_on": "2026-01-05",
    "wording": "Saya setuju dikirimi buletin.",
    "wording_version": "BL-2",
    "evidence": "map Langganan 2026, lembar 14",
}


@pytest.fixture
def bulletin(acting, world):
    with acting(world.manager):
        return make_bulletin(world.manager, description="Jadwal dan syarat")


def stored(acting, model):
    with acting(SCOPE) as session:
        return session.scalars(sa.select(model).order_by(model.id)).all()


def test_a_manager_makes_changes_archives_and_brings_back_a_bulletin(browser, world, acting):
    browser.sign_in(world.manager)
    made = browser.post("/bulletins/new", {"name": "Kabar Layanan", "is_public": "y", "records_clicks": "y"})
    page = browser.follow(made).text
    assert "/subscribe/kabar-layanan" in page
    assert "&lt;iframe src=" in page
    (row,) = stored(acting, Bulletin)
    browser.post(f"/bulletins/{row.id}/edit", {"name": "Kabar Baru", "version": "1"})
    (row,) = stored(acting, Bulletin)
    assert (row.name, row.slug, row.is_public) == ("Kabar Baru", "kabar-layanan", False)
    browser.post(f"/bulletins/{row.id}/archival")
    assert "Kabar Baru" not in browser.get("/bulletins").text.split("<main")[1].split("data-toast")[0]
    assert "Kabar Baru" in browser.get("/bulletins?view=archived", queries=14).text
    browser.post(f"/bulletins/{row.id}/restoration")
    assert "Kabar Baru" in browser.get("/bulletins").text


def test_wrong_input_keeps_the_text(browser, world):
    browser.sign_in(world.manager)
    page = browser.post("/bulletins/new", {"name": "", "description": "jangan hilang", "feed_url": "javascript:x"}, status=422)
    assert "jangan hilang" in page.text
    browser.get("/bulletins?view=x", status=400)


def test_two_people_who_change_one_bulletin_both_keep_their_text(browser, world, bulletin):
    browser.sign_in(world.manager)
    browser.post(f"/bulletins/{bulletin.id}/edit", {"name": "Satu", "version": "1"})
    page = browser.post(f"/bulletins/{bulletin.id}/edit", {"name": "Dua", "version": "1"}, status=409)
    assert "Satu" in page.text
    assert "Dua" in page.text


def test_who_may_what(browser, world, acting, bulletin):
    with acting(world.manager):
        row = subscribe(bulletin)
    browser.sign_in(world.viewer)
    assert "sari@contoh.id" not in browser.get(f"/bulletins/{bulletin.id}").text
    for address in (f"/bulletins/{bulletin.id}/subscribers", f"/bulletins/subscriptions/{row.id}", "/bulletins/new"):
        browser.get(address, status=403)
    browser.post(f"/bulletins/subscriptions/{row.id}/ending", {"how": "staff"}, status=403)
    browser.sign_in(world.officer)
    browser.get(f"/bulletins/{bulletin.id}/subscribers")
    browser.get("/bulletins/new", status=403)
    browser.post(f"/bulletins/{bulletin.id}/archival", status=403)
    browser.sign_in(world.sister_manager)
    for address in (f"/bulletins/{bulletin.id}", f"/bulletins/{bulletin.id}/subscribers", f"/bulletins/subscriptions/{row.id}"):
        browser.get(address, status=404)
    assert [row.state for row in stored(acting, Subscription)] == [SubscriptionState.ACTIVE]


def test_an_officer_enters_a_subscriber_with_the_receipt(browser, world, acting, bulletin):
    browser.sign_in(world.officer)
    place = f"/bulletins/{bulletin.id}/subscribers/new"
    form = browser.get(place).text
    assert "selected" not in form.split('name="basis"')[1].split("</select>")[0]  # a receipt is never true by default
    done = browser.post(place, {**CONSENT, "email": "Sari@contoh.id", "name": "Sari Dewi", "language": "id"})
    page = browser.follow(done).text
    for words in ("sari@contoh.id", "Saya setuju dikirimi buletin.", "BL-2", "lembar 14"):
        assert words in page
    again = browser.post(place, {**CONSENT, "email": "sari@contoh.id", "language": "id"}, status=422)
    assert "sudah berlangganan" in again.text
    assert "lembar 14" in again.text
    assert len(stored(acting, ConsentReceipt)) == 1


@pytest.mark.parametrize("field", ["basis", "channel", "given_on", "wording", "wording_version", "evidence", "email"])
def test_nothing_of_a_receipt_may_be_missing(browser, world, acting, bulletin, field):
    browser.sign_in(world.officer)
    given = {**CONSENT, "email": "sari@contoh.id", "language": "id", field: ""}
    page = browser.post(f"/bulletins/{bulletin.id}/subscribers/new", given, status=422)
    assert f'href="#{field}"' in page.text
    assert stored(acting, Subscription) == []


def test_a_consent_of_tomorrow_or_of_the_public_page_is_not_taken(browser, world, acting, bulletin, clock):
    clock.freeze("2026-03-02 09:00")
    browser.sign_in(world.officer)
    for wrong in ({"given_on": "2026-03-03"}, {"channel": "web"}):
        given = {**CONSENT, "email": "sari@contoh.id", "language": "id", **wrong}
        browser.post(f"/bulletins/{bulletin.id}/subscribers/new", given, status=422)
    assert stored(acting, Subscription) == []


def test_of_a_pasted_list_good_lines_are_entered_and_bad_ones_shown_with_the_reason(browser, world, acting, bulletin):
    with acting(world.manager):
        subscribe(bulletin, "lama@contoh.id")
        suppressing.suppress(["jangan@contoh.id"], reason=SuppressionReason.MANUAL, source=SuppressionSource.STAFF)
    lines = [
        "Surel;Nama;Bahasa",
        "sari@contoh.id; Sari Dewi; en",
        "Budi Santoso <budi@contoh.id>",
        "bukan alamat <b>",
        "",
        "SARI@contoh.id",
        "lama@contoh.id",
        "jangan@contoh.id",
        "siti@contoh.id;Siti;Jawa",
    ]
    browser.sign_in(world.officer)
    place = f"/bulletins/{bulletin.id}/subscribers/import"
    page = browser.post(place, {**CONSENT, "channel": "import", "lines": "\r\n".join(lines), "language": "id"}, status=200).text
    told = [
        (4, "bukan alamat"),
        (6, "sudah ada di baris"),
        (7, "sudah berlangganan"),
        (8, "jangan kirim"),
        (9, "bukan Indonesia"),
    ]
    for number, words in told:
        row = page.split(f'm-num">{number}</th>')[1].split("</tr>")[0]
        assert words.lower() in row.lower() or words in row
    entered = {row.email: (row.name, row.language) for row in stored(acting, Subscription)}
    assert entered == {
        "lama@contoh.id": ("", "id"),
        "sari@contoh.id": ("Sari Dewi", "en"),
        "budi@contoh.id": ("Budi Santoso", "id"),
    }
    browser.post(place, {**CONSENT, "lines": "bukan", "language": "id"}, status=422)
    browser.post(place, {**CONSENT, "lines": "", "language": "id"}, status=422)
    browser.post(place, {**CONSENT, "lines": "wati@contoh.id", "language": "id"}, status=303)


def test_the_list_is_narrowed_and_paged(browser, world, acting, bulletin):
    with acting(world.manager):
        for number in range(60):
            subscribe(bulletin, f"orang{number}@contoh.id")
    browser.sign_in(world.officer)
    place = f"/bulletins/{bulletin.id}/subscribers"
    first = browser.get(f"{place}?state=active", queries=14).text
    assert first.count("data-row>") == 50
    following = first.split('class="btn btn-sm" href="')[1].split('"')[0].replace("&amp;", "&")
    assert browser.get(following).text.count("data-row>") == 10
    assert browser.get(f"{place}?find=orang5").text.count("data-row>") == 11
    assert browser.get(f"{place}?find=%25").text.count("data-row>") == 0
    assert browser.get(f"{place}?state=ended").text.count("data-row>") == 0
    browser.get(f"{place}?state=x", status=400)
    browser.get(f"{place}?after=x", status=400)


def test_a_subscription_is_ended_once_with_the_reason(browser, world, acting, bulletin):
    with acting(world.manager):
        row = subscribe(bulletin)
    browser.sign_in(world.officer)
    place = f"/bulletins/subscriptions/{row.id}"
    browser.post(f"{place}/ending", {"how": "one-click"}, status=422)  # only the person can have done that
    page = browser.follow(browser.post(f"{place}/ending", {"how": "asked"})).text
    assert "meminta kami berhenti" in page
    assert "sudah berakhir" in browser.follow(browser.post(f"{place}/ending", {"how": "staff"})).text
    (kept,) = stored(acting, Subscription)
    assert kept.ended_how == "asked"


def test_an_address_is_changed(browser, world, acting, bulletin):
    with acting(world.manager):
        row = subscribe(bulletin)
        subscribe(bulletin, "budi@contoh.id")
    browser.sign_in(world.officer)
    place = f"/bulletins/subscriptions/{row.id}/address"
    assert "bukan alamat" in browser.post(place, {"email": "bukan alamat"}, status=422).text
    browser.post(place, {"email": "budi@contoh.id"}, status=422)
    browser.post(place, {"email": "sari.baru@contoh.id"})
    assert {row.email for row in stored(acting, Subscription)} == {"sari.baru@contoh.id", "budi@contoh.id"}


# EX-01, EX-03
def test_a_persons_receipts_are_shown_and_handed_out_and_that_is_written_down(browser, world, acting, bulletin):
    with acting(world.officer):
        person = make_person(world.sgr, "Sari Dewi")
        make_contact(person, "sari@contoh.id")
    with acting(world.manager):
        subscribe(bulletin, consent=on_paper(wording='=HYPERLINK("http://evil.test")', evidence="+62 812 5550 1234"))
    browser.sign_in(world.officer)
    assert "HYPERLINK" in browser.get(f"/bulletins/people/{person.id}/receipts").text
    answer = browser.post(f"/bulletins/people/{person.id}/receipts-file", status=200)
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[1][0:2] == ["Kabar Layanan", "sari@contoh.id"]
    assert '\'=HYPERLINK("http://evil.test")' in rows[1]
    assert "'+62 812 5550 1234" in rows[1]
    assert "attachment" in answer.headers["Content-Disposition"]
    with acting(SCOPE) as session:
        entry = session.scalars(sa.select(ActivityEntry).where(ActivityEntry.verb == "receipts-exported")).one()
        assert (entry.actor_id, entry.subject_id, entry.details["rows"]) == (world.officer.id, person.id, 1)
    browser.sign_in(world.sister_manager).post(f"/bulletins/people/{person.id}/receipts-file", status=404)


def test_the_stakeholders_page_shows_subscriptions_apart_from_do_not_contact(browser, world, acting, bulletin, clock):
    moment = clock.freeze("2026-03-02 09:00")
    with acting(world.officer):
        person = make_person(world.sgr, "Sari Dewi", do_not_contact_at=moment, do_not_contact_reason="Minta lewat surat")
        make_contact(person, "sari@contoh.id")
    with acting(world.manager):
        subscribe(bulletin)
        suppressing.suppress(["sari@contoh.id"], reason=SuppressionReason.UNSUBSCRIBED, source=SuppressionSource.PERSON)
    page = browser.sign_in(world.officer).get(f"/stakeholders/{person.id}").text
    panel = page.split("Tidak menerima siaran surel")
    assert len(panel) == 2
    assert "Minta lewat surat" in panel[0]
    assert "tidak ingin siaran surel" in panel[1]
    assert "Kabar Layanan" in panel[1]
    assert f"/bulletins/people/{person.id}/receipts" in panel[1]


def test_the_code_leads_to_the_sign_up_page_and_an_internal_list_has_none(browser, world, acting, bulletin):
    with acting(world.manager):
        internal = make_bulletin(world.manager, "Daftar Internal", is_public=False)
        old = make_bulletin(world.manager, "Lama")
        archive_bulletin(old, by=world.manager)
    browser.sign_in(world.viewer)
    assert browser.get(f"/bulletins/{bulletin.id}/qr.svg").data.startswith(b"<?xml")
    assert browser.get(f"/bulletins/{bulletin.id}/qr.png").data.startswith(b"\x89PNG")
    for row in (internal, old):
        browser.get(f"/bulletins/{row.id}/qr.svg", status=404)
        assert "/subscribe/" not in browser.get(f"/bulletins/{row.id}").text
