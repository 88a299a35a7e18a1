"""F-31: text from the edges of Unicode in every text field of every form, and out again through every output."""

import io
import json
import re
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from crm.core import transaction
from crm.core.db import db
from tests.cli.factories import SYSTEM
from tests.faults.forms_on_pages import Forms
from tests.faults.ledger import broken_invariants
from tests.sweeps.planted import plant

# Right-to-left override, zero-width space and joiner, an emoji outside the basic plane, Arabic, Javanese, Balinese, a letter with its mark apart.
EDGE = "\u202eabc\u200b\u200d😀 العربية ꦗꦮ ᬩᬮᬶ e\u0301"
COMBINING = "Z" + "\u0335\u0322" * 500
MEGABYTE = "Catatan panjang sekali. " * 44_000
FINE = {200, 302, 303, 400, 404, 409, 413, 422}
# What is said of a thing that is not named in the same form is let go: the label of no number, the post in no organization.
SAID_OF_NOTHING = re.compile(r"(phones|emails)-\d-label|affiliations-\d-title|do_not_contact_reason|title")
WOULD_END_THE_SESSION = ("/password", "/sign-out", "/sessions", "/disabling", "/signing-out")


@pytest.fixture
def office(app, world, acting, browser):
    """A record of each kind, and the administrator looking at it."""
    with acting(world.admin):
        planted = plant(world, world.admin, world.sgr)
    browser.sign_in(world.admin)
    browser.ids = planted.ids
    return browser


def pages_of(office):
    """Every page of the URL map that can be asked for, with the ids of the planted records."""
    for rule in sorted(office.app.url_map.iter_rules(), key=str):
        if "GET" in rule.methods and rule.arguments <= office.ids.keys() and not str(rule).startswith("/styleguide"):
            address = str(rule)
            for name in rule.arguments:
                address = address.replace(f"<int:{name}>", str(office.ids[name]))
            yield address


def forms_of(office, method):
    """Each form with text in it once, with the page that it stands on."""
    seen = set()
    for address in pages_of(office):
        page = office._request("GET", address)
        if page.mimetype != "text/html" or page.status_code != 200:
            page.close()
            continue
        for form in Forms(page.text, address).forms:
            key = (form.action, tuple(sorted(form.texts)))
            if (
                form.method == method
                and form.texts
                and key not in seen
                and not any(p in form.action for p in WOULD_END_THE_SESSION)
            ):
                seen.add(key)
                yield address, form


def fresh(office, address, form):
    """The form as the page shows it now: after a save it carries another version."""
    page = Forms(office._request("GET", address).text, address)
    return next((one for one in page.forms if one.action == form.action and form.texts[0] in one.texts), form)


def send(office, form, changes):
    """Send a form as a page that a person left open: nothing of it may ever be an error of ours."""
    sent = {**form.values, **changes, "csrf_token": office.csrf_token()}
    answer = office._request("POST", form.action, data=sent)
    assert answer.status_code in FINE, (form.action, changes.keys(), answer.status_code)
    return answer


def was_refused(office):
    """Whether the page after a redirect says why not: an import that has begun takes no other columns."""
    with office.client.session_transaction() as kept:
        return "refused" in [kind for kind, _text in kept.pop("_flashes", [])]


def stored_text(app):
    """Everything that is stored, as one text, by table."""
    with app.app_context(), transaction.unit(SYSTEM) as session:
        found = []
        for table in db.metadata.sorted_tables:
            for row in session.connection().execute(sa.select(table)):
                found += [
                    json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value) for value in row
                ]
        return "\n".join(found)


def test_edges_of_unicode_are_stored_exactly_or_refused_with_a_reason(office):
    accepted, sent, number = {}, 0, 100
    for address, form in forms_of(office, "post"):
        for name in form.texts:
            number += 1
            answer = send(office, fresh(office, address, form), {name: f"{number}{EDGE}"})
            sent += 1
            if answer.status_code in {302, 303} and not was_refused(office):
                accepted[f"{number}"] = (address, form.action, name)
            elif answer.status_code == 422 and answer.mimetype == "text/html":
                assert 'role="alert"' in answer.text or "aria-invalid" in answer.text or "invalid" in answer.text, (address, name)
    stored = stored_text(office.app)
    lost = [
        place
        for mark, place in accepted.items()
        if f"{mark}{EDGE}" not in stored and not (SAID_OF_NOTHING.fullmatch(place[2]) and "/meetings" not in place[1])
    ]
    assert sent > 100
    assert len(accepted) > 70
    assert not lost, "; ".join(f"{action} {name}" for _page, action, name in lost)
    assert broken_invariants(office.app) == []


