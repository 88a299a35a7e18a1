"""Segments on their pages: put together without script, wrong input kept, saved, frozen, archived."""

import html
import re

import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.segments.models import Segment, SegmentMember
from tests.campaigns.factories import make_campaign, make_segment
from tests.stakeholders.factories import make_organization, make_person

PEOPLE = {"op": "and", "not": False, "items": [{"condition": "kind", "not": False, "kind": "person"}]}
FORM = {
    "name": "Semua orang",
    "kind": "dynamic",
    "t.op": "and",
    "t.not": "",
    "t.0.condition": "kind",
    "t.0.not": "",
    "t.0.f.kind": "person",
}


def stored(acting, who):
    with acting(who):
        return list(db.session.scalars(sa.select(Segment).order_by(Segment.id)))


@pytest.fixture
def everybody(world, acting):
    with acting(world.officer):
        make_person(world.sgr, "Suparmi")
        make_person(world.sgr_lng, "Wagiman")
        make_organization(world.sgr, "Radio Sagara")
    with acting(world.sister_officer):
        make_person(world.wnm, "Orang Kucingrahasia")


def test_a_segment_is_saved_and_shows_who_is_in_it(browser, world, acting, everybody):
    browser.sign_in(world.officer).get("/segments/new")
    page = browser.follow(browser.post("/segments/new", FORM)).text
    assert "Semua orang" in page
    assert "Suparmi" in page
    assert "Wagiman" in page
    assert "Radio Sagara" not in page
    assert "Kucingrahasia" not in page
    (row,) = stored(acting, world.officer)
    assert (row.name, row.tree, row.is_static) == ("Semua orang", PEOPLE, False)
    assert "Semua orang" in browser.get("/segments", queries=12).text


def test_rows_and_groups_come_and_go_by_buttons_without_script(browser, world):
    browser.sign_in(world.officer)
    page = browser.post("/segments/new", {**FORM, "do": "add:t"}, status=200).text
    assert 'name="t.1.condition"' in page
    assert 'value="Semua orang"' in page
    page = browser.post("/segments/new", {**FORM, "t.1.condition": "", "do": "group:t"}, status=200).text
    assert 'name="t.2.op"' in page
    assert 'name="t.2.0.condition"' in page
    page = browser.post("/segments/new", {**FORM, "t.1.op": "or", "t.1.0.condition": "quiet", "do": "show"}, status=200).text
    assert 'name="t.1.0.f.days"' in page
    page = browser.post(
        "/segments/new", {**FORM, "t.1.op": "or", "t.1.0.condition": "quiet", "do": "remove:t.0"}, status=200
    ).text
    assert 'name="t.0.0.condition"' in page
    assert 'name="t.1.condition"' not in page


def test_each_press_of_a_button_is_answered_and_the_form_is_saved_once_though_all_bear_one_key(browser, world, acting):
    browser.sign_in(world.officer)
    form = {**FORM, "form_key": "k" * 20}
    for _press in range(2):
        assert 'name="t.1.condition"' in browser.post("/segments/new", {**form, "do": "add:t"}, status=200).text
    first, second = (browser.post("/segments/new", form) for _ in "12")
    assert first.headers["Location"] == second.headers["Location"]
    assert len(stored(acting, world.officer)) == 1


def test_wrong_values_are_said_beside_their_fields_and_the_text_stays(browser, world, acting):
    browser.sign_in(world.officer)
    wrong = {**FORM, "t.1.condition": "quiet", "t.1.f.days": "banyak", "t.2.condition": "took-part", "t.2.f.since": "2026-13-45"}
    page = html.unescape(browser.post("/segments/new", wrong, status=422).text)
    assert 'value="banyak"' in page
    assert 'value="2026-13-45"' in page
    assert page.count("is-wrong") >= 2
    browser.post("/segments/new", {**FORM, "name": ""}, status=422)
    page = browser.post("/segments/new", {**FORM, "t.0.condition": ""}, status=422).text
    assert '<a href="#t.0.condition">Syarat 1: Kolom ini belum diisi.</a>' in page
    assert 'id="t.0.condition"' in page
    browser.post("/segments/new", {**FORM, "t.0.f.kind": "planet"}, status=422)
    browser.post("/segments/new", {"name": "Kosong", "kind": "dynamic"}, status=422)
    browser.post("/segments/new", {**FORM, "t.1.op": "or"}, status=422)
    assert stored(acting, world.officer) == []


def test_what_no_page_sends_is_refused(browser, world, acting):
    browser.sign_in(world.officer)
    deep = {f"t{'.0' * depth}.op": "and" for depth in range(6)}
    many = {f"t.{number}.condition": "kind" for number in range(50)}
    for sent in (
        {**FORM, **deep},
        {**FORM, **many},
        {**FORM, "t.op": "xor"},
        {**FORM, "do": "drop:t"},
        {**FORM, "do": "remove:t.9"},
        {**FORM, "t.0.condition": "password_hash"},
        {**FORM, "t.0.f.kind": "person\x00"},
    ):
        browser.post("/segments/new", sent, status=422)
    assert stored(acting, world.officer) == []


def test_hidden_columns_are_not_kept(browser, world, acting):
    browser.sign_in(world.officer).post("/segments/new", {**FORM, "t.0.f.office_id": "5", "t.0.f.private_note": "x"})
    (row,) = stored(acting, world.officer)
    assert row.tree == PEOPLE


