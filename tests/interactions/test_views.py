import html
import io
import re

import pytest
import sqlalchemy as sa

from crm.commitments.models import Commitment
from crm.engagements import markers
from crm.files.models import StoredFile
from crm.interactions.draft import LONGEST_LINE
from crm.interactions.models import Channel, Interaction
from tests.engagements.factories import make_interaction
from tests.engagements.test_timeline import organization, person
from tests.interactions.test_quick_log import LINE, office

__all__ = ["office"]  # the fixture is used by name


def interactions(acting, world):
    with acting(world.officer) as session:
        return session.scalars(sa.select(Interaction).order_by(Interaction.id)).all()


def test_the_quick_log_saves_in_one_press(office, browser, acting):
    browser.sign_in(office.officer).get("/interactions/quick-log")
    page = browser.follow(browser.post("/interactions/quick-log", {"text": LINE}))
    assert "data WNA" in page.text
    assert "kirim surat" in page.text
    (row,) = interactions(acting, office)
    assert row.channel is Channel.CALL


def test_the_preview_shows_what_would_be_saved_and_saves_nothing(office, browser, acting):
    page = browser.sign_in(office.officer).post(
        "/interactions/quick-log/preview", {"text": LINE}, status=200, headers={"HX-Request": "true"}
    )
    assert "Sari Puspaningrat" in page.text
    assert "2026-11-30" in page.text
    assert interactions(acting, office) == []


def test_without_script_the_check_button_draws_the_preview(office, browser, acting):
    page = browser.sign_in(office.officer).post("/interactions/quick-log", {"text": LINE, "check": "1"}, status=200)
    assert "Sari Puspaningrat" in page.text
    assert interactions(acting, office) == []


def test_an_empty_line_gives_422_and_saves_nothing(office, browser, acting):
    browser.sign_in(office.officer).post("/interactions/quick-log", {"text": "  "}, status=422)
    assert interactions(acting, office) == []


ENHANCED = {"HX-Request": "true"}


@pytest.mark.parametrize("headers", [{}, ENHANCED], ids=["page", "box"])
def test_a_line_that_is_too_long_is_refused_whole_and_stays_as_it_was_typed(office, browser, acting, headers):
    line = "telp Budi: " + "a" * LONGEST_LINE
    browser.sign_in(office.officer)
    for more in ({}, {"again": "1"}, {"check": "1"}):
        page = browser.post("/interactions/quick-log", {"text": line, **more}, status=422, headers=headers)
        assert f">{line}</textarea>" in page.text
        assert "Baris ini kelebihan 11 huruf: paling banyak 4.000" in page.text
    assert (
        "kelebihan 11 huruf" in browser.post("/interactions/quick-log/preview", {"text": line}, status=200, headers=ENHANCED).text
    )
    assert f">{line}</textarea>" in browser.get("/interactions/quick-log", query_string={"text": line}).text
    assert interactions(acting, office) == []


def test_the_longest_line_is_kept_to_its_last_letter_and_comes_back_by_undo(office, browser, acting):
    line = ("telp Budi: " + "data WNA " * 500)[: LONGEST_LINE - 1] + "z"
    browser.sign_in(office.officer).post("/interactions/quick-log", {"text": line})
    (row,) = interactions(acting, office)
    assert row.typed_line == line
    assert row.summary.endswith("z")
    back = browser.post(f"/interactions/{row.id}/undoing", status=200)
    assert f">{line}</textarea>" in back.text
    assert interactions(acting, office) == []


@pytest.mark.parametrize(
    "line",
    ["telp Budi: data !senin " + "kirim " * 100, "telp Budi: data #" + "a" * 81],
    ids=["follow-up", "topic"],
)
def test_a_piece_that_no_field_can_hold_is_refused_and_not_cut(office, browser, acting, line):
    page = browser.sign_in(office.officer).post("/interactions/quick-log", {"text": line}, status=422)
    assert "terlalu panjang: paling banyak" in page.text
    assert line.rstrip() in html.unescape(page.text)
    assert interactions(acting, office) == []


