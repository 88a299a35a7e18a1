"""XS-09: what an address or a form says comes back as text on every error page, and no page shows how the program is made."""

import pytest
from structlog.testing import capture_logs

from tests.browser import Browser

SCRIPT = "<script>alert(1)</script>"
QUOTED = "%3Cscript%3Ealert(1)%3C/script%3E"


def shown(answer, status):
    assert answer.status_code == status
    text = answer.text
    assert "<script>alert" not in text
    assert "onerror=" not in text.replace("&lt;", "")
    for word in ("Traceback", "werkzeug", "sqlalchemy", "SELECT ", ".py", "psycopg", "sqlite"):
        assert word not in text, word
    return text


@pytest.mark.parametrize("signed_in", [True, False])
def test_errors_reflect_nothing(app, world, signed_in):
    browser = Browser(app)
    if signed_in:
        browser.sign_in(world.admin)
    shown(browser._request("GET", f"/{QUOTED}"), 404)
    shown(browser._request("GET", f"/stakeholders/{QUOTED}?a={QUOTED}"), 404)
    shown(browser._request("PUT", f"/sign-in?next={QUOTED}"), 405)
    shown(browser._request("GET", f"/sign-in?next={QUOTED}&lang={QUOTED}"), 302 if signed_in else 200)
    shown(browser._request("POST", f"/sign-in?{QUOTED}", data={SCRIPT: SCRIPT, "email": SCRIPT}), 400)
    shown(browser._request("GET", "/sign-in", headers={"Host": 'evil.test"><script>alert(1)</script>'}), 400)
    shown(
        browser._request("GET", "/desk", headers={"Referer": SCRIPT, "User-Agent": SCRIPT, "Accept-Language": SCRIPT}),
        200 if signed_in else 302,
    )


def test_errors_of_somebody_signed_in_reflect_nothing(app, world):
    browser = Browser(app).sign_in(world.admin)
    shown(browser._request("GET", f"/stakeholders?{QUOTED}={QUOTED}"), 400)
    shown(browser._request("GET", f"/reports/coordination?office={QUOTED}&from={QUOTED}&stakeholder={QUOTED}"), 422)
    kept = shown(browser._request("POST", "/stakeholders/organizations/new", data={SCRIPT: SCRIPT, "name": SCRIPT}), 400)
    assert kept.count("&lt;script&gt;alert") == 4  # name and value of both fields: what was sent is kept, as text
    wrong = {"name": SCRIPT, "category": SCRIPT, "csrf_token": browser.csrf_token()}
    assert "&lt;script&gt;alert" in shown(browser._request("POST", "/stakeholders/organizations/new", data=wrong), 422)
    big = {"name": "x" * 17_000_000, "csrf_token": browser.csrf_token()}
    shown(browser._request("POST", "/stakeholders/organizations/new", data=big), 413)


def test_an_error_of_ours_says_a_number_and_nothing_else(app, world, monkeypatch):
    monkeypatch.setitem(app.config, "RAISE_UNEXPECTED", False)

    def fail(*_args, **_kwargs):
        raise RuntimeError(f"secret {SCRIPT} /etc/mitra")

    monkeypatch.setattr("crm.stakeholders.queries.list_page", fail)
    with capture_logs() as logged:
        text = shown(Browser(app).sign_in(world.officer)._request("GET", "/stakeholders"), 500)
    assert "secret" not in text
    (incident,) = [line["incident"] for line in logged if line["event"] == "incident"]
    assert incident in text  # the same number stands in the log
