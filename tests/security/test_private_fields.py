"""SC-08, SC-09, SC-16: what only some may read is nowhere for the others: not on a page, in a search, a completion, a file, a history.

The private fields hold words that stand nowhere else, also in their history.
"""

import datetime as dt
import io
import zipfile

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from crm.activity.models import ActivityEntry
from crm.core import transaction
from crm.core.db import db
from crm.interactions import service as interactions
from crm.interactions.models import Channel, Direction, Interaction
from crm.interactions.service import InteractionFacts
from crm.stakeholders import service as stakeholders
from crm.stakeholders.details import AffiliationLine, OrganizationDetails, PersonDetails, email_line, phone_lines
from crm.stakeholders.models import Category
from crm.stakeholders.views.parts import FACTS
from tests.browser import Browser
from tests.engagements.factories import make_interaction
from tests.security.office import SYSTEM, addresses, planted
from tests.security.pages import walk

BEFORE, AFTER = "Terpendamsatu", "Terpendamdua"
NUMBER, OTHER_NUMBER, BORN = "81355529471", "81355529472", dt.date(1971, 3, 14)
SECRETS = [
    BEFORE,
    AFTER,
    BEFORE.lower(),
    AFTER.lower(),
    "5552-9471",
    "5552-9472",
    "55529471",
    "55529472",
    "1971-03-14",
    "14 Maret 1971",
    "14 Mar 1971",
]


def person(agency_id, word, number):
    return PersonDetails(
        name="Wayan Terbuka",
        affiliations=(AffiliationLine(agency_id, "Kepala"),),
        contacts=(email_line("wayan@terbuka.example"),),
        private_contacts=(email_line(f"{word}@rumah.example", is_private=True), *phone_lines(f"0{number}", is_private=True)),
        private_note=f"Catatan {word}",
        home_address=f"Jalan {word} 4",
        birth_on=BORN,
    )


def agency(word, **more):
    return OrganizationDetails(
        name="Dinas Terbuka", category=Category.PARTNER_AGENCY, private_note=f"Catatan {word}", **more,
        private_contacts=(email_line(f"dinas-{word}@rumah.example", is_private=True),),
    )  # fmt: skip


@pytest.fixture
def secret(world, acting):
    """A person, an organization and an interaction whose private fields were written and then changed."""
    by = world.officer
    with acting(by):
        made = stakeholders.create_organization(agency(BEFORE), office_id=world.sgr.id, by=by)
        wayan = stakeholders.create_person(person(made.id, BEFORE, NUMBER), office_id=world.sgr.id, by=by)
        stakeholders.edit_organization(made, agency(AFTER), by=by, seen_version=None)
        stakeholders.edit_person(wayan, person(made.id, AFTER, OTHER_NUMBER), by=by, seen_version=None)
        talk = make_interaction(world.sgr, wayan, spoken_for=made)
    with acting(by) as session:
        talk = session.get(Interaction, talk.id)
        for word in (BEFORE, AFTER):
            part = talk.participations[0]
            facts = InteractionFacts(
                channel=Channel.CALL, direction=Direction.OUT, summary=f"Bicara {len(word)}", private_note=f"Catatan {word}",
                when=interactions.When(talk.starts_at, None, talk.occurred_on, talk.precision, talk.sort_at),
                parts=[interactions.Part(part.stakeholder_id, part.organization_id)],
            )  # fmt: skip
            interactions.change_interaction(talk, facts, seen_version=talk.version, by=by)
    return {"stakeholder_id": made.id, "person_id": wayan.id, "interaction_id": talk.id}


def secrets_in(answer):
    """Secrets in an answer; files are opened."""
    body = answer.get_data()
    if answer.mimetype == "application/pdf":
        body = "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).encode()
    elif body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"".join(archive.read(name) for name in archive.namelist())
    return [word for word in SECRETS if word.encode() in body]


def everything_for(app, user, secret):
    """Every page and file that somebody can get at, searches for the secrets themselves included."""
    browser = Browser(app).sign_in(user)
    ids = dict.fromkeys(("other_id", "link_id", "meeting_id", "commitment_id", "file_id", "message_id", "import_id", "profile_id", "office_id",
                         "user_id", "program_id", "export_id", "row_id", "session_id", "job_id"), 1)  # fmt: skip
    ids |= {**secret, "engagement_id": secret["interaction_id"], "office_id": user.office_id}
    asked = [
        f"{path}{word}"
        for word in (BEFORE, AFTER, OTHER_NUMBER, f"0{OTHER_NUMBER}", f"{AFTER}@rumah.example", "1971-03-14")
        for path in (
            "/search?q=",
            "/search/suggestions?q=",
            "/search/completions?kind=person&q=",
            "/stakeholders?q=",
            "/reports/coordination?stakeholder=",
        )
    ]
    pages = [
        f"/stakeholders/{secret['person_id']}",
        f"/stakeholders/{secret['person_id']}/history",
        f"/engagements/{secret['interaction_id']}",
    ]
    reports = [
        f"/reports/coordination{rest}?from=2020-01-01&to=2030-12-31"
        for rest in ("", "/print", "/paper.pdf", "/report.json", "/workbook.xlsx")
    ]
    return walk(browser, [*addresses(app, ids), *pages, *reports]).answers, [
        browser._request("GET", address) for address in asked
    ]


