"""SC-05, IN-01, IN-03: what stands in an address is read as data, by names and values that our own pages write, or refused."""

import base64
import json
from urllib.parse import quote, urlencode

import pytest

from tests.browser import Browser
from tests.security.office import planted

# Lists with filters, and every name that they take.
LISTS = {
    "/stakeholders": "q kind category region topic tag tier owner quiet archived sort after".split(),
    "/interactions": "topic with owner role from to undated channel after".split(),
    "/meetings": "topic with owner role from to undated after".split(),
    "/commitments": "view side with after".split(),
    "/activity": "who kind verb id from to after".split(),
}
OTHERS = {
    "/search": "q kind".split(),
    "/search/suggestions": ["q"],
    "/search/completions?kind=person": ["q", "kind"],
    "/users": "q disabled".split(),
    "/settings/mail": "state after".split(),
    "/settings/mail/outbox": ["after"],
    "/settings/jobs": ["after"],
    "/desk": ["view"],
    "/offices/holidays": ["year"],
    "/imports": ["after"],
    "/imports/{import_id}": "fate after".split(),
    "/imports/{import_id}/files": ["file"],
    "/imports/{import_id}/mapping": ["file"],
    "/exports/new": "q kind category region topic tag tier owner quiet archived sort".split(),
    "/engagements/timeline/{stakeholder_id}": "kind after".split(),
    "/stakeholders/{stakeholder_id}/history": ["after"],
    "/stakeholders/organizations/new": ["name"],
    "/stakeholders/people/new": "name organization".split(),
    "/stakeholders/{stakeholder_id}/relationships/new": "kind note other".split(),
    "/interactions/new": ["with"],
    "/interactions/quick-log": "text with".split(),
    "/meetings/new": ["with"],
    "/commitments/new": ["with"],
    "/reports/coordination": "office period from to category stakeholder".split(),
    "/reports/coordination/report.json": "office period from to category stakeholder".split(),
    "/reports/coordination/figures/engagements": "office from to category stakeholder after".split(),
    "/reports/coordination/figures/reached": ["after"],
    "/reports/coordination/figures/open": ["after"],
    "/sign-in": "next lang".split(),
}
HIDDEN = (
    "password_hash", "token_hash", "private_note", "home_address", "birth_on", "user__password_hash", "owner__email", "office__name",
    "office_id", "affiliations__organization__name", "__class__", "_external", "_scheme", "_anchor", "_method", "endpoint", "self",
)  # fmt: skip