def test_from_the_box_one_stays_and_is_told_with_a_link_and_an_undo(office, browser, acting):
    sent = {"text": LINE, "form_key": "k" * 24}
    answer = browser.sign_in(office.officer).post("/interactions/quick-log", sent, status=201, headers=ENHANCED)
    (row,) = interactions(acting, office)
    assert f'href="/interactions/{row.id}"' in answer.text
    assert f'action="/interactions/{row.id}/undoing"' in answer.text
    assert "Kontak dengan Budi, Sari Puspaningrat" in answer.text
    assert "<html" not in answer.text
    again = browser.post("/interactions/quick-log", sent)  # the answer was lost, the form is sent as a form
    assert again.headers["Location"].endswith(f"/interactions/{row.id}")
    taken = browser.post(f"/interactions/{row.id}/undoing", status=200, headers=ENHANCED)
    assert "Barisnya ada lagi di Catat cepat" in taken.text
    assert interactions(acting, office) == []


def test_from_the_box_an_undo_that_comes_too_late_says_so_on_a_page(office, browser, acting, clock):
    browser.sign_in(office.officer).post("/interactions/quick-log", {"text": LINE}, status=201, headers=ENHANCED)
    (row,) = interactions(acting, office)
    clock.forward(minutes=11)
    browser.post(f"/interactions/{row.id}/undoing", status=409, headers=ENHANCED)
    assert "epuluh menit" in browser.follow(browser.post(f"/interactions/{row.id}/undoing")).text
    assert len(interactions(acting, office)) == 1


def test_the_help_page_speaks_the_language_of_its_reader(office, browser):
    text = browser.sign_in(office.officer).get("/interactions/quick-log/help").text
    how = set(re.findall(r'</a></td>\s*<td class="is-half">([^<]*)</td>', text))
    assert "Telepon, Dari kami" in how
    assert len(how) > 5
    assert not {word for said in how for word in said.split(", ")} & {*map(str, markers.Channel), *map(str, markers.Direction)}


def test_a_viewer_may_read_and_not_log(office, browser, acting):
    with acting(office.officer):
        row = make_interaction(office.sgr)
    browser.sign_in(office.viewer).get(f"/interactions/{row.id}")
    browser.get("/interactions")
    browser.get("/interactions/quick-log", status=403)
    browser.post("/interactions/quick-log", {"text": LINE}, status=403)
    browser.post(f"/interactions/{row.id}/undoing", status=403)
    assert len(interactions(acting, office)) == 1


def test_undo_takes_back_the_contact_and_its_follow_ups_and_gives_the_line_back(office, browser, acting, clock):
    browser.sign_in(office.officer).post("/interactions/quick-log", {"text": LINE})
    (row,) = interactions(acting, office)
    back = browser.post(f"/interactions/{row.id}/undoing")
    assert "kirim surat" in browser.follow(back).text
    with acting(office.officer) as session:
        assert session.scalars(sa.select(Interaction)).all() == []
        assert session.scalars(sa.select(Commitment)).all() == []


def test_after_ten_minutes_it_is_too_late_to_undo(office, browser, acting, clock):
    browser.sign_in(office.officer).post("/interactions/quick-log", {"text": LINE})
    (row,) = interactions(acting, office)
    clock.forward(minutes=11)
    browser.post(f"/interactions/{row.id}/undoing")
    assert len(interactions(acting, office)) == 1


FORM = {
    "channel": "letter-in",
    "direction": "in",
    "on": "2026-11-20",
    "precision": "day",
    "summary": "Permintaan data perkawinan campuran",
    "topics": "data WNA, perkawinan",
    "program": "0",
    "role": "",
    "tone": "neutral",
    "letter_number": "W.19/HM.02/1123",
    "letter_on": "2026-11-18",
    "participants-0-who": "Sari Puspaningrat",
    "participants-1-who": "Budi",
    "participants-1-spoken_for": "BP3MI Nusa Khayal",
    "follow_ups-0-text": "Balas surat",
    "follow_ups-0-side": "ours",
    "follow_ups-0-due_on": "2026-11-27",
    "follow_ups-0-owner": "0",
}


