"""ML-06: Mitra counts no clicks by a redirect of its own, so there is none that could be turned elsewhere; SendGrid's are told by signed events."""

from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from crm.campaigns.models import Click
from crm.core import access
from crm.core import scope as scopes
from tests.campaigns.events.conftest import campaign, event, look, sent_to, tell  # noqa: F401 - fixtures
from tests.security.office import address_of, planted

SYSTEM = scopes.system_scope("tests of links")
ELSEWHERE = "https://evil.example/x"
WAYS = ("url", "u", "target", "to", "next", "link", "redirect", "r", "go")


def test_no_public_page_leads_to_an_address_that_the_reader_brings(app, world, acting):
    ids = planted(world, acting)
    client = app.test_client()
    seen = 0
    for rule in app.url_map.iter_rules():
        if access.access_of(app.view_functions[rule.endpoint]) != access.PUBLIC or "GET" not in rule.methods:
            continue
        answer = client.get(address_of(rule, ids), query_string=dict.fromkeys(WAYS, ELSEWHERE))
        seen += 1
        assert "evil.example" not in answer.headers.get("Location", ""), rule.rule
        assert urlsplit(answer.headers.get("Location", "")).hostname in {None, "localhost", "127.0.0.1"}, rule.rule
    assert seen > 8


@pytest.mark.parametrize(
    "url", [ELSEWHERE, "javascript:alert(1)", "https://imigrasi.example.evil.example/antrean", "//evil.example", ""]
)
def test_a_click_told_on_an_address_that_is_not_in_the_mail_is_a_click_on_no_link(sent_to, tell, look, acting, url):  # noqa: F811
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "delivered", 3), event(a, "click", 600, url=url, ip="10.0.0.1", useragent="Mozilla/5.0"))
    assert look(a).click_count == 1
    with acting(SYSTEM) as session:
        assert session.scalars(sa.select(Click)).all() == []
