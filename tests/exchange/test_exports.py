"""The list of stakeholders as a file: who gets it, what is in it, how it comes back, when it goes."""

import csv
import io

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from crm.accounts.models import Role, User
from crm.activity.models import ActivityEntry
from crm.core import scope as scopes
from crm.core.clock import now
from crm.core.db import bulk_insert, db
from crm.core.text import name_key
from crm.exchange import exports
from crm.exchange.models import Export, ExportState
from crm.stakeholders import queries as stakeholders
from crm.stakeholders.details import AffiliationLine, OrganizationDetails, OtherNameLine, PersonDetails, email_line, phone_lines
from crm.stakeholders.keys import NameKind, StakeholderKind, name_match
from crm.stakeholders.models import Category, Organization, Person
from crm.stakeholders.service import create_organization, create_person
from tests.browser import Browser
from tests.exchange.screens import imported
from tests.stakeholders.factories import make_organization, make_person

AGENCY = OrganizationDetails(
    name="Disdukcapil Kota Sagaramaya",
    category=Category.BUSINESS,
    address="Jalan Merdeka 1",
    website="https://disdukcapil.example",
    other_names=(OtherNameLine("DDC", NameKind.ABBREVIATION), OtherNameLine("Dinas Dukcapil")),
    contacts=(email_line("humas@disdukcapil.example"), *phone_lines("(021) 555 0123 ext. 12")),
    topics=("data WNA",),
    tags=("prioritas",),
    note="Buka Senin",
)


def person_of(organization_id):
    return PersonDetails(
        name="Suharti",
        titles_before="dr.",
        titles_after="M.Si.",
        called="Bu Harti",
        salutation="Ibu",
        preferred_language="id",
        affiliations=(AffiliationLine(organization_id, "Kabid"),),
        contacts=(*phone_lines("0813 5550 0771"), email_line("suharti@disdukcapil.example")),
        private_contacts=phone_lines("0812 5550 0142", is_private=True),
        home_address="Jalan Melati 3",
        note="=1+1",
    )


@pytest.fixture
def agency(world, acting):
    with acting(world.officer):
        made = create_organization(AGENCY, office_id=world.sgr.id, by=world.officer)
        create_person(person_of(made.id), office_id=world.sgr.id, by=world.officer)
    return made


def ask(browser, address="", *, status=303, **fields):
    return browser.post(f"/exports/new{address}", {"format": "xlsx", "purpose": "Undangan jumpa pers", **fields}, status=status)


def made(browser, jobs, address="", **fields):
    url = ask(browser, address, **fields).headers["Location"]
    jobs.run_all()
    return url


def fetched(browser, url):
    with browser.get(f"{url}/file") as response:
        return response.get_data()


def rows_of_csv(browser, url):
    return list(csv.DictReader(io.StringIO(fetched(browser, url).decode("utf-8-sig"))))


