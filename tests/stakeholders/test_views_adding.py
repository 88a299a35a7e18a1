import pytest
import sqlalchemy as sa

from crm.core.db import db
from crm.stakeholders.models import (
    Affiliation,
    ContactPoint,
    Organization,
    Person,
    Stakeholder,
)
from tests.stakeholders.factories import (
    make_contact,
    make_organization,
    make_other_name,
)
from tests.stakeholders.pages import ORGANIZATION, PERSON


def test_new_organization_from_the_page(browser, acting, world):
    browser.sign_in(world.officer).get("/stakeholders/organizations/new")
    response = browser.post(
        "/stakeholders/organizations/new",
        {
            **ORGANIZATION,
            "other_names-0-name": "DKPS",
            "other_names-0-kind": "abbreviation",
            "phones-0-value": "0812 3456 7890 / (021) 555 0123 ext. 7",
            "phones-0-has_whatsapp": "y",
            "phones-1-value": "",
            "emails-0-value": "Humas@Disdukcapil.example",
            "emails-1-value": "pribadi@disdukcapil.example",
            "emails-1-is_private": "y",
            "socials-0-value": "https://instagram.com/disdukcapil",
            "socials-0-network": "",
            "topics": "data WNA, #koordinasi",
            "website": "disdukcapil.example",
            "tier": "2",
            "influence": "4",
        },
    )
    page = browser.follow(response)
    for words in (
        "0812 3456 7890",
        "https://wa.me/6281234567890",
        "(021) 555 0123",
        "ext. 7",
        "humas@disdukcapil.example",
        "koordinasi",
    ):
        assert words in page.text
    with acting(world.officer):
        made = db.session.scalars(sa.select(Organization)).one()
        assert (made.office_id, made.website, made.created_by_id) == (
            world.sgr.id,
            "https://disdukcapil.example",
            world.officer.id,
        )
        private = [c.value for c in db.session.scalars(sa.select(ContactPoint)) if c.is_private]
        assert private == ["pribadi@disdukcapil.example"]


def test_wrong_input_keeps_the_text(browser, acting, world):
    sent = {
        **ORGANIZATION,
        "name": "",
        "address": "Jalan Laut 1",
        "phones-0-value": "telepon saya",
        "emails-0-value": "bukan",
        "socials-0-value": "@x",
    }
    page = browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent, status=422)
    assert page.text.count("m-err") >= 4
    assert "&#39;value&#39;" not in page.text
    for words in ("Jalan Laut 1", "telepon saya", "bukan"):
        assert words in page.text
    with acting(world.officer):
        assert db.session.scalar(sa.select(Stakeholder.id)) is None


def test_unstorable_text_is_refused_in_rows_too(browser, acting, world):
    sent = {**ORGANIZATION, "other_names-0-name": "a\x00b", "other_names-0-kind": "alias"}
    browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent, status=422)
    with acting(world.officer):
        assert db.session.scalar(sa.select(Stakeholder.id)) is None


def test_viewers_add_nothing(browser, acting, world):
    browser.sign_in(world.viewer).get("/stakeholders/organizations/new", status=403)
    browser.post("/stakeholders/people/new", PERSON, status=403)


def test_fields_that_the_form_lacks_are_ignored(browser, acting, world):
    sent = {
        **ORGANIZATION,
        "office_id": str(world.wnm.id),
        "id": "999",
        "created_by_id": "1",
        "archived_at": "2026-01-01",
        "version": "77",
    }
    browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent, status=422)
    browser.sign_in(world.local_officer).post("/stakeholders/organizations/new", sent)
    with acting(world.local_officer):
        made = db.session.scalars(sa.select(Organization)).one()
        assert (made.office_id, made.archived_at, made.version) == (world.sgr_lng.id, None, 1)
        assert made.id != 999


