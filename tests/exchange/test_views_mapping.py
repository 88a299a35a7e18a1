"""The matching page and the kinds of list that come out of it."""

import io
import json
import re

import sqlalchemy as sa
from xlsxwriter import Workbook

from crm.accounts.models import Role, User
from crm.core.db import db
from crm.exchange import service
from crm.exchange.codes import Reason
from crm.exchange.models import Import, ImportRow, SavedProfile
from crm.exchange.profile import SkipRule
from crm.exchange.profile_format import load_built_in, parse_profile
from crm.stakeholders.models import ContactPoint, Organization, Person
from tests.exchange.screens import CONTACTS, MEETINGS, begun, imported, kind_now, mapping_form, planned

PLAIN = "Siapa;Dari mana;HP\nTarjo;Radio Gema Pesisir;0812 5550 0199\nSuharti;;0813 5550 0771\n"


def profile_now(acting, user, import_id):
    with acting(user) as session:
        return parse_profile(session.scalars(sa.select(Import).where(Import.id == import_id)).one().profile)


def test_unknown_headers_are_matched_by_hand_and_remembered(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    import_id = begun(browser, PLAIN)
    page = browser.get(f"/imports/{import_id}/files").text
    assert 'value="rows"' not in page  # first the columns
    assert "Belum ada kolom untuk: Nama" in page
    sent = mapping_form(browser, import_id)
    assert sent["field-2"] == "phone"  # known by its header
    sent |= {"field-0": "name", "field-1": "organization", "remember": "y", "title": "Kontak radio"}
    browser.post(f"/imports/{import_id}/mapping", sent)
    jobs.run_all()
    assert "2 baris, 2 siap masuk" in browser.get(f"/imports/{import_id}").text
    with acting(world.officer):
        saved = db.session.scalars(sa.select(SavedProfile)).one()
    assert (saved.title, saved.office_id) == ("Kontak radio", world.sgr.id)
    assert parse_profile(saved.body).columns["name"].headers[0] == "Siapa"
    again = begun(browser, PLAIN.replace("Tarjo", "Tarjono"))
    assert kind_now(browser, again) == f"s:{saved.id}"
    assert 'value="rows"' in browser.get(f"/imports/{again}/files").text


def test_unchanged_page_changes_nothing(world, browser, acting):
    browser.sign_in(world.officer)
    import_id = begun(browser, MEETINGS, name="meetings.csv")
    browser.post(f"/imports/{import_id}/mapping", {**mapping_form(browser, import_id), "go": "stay"})
    assert profile_now(acting, world.officer, import_id) == load_built_in("uk-ministers-meetings")


def test_corrected_participants_are_remembered_in_the_profile(world, browser, acting):
    browser.sign_in(world.officer)
    import_id = begun(browser, MEETINGS, name="meetings.csv")
    sent = mapping_form(browser, import_id)
    sent |= {"parties-0": "Alpha Ltd\nBudi Santoso (direktur) @Gamma Group", "go": "stay"}
    browser.post(f"/imports/{import_id}/mapping", sent)
    answer = profile_now(acting, world.officer, import_id).split["organization"].answers["alpha ltd, beta plc, gamma group"]
    assert [(p.organization, p.person.name if p.person else "", p.position) for p in answer] == [
        ("Alpha Ltd", "", ""),
        ("Gamma Group", "Budi Santoso", "direktur"),
    ]
    page = browser.get(f"/imports/{import_id}/mapping").text
    assert "parties-0" not in page  # answered
    sent = mapping_form(browser, import_id)
    browser.post(f"/imports/{import_id}/mapping", {**sent, "forget": "alpha ltd, beta plc, gamma group", "go": "stay"})
    assert profile_now(acting, world.officer, import_id) == load_built_in("uk-ministers-meetings")


def test_date_rules_are_kept(world, browser, acting):
    browser.sign_in(world.officer)
    import_id = begun(browser, MEETINGS, name="meetings.csv")
    sent = {
        **mapping_form(browser, import_id),
        "precision": "month",
        "formats": "%d.%m.%y; %Y%m%d",
        "dashed_day": "y",
        "go": "stay",
    }
    del sent["day_first"]
    browser.post(f"/imports/{import_id}/mapping", sent)
    rule = profile_now(acting, world.officer, import_id).dates
    assert (rule.precision, rule.formats, rule.dashed_day, rule.day_first) == ("month", ("%d.%m.%y", "%Y%m%d"), True, False)


def test_rules_that_leave_rows_out_are_added_changed_and_dropped_on_the_page(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    import_id = begun(browser, CONTACTS)
    sent = mapping_form(browser, import_id)
    last = max(int(name.removeprefix("skip-")) for name in sent if re.fullmatch(r"skip-\d+", name))
    rule = {f"skip-{last}-field": "organization", f"skip-{last}-starts_with": "radio\r\nkoran", f"skip-{last}-reason": "closed"}
    browser.post(f"/imports/{import_id}/mapping", {**sent, **rule, "remember": "y", "title": "Tanpa media", "go": "stay"})
    kept = profile_now(acting, world.officer, import_id).skip[-1]
    assert kept == SkipRule(Reason.CLOSED, field="organization", starts_with=("radio", "koran"))
    with acting(world.officer):
        saved = db.session.scalars(sa.select(SavedProfile)).one()
    assert parse_profile(saved.body).skip[-1] == kept
    assert json.loads(saved.body)["skip"][-1] == {"reason": "closed", "field": "organization", "starts_with": ["radio", "koran"]}

    again = mapping_form(browser, import_id)
    browser.post(f"/imports/{import_id}/mapping", {**again, f"skip-{last}-contains": "pesisir", f"skip-{last}-starts_with": ""})
    jobs.run_all()
    assert profile_now(acting, world.officer, import_id).skip[-1].contains == ("pesisir",)
    with acting(world.officer):
        reasons = db.session.scalars(sa.select(ImportRow.reason).where(ImportRow.import_id == import_id)).all()
    assert "closed" in reasons

    browser.post(f"/imports/{import_id}/mapping", {**mapping_form(browser, import_id), f"skip-{last}-drop": "1", "go": "stay"})
    assert profile_now(acting, world.officer, import_id).skip == load_built_in("contacts").skip


def test_a_rule_without_its_other_half_is_refused_and_kept_on_the_page(world, browser, acting):
    browser.sign_in(world.officer)
    import_id = begun(browser, CONTACTS)
    sent = mapping_form(browser, import_id)
    last = max(int(name.removeprefix("skip-")) for name in sent if re.fullmatch(r"skip-\d+", name))
    page = browser.post(f"/imports/{import_id}/mapping", {**sent, f"skip-{last}-contains": "kata tanpa kolom"}, status=422)
    assert "memerlukan keduanya" in page.text
    assert "kata tanpa kolom</textarea>" in page.text
    assert profile_now(acting, world.officer, import_id) == load_built_in("contacts")


def test_words_of_the_file_get_a_meaning(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    import_id = begun(browser, "nama,kategori\nSuara Arum,Pers\nPaguyuban Arum,Yayasan\n", name="organisasi.csv")
    sent = mapping_form(browser, import_id)
    words = {value: name for name, value in sent.items() if name.startswith("word-category-")}
    sent[words["Yayasan"].replace("word", "means")] = "community-group"
    browser.post(f"/imports/{import_id}/mapping", sent)
    jobs.run_all()
    browser.post(f"/imports/{import_id}/run")
    jobs.run_all()
    with acting(world.officer):
        found = dict(db.session.execute(sa.select(Organization.name, Organization.category)).all())
    assert {name: category.value for name, category in found.items()} == {
        "Suara Arum": "media",
        "Paguyuban Arum": "community-group",
    }


def test_required_field_left_out_is_said(world, browser):
    browser.sign_in(world.officer)
    import_id = begun(browser, CONTACTS)
    sent = {**mapping_form(browser, import_id), "field-0": ""}
    response = browser.post(f"/imports/{import_id}/mapping", sent, status=422)
    assert "Belum ada kolom untuk: Nama" in response.text


def test_protected_fields_are_no_choice(world, browser, acting):
    browser.sign_in(world.officer)
    import_id = begun(browser, CONTACTS)
    sent = {
        **mapping_form(browser, import_id),
        "field-1": "office_id",
        "field-2": "owner_id",
        "office_id": "5",
        "created_by_id": "1",
        "go": "stay",
    }
    browser.post(f"/imports/{import_id}/mapping", sent)
    columns = profile_now(acting, world.officer, import_id).columns
    assert not {"office_id", "owner_id"} & set(columns)
    assert "organization" not in columns or "organisasi" not in columns["organization"].headers
    with acting(world.officer) as session:
        assert session.scalars(sa.select(Import)).one().office_id == world.sgr.id


def test_every_file_needs_its_columns(world, browser, jobs):
    browser.sign_in(world.officer)
    import_id = begun(browser, CONTACTS, PLAIN)
    page = browser.get(f"/imports/{import_id}/mapping").text
    assert "1 berkas masih perlu dicocokkan" in page
    file_id = re.search(r'name="file" value="(\d+)"', page).group(1)  # the one that does not fit comes first
    sent = {**mapping_form(browser, import_id, file_id), "field-0": "name", "field-1": "organization"}
    browser.post(f"/imports/{import_id}/mapping", sent)
    jobs.run_all()
    # Suharti stands in both with one number: her second row has nothing to add
    assert "6 baris, 3 siap masuk" in browser.get(f"/imports/{import_id}").text


def test_private_fields_need_the_permission(world, browser, jobs, acting, app):
    text = "nama,telepon pribadi,telepon\nBudi,0812 5550 0142,0812 5550 0143\n"
    browser.sign_in(world.officer)
    import_id = planned(browser, jobs, text)
    with acting(world.admin):
        user = db.session.get(User, world.officer.id)
        user.role = Role.VIEWER
    browser.post(f"/imports/{import_id}/run", status=403)
    with acting(world.admin):
        db.session.get(User, world.officer.id).role = Role.OFFICER
    browser.post(f"/imports/{import_id}/run")
    jobs.run_all()
    with acting(world.officer):
        points = db.session.execute(sa.select(ContactPoint.value, ContactPoint.is_private).order_by(ContactPoint.value)).all()
    assert [tuple(point) for point in points] == [("+6281255500142", True), ("+6281255500143", False)]


def test_workbook_sheet_can_be_chosen(world, browser, jobs):
    target = io.BytesIO()
    with Workbook(target) as book:
        for title, name in (("Petunjuk", "isi lembar kedua"), ("Daftar", "Suparmi")):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, ["nama", "jabatan"])
            sheet.write_row(1, 0, [name, "Kasi"])
    browser.sign_in(world.officer)
    import_id = begun(browser, target.getvalue(), name="daftar.xlsx")
    page = browser.get(f"/imports/{import_id}/files").text
    assert "Excel (.xlsx)" in page
    assert "isi lembar kedua" in page
    file_id = re.search(r"/files/(\d+)/layout", page).group(1)
    browser.post(f"/imports/{import_id}/files/{file_id}/layout", {"sheet": "Daftar", "header_row": ""})
    page = browser.get(f"/imports/{import_id}/files").text
    assert "Suparmi" in page
    browser.post(f"/imports/{import_id}/files/{file_id}/layout", {"sheet": "Lain", "header_row": ""}, status=422)


# Kinds of list ----------------------------------------------------------------------------------------------------------


def send_profile(browser, text, *, status=303, office_id=3):
    data = {"office_id": str(office_id), "files": [(io.BytesIO(text.encode()), "jenis.json")]}
    return browser.post("/imports/profiles", data, status=status, content_type="multipart/form-data")


def test_profile_is_downloaded_changed_and_loaded(world, browser, acting):
    browser.sign_in(world.officer)
    browser.get("/imports/profiles", queries=12)
    body = json.loads(browser.get("/imports/profiles/built-in/contacts/profile.json").text)
    browser.get("/imports/profiles/built-in/no-such/profile.json", status=404)
    body |= {"key": "kontak-humas", "title": {"id": "Kontak humas"}}
    send_profile(browser, json.dumps(body))
    page = browser.get("/imports/profiles").text
    assert "Kontak humas" in page
    profile_id = re.search(r"/imports/profiles/(\d+)/profile.json", page).group(1)
    assert json.loads(browser.get(f"/imports/profiles/{profile_id}/profile.json").text)["key"] == "kontak-humas"
    browser.post(f"/imports/profiles/{profile_id}/removal")
    with acting(world.officer):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SavedProfile)) == 0


