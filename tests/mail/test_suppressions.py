"""Pages of the do-not-send list, and the list as a file: EX-01 and EX-03 of security.md."""

import csv
import io

import pytest
import sqlalchemy as sa

from crm.activity.models import ActivityEntry
from crm.mail import suppressing, suppression_file
from crm.mail.models import Suppression, SuppressionReason, SuppressionSource
from crm.mail.suppression_file import Fault
from tests.bulletins.factories import make_bulletin
from tests.world import SCOPE

PLACE = "/settings/mail/suppressions"


def put(world, *emails, office=None, **fields):
    values = {"reason": SuppressionReason.MANUAL, "source": SuppressionSource.STAFF, **fields}
    suppressing.suppress(emails, office_id=(office or world.sgr).id, **values)


def stored(acting):
    with acting(SCOPE) as session:
        return session.scalars(sa.select(Suppression).order_by(Suppression.id)).all()


def test_an_office_sees_what_it_was_told_and_the_root_also_what_nobody_was_told(browser, world, acting):
    with acting(SCOPE):
        put(world, "kami@contoh.id")
        put(world, "mereka@contoh.id", office=world.wnm)
        suppressing.suppress(["sinkron@contoh.id"], reason=SuppressionReason.BOUNCED, source=SuppressionSource.SYNC)
    page = browser.sign_in(world.officer).get(PLACE, queries=15).text
    assert "kami@contoh.id" in page
    assert "mereka@" not in page
    assert "sinkron@" not in page
    everything = browser.sign_in(world.central).get(PLACE).text
    assert all(word in everything for word in ("kami@contoh.id", "mereka@contoh.id", "sinkron@contoh.id"))
    browser.sign_in(world.viewer).get(PLACE, status=403)


def test_it_is_searched_by_beginning_and_an_erased_address_by_the_whole_of_it(browser, world, acting):
    with acting(SCOPE):
        put(world, "sari@contoh.id", "budi@contoh.id")
        suppressing.erase("budi@contoh.id")
    browser.sign_in(world.officer)
    assert "sari@contoh.id" in browser.get(f"{PLACE}?find=sar").text
    assert browser.get(f"{PLACE}?find=bud").text.count("data-row>") == 0
    found = browser.get(f"{PLACE}?find=Budi@contoh.id").text
    assert "alamat yang dihapus" in found
    assert browser.get(f"{PLACE}?reason=bounced").text.count("data-row>") == 0
    browser.get(f"{PLACE}?reason=x", status=400)
    browser.get(f"{PLACE}?view=x", status=400)


def test_a_manager_adds_and_takes_off_with_a_reason(browser, world, acting):
    with acting(world.manager):
        bulletin = make_bulletin(world.manager)
    browser.sign_in(world.manager)
    assert "Belum ada alamat yang dikeluarkan" in browser.get(f"{PLACE}?view=lifted").text
    page = browser.post(f"{PLACE}/new", {"email": "bukan", "note": "lewat telepon", "list_key": ""}, status=422)
    assert "lewat telepon" in page.text
    browser.post(f"{PLACE}/new", {"email": "sari@contoh.id", "note": "", "list_key": ""}, status=422)
    browser.post(f"{PLACE}/new", {"email": "sari@contoh.id", "note": "x", "list_key": "bulletin:999"}, status=422)
    browser.post(f"{PLACE}/new", {"email": "Sari@contoh.id", "note": "lewat telepon", "list_key": f"bulletin:{bulletin.id}"})
    (row,) = stored(acting)
    assert (row.email, row.list_key, row.note) == ("sari@contoh.id", f"bulletin:{bulletin.id}", "lewat telepon")
    assert "Kabar Layanan" in browser.get(PLACE).text
    browser.post(f"{PLACE}/{row.id}/lifting", {"reason": ""}, status=422)
    browser.post(f"{PLACE}/{row.id}/lifting", {"reason": "salah orang"})
    assert "sari@contoh.id" in browser.get(f"{PLACE}?view=lifted").text
    assert "Tidak ada yang cocok" in browser.get(f"{PLACE}?view=lifted&find=lain").text
    browser.post(f"{PLACE}/{row.id}/lifting", {"reason": "lagi"})  # said so, and nothing happens
    with acting(SCOPE) as session:
        entries = session.scalars(
            sa.select(ActivityEntry).where(ActivityEntry.subject_kind == "suppression").order_by(ActivityEntry.id)
        ).all()
        assert [entry.verb for entry in entries] == ["suppressed", "suppression-lifted"]
        assert entries[1].details["why"] == "salah orang"