def test_add_row_without_script_draws_again_and_saves_nothing(browser, acting, world):
    sent = {**ORGANIZATION, "phones-0-value": "0812 3456 7890", "add_row": "phones", "form_key": "k" * 24}
    page = browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent, status=200)
    assert 'name="phones-1-value"' in page.text
    assert "0812 3456 7890" in page.text
    with acting(world.officer):
        assert db.session.scalar(sa.select(Stakeholder.id)) is None
    del sent["add_row"]
    browser.post("/stakeholders/organizations/new", sent)
    with acting(world.officer):
        assert db.session.scalars(sa.select(Stakeholder.name)).all() == [ORGANIZATION["name"]]


def test_sent_twice_saved_once(browser, acting, world):
    sent = {**ORGANIZATION, "form_key": "k" * 24}
    first = browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent)
    again = browser.post("/stakeholders/organizations/new", sent)
    assert again.headers["Location"] == first.headers["Location"]
    with acting(world.officer):
        assert len(db.session.scalars(sa.select(Stakeholder.id)).all()) == 1


def test_warning_of_doubles_keeps_the_text_and_can_be_overruled(browser, acting, world, agency):
    sent = {**ORGANIZATION, "name": "disdukcapil kota sagaramaya", "note": "Loket dua."}
    page = browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent, status=422)
    assert f"/stakeholders/{agency}" in page.text
    assert "Loket dua." in page.text
    browser.post("/stakeholders/organizations/new", {**sent, "save_anyway": "1"})
    with acting(world.officer):
        assert len(db.session.scalars(sa.select(Organization.id)).all()) == 2


def test_warning_of_doubles_never_shows_other_offices(browser, acting, world, foreign):
    with acting(world.sister_officer):
        make_contact(db.session.get(Organization, foreign), "canary@wanamaya.example")
    sent = {**ORGANIZATION, "name": "Canary Kota Wanamaya", "emails-0-value": "canary@wanamaya.example"}
    browser.sign_in(world.officer).post("/stakeholders/organizations/new", sent)


def test_new_person_with_titles_in_the_name_and_a_new_organization(browser, acting, world, agency):
    sent = {
        **PERSON,
        "name": "Ibu Dr. Ratnaningsih Wulandari, SH, M.Si",
        "affiliations-0-organization": "Disdukcapil Kota Sagaramaya",
        "affiliations-0-title": "Kepala Dinas",
        "affiliations-0-from_on": "2024-01-02",
        "affiliations-1-organization": "Paguyuban Baru",
        "affiliations-1-title": "Ketua",
    }
    page = browser.sign_in(world.officer).post("/stakeholders/people/new", sent, status=422)
    assert 'value="new:community-group"' in page.text
    response = browser.post("/stakeholders/people/new", {**sent, "affiliations-1-organization_choice": "new:community-group"})
    shown = browser.follow(response)
    assert "Dr. Ratnaningsih Wulandari, S.H., M.Si." in shown.text
    with acting(world.officer):
        person = db.session.scalars(sa.select(Person)).one()
        assert (person.name, person.salutation) == ("Ratnaningsih Wulandari", "Ibu")
        names = [o.name for o in db.session.scalars(sa.select(Organization).order_by(Organization.id))]
        assert names == ["Disdukcapil Kota Sagaramaya", "Paguyuban Baru"]
        assert len(db.session.scalars(sa.select(Affiliation)).all()) == 2


def test_ambiguous_organization_is_asked_about(browser, acting, world, agency):
    with acting(world.officer):
        other = make_organization(world.sgr, "Dinas Dukcapil")
        for one in (other, db.session.get(Organization, agency)):
            make_other_name(one, "Dukcapil")
    sent = {**PERSON, "affiliations-0-organization": "dukcapil"}
    page = browser.sign_in(world.officer).post("/stakeholders/people/new", sent, status=422)
    assert f'<option value="{agency}">' in page.text
    browser.post("/stakeholders/people/new", {**sent, "affiliations-0-organization_choice": str(agency)})
    with acting(world.officer):
        assert db.session.scalars(sa.select(Affiliation.organization_id)).all() == [agency]


