"""WB-01, WB-02: a form without the token of its own session changes nothing, whatever else is right about it."""

import pytest

from crm.core import access
from tests.browser import Browser
from tests.security.office import difference, everything, planted
from tests.security.sendings import sendings

PUBLIC = {"accounts.sign_in", "accounts.forgotten_password"}


@pytest.fixture
def ready(app, world, acting):
    """A browser of the administrator, a stranger's, and a form for every route."""
    ids = planted(world, acting, by=world.admin)
    browser, stranger = Browser(app).sign_in(world.admin), Browser(app)
    return browser, stranger, sendings(browser, stranger, ids)


def guarded(app, forms):
    """All but the few that take forms of other sites on purpose: tests/test_architecture.py names them, and their own tests what they do."""
    return [one for one in forms if not access.is_open_to_other_sites(app.view_functions[one.endpoint])]


def send(browser, one, **how):
    return browser._request("POST", one.url, data=one.data(**how.pop("fields", {})), **how)


def forgeries(browser, one, other_token):
    """The same form with one thing wrong: name of what is wrong, and the answer."""
    good = {"csrf_token": browser.csrf_token()}
    yield "no token", send(browser, one)
    yield "empty token", send(browser, one, fields={"csrf_token": ""})
    yield "token of another session", send(browser, one, fields={"csrf_token": other_token})
    # A browser that says where a request comes from is believed.
    yield "from another site", send(browser, one, fields=good, headers={"Sec-Fetch-Site": "cross-site"})
    # A page of another site can send text/plain, and a browser lets that pass without asking.
    body = '{"csrf_token":"' + good["csrf_token"] + '","name":"x="}'
    for kind in ("text/plain", "application/json"):
        yield kind, browser._request("POST", one.url, data=body, content_type=kind)


def test_a_forged_form_changes_nothing(app, world, ready):
    browser, stranger, forms = ready
    other = Browser(app).sign_in(world.officer).csrf_token()
    before = everything(app)
    for one in guarded(app, forms):
        asked = stranger if one.endpoint in PUBLIC else browser
        for what, answer in forgeries(asked, one, other):
            assert answer.status_code == 400, f"{one.endpoint}, {what}: {answer.status_code}"
        for method in ("PUT", "PATCH", "DELETE"):
            answer = browser._request(method, one.url, data=one.data(csrf_token=browser.csrf_token()))
            assert answer.status_code == 405, f"{method} {one.url}"
        joint = "&" if "?" in one.url else "?"
        overridden = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "DELETE"}
        browser._request("GET", f"{one.url}{joint}_method=POST", headers=overridden)
    assert difference(before, everything(app)) == {}


# Or the test above would pass for forms that are refused for another reason.
def test_the_same_forms_are_accepted_with_their_token(ready):
    browser, stranger, forms = ready
    answers = {}
    for one in (form.of_now(browser.app) for form in guarded(browser.app, forms)):
        asked = stranger if one.endpoint in PUBLIC else browser
        answers[one.endpoint] = send(asked, one, fields={"csrf_token": asked.csrf_token()}).status_code
    refused = {endpoint: status for endpoint, status in answers.items() if status not in {200, 302, 303}}
    assert refused == {
        "accounts.invitation": 410,
        "accounts.new_password": 410,  # without a link: see tests/accounts/test_links.py
        "campaigns.detaching": 404,  # nothing is attached: see tests/campaigns
        "offices.edit_logo": 422,  # without a picture: see tests/offices/test_logos.py
    }