def test_the_full_form_keeps_everything(office, browser, acting):
    browser.sign_in(office.officer).get("/interactions/new")
    pdf = (io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"), "surat.pdf")
    page = browser.follow(browser.post("/interactions/new", {**FORM, "files": pdf}))
    for text in ("W.19/HM.02/1123", "Sari Puspaningrat", "Balas surat", "surat.pdf"):
        assert text in page.text
    with acting(office.officer) as session:
        (row,) = session.scalars(sa.select(Interaction)).all()
        assert row.channel is Channel.LETTER_IN
        spoken_for = {p.stakeholder.name: p.organization.name for p in row.participations}
        assert spoken_for["Budi"] == "BP3MI Nusa Khayal"
        assert spoken_for["Sari Puspaningrat"].startswith("Dinas Kependudukan")
        assert sorted(link.topic.name for link in row.topic_links) == ["data WNA", "perkawinan"]
        assert session.scalars(sa.select(StoredFile.name)).all() == ["surat.pdf"]


def test_a_wrong_form_keeps_its_text_and_says_why(office, browser, acting):
    page = browser.sign_in(office.officer).post(
        "/interactions/new", {**FORM, "on": "", "participants-0-who": "Entah Siapa"}, status=422
    )
    assert "Permintaan data perkawinan campuran" in page.text
    assert "Entah Siapa" in page.text
    assert interactions(acting, office) == []


def test_a_refused_file_keeps_the_form_and_stores_nothing(office, browser, acting):
    page = browser.sign_in(office.officer).post(
        "/interactions/new", {**FORM, "files": (io.BytesIO(b"<svg onload=alert(1)>"), "gambar.svg")}, status=422
    )
    assert "Permintaan data perkawinan campuran" in page.text
    assert interactions(acting, office) == []


def test_more_rows_without_script_save_nothing(office, browser, acting):
    page = browser.sign_in(office.officer).post("/interactions/new", {**FORM, "rows": "participants"}, status=200)
    assert "participants-2-who" in page.text
    assert interactions(acting, office) == []


# SC-11, SC-12
def test_a_foreign_person_and_smuggled_fields_are_not_taken(office, browser, acting, world):
    with acting(world.sister_officer):
        foreign = person(world.wnm, "Kompol Mangara")
    browser.sign_in(world.officer)
    browser.post(
        "/interactions/new",
        {**FORM, "participants-0-who": "Kompol Mangara", "participants-0-who_id": str(foreign.id)},
        status=422,
    )
    browser.post("/interactions/new", {**FORM, "office_id": str(world.wnm.id), "created_by_id": "1", "id": "77"})
    (row,) = interactions(acting, world)
    assert (row.office_id, row.created_by_id) == (world.sgr.id, world.officer.id)


def test_the_sister_office_finds_nothing_and_changes_nothing(office, browser, acting, world):
    with acting(world.officer):
        row = make_interaction(world.sgr, organization(world.sgr, "Rahasia"), summary="Isi rahasia")
    browser.sign_in(world.sister_officer)
    for page in (f"/interactions/{row.id}", f"/interactions/{row.id}/edit", f"/engagements/{row.id}"):
        assert "rahasia" not in browser.get(page, status=404).text
    assert "rahasia" not in browser.get("/interactions").text
    browser.post(f"/interactions/{row.id}/edit", FORM, status=404)
    browser.post(f"/interactions/{row.id}/undoing", status=404)
    assert interactions(acting, world)[0].summary == "Isi rahasia"


# F-21
def test_two_people_who_edit_one_contact_both_keep_their_text(office, browser, acting):
    browser.sign_in(office.officer).post("/interactions/new", FORM)
    (row,) = interactions(acting, office)
    browser.get(f"/interactions/{row.id}/edit")
    browser.post(f"/interactions/{row.id}/edit", {**FORM, "summary": "Versi pertama", "version": str(row.version)})
    second = browser.post(
        f"/interactions/{row.id}/edit", {**FORM, "summary": "Versi kedua", "version": str(row.version)}, status=409
    )
    assert "Versi pertama" in second.text
    assert "Versi kedua" in second.text


def test_the_list_is_narrowed_by_its_address_and_refuses_what_it_does_not_know(office, browser, acting, world):
    with acting(world.officer):
        make_interaction(world.sgr, summary="Lewat telepon", on="2026-11-02")
        make_interaction(world.sgr, summary="Lewat surat", on="2026-10-02", channel=Channel.LETTER_IN)
    browser.sign_in(world.officer)
    page = browser.get("/interactions?channel=letter-in&from=2026-10-01&to=2026-10-31", queries=14).text
    assert "Lewat surat" in page
    assert "Lewat telepon" not in page
    for bad in ("channel=x'", "topic=1e3", "from=kemarin", "with=-1", "after=abc"):
        browser.get(f"/interactions?{bad}", status=400)


def test_the_help_page_reads_its_examples(office, browser):
    assert "Disdukcapil" in browser.sign_in(office.officer).get("/interactions/quick-log/help").text