def test_bad_profiles_are_refused_with_the_place(world, browser, acting):
    browser.sign_in(world.officer)
    body = json.loads(browser.get("/imports/profiles/built-in/contacts/profile.json").text)
    assert "JSON" in send_profile(browser, "{", status=422).text
    body["columns"]["office_id"] = {"headers": ["kantor"]}
    assert "office_id" in send_profile(browser, json.dumps(body), status=422).text
    send_profile(browser, json.dumps({**body, "schema": "other"}), status=422)
    del body["columns"]["office_id"]
    send_profile(browser, json.dumps(body), status=422, office_id=world.wnm.id)
    with acting(world.central):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SavedProfile)) == 0


def test_import_of_a_removed_kind_still_runs(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    body = json.loads(browser.get("/imports/profiles/built-in/contacts/profile.json").text)
    send_profile(browser, json.dumps({**body, "key": "kontak-humas", "title": {"id": "Kontak humas"}}))
    with acting(world.officer):
        saved = db.session.scalars(sa.select(SavedProfile)).one()
    import_id = begun(browser, CONTACTS, kind=f"s:{saved.id}")
    browser.post(f"/imports/profiles/{saved.id}/removal")
    browser.post(f"/imports/{import_id}/kind", {"kind": kind_now(browser, import_id), "year": "", "go": "rows"})
    jobs.run_all()
    browser.post(f"/imports/{import_id}/run")
    jobs.run_all()
    with acting(world.officer):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 2


def test_finished_import_cannot_be_matched_again(world, browser, jobs):
    browser.sign_in(world.officer)
    import_id = imported(browser, jobs, CONTACTS)
    for path in ("mapping", "files"):
        assert "sudah berjalan" in browser.follow(browser.get(f"/imports/{import_id}/{path}", status=303)).text
    browser.post(f"/imports/{import_id}/planning")
    assert jobs.names() == []


def let_go(response):
    """The test client spools a large body into a file of its own and leaves it open."""
    response.request.environ["wsgi.input"].close()


def test_file_larger_than_the_limit_is_named(world, browser, app):
    browser.sign_in(world.officer)
    with app.app_context():
        there = set(service.folder().iterdir())
    before, app.config["MAX_IMPORT_BYTES"] = app.config["MAX_IMPORT_BYTES"], 1024 * 1024
    try:
        data = {
            "kind": "auto",
            "office_id": "3",
            "year": "",
            "files": [(io.BytesIO(b"nama\n" + b"x" * 1024 * 1024), "besar.csv")],
        }
        response = browser.post("/imports/new", data, status=422, content_type="multipart/form-data")
        let_go(response)
        assert "besar.csv lebih besar dari 1 MB" in response.text
        with app.app_context():
            assert set(service.folder().iterdir()) == there
    finally:
        app.config["MAX_IMPORT_BYTES"] = before


def test_large_file_passes_the_limit_of_forms(world, browser):
    browser.sign_in(world.officer)
    text = b"nama,catatan\n" + b"Budi," + b"x" * 900 + b"\n" + (b"Orang," + b"y" * 1000 + b"\n") * 17_000
    data = {"kind": "auto", "office_id": "3", "year": "", "files": [(io.BytesIO(text), "besar.csv")]}
    assert len(text) > 16 * 1024 * 1024
    let_go(browser.post("/imports/new", data, content_type="multipart/form-data"))