def test_with_script_the_count_and_the_rows_come_as_parts(browser, world, everybody):
    browser.sign_in(world.viewer)
    part = {"HX-Request": "true"}
    asked = {key: value for key, value in FORM.items() if key.startswith("t")}
    answer = browser.get("/segments/count", headers=part, query_string=asked).text
    assert re.search(r"<strong[^>]*>2 orang", answer)
    assert "Suparmi" in answer
    assert "<strong" not in browser.get("/segments/count", headers=part, query_string={"t.0.condition": "quiet"}).text
    rows = browser.get("/segments/draft", headers=part, query_string={**asked, "do": "add:t"}).text
    assert 'name="t.1.condition"' in rows
    assert "<html" not in rows
    browser.get("/segments/draft", headers=part, query_string={**asked, "do": "add:t.7"}, status=422)
    browser.get("/segments/count", headers=part, query_string={"t.op": "xor"}, status=422)
    browser.get("/segments/count", status=303)
    browser.get("/segments/draft", status=303)


def test_a_frozen_segment_keeps_who_is_in_it_now(browser, world, acting, everybody):
    browser.sign_in(world.officer).post("/segments/new", {**FORM, "kind": "static"})
    with acting(world.officer):
        make_person(world.sgr, "Pendatang")
    (row,) = stored(acting, world.officer)
    assert row.is_static
    assert "Pendatang" not in browser.get(f"/segments/{row.id}").text
    with acting(world.officer):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SegmentMember)) == 2
    browser.post(f"/segments/{row.id}/edit", {**FORM, "kind": "static", "version": str(row.version)})
    assert "Pendatang" in browser.get(f"/segments/{row.id}").text


def test_changes_of_a_colleague_are_not_written_over(browser, world, acting):
    with acting(world.officer):
        row = make_segment(world.sgr, tree=PEOPLE)
    browser.sign_in(world.officer).get(f"/segments/{row.id}/edit")
    browser.post(f"/segments/{row.id}/edit", {**FORM, "version": "1"})
    page = browser.post(f"/segments/{row.id}/edit", {**FORM, "name": "Milik saya", "version": "1"}, status=409).text
    assert 'value="Milik saya"' in page
    assert stored(acting, world.officer)[0].name == "Semua orang"


def test_two_segments_of_an_office_have_two_names(browser, world, acting):
    browser.sign_in(world.officer).post("/segments/new", FORM)
    browser.post("/segments/new", {**FORM, "name": "SEMUA ORANG"}, status=422)
    assert len(stored(acting, world.officer)) == 1


def test_an_archived_segment_is_no_longer_offered_and_comes_back(browser, world, acting):
    with acting(world.officer):
        row = make_segment(world.sgr, "Media lama", tree=PEOPLE)
    browser.sign_in(world.officer).post(f"/segments/{row.id}/archival")
    browser.post(f"/segments/{row.id}/archival")
    assert "Media lama" not in browser.get("/segments").text.split("<main")[1].split("</main")[0].replace("m-toast", "")
    assert "Media lama" in browser.get("/segments?archived=1").text
    browser.post(f"/segments/{row.id}/restoration")
    assert "Media lama" in browser.get("/segments").text
    browser.get("/segments?archived=yes", status=400)


def test_the_page_says_where_it_is_used(browser, world, acting):
    with acting(world.officer):
        row = make_segment(world.sgr, tree=PEOPLE)
        make_campaign(world.sgr, "Undangan rapat", segment_id=row.id)
    browser.sign_in(world.viewer)
    assert "Undangan rapat" in browser.get(f"/segments/{row.id}").text


def test_a_viewer_reads_and_may_not_write(browser, world, acting):
    with acting(world.officer):
        row = make_segment(world.sgr, tree=PEOPLE)
    browser.sign_in(world.viewer).get(f"/segments/{row.id}")
    browser.get("/segments/new", status=403)
    browser.get(f"/segments/{row.id}/edit", status=403)
    browser.post(f"/segments/{row.id}/archival", status=403)


def test_the_sister_office_finds_nothing(browser, world, acting):
    with acting(world.officer):
        row = make_segment(world.sgr, "Rahasia kami", tree=PEOPLE)
    browser.sign_in(world.sister_officer)
    browser.get(f"/segments/{row.id}", status=404)
    browser.get(f"/segments/{row.id}/edit", status=404)
    browser.post(f"/segments/{row.id}/edit", {**FORM, "version": "1"}, status=404)
    browser.post(f"/segments/{row.id}/archival", status=404)
    assert "Rahasia kami" not in browser.get("/segments").text


def test_a_condition_that_nobody_registers_any_more_does_not_break_the_pages(browser, world, acting):
    with acting(world.officer):
        row = make_segment(world.sgr, tree={"op": "and", "not": False, "items": [{"condition": "gone"}]})
    browser.sign_in(world.officer).get("/segments")
    browser.get(f"/segments/{row.id}")
    browser.get(f"/segments/{row.id}/edit")


def test_a_new_segment_begins_at_its_name_and_a_condition_that_was_added_is_gone_to(browser, world):
    browser.sign_in(world.officer)
    assert "autofocus" not in browser.get("/segments/new").text
    page = browser.post("/segments/new", {**FORM, "do": "add:t"}, status=200).text
    assert page.count("autofocus") == 1
