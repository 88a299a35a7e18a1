"""Addresses that are kept are those that Flask would have made."""

import pytest
from flask import Flask, url_for

CASES = [
    ("stakeholders.index", {}),
    ("stakeholders.index", {"q": "a&b <c>", "kind": "person"}),
    ("stakeholders.index", {"region": 7}),
    ("stakeholders.index", {"after": None}),
    ("stakeholders.show", {"stakeholder_id": 0}),
    ("stakeholders.show", {"stakeholder_id": 2**40}),
    ("stakeholders.show", {"stakeholder_id": 5, "after": "x"}),
    ("stakeholders.show", {"stakeholder_id": 5, "_anchor": "facts"}),
    ("stakeholders.index", {"kind": "person", "_external": True}),
    ("stakeholders.index", {"quiet": True}),
]


@pytest.mark.parametrize(("endpoint", "values"), CASES)
@pytest.mark.parametrize("root", ["", "/mitra"])
def test_a_kept_address_is_flasks(app: Flask, endpoint: str, values: dict[str, object], root: str):
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
        wanted = Flask.url_for(app, endpoint, **values)
        assert [url_for(endpoint, **values) for _time in range(2)] == [wanted, wanted]


def test_sites_below_different_roots_do_not_share_addresses(app: Flask):
    seen = []
    for root in ("", "/mitra", ""):
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            seen.append(url_for("stakeholders.show", stakeholder_id=3))
    assert seen == ["/stakeholders/3", "/mitra/stakeholders/3", "/stakeholders/3"]


def test_what_is_wrong_stays_wrong(app: Flask):
    with app.test_request_context("/"), pytest.raises(Exception, match="stakeholder_id"):
        url_for("stakeholders.show")
