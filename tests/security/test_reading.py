"""WB-03: nothing that a link leads to changes anything, and every page that a link can lead to is asked."""

from tests.browser import Browser
from tests.security.office import addresses, difference, everything, planted
from tests.security.pages import walk

# Taking a report away is written down, on purpose: read as often as written, so a GET that leaves a trace.
TRAIL = {"activity_entries"}


def test_no_link_changes_anything(app, world, acting, jobs):
    ids = planted(world, acting, by=world.admin)
    jobs.run_all()
    browser = Browser(app).sign_in(world.admin)
    before = everything(app)
    found = walk(browser, addresses(app, ids))
    assert set(difference(before, everything(app))) == TRAIL
    assert found.endpoints >= {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    shown = [address for address, answer in found.answers.items() if answer.status_code == 200]
    assert len(shown) > 120
    assert not [address for address, answer in found.answers.items() if answer.status_code >= 500]
