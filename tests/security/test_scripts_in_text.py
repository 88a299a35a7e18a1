"""XS-01 to XS-03, XS-05: text of people stays text on every page, in dialogs, toasts and completions, in a real Chromium.

Every record is planted with a payload in every field that takes text. A payload that became part of a page would call the binding,
or be stopped by the policy: both are counted.
"""

import threading
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from werkzeug.serving import WSGIRequestHandler, make_server

from crm.accounts import viewer as viewers
from crm.accounts.models import User, UserSession
from crm.activity import service as activity
from crm.core import transaction
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import JobRow
from crm.offices.models import Holiday, HolidayKind, Office
from crm.stakeholders.details import OrganizationDetails
from crm.stakeholders.models import Category, ContactPoint, Organization, Stakeholder
from crm.stakeholders.service import create_organization, find_or_create_topic
from tests import databases
from tests.browser import Browser
from tests.fakes import JobQueue
from tests.security.office import SYSTEM, addresses
from tests.security.pages import read, walk
from tests.sweeps import planted
from tests.world import World

# Leaves attributes, titles, text areas and scripts; the first part shows whether a template was filled in.
PAYLOAD = "zq{{7*7}}zq\"'></title></textarea></script><img src=x onerror=__pwn()>"
WATCH = """
document.addEventListener('securitypolicyviolation', e => __csp(e.violatedDirective + ' ' + e.blockedURI + ' ' + (e.sample || '')));
"""
# What a person may come upon without leaving the page.
OPEN_ALL = """
() => {
  document.querySelectorAll('details').forEach(d => { d.open = true });
  document.querySelectorAll('dialog').forEach(d => { try { d.showModal(); d.close() } catch { /* drawn without script */ } });
  document.querySelectorAll('[popover]').forEach(p => { try { p.showPopover(); p.hidePopover() } catch { /* the same */ } });
  document.querySelectorAll('[title], [data-tip], svg *, .m-chip, [aria-describedby]').forEach(e =>
    ['mouseover', 'mouseenter', 'focusin'].forEach(name => e.dispatchEvent(new Event(name, {bubbles: true}))));
}
"""
SEND = """
([action, fields]) => {
  const form = document.createElement('form');
  form.method = 'post'; form.action = action;
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input');
    input.type = 'hidden'; input.name = name; input.value = value; form.append(input);
  }
  document.body.append(form); form.submit();
}
"""


class Quiet(WSGIRequestHandler):
    def log(self, *_args):
        pass