def test_what_no_database_keeps_is_refused_and_never_stored(office):
    count = 0
    for _address, form in forms_of(office, "post"):
        for name in form.texts:
            answer = send(office, form, {name: "sebelum\x00sesudah"})
            count += 1
            if "sebelum" in answer.text:
                assert answer.status_code in {400, 422}, (form.action, name)
    assert count > 60
    stored = stored_text(office.app)
    assert "\x00" not in stored
    assert "\\u0000" not in stored


def test_a_letter_under_a_thousand_marks_and_a_megabyte_are_no_error(office):
    for _address, form in forms_of(office, "post"):
        send(office, form, dict.fromkeys(form.texts, COMBINING))
        if form.areas:
            answer = send(office, form, {form.areas[0]: MEGABYTE})
            assert answer.status_code != 200 or answer.mimetype == "text/html"
    assert broken_invariants(office.app) == []


def test_bytes_that_are_no_text_are_no_error(office):
    """A lone surrogate can't be written in UTF-8: its three bytes are no text, and become the sign for that."""
    for _address, form in forms_of(office, "post"):
        fields = {**form.values, "csrf_token": office.csrf_token()}
        body = "&".join(f"{quote(name)}={quote(value)}" for name, value in fields.items() if name != form.texts[0])
        body += f"&{quote(form.texts[0])}=a%ED%A0%80b"
        answer = office._request("POST", form.action, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in FINE, (form.action, answer.status_code)
    stored_text(office.app).encode()


def test_questions_from_the_edges_are_answered(office):
    count = 0
    for _address, form in forms_of(office, "get"):
        for text in (EDGE, "a\x00b", COMBINING, "%ED%A0%80", "\u202e" * 50, "😀" * 300):
            for name in form.texts:
                shown = text if text.startswith("%") else quote(text)
                answer = office._request("GET", f"{form.action or '/'}?{name}={shown}")
                assert answer.status_code in FINE, (form.action, name, text[:10])
                count += 1
    assert count > 12


def test_the_edges_come_out_of_every_output_as_they_went_in(office, world):
    name, summary = f"Dinas {EDGE}", f"Rapat {EDGE}"
    office.post("/stakeholders/organizations/new", {"name": name, "category": "media", "note": EDGE})
    place = office.post(
        "/interactions/new",
        {
            "channel": "call", "direction": "out", "on": "2026-03-02", "precision": "day", "summary": summary, "program": "0", "role": "",
            "tone": "", "topics": EDGE, "participants-0-who": name, "follow_ups-0-text": EDGE, "follow_ups-0-owner": "0", "follow_ups-0-side": "ours",
        },
    )  # fmt: skip
    assert summary in office.follow(place).text
    assert name in office.get("/stakeholders", query_string={"q": "العربية"}).text
    assert name in re.sub("</?mark>", "", office.get("/search", query_string={"q": "ꦗꦮ"}).text)
    for address in ("/desk", "/interactions", "/commitments", "/activity", "/stakeholders"):
        assert EDGE in office.get(address).text, address
    period = {"from": "2026-03-01", "to": "2026-03-31", "office": str(world.sgr.id)}
    for page in ("", "/print"):
        assert EDGE in office.get(f"/reports/coordination{page}", query_string=period).text
    report = json.loads(office.get("/reports/coordination/report.json", query_string=period).text)
    assert EDGE in json.dumps(report, ensure_ascii=False)
    book = CalamineWorkbook.from_filelike(io.BytesIO(office.get("/reports/coordination/workbook.xlsx", query_string=period).data))
    cells = [str(cell) for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python() for cell in row]
    assert any(EDGE in cell for cell in cells)
    paper = office.get("/reports/coordination/paper.pdf", query_string=period)
    assert paper.data.startswith(b"%PDF")