# SC-08, SC-09
def test_a_viewer_finds_private_fields_nowhere(app, world, secret):
    answers, found = everything_for(app, world.viewer, secret)
    shown = {address: words for address, answer in answers.items() if (words := secrets_in(answer))}
    assert shown == {}
    assert len([answer for answer in answers.values() if answer.status_code == 200]) > 25
    assert any("Wayan Terbuka" in answer.text for answer in answers.values() if answer.mimetype == "text/html")
    for answer in found:  # the words that were typed come back in the field; the person does not
        assert "Wayan" not in answer.text
        assert "Dinas Terbuka" not in answer.text


# Somebody who may read them does: the test above looked for the right words.
def test_an_officer_reads_them_on_the_record_alone(app, world, secret):
    answers, _found = everything_for(app, world.officer, secret)
    shown = {address.partition("?")[0].rsplit("/", 1)[-1] for address, answer in answers.items() if secrets_in(answer)}
    assert {str(secret["person_id"]), str(secret["stakeholder_id"]), str(secret["interaction_id"]), "edit"} <= shown
    assert "history" not in shown


# SC-08: what history never holds, no page of history can show.
def test_private_values_are_in_no_entry_of_the_record(app, world, secret):
    with app.app_context(), transaction.unit(SYSTEM):
        entries = db.session.scalars(sa.select(ActivityEntry)).all()
    written = [f"{entry.changes} {entry.details}" for entry in entries]
    assert [line for line in written if any(word in line for word in SECRETS)] == []
    assert sum("'private_note': 'changed'" in line for line in written) == 4


# SC-16: sharing shows the office's own side to nobody, and un-sharing takes the rest back at once.
def test_sharing_keeps_the_private_side_and_ends_at_once(app, world, acting):
    by = world.officer
    with acting(by):
        made = stakeholders.create_organization(agency(AFTER, is_shared=True), office_id=world.sgr.id, by=by)
    browser = Browser(app).sign_in(world.sister_officer)
    page = browser.get(f"/stakeholders/{made.id}")
    assert "Dinas Terbuka" in page.text
    assert secrets_in(page) == []
    for address in (f"/stakeholders/{made.id}/history", "/stakeholders", "/search?q=dinas", f"/engagements/timeline/{made.id}"):
        assert secrets_in(browser.get(address)) == []
    browser.get(f"/stakeholders/{made.id}/edit", status=404)
    browser.post("/meetings/new", {"title": "Zanzibar", "on": "2026-01-05", "precision": "day", "role": "R3", "program": "0",
                                   "participants-0-who": "Dinas Terbuka", "participants-0-who_id": str(made.id)})  # fmt: skip
    with acting(by) as session:
        stakeholders.edit_organization(session.get(type(made), made.id), agency(AFTER, is_shared=False), by=by, seen_version=None)
    browser.get(f"/stakeholders/{made.id}", status=404)
    browser.get(f"/stakeholders/{made.id}/history", status=404)
    for address in (
        "/stakeholders",
        "/search?q=dinas",
        "/search/suggestions?q=dinas",
        "/search/completions?kind=organization&q=dinas",
        "/reports/coordination",
    ):
        assert "Dinas Terbuka" not in browser.get(address, check=False).text
    # And the office that let it go does not see what the sister did with it.
    assert "Zanzibar" not in Browser(app).sign_in(by).get(f"/stakeholders/{made.id}").text.partition("<main")[2]
    refused = {"title": "Lagi", "on": "2026-01-05", "precision": "day", "role": "R3", "program": "0", "participants-0-who": "Dinas Terbuka",
               "participants-0-who_id": str(made.id)}  # fmt: skip
    browser.post("/meetings/new", refused, status=422)


# SC-09: a form that does not show a private field does not take one either, nor empty it.
def test_who_may_not_read_private_fields_does_not_write_them(app, world, secret):
    browser = Browser(app).sign_in(world.viewer)
    browser.post(f"/stakeholders/{secret['person_id']}/edit", {"name": "x", "private_note": "y", "version": "2"}, status=403)
    for name in FACTS:
        answer = browser._request(
            "POST",
            f"/stakeholders/{secret['person_id']}/facts/{name}",
            data={"csrf_token": browser.csrf_token(), "private_note": "y"},
        )
        assert answer.status_code == 403, name


# The planted office has everything once: nothing of it is private to a viewer of the same office but what is marked so.
def test_the_planted_interaction_hides_its_private_note(app, world, acting):
    ids = planted(world, acting)
    page = Browser(app).sign_in(world.viewer).get(f"/interactions/{ids['interaction_id']}").text
    assert page.count("Kucingrahasia") > 1
    assert "Catatan pribadi" not in page
