"""The three screens of an import, from the file to the records."""

import io
import re

import sqlalchemy as sa

from crm.accounts.models import Role, User
from crm.activity import service as activity
from crm.core.db import db
from crm.exchange.models import Import, ImportState
from crm.meetings.models import Meeting
from crm.stakeholders.models import Organization, Person
from tests.browser import Browser
from tests.exchange.screens import CONTACTS, MEETINGS, begun, imported, kind_now, mapping_form, planned, upload


def state_of(acting, user, import_id):
    with acting(user) as session:
        return session.scalars(sa.select(Import).where(Import.id == import_id)).one().state


def count(acting, user, model):
    with acting(user):
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_list_is_empty_then_names_the_import(world, browser):
    browser.sign_in(world.officer)
    assert "kontak-media-2026.xlsx" in browser.get("/imports", queries=12).text
    begun(browser, CONTACTS)
    page = browser.get("/imports", queries=14).text
    assert "kontak-2026.csv" in page
    assert "Suparmi" in page


def test_viewer_may_not_import(world, browser):
    browser.sign_in(world.viewer)
    browser.get("/imports", status=403)
    browser.get("/imports/new", status=403)
    upload(browser, CONTACTS, status=403)


def test_first_screen_finds_kind_and_shows_rows_as_they_are_read(world, browser):
    browser.sign_in(world.officer)
    import_id = begun(browser, CONTACTS)
    assert kind_now(browser, import_id) == "b:contacts"
    page = browser.get(f"/imports/{import_id}/files", queries=16).text
    assert "Budi Santoso" in page
    assert "Paguyuban Perkawinan Campuran" in page
    assert 'value="rows"' in page


def test_nothing_chosen_is_refused(world, browser):
    browser.sign_in(world.officer)
    response = browser.post("/imports/new", {"kind": "auto", "office_id": "3"}, status=422)
    assert "Pilih berkas" in response.text


def test_refused_file_is_named_and_the_good_one_stays(world, browser):
    browser.sign_in(world.officer)
    response = upload(browser, CONTACTS, "%PDF-1.7 nothing of ours")
    page = browser.follow(response).text
    assert "kontak-2026.csv" in page
    assert "1-kontak-2026.csv" in page  # in the refusal
    assert "bukan tabel" in page
    assert len(re.findall(r'class="m-plain" href="[^"]*file=\d+"', page)) == 1


def test_only_refused_files_make_no_import(world, browser, acting):
    browser.sign_in(world.officer)
    response = upload(browser, "", status=422)
    assert "kosong" in response.text
    assert count(acting, world.officer, Import) == 0


def test_office_outside_scope_is_refused(world, browser, acting):
    browser.sign_in(world.officer)
    upload(browser, CONTACTS, status=422, office_id=str(world.wnm.id))
    upload(browser, CONTACTS, status=422, office_id=str(world.knk.id))
    assert count(acting, world.central, Import) == 0


def test_overrides_change_how_a_file_is_read(world, browser):
    browser.sign_in(world.officer)
    import_id = begun(browser, "nama,kota\n\u201cBudi\u201d,Sagaramaya\n".encode("cp1252"))
    file_id = re.search(r"/files/(\d+)/layout", browser.get(f"/imports/{import_id}/files").text).group(1)
    layout = f"/imports/{import_id}/files/{file_id}/layout"
    browser.post(layout, {"encoding": "mac_roman", "delimiter": "", "line_end": "", "header_row": "1"})
    assert "\u201cBudi\u201d" not in browser.get(f"/imports/{import_id}/files").text
    browser.post(layout, {"encoding": "", "delimiter": ";", "line_end": "", "header_row": "0"})
    page = browser.get(f"/imports/{import_id}/files").text
    assert "nama,kota" in page
    assert "Kolom 1" in page
    assert "tidak ada" in page  # the header


def test_wrong_override_is_said_and_changes_nothing(world, browser):
    browser.sign_in(world.officer)
    import_id = begun(browser, CONTACTS)
    file_id = re.search(r"/files/(\d+)/layout", browser.get(f"/imports/{import_id}/files").text).group(1)
    layout = f"/imports/{import_id}/files/{file_id}/layout"
    response = browser.post(layout, {"encoding": "", "delimiter": "", "line_end": "", "header_row": "99"}, status=422)
    assert "baris 1 sampai 50" in response.text
    browser.post(layout, {"encoding": "klingon", "delimiter": "", "line_end": ""}, status=422)
    assert "Budi Santoso" in browser.get(f"/imports/{import_id}/files").text