def cursor(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


HOSTILE = [
    "' OR 1=1--", '" OR ""="', "1; DROP TABLE users", "(select password_hash from users limit 1)", "%", "\\", "$1", ":name", "%(x)s",
    "{0.__class__}", "{{7*7}}", "\x00", "a\x00b", b"\xed\xa0\x80", b"\xff\xfe", "²", "٣", "-1", "0", "9" * 19, "9" * 5000, "1e9", "[]",
    "../../etc/passwd", "0001-01-01", "9999-12-31", "2026-W01", "a" * 10_000, "\u202e", "\r\nSet-Cookie: a=b", "javascript:alert(1)", "1,2",
]  # fmt: skip
FORGED = [
    *HOSTILE[:4], "\x00", "=" * 50, "W" * 100_000, cursor(), cursor(1), cursor("x", "y"), cursor("\ud800", 1), cursor("\x00", 1),
    cursor("0001-01-01T00:00:00+14:00", 1), cursor("0001-01-01T00:00:00+14:00", "a", 1), cursor("9999-12-31T23:59:59-14:00", 1),
    cursor("9999-12-31", 2**63), cursor("2026-01-01", -(2**62)), cursor("0001-01-01", 1), cursor(10**30), cursor(2**62), cursor(True),
    cursor(None, None), cursor({}, []), cursor(1, 2, 3), cursor(1.5, 1.5, 1.5), cursor(2**62, 2**62, 2**62),
]  # fmt: skip


@pytest.fixture
def ready(app, world, acting):
    ids = planted(world, acting, by=world.admin)
    return Browser(app).sign_in(world.admin), ids


# SC-05
def test_hidden_columns_and_paths_are_no_filters(ready):
    browser, _ids = ready
    for path in LISTS:
        browser.get(path)
        for name in HIDDEN:
            browser.get(f"{path}?{name}=a", status=400, check=False)
    for value in (*HIDDEN, "name; --", "name desc", "1", "(select 1)", "name,email"):
        browser.get(f"/stakeholders?{urlencode({'sort': value})}", status=400, check=False)
        browser.get(f"/exports/new?{urlencode({'sort': value})}", status=400, check=False)


# IN-01
@pytest.mark.parametrize("group", ["lists", "others"])
def test_no_value_in_an_address_breaks_a_page(ready, group):
    browser, ids = ready
    seen = set()
    for path, names in (LISTS if group == "lists" else OTHERS).items():
        path = path.format(**ids)
        joint = "&" if "?" in path else "?"
        for name in names:
            for value in FORGED if name == "after" else HOSTILE:
                address = f"{path}{joint}{name}={quote(value, safe='')}"
                answer = browser._request("GET", address)
                assert answer.status_code in {200, 302, 303, 400, 404, 422}, f"{answer.status_code} {address[:200]}"
                seen.add(answer.status_code)
                answer.close()
    assert {200, 400} <= seen


def rows_of(answer):
    """What a list shows below its filters, where the words that were asked for do not stand."""
    text = answer.text
    return text.count("<tr") + text.count("m-li") + text.count('role="option"'), "Kucingrahasia" in text


# IN-01: a condition in the words is part of the words.
@pytest.mark.parametrize(
    "address",
    [
        "/stakeholders?q=",
        "/search?q=",
        "/search/suggestions?q=",
        "/search/completions?kind=person&q=",
        "/users?q=",
        "/activity?who=",
    ],
)
def test_a_true_and_a_false_condition_find_the_same(ready, address):
    browser, _ids = ready
    for true, false in (
        ("zqx' OR '1'='1", "zqx' OR '1'='2"),
        ('zqx" OR 1=1 --', 'zqx" OR 1=2 --'),
        ("zqx) OR (1=1", "zqx) OR (1=2"),
    ):
        found = [browser._request("GET", address + quote(words)) for words in (true, false)]
        assert rows_of(found[0]) == rows_of(found[1])
        assert not rows_of(found[0])[1], "found what it was not asked for"
    for wild in ("%", "_", "K%a", "Kuc_ngrahasia", "Dan__l", "*", "Kuc?ngrahasia"):
        assert not rows_of(browser._request("GET", address + quote(wild)))[1], wild


QUERIES = [
    '"', '""', '"Kuci', "NEAR(", "NEAR(Kuci Dinas, 5)", "*", "Kuci*", "AND AND", "OR", "NOT Kuci", "Kuci AND", "(", ")", "((((", "^Kuci", "name:Kuci",
    "Kuci & Dinas", "Kuci | !", "!Kuci", "Kuci:*", "<->", "Kuci <-> Dinas", "\\", "'", "''", ":", "&&&", "Kuci" * 2500, "a " * 5000, "\u202eKuci",
    "é" * 300, "\U0001f408", "ก", "\u0300" * 50, "ß", "İ", "ﬁ", "\x00", "k" * 199, "+62 812", "1" * 60, "scope:1",
]  # fmt: skip


# IN-03
def test_no_query_breaks_the_search(ready):
    browser, _ids = ready
    for query in QUERIES:
        for address in ("/search?q=", "/search/suggestions?q=", "/search/completions?kind=person&q=", "/stakeholders?q="):
            answer = browser._request("GET", address + quote(query))
            assert answer.status_code in {200, 400, 422}, f"{answer.status_code} {address}{query[:60]!r}"
    assert "Kucingrahasia" in browser.get("/search?q=" + quote('"kucingrahasia" ((*')).text  # read as words, not refused