def sheets_of(browser, url):
    book = CalamineWorkbook.from_filelike(io.BytesIO(fetched(browser, url)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_export_is_asked_for_made_and_fetched(world, browser, jobs, agency):
    browser.sign_in(world.officer)
    page = browser.get("/exports/new?q=suharti", queries=14).text
    assert "Untuk keperluan" in page
    url = ask(browser).headers["Location"]
    assert "Berkas sedang dibuat" in browser.get(url, queries=10).text
    browser.get(f"{url}/file", status=404)
    jobs.run_all()
    assert "2 baris" in browser.get(url).text
    part = browser.get(url, headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == url
    sheets = sheets_of(browser, url)
    assert list(sheets) == ["Organisasi", "Orang"]
    organization = dict(zip(*sheets["Organisasi"], strict=True))
    assert (organization["Nama"], organization["Singkatan"], organization["Kategori"]) == (AGENCY.name, "DDC", "Badan usaha")
    person = dict(zip(*sheets["Orang"], strict=True))
    assert (person["Nama"], person["Organisasi"], person["Jabatan"]) == ("Suharti", AGENCY.name, "Kabid")
    assert (person["Telepon"], person["Telepon pribadi"], person["Catatan"]) == ("+6281355500771", "+6281255500142", "=1+1")


def test_purpose_and_format_are_needed(world, browser):
    browser.sign_in(world.officer)
    ask(browser, status=422, purpose="")
    ask(browser, status=422, format="exe")
    ask(browser, "?office_id=5", status=400)
    ask(browser, "?category=media", status=422, format="csv-people")  # people have no category


def test_viewer_may_not_export(world, browser):
    browser.sign_in(world.viewer)
    browser.get("/exports/new", status=403)
    ask(browser, status=403)


def test_filters_of_the_list_hold(world, browser, jobs, agency, acting):
    with acting(world.officer):
        make_organization(world.sgr, "Suara Arum", category=Category.MEDIA)
        make_person(world.sgr, "Tarjo")
    browser.sign_in(world.officer)
    sheets = sheets_of(browser, made(browser, jobs, "?category=media"))
    assert list(sheets) == ["Organisasi"]
    assert [row[0] for row in sheets["Organisasi"]] == ["Nama", "Suara Arum"]
    names = [row["Nama"] for row in rows_of_csv(browser, made(browser, jobs, "?kind=person", format="csv-people"))]
    assert names == ["Suharti", "Tarjo"]


def test_dangerous_cells_are_harmless_in_csv_and_strings_in_a_workbook(world, browser, jobs, acting):
    names = ["=cmd|' /C calc'!A0", " +62 812", "＝1+1", '"=1"', "\u00a0@SUM(A1)", "-2+3", "عبد الكريم", "Rini 👩‍💼"]
    with acting(world.officer):
        for name in names:
            make_person(world.sgr, name, note="first\n=HYPERLINK(1)")
    browser.sign_in(world.officer)
    rows = rows_of_csv(browser, made(browser, jobs, format="csv-people"))
    shown = {row["Nama"] for row in rows}
    assert shown == {"'" + name if name[0] in '= ＝"\u00a0-' else name for name in names}
    assert {row["Catatan"] for row in rows} == {"first\n'=HYPERLINK(1)"}
    sheet = sheets_of(browser, made(browser, jobs))["Orang"]
    assert {row[0] for row in sheet[1:]} == set(names)


def test_contacts_come_back_as_they_went_out(world, app, browser, jobs, agency, acting):
    browser.sign_in(world.officer)
    text = fetched(browser, made(browser, jobs, format="csv-people"))
    assert b"'+6281355500771" in text
    other = Browser(app).sign_in(world.sister_officer)
    imported(other, jobs, text, name="kontak.csv", office_id=str(world.wnm.id))
    with acting(world.sister_officer):
        person = db.session.scalars(sa.select(Person)).one()
        details = stakeholders.details_of(person)
        organization = db.session.scalars(sa.select(Organization)).one()
    was = person_of(organization.id)
    assert (details.name, details.titles_before, details.titles_after, details.called) == ("Suharti", "dr.", "M.Si.", "Bu Harti")
    assert set(details.contacts) == set(was.contacts)
    assert details.private_contacts == was.private_contacts
    assert (details.home_address, details.note, details.salutation) == ("Jalan Melati 3", "=1+1", "Ibu")
    assert [(line.title, line.organization_id) for line in details.affiliations] == [("Kabid", organization.id)]


def test_organizations_come_back_as_they_went_out(world, app, browser, jobs, agency, acting):
    browser.sign_in(world.officer)
    text = fetched(browser, made(browser, jobs, format="csv-organizations"))
    other = Browser(app).sign_in(world.sister_officer)
    imported(other, jobs, text, name="organisasi.csv", office_id=str(world.wnm.id))
    with acting(world.sister_officer):
        details = stakeholders.details_of(db.session.scalars(sa.select(Organization)).one())
    assert (details.name, details.category, details.address, details.website) == (
        AGENCY.name,
        AGENCY.category,
        AGENCY.address,
        AGENCY.website,
    )
    assert set(details.other_names) == set(AGENCY.other_names)
    assert {line.value for line in details.contacts} == {line.value for line in AGENCY.contacts}
    assert (details.topics, details.tags, details.note) == (AGENCY.topics, AGENCY.tags, AGENCY.note)


def test_private_columns_are_for_those_who_may_see_them(world, acting, jobs, agency, browser):
    browser.sign_in(world.officer)
    url = ask(browser, format="csv-people").headers["Location"]
    with acting(world.admin) as session:  # the export was asked for with the permission; a file without it holds none of it
        session.scalars(sa.select(Export)).one().has_private = False
    jobs.run_all()
    (row,) = rows_of_csv(browser, url)
    assert "Telepon pribadi" not in row
    assert "Alamat rumah" not in row
    assert "0142" not in str(row)


def test_shared_organization_gives_no_private_side_away(world, acting, app, jobs):
    with acting(world.sister_officer):
        private = phone_lines("0812 5550 0199", is_private=True)
        details = OrganizationDetails(
            name="Polda Nusa", category=Category.PARTNER_AGENCY, is_shared=True, private_note="rahasia", private_contacts=private
        )
        create_organization(details, office_id=world.wnm.id, by=world.sister_officer)
    browser = Browser(app).sign_in(world.officer)
    (row,) = rows_of_csv(browser, made(browser, jobs, format="csv-organizations"))
    assert row["Nama"] == "Polda Nusa"
    assert "0199" not in str(row)


def test_whoever_lost_the_permission_meanwhile_gets_nothing(world, browser, jobs, agency, acting):
    browser.sign_in(world.officer)
    url = ask(browser).headers["Location"]
    with acting(world.admin):
        db.session.get(User, world.officer.id).role = Role.VIEWER
    jobs.run_all()
    with acting(world.officer) as session:
        assert session.scalars(sa.select(Export)).one().state is ExportState.NOT_PERMITTED
    browser.get(url, status=403)


def test_only_who_asked_can_fetch_it(world, app, browser, jobs, agency):
    url = made(browser.sign_in(world.officer), jobs)
    for user in (world.colleague, world.admin, world.sister_officer):
        stranger = Browser(app).sign_in(user)
        stranger.get(url, status=404)
        stranger.get(f"{url}/file", status=404)


def test_export_is_written_down_with_filter_rows_and_purpose(world, browser, jobs, agency, acting):
    browser.sign_in(world.officer)
    made(browser, jobs, "?category=business&sort=-name")
    with acting(world.admin) as session:
        entry = session.scalars(sa.select(ActivityEntry).where(ActivityEntry.verb == "exported")).one()
    assert entry.actor_id == world.officer.id
    assert entry.details == {
        "format": "xlsx",
        "rows": 1,
        "purpose": "Undangan jumpa pers",
        "private": True,
        "filters": {"category": "business", "sort": "-name"},
    }


def test_making_it_twice_changes_nothing(world, browser, jobs, agency, acting, app):
    browser.sign_in(world.officer)
    url = made(browser, jobs)
    with acting(world.officer) as session:
        before = session.scalars(sa.select(Export)).one()
    with app.app_context():
        exports.carry_out(before.id, scope=scopes.Scope(world.officer.id, frozenset({world.sgr.id}), world.sgr.id))
    with acting(world.officer) as session:
        assert session.scalars(sa.select(Export)).one().path == before.path
        assert session.scalar(sa.select(sa.func.count()).where(ActivityEntry.verb == "exported").select_from(ActivityEntry)) == 1
    assert fetched(browser, url)


def test_file_goes_after_a_day(world, browser, jobs, agency, acting, clock):
    clock.freeze("2026-03-02 09:00")
    browser.sign_in(world.officer, hours=72)
    url = made(browser, jobs)
    with acting(world.officer) as session:
        place = exports.path_of(session.scalars(sa.select(Export)).one())
        assert place.exists()
    clock.forward(hours=24, minutes=1)
    browser.sign_in(world.officer)
    browser.get(f"{url}/file", status=404)
    for expected in (1, 0):
        with acting(scopes.system_scope("expire exports")):
            assert exports.expire() == expected
    assert not place.exists()
    assert "Berkas sudah tidak ada" in browser.get(url).text


def test_a_link_to_a_file_that_is_lost_says_so_and_offers_another(world, browser, jobs, agency, acting):
    url = made(browser.sign_in(world.officer), jobs)
    with acting(world.officer) as session:
        exports.path_of(session.scalars(sa.select(Export)).one()).unlink()
    for address, status in ((url, 200), (f"{url}/file", 404)):
        page = browser.get(address, status=status).text
        assert "Berkas sudah tidak ada" in page
        assert "/exports/new" in page


def test_too_many_in_an_hour_are_refused(world, browser, jobs, agency, clock):
    clock.freeze("2026-03-02 09:00")
    browser.sign_in(world.officer)
    for _time in range(exports.MOST_AN_HOUR):
        ask(browser)
    assert "/exports/new" in ask(browser).headers["Location"]
    assert jobs.names() == ["exchange.export_stakeholders"] * exports.MOST_AN_HOUR
    clock.forward(minutes=61)
    assert "/exports/new" not in ask(browser.sign_in(world.officer)).headers["Location"]


def test_ten_thousand_rows_are_all_there(world, browser, jobs, acting):
    names = [f"Orang {number:05}" for number in range(10_000)]
    common = {"office_id": world.sgr.id, "kind": StakeholderKind.PERSON, "created_at": now(), "updated_at": now()}
    with acting(world.officer):
        bulk_insert(
            Person,
            [
                {**common, "name": name, "name_sort": name_key(name), "name_match": name_match(StakeholderKind.PERSON, name)}
                for name in names
            ],
        )
    browser.sign_in(world.officer)
    rows = rows_of_csv(browser, made(browser, jobs, format="csv-people"))
    assert [row["Nama"] for row in rows] == names