def test_files_are_added_and_taken_out(world, browser):
    browser.sign_in(world.officer)
    import_id = begun(browser, CONTACTS)
    sent = {"files": [(io.BytesIO(b"nama\nSari\n"), "sari.csv")]}
    page = browser.follow(browser.post(f"/imports/{import_id}/files", sent, content_type="multipart/form-data")).text
    assert "sari.csv" in page
    file_id = re.search(r"/files/(\d+)/removal", page).group(1)
    browser.post(f"/imports/{import_id}/files/{file_id}/removal")
    browser.get(f"/imports/{import_id}/files")  # says what was taken out
    page = browser.get(f"/imports/{import_id}/files").text
    assert "sari.csv" not in page
    assert "/removal" not in page  # the last one stays
    sent = {"files": [(io.BytesIO(b"PK\x03\x04 broken"), "rusak.xlsx")]}
    response = browser.post(f"/imports/{import_id}/files", sent, status=422, content_type="multipart/form-data")
    assert "rusak.xlsx" in response.text
    assert "Budi Santoso" in response.text


def test_every_rows_fate_is_shown_before_anything_is_written(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    import_id = planned(browser, jobs, CONTACTS)
    page = browser.get(f"/imports/{import_id}", queries=16).text
    assert state_of(acting, world.officer, import_id) is ImportState.PLANNED
    assert count(acting, world.officer, Person) == 0
    assert "4 baris, 2 siap masuk" in page
    assert "Impor 2 baris" in page
    assert "Kosong: Nama" in page
    only = browser.get(f"/imports/{import_id}?fate=problem").text
    assert "Radio Gema Pesisir" in only
    assert "Budi Santoso" not in only
    browser.get(f"/imports/{import_id}?fate=nonsense", status=400)


def test_run_writes_what_was_shown_and_links_to_it(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    import_id = imported(browser, jobs, CONTACTS)
    page = browser.get(f"/imports/{import_id}", queries=16).text
    assert state_of(acting, world.officer, import_id) is ImportState.DONE
    assert count(acting, world.officer, Person) == 2
    assert "2 baris masuk" in page
    assert re.search(r'class="m-name" href="/stakeholders/\d+">Budi Santoso', page)
    again = imported(browser, jobs, CONTACTS)
    assert "0 baris masuk" in browser.get(f"/imports/{again}").text
    assert count(acting, world.officer, Person) == 2


def test_pressing_import_twice_runs_once(world, browser, jobs):
    browser.sign_in(world.officer)
    import_id = planned(browser, jobs, CONTACTS)
    for _press in range(2):
        browser.post(f"/imports/{import_id}/run", {"form_key": "pressed-twice-0123456789"})
    assert jobs.names() == ["exchange.run_import"]
    page = browser.get(f"/imports/{import_id}").text
    assert "Baris sedang masuk" in page
    assert f"/imports/{import_id}/progress" in page


def test_progress_part_sends_the_page_on_when_the_work_has_ended(world, browser, jobs):
    browser.sign_in(world.officer)
    import_id = planned(browser, jobs, CONTACTS)
    browser.post(f"/imports/{import_id}/run")
    part = browser.get(f"/imports/{import_id}/progress", headers={"HX-Request": "true"})
    assert "hx-trigger" in part.text
    assert "HX-Redirect" not in part.headers
    jobs.run_all()
    part = browser.get(f"/imports/{import_id}/progress", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == f"/imports/{import_id}"
    browser.get(f"/imports/{import_id}/progress", status=303)


def test_cancelled_run_stays_cancelled(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    import_id = planned(browser, jobs, CONTACTS)
    browser.post(f"/imports/{import_id}/run")
    browser.post(f"/imports/{import_id}/cancellation")
    jobs.run_all()
    assert state_of(acting, world.officer, import_id) is ImportState.CANCELLED
    assert count(acting, world.officer, Person) == 0
    page = browser.follow(browser.post(f"/imports/{import_id}/run")).text
    assert "tidak dapat" in page


def test_rows_are_paged(world, browser, jobs):
    browser.sign_in(world.officer)
    import_id = planned(browser, jobs, "nama\n" + "".join(f"Orang {n}\n" for n in range(120)))
    page = browser.get(f"/imports/{import_id}").text
    seen = re.findall(r"Orang \d+", page)
    while following := re.search(r'href="(/imports/\d+\?after=[^"]+)"', page):
        page = browser.get(following.group(1), headers={"HX-Request": "true"}).text
        seen += re.findall(r"Orang \d+", page)
    assert len(set(seen)) == 120


def test_problems_come_back_as_a_file_that_can_be_mended_and_imported(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    dangerous = CONTACTS.replace("Radio Gema Pesisir", "=cmd|calc")
    import_id = imported(browser, jobs, dangerous)
    response = browser.get(f"/imports/{import_id}/problems.csv")
    text = response.get_data().decode("utf-8-sig")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "'=cmd|calc" in text
    assert "Kosong: Nama" in text
    header, row = text.splitlines()
    assert header.split(",")[:5] == ["nama", "organisasi", "jabatan", "telepon", "surel"]
    mended = f"{header}\nTarjo{row}\n"
    assert "1 baris masuk" in browser.get(f"/imports/{imported(browser, jobs, mended)}").text
    with acting(world.officer):
        assert db.session.scalar(sa.select(Organization.name).where(Organization.name.like("%calc"))) == "=cmd|calc"


def test_undo_says_first_what_it_will_do(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    import_id = imported(browser, jobs, CONTACTS)
    with acting(world.officer):
        person = db.session.scalars(sa.select(Person).where(Person.name == "Suharti")).one()
        person.called = "Bu Harti"
        activity.record("changed", person, by=world.colleague, changes={"called": ("", "Bu Harti")})
    page = browser.get(f"/imports/{import_id}/undoing").text
    assert "Suharti" in page
    assert "dikerjakan Fadhil Al-Khayyal sesudahnya" in page
    assert count(acting, world.officer, Person) == 2
    browser.post(f"/imports/{import_id}/undoing")
    jobs.run_all()
    assert count(acting, world.officer, Person) == 1
    assert "Impor diurungkan" in browser.get(f"/imports/{import_id}").text


def test_whoever_lost_the_permission_meanwhile_writes_nothing(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    import_id = planned(browser, jobs, CONTACTS)
    browser.post(f"/imports/{import_id}/run")
    with acting(world.admin):
        db.session.get(User, world.officer.id).role = Role.VIEWER
    jobs.run_all()
    assert jobs.names() == []
    assert count(acting, world.officer, Person) == 0
    page = Browser(browser.app).sign_in(world.colleague).get(f"/imports/{import_id}").text
    assert "tidak lagi boleh mengimpor" in page


def test_foreign_import_is_not_there(world, app, browser, jobs):
    browser.sign_in(world.officer)
    import_id = imported(browser, jobs, CONTACTS)
    stranger = Browser(app).sign_in(world.sister_officer)
    for path in ("", "/files", "/mapping", "/progress", "/problems.csv", "/undoing"):
        stranger.get(f"/imports/{import_id}{path}", status=404)
    for path in ("/planning", "/run", "/cancellation", "/undoing", "/kind", "/files", "/mapping"):
        stranger.post(f"/imports/{import_id}{path}", status=404)
    assert "kontak-2026" not in stranger.get("/imports").text


def test_meetings_are_matched_dated_and_split(world, browser, jobs, acting):
    browser.sign_in(world.officer)
    import_id = begun(browser, MEETINGS, name="cabinet-office.csv")
    assert kind_now(browser, import_id) == "b:uk-ministers-meetings"
    page = browser.get(f"/imports/{import_id}/mapping").text
    assert "Oktober 2012" in page
    assert "Alpha Ltd\nBeta plc\nGamma Group" in page
    sent = mapping_form(browser, import_id)
    browser.post(f"/imports/{import_id}/mapping", {**sent, "whole-0": "on"})
    jobs.run_all()
    browser.post(f"/imports/{import_id}/run")
    jobs.run_all()
    with acting(world.officer):
        names = set(db.session.scalars(sa.select(Organization.name)))
    assert "Alpha Ltd, Beta plc, Gamma Group" in names
    assert count(acting, world.officer, Meeting) == 3