@pytest.mark.parametrize("field", ["affiliations-0-organization_id", "affiliations-0-organization_choice"])
def test_foreign_ids_in_a_form_are_not_found(browser, acting, world, foreign, field):
    sent = {**PERSON, "affiliations-0-organization": "Canary Kota Wanamaya", field: str(foreign)}
    browser.sign_in(world.officer).post("/stakeholders/people/new", sent, status=422)
    browser.post(
        "/stakeholders/organizations/new",
        {**ORGANIZATION, "parent": "Canary Kota Wanamaya", "parent_id": str(foreign)},
        status=422,
    )
    with acting(world.officer):
        assert db.session.scalars(sa.select(Stakeholder.id)).all() == []


def test_shouted_name_is_offered_in_ordinary_capitals(browser, acting, world):
    sent = {**PERSON, "name": "SITI NURAINI"}
    page = browser.sign_in(world.officer).post("/stakeholders/people/new", sent, status=422)
    assert "Siti Nuraini" in page.text
    assert 'value="Siti Nuraini"' in browser.post("/stakeholders/people/new", {**sent, "recase": "1"}, status=200).text
    browser.post("/stakeholders/people/new", {**sent, "save_anyway": "1"})
    with acting(world.officer):
        assert db.session.scalars(sa.select(Person.name)).all() == ["SITI NURAINI"]


def test_page_of_an_organization_offers_a_person_for_it(browser, world, agency):
    page = browser.sign_in(world.officer).get(f"/stakeholders/people/new?organization={agency}")
    assert 'value="Disdukcapil Kota Sagaramaya"' in page.text
    browser.get("/stakeholders/people/new?organization=99999")


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("organizations", "category", "password"),
        ("organizations", "tier", "4"),
        ("organizations", "tier", "1 or 1=1"),
        ("organizations", "influence", "9"),
        ("organizations", "owner_id", "999999"),
        ("organizations", "owner_id", "abc"),
        ("organizations", "parent", "a\x00b"),
        ("organizations", "region", "a\x00b"),
        ("organizations", "name", "x" * 201),
        ("organizations", "topics", ",".join(f"t{n}" for n in range(30))),
        ("organizations", "topics", "t" * 100),
        ("organizations", "website", "ftp://x.example"),
        ("organizations", "other_names-0-name", "x" * 201),
        ("people", "preferred_channel", "pigeon"),
        ("people", "birth_on", "kemarin"),
        ("people", "birth_on", "99999-01-01"),
        ("people", "affiliations-0-organization", "a\x00b"),
        ("people", "note", "a\x00b"),
    ],
)
def test_bad_values_are_refused_and_nothing_is_kept(browser, acting, world, kind, field, value):
    sent = {**(ORGANIZATION if kind == "organizations" else PERSON), field: value}
    browser.sign_in(world.officer).post(f"/stakeholders/{kind}/new", sent, status=422)
    with acting(world.officer):
        assert db.session.scalar(sa.select(Stakeholder.id)) is None


def test_dates_of_a_post_must_be_in_order(browser, world, agency):
    sent = {
        **PERSON,
        "affiliations-0-organization": "Disdukcapil Kota Sagaramaya",
        "affiliations-0-from_on": "2024-05-01",
        "affiliations-0-until_on": "2024-04-01",
    }
    browser.sign_in(world.officer).post("/stakeholders/people/new", sent, status=422)


def test_owner_of_another_office_is_not_offered(browser, world):
    page = browser.sign_in(world.officer).get("/stakeholders/organizations/new")
    assert world.colleague.name in page.text
    assert world.sister_officer.name not in page.text
    browser.post("/stakeholders/organizations/new", {**ORGANIZATION, "owner_id": str(world.sister_officer.id)}, status=422)