@pytest.fixture(scope="module")
def hostile():
    """An office whose every text is a payload, served on a port of this machine."""
    database = databases.open_database("sqlite")
    world = World(database.app)
    kept, planted.CANARY = planted.CANARY, PAYLOAD
    try:
        ids = _plant(database.app, world)
    finally:
        planted.CANARY = kept
    server = make_server("127.0.0.1", 0, database.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield SimpleNamespace(app=database.app, world=world, ids=ids, base=f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()
    database.close()


def _plant(app, world):
    with app.app_context(), transaction.unit(viewers.scope_of(world.admin)):
        ids = planted.plant(world, world.admin, world.sgr).ids
        double = create_organization(
            OrganizationDetails(name=f"Dinas {PAYLOAD}", category=Category.MEDIA, topics=(f"t{PAYLOAD}"[:80],), tags=(f"p{PAYLOAD}"[:80],)),
            office_id=world.sgr.id, by=world.admin,
        )  # fmt: skip
        ids["topic_id"] = find_or_create_topic(f"t{PAYLOAD}"[:80], by=world.admin).id
        activity.record(
            "changed", double, by=world.admin, changes={"name": (PAYLOAD, PAYLOAD), PAYLOAD: (1, 2)}, filters={PAYLOAD: PAYLOAD}
        )
        activity.record(PAYLOAD[:60], (PAYLOAD[:40], 1), by=world.admin, note=PAYLOAD)
        activity.record("exported", ("stakeholders", world.sgr.id), by=world.admin, purpose=PAYLOAD, rows=1, format=PAYLOAD)
    JobQueue(app).run_all()
    with app.app_context(), transaction.unit(SYSTEM):
        _spoil(world, ids)
    return ids


def _spoil(world, ids):
    """What the services would have refused or tidied, and what only others write: it may be older than they are."""
    session = db.session
    session.execute(sa.update(User).values(name=sa.func.substr(User.name, 1, 5) + PAYLOAD, post=PAYLOAD))
    lines = ("name", "address", "contact", "place", "signer", "signer_post", "signer_number")
    head = {"parents": [PAYLOAD], **dict.fromkeys(lines, PAYLOAD)}
    session.execute(sa.update(Office).values(name=sa.func.substr(Office.name, 1, 9) + PAYLOAD, letterhead=head))
    session.execute(sa.update(Organization.__table__).values(website="javascript:__pwn()"))
    session.execute(sa.update(UserSession).values(agent=f"Mozilla/5.0 {PAYLOAD}", address=PAYLOAD[:64]))
    session.execute(sa.insert(ContactPoint), [
        {"stakeholder_id": ids["stakeholder_id"], "kind": kind, "value": value, "network": network, "label": PAYLOAD[:80]}
        for kind, value, network in (("social", "javascript:__pwn()", "x"), ("phone", PAYLOAD, ""), ("email", f"{PAYLOAD}@x", ""))
    ])  # fmt: skip
    session.add(Holiday(day=now().date().replace(month=8, day=17), name=PAYLOAD, kind=HolidayKind.NATIONAL))
    session.add(
        JobRow(
            name=PAYLOAD[:80],
            arguments={},
            user_id=world.admin.id,
            created_at=now(),
            not_before=now(),
            failed_at=now(),
            error=PAYLOAD,
        )
    )


class Visitor:
    """A browser of the administrator in which payloads would be heard."""

    def __init__(self, chromium, hostile):
        self.hostile, self.heard = hostile, []
        self.test_client = Browser(hostile.app).sign_in(hostile.world.admin)
        self.context = chromium.new_context(locale="id-ID")
        self.context.expose_binding("__pwn", lambda source, *_: self.heard.append(f"ran on {source['page'].url}"))
        self.context.expose_binding("__csp", lambda source, what: self.heard.append(f"stopped on {source['page'].url}: {what}"))
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.page.on("dialog", lambda dialog: (self.heard.append(f"dialog on {self.page.url}"), dialog.dismiss()))
        self.page.set_default_timeout(8_000)

    def sign_in(self):
        cookie = self.test_client.client.get_cookie("mitra")
        self.context.add_cookies([{"name": "mitra", "value": cookie.value, "url": self.hostile.base}])
        return self

    def go(self, path):
        self.page.goto(self.hostile.base + path, wait_until="load")
        self.page.evaluate(OPEN_ALL)
        assert "zq49zq" not in self.page.content(), f"a template was filled in on {path}"

    def send(self, path, **fields):
        """Send a form from the page that is open, and wait for what comes."""
        token = self.test_client.csrf_token()
        with self.page.expect_navigation():
            self.page.evaluate(SEND, [path, {"csrf_token": token, **fields}])
        self.page.evaluate(OPEN_ALL)
        return self.page.content()


@pytest.fixture
def visitor(chromium, hostile):
    made = Visitor(chromium, hostile)
    yield made
    made.context.close()


# XS-01, XS-03
def test_no_page_runs_what_stands_in_a_record(visitor, hostile):
    visitor.sign_in()
    found = walk(visitor.test_client, addresses(hostile.app, hostile.ids), most=2)
    pages = [address for address, answer in found.answers.items() if answer.status_code == 200 and answer.mimetype == "text/html"]
    holding = [address for address in pages if "zq{{7*7}}zq" in found.answers[address].text]
    for address in pages:
        visitor.go(address)
    assert visitor.heard == []
    assert len(holding) > 60, len(holding)  # the payload does stand on the pages, as text


# XS-05: the link is older than the form that would refuse it.
def test_no_link_leads_to_a_script(visitor, hostile):
    visitor.sign_in()
    found = walk(visitor.test_client, addresses(hostile.app, hostile.ids), most=2)
    drawn = [answer.text for answer in found.answers.values() if answer.mimetype == "text/html"]
    links = {link for text in drawn for link in read(text).links}
    assert any(link.startswith(("https://", "/")) for link in links)
    assert [link for link in links if link.lower().lstrip().startswith(("javascript:", "data:", "vbscript:", "//", "\\"))] == []


# XS-02
def test_toasts_conflicts_and_warnings_are_text(visitor, hostile):
    visitor.sign_in()
    ids = hostile.ids
    record = f"/stakeholders/{ids['stakeholder_id']}"
    visitor.go("/desk")
    assert PAYLOAD[:11] in visitor.send(f"{record}/archival")
    assert PAYLOAD[:11] in visitor.send(f"{record}/restoration")
    assert PAYLOAD[:11] in visitor.send(f"/commitments/{ids['commitment_id']}/closing", state="done")
    assert PAYLOAD[:11] in visitor.send(f"/commitments/{ids['commitment_id']}/reopening")
    stale = visitor.send(f"{record}/edit", name=f"Lain {PAYLOAD}", category="media", owner_id="0", version="1", note=PAYLOAD)
    assert stale.count("zq{{7*7}}zq") > 3
    twice = visitor.send(
        "/stakeholders/organizations/new", name=f"Dinas {PAYLOAD}", category="media", owner_id=str(hostile.world.admin.id)
    )
    assert twice.count("zq{{7*7}}zq") > 1
    for path, fields in (
        (f"/commitments/{ids['commitment_id']}/edit", {"text": PAYLOAD, "side": "ours", "kind": "action", "owner": "0", "version": "1"}),
        (f"/meetings/{ids['meeting_id']}/edit", {"title": PAYLOAD, "on": "2026-01-05", "precision": "day", "role": "R3", "program": "0",
                                                 "version": "99"}),
        (f"/interactions/{ids['interaction_id']}/edit", {"channel": "call", "direction": "out", "on": "2026-01-05", "precision": "day",
                                                         "summary": PAYLOAD, "role": "", "tone": "", "program": "0", "version": "99"}),
        ("/interactions/quick-log", {"text": f"telp {PAYLOAD} @{PAYLOAD}: {PAYLOAD} #{PAYLOAD} !senin {PAYLOAD}", "check": "1"}),
        ("/users/new", {"name": PAYLOAD, "email": PAYLOAD, "role": "viewer", "office_id": str(ids["office_id"])}),
        ("/forgotten-password", {"email": PAYLOAD}),
    ):  # fmt: skip
        assert "zq{{7*7}}zq" in visitor.send(path, **fields) or path == "/forgotten-password", path
    assert visitor.heard == []


# XS-02: the palette, completions and the preview of the quick log, as one types.
def test_what_appears_while_typing_is_text(visitor, hostile):
    visitor.sign_in()
    page = visitor.page
    shown = []
    page.on("response", lambda answer: shown.append(answer.url))
    visitor.go("/desk")
    page.keyboard.press("Control+k")
    page.keyboard.type("zq", delay=30)
    page.wait_for_timeout(900)
    page.keyboard.press("Escape")
    visitor.go("/meetings/new")
    page.fill("input[name='participants-0-who']", "")
    page.type("input[name='participants-0-who']", "Dinas", delay=30)
    page.wait_for_timeout(900)
    visitor.go("/desk")
    page.keyboard.press("c")
    page.wait_for_timeout(500)
    page.keyboard.type("telp Dinas zq", delay=20)
    page.wait_for_timeout(1200)
    assert any("/search/suggestions" in url for url in shown), shown[-10:]
    assert any("/search/completions" in url for url in shown), shown[-10:]
    assert visitor.heard == []


# The instrument itself: a page that does run a payload is heard.
def test_a_payload_that_runs_would_be_heard(visitor, hostile):
    visitor.sign_in().go("/desk")
    visitor.page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=__pwn()>')")
    visitor.page.wait_for_timeout(300)
    assert any(what.startswith("stopped") for what in visitor.heard)
    visitor.heard.clear()
    visitor.page.evaluate("() => window.__pwn()")
    visitor.page.wait_for_timeout(100)
    assert visitor.heard


# Rows of people, organizations and offices did carry the payload: or nothing above was tested.
def test_the_payload_is_stored(hostile):
    with hostile.app.app_context(), transaction.unit(SYSTEM):
        for model in (Stakeholder, User, Office):
            assert db.session.scalar(
                sa.select(sa.func.count()).select_from(model).where(model.name.contains("onerror", autoescape=True))
            )
