"""SC-01 to SC-07, SC-10 to SC-13: nobody sees, finds, counts, guesses or changes anything of another office, on any route."""

import hashlib
import json
import re
from urllib.parse import unquote_plus

import pytest
import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.db import Base, db
from tests.browser import Browser
from tests.sweeps.planted import CANARY, NUMBER, plant
from tests.sweeps.routes import PAGE, QUERIES, ROUTES, VALUES

SYSTEM = scopes.system_scope("look at what a sweep left")
# Who looks at what was planted in which office: sisters both ways, and a child that must not see its parent.
PAIRS = [
    ("sister_admin", "officer", "sgr"),
    ("local_officer", "officer", "sgr"),
    ("admin", "sister_officer", "wnm"),
    ("admin", "central", "dji"),
]
OWN_TRAIL = {"activity_entries", "activity_seals", "user_sessions", "form_receipts", "sign_in_attempts", "job_outbox", "users"}


def rules(app):
    return sorted((rule for rule in app.url_map.iter_rules()), key=lambda rule: (rule.endpoint == "accounts.sign_out", rule.rule))


def address(rule, ids):
    url = rule.rule
    for name in rule.arguments:
        value = ids.get(name, VALUES.get(name))
        assert value is not None, f"{rule.endpoint}: no value for {name}"
        url = re.sub(rf"<[^<>]*:{name}>", str(value), url)
    return url


def filled(form, ids):
    return {name: value.format(**ids) if isinstance(value, str) else value for name, value in form.items()}


def secrets_in(response):
    text = response.get_data(as_text=False)
    return [word for word in (CANARY, CANARY.lower(), CANARY.upper(), NUMBER) if word.encode() in text]


def rows_of(table, condition):
    return [str(tuple(row)) for row in db.session.execute(sa.select(table).where(condition).order_by(*table.primary_key))]


def keys_to(table, ids):
    """Columns of a table that lead to records of the planting office, with their ids."""
    return [
        (column, ids[key.column.table.name])
        for column in table.c
        for key in column.foreign_keys
        if ids.get(key.column.table.name)
    ]


def owned_ids(office_id):
    tables = [t for t in Base.metadata.sorted_tables if "office_id" in t.c and "id" in t.c and t.name not in OWN_TRAIL]
    return {t.name: set(db.session.scalars(sa.select(t.c.id).where(t.c.office_id == office_id))) for t in tables}


def digest_of(office_id, ids):
    """Everything that the planting office owns, and what hangs on it, as one hash a table."""
    owned = {}
    for table in Base.metadata.sorted_tables:
        if table.name in OWN_TRAIL:
            continue
        if "office_id" in table.c:
            owned[table.name] = rows_of(table, table.c.office_id == office_id)
        else:
            owned |= {f"{table.name}.{column.name}": rows_of(table, column.in_(wanted)) for column, wanted in keys_to(table, ids)}
    return {name: (len(rows), hashlib.sha256(json.dumps(rows).encode()).hexdigest()) for name, rows in owned.items()}


def references_from_elsewhere(office_id, ids):
    """Rows of other offices that point at the planting office's records."""
    found = []
    for table in Base.metadata.sorted_tables:
        if "office_id" not in table.c or table.name in OWN_TRAIL:
            continue
        for column, wanted in keys_to(table, ids):
            if column.name != "office_id" and rows_of(table, sa.and_(column.in_(wanted), table.c.office_id != office_id)):
                found.append(f"{table.name}.{column.name}")
    return found


def test_every_route_stands_in_the_table(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - {"styleguide.show"} == set(ROUTES)


@pytest.mark.parametrize(("who", "planter", "office_key"), PAIRS, ids=[f"{who}-at-{office}" for who, _p, office in PAIRS])
def test_no_route_shows_or_changes_anything_of_another_office(app, world, acting, who, planter, office_key):
    office = getattr(world, office_key)
    with acting(getattr(world, planter)):
        ids = plant(world, getattr(world, planter), office).ids
    with app.app_context(), transaction.unit(SYSTEM):
        owned = owned_ids(office.id)
        before = digest_of(office.id, owned)
    browser = Browser(app).sign_in(getattr(world, who))
    problems = [problem for rule in rules(app) if rule.endpoint in ROUTES for problem in swept(rule, browser, ids)]
    with app.app_context(), transaction.unit(SYSTEM):
        after = digest_of(office.id, owned)
        pointing = references_from_elsewhere(office.id, owned)
    changed = [name for name in before if after.get(name) != before[name]]
    assert not problems, "\n".join(problems)
    assert not changed
    assert not pointing


def swept(rule, browser, ids):
    """What is wrong with the answers of one route, asked with foreign ids by every method and query that it takes."""
    sweep, url = ROUTES[rule.endpoint], address(rule, ids)
    if "GET" in rule.methods:
        for query in ["", *QUERIES.get(rule.endpoint, [])]:
            full = f"{url}?{query.format(**ids)}" if query else url
            allowed = (sweep.get or PAGE) | ({400, 403, 404, 422} if query else {403})
            yield from judge(full, browser._request("GET", full), allowed)
    if "POST" in rule.methods:
        data = {**filled(sweep.form, ids), "csrf_token": browser.csrf_token()}
        echoed = {CANARY, CANARY.lower()} if any(CANARY in str(value) for value in data.values()) else frozenset()
        yield from judge(f"POST {url}", browser._request("POST", url, data=data), (sweep.post or frozenset()) | {403}, echoed)


def judge(url, response, allowed, echoed=frozenset()):
    problems = []
    if response.status_code not in allowed:
        problems.append(f"{url}: {response.status_code}, allowed {sorted(allowed)}")
    shown = [word for word in secrets_in(response) if word not in echoed]
    if shown and not asked_for(url, response):
        problems.append(f"{url}: shows {shown}")
    return problems


def asked_for(url, response):
    """A page may repeat the words that the person typed into its address."""
    typed = unquote_plus(url.partition("?")[2]).lower()
    return response.status_code == 200 and (CANARY.lower() in typed or NUMBER in typed)


# The other direction: who stands above sees it all.
def test_the_regional_office_sees_what_its_offices_own(app, world, acting):
    with acting(world.officer):
        ids = plant(world, world.officer, world.sgr).ids
    browser = Browser(app).sign_in(world.regional)
    for page in (
        "stakeholders/{stakeholder_id}",
        "interactions/{interaction_id}",
        "meetings/{meeting_id}",
        "commitments/{commitment_id}",
    ):
        assert CANARY in browser.get("/" + page.format(**ids)).text


# SC-09: without the permission, private fields are absent everywhere.
def test_a_viewer_sees_no_private_field(app, world, acting):
    with acting(world.officer):
        ids = plant(world, world.officer, world.sgr).ids
    browser = Browser(app).sign_in(world.viewer)
    page = browser.get(f"/stakeholders/{ids['person_id']}").text
    assert "0813" not in page
    assert "Catatan pribadi" not in page
    assert "0813" not in browser.get(f"/stakeholders/{ids['person_id']}/history").text
    assert "Orang Kucingrahasia" not in browser.get("/search?q=081387654321").text