def test_two_offices_refuse_the_same_address_and_each_takes_back_only_its_own(browser, world, acting):
    told = {"email": "sari@contoh.id", "note": "lewat telepon", "list_key": ""}
    browser.sign_in(world.manager).post(f"{PLACE}/new", told)
    answer = browser.sign_in(world.sister_manager).post(f"{PLACE}/new", {**told, "note": "lewat surat"})
    assert "sudah ada" not in browser.follow(answer).text  # nothing of another office's list is told
    ours, theirs = stored(acting)
    assert (ours.told_office_id, theirs.told_office_id) == (world.sgr.id, world.wnm.id)
    page = browser.get(PLACE).text
    assert ("lewat surat" in page, "lewat telepon" in page) == (True, False)
    browser.post(f"{PLACE}/{ours.id}/lifting", {"reason": "x"}, status=404)
    browser.sign_in(world.manager)
    said = browser.follow(browser.post(f"{PLACE}/{ours.id}/lifting", {"reason": "salah orang"})).text
    assert "tetap tidak menerima apa pun" in said
    assert [bool(row.lifted_at) for row in stored(acting)] == [True, False]
    with acting(world.manager):
        assert suppressing.refused(["sari@contoh.id"]) == {"sari@contoh.id": SuppressionReason.MANUAL}
    browser.sign_in(world.sister_manager)
    said = browser.follow(browser.post(f"{PLACE}/{theirs.id}/lifting", {"reason": "minta lagi"})).text
    assert "tetap tidak menerima apa pun" not in said


def test_above_both_offices_each_row_names_the_office_that_was_told(browser, world, acting):
    with acting(SCOPE):
        put(world, "sari@contoh.id")
        put(world, "sari@contoh.id", office=world.wnm)
        suppressing.suppress(["sinkron@contoh.id"], reason=SuppressionReason.BOUNCED, source=SuppressionSource.SYNC)
    page = browser.sign_in(world.central).get(PLACE).text
    rows = [row.split("</tr>")[0] for row in page.split("data-row>")[1:]]
    named = [next((name for name in ("Kanim Sagaramaya", "Kanim Wanamaya") if name in row), "") for row in rows]
    assert named == ["", "Kanim Wanamaya", "Kanim Sagaramaya"]
    page = browser.get(f"{PLACE}/{stored(acting)[1].id}/lifting").text
    assert "Kanim Wanamaya" in page.split("<main")[1]
    assert "Kanim Wanamaya" not in browser.sign_in(world.sister_manager).get(PLACE).text.split("data-row>")[1].split("</tr>")[0]


def test_an_officer_reads_and_another_office_finds_nothing_to_take_off(browser, world, acting):
    with acting(SCOPE):
        put(world, "sari@contoh.id")
    (row,) = stored(acting)
    browser.sign_in(world.officer)
    for address in (f"{PLACE}/new", f"{PLACE}/{row.id}/lifting", f"{PLACE}/import", f"{PLACE}/export"):
        browser.get(address, status=403)
    browser.sign_in(world.sister_manager).post(f"{PLACE}/{row.id}/lifting", {"reason": "x"}, status=404)
    assert [row.lifted_at for row in stored(acting)] == [None]


def test_of_a_file_good_rows_are_taken_and_bad_ones_shown_with_the_reason(browser, world, acting):
    with acting(world.manager):
        bulletin = make_bulletin(world.manager)
    text = (
        "\ufeffSurel;Daftar;Catatan\r\n"
        "sari@contoh.id;;'+62 812 555\r\n"
        f"budi@contoh.id;bulletin:{bulletin.id};\r\n"
        "bukan alamat;;\r\n"
        "wati@contoh.id;bulletin:999;\r\n"
    )
    browser.sign_in(world.manager)
    page = browser.post(
        f"{PLACE}/import", {"note": "daftar kantor lama", "file": (io.BytesIO(text.encode()), "daftar.csv")}, status=200
    ).text
    for number, words in ((4, "bukan alamat"), (5, "Daftar itu tidak ada")):
        assert words in page.split(f'm-num">{number}</th>')[1].split("</tr>")[0]
    taken = {(row.email, row.list_key, row.note, row.reason) for row in stored(acting)}
    assert taken == {
        ("sari@contoh.id", "", "+62 812 555", SuppressionReason.IMPORTED),
        ("budi@contoh.id", f"bulletin:{bulletin.id}", "daftar kantor lama", SuppressionReason.IMPORTED),
    }
    browser.post(f"{PLACE}/import", {"note": "x"}, status=422)
    browser.post(f"{PLACE}/import", {"note": "x", "file": (io.BytesIO(b"bukan"), "x.csv")}, status=422)


def test_a_file_of_one_office_does_not_meet_the_rows_of_another(browser, world, acting):
    for person, words in (
        (world.manager, "2 alamat baru"),
        (world.sister_manager, "2 alamat baru"),
        (world.manager, "0 alamat baru"),
    ):
        browser.sign_in(person)
        sent = {"note": "daftar lama", "file": (io.BytesIO(b"email\nsari@contoh.id\nbudi@contoh.id\n"), "daftar.csv")}
        assert words in browser.follow(browser.post(f"{PLACE}/import", sent)).text
    assert sorted((row.email, row.told_office_id) for row in stored(acting)) == [
        ("budi@contoh.id", world.sgr.id),
        ("budi@contoh.id", world.wnm.id),
        ("sari@contoh.id", world.sgr.id),
        ("sari@contoh.id", world.wnm.id),
    ]
    browser.sign_in(world.sister_manager)
    text = browser.post(f"{PLACE}/export", {"purpose": "rapat"}, status=200).get_data().decode("utf-8-sig")
    assert [row["email"] for row in csv.DictReader(io.StringIO(text))] == ["budi@contoh.id", "sari@contoh.id"]


def test_a_file_without_a_header_and_in_an_old_encoding_is_read():
    rows, bad = suppression_file.read(suppression_file.decoded("sari@contoh.id,,,Café\n".encode("cp1252")), lists=[])
    assert [(row.email, row.note) for row in rows] == [("sari@contoh.id", "Café")]
    assert bad == []
    rows, bad = suppression_file.read("a@contoh.id\nb@contoh.id\nc@contoh.id\n", lists=[], most=2)
    assert [row.email for row in rows] == ["a@contoh.id", "b@contoh.id"]
    assert [row.fault for row in bad] == [Fault.TOO_MANY]
    _rows, bad = suppression_file.read('a@contoh.id\n"' + "x" * 200_000, lists=[])
    assert [(row.fault, len(row.text)) for row in bad] == [(Fault.NO_ADDRESS, 200)]


# EX-01
def test_the_file_runs_nothing_and_comes_back_as_it_went_out(browser, world, acting):
    with acting(SCOPE):
        put(world, "sari@contoh.id", note='=cmd|"/c calc"!A1')
        put(world, "budi@contoh.id", note=" +62 812 5550 1234")
        put(world, "mereka@contoh.id", office=world.wnm)
    browser.sign_in(world.manager)
    answer = browser.post(f"{PLACE}/export", {"purpose": "rapat"}, status=200)
    text = answer.get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["email"], row["note"]) for row in rows] == [
        ("sari@contoh.id", '\'=cmd|"/c calc"!A1'),
        ("budi@contoh.id", "' +62 812 5550 1234"),
    ]
    back, bad = suppression_file.read(text, lists=[])
    assert [(row.email, row.note) for row in back] == [
        ("sari@contoh.id", '=cmd|"/c calc"!A1'),
        ("budi@contoh.id", "+62 812 5550 1234"),
    ]
    assert bad == []


# EX-03
def test_an_export_is_written_down_needs_a_purpose_and_is_limited(browser, world, acting, monkeypatch):
    monkeypatch.setattr(suppressing, "MOST_EXPORTS_AN_HOUR", 2)
    browser.sign_in(world.manager)
    browser.post(f"{PLACE}/export", {"purpose": " "}, status=422)
    for _time in range(2):  # the page stays open, and its button makes the file again
        answer = browser.post(f"{PLACE}/export", {"purpose": "rapat", "form_key": "k" * 20}, status=200)
        assert answer.mimetype == "text/csv"
    refused = browser.post(f"{PLACE}/export", {"purpose": "rapat"})
    assert "berkas" in browser.follow(refused).text
    with acting(SCOPE) as session:
        entries = session.scalars(sa.select(ActivityEntry).where(ActivityEntry.verb == "suppressions-exported")).all()
        assert [(entry.actor_id, entry.details["purpose"], entry.details["rows"]) for entry in entries] == [
            (world.manager.id, "rapat", 0)
        ] * 2


@pytest.mark.parametrize("size", [1200])
def test_the_list_is_paged(browser, world, acting, size):
    with acting(SCOPE):
        put(world, *(f"orang{number}@contoh.id" for number in range(size)))
    first = browser.sign_in(world.officer).get(PLACE).text
    assert first.count("data-row>") == 50
    following = first.split('class="btn btn-sm" href="')[1].split('"')[0].replace("&amp;", "&")
    assert browser.get(following).text.count("data-row>") == 50
