"""Clicks and opens that no person made (F27, F28)."""

import datetime as dt

import pytest

from crm.campaigns.events.links import UNKNOWN, Links
from crm.campaigns.events.machines import Seen, is_program, judge
from tests.campaigns.events.conftest import event
from tests.campaigns.factories import LINKS, after

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
URLS = [link["url"] for link in LINKS]


def click(delivery, at, url=URLS[0], ip="10.1.1.1", agent=PHONE):
    return event(delivery, "click", at, url=url, ip=ip, useragent=agent)


def test_f27_a_scanner_that_opens_all_links_five_seconds_after_delivery_is_a_machine(sent_to, tell, look, counts, clicks):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "delivered", 3), *(click(a, 8 + number, url) for number, url in enumerate(URLS)))
    seen = look(a)
    assert (seen.clicked_at, seen.click_count, seen.machine_clicked_at) == (None, 0, after(8))
    assert counts() == {"delivered": 1, "machine-clicked": 1}
    assert clicks() == [(0, True), (1, True), (2, True)]


def test_a_person_clicks_later_and_both_are_shown(sent_to, tell, look, counts, clicks):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "delivered", 3), click(a, 5), click(a, 600, ip="10.9.9.9"))
    seen = look(a)
    assert (seen.clicked_at, seen.click_count, seen.machine_clicked_at) == (after(600), 1, after(5))
    assert counts() == {"delivered": 1, "clicked": 1, "machine-clicked": 1}
    assert clicks() == [(0, True), (0, False)]


def test_clicks_are_judged_again_when_the_delivery_is_told_late(sent_to, tell, look, counts, clicks, rows):
    (a,) = sent_to("a@dinas.example")
    tell(click(a, 8))
    assert counts() == {"clicked": 1}
    tell(event(a, "delivered", 3))
    assert counts() == {"delivered": 1, "machine-clicked": 1}
    assert look(a).clicked_at is None
    assert clicks() == [(0, True)]
    assert [row.is_machine for row in rows() if row.kind == "click"] == [True]


def test_the_third_link_of_a_burst_makes_machines_of_the_two_before(sent_to, tell, counts, clicks):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "delivered", 3))
    tell(click(a, 5000, URLS[0]))
    tell(click(a, 5002, URLS[1]))
    assert counts() == {"delivered": 1, "clicked": 1}
    tell(click(a, 5004, URLS[2]))
    assert counts() == {"delivered": 1, "machine-clicked": 1}
    assert clicks() == [(0, True), (1, True), (2, True)]


def seen(at, ip="10.0.0.1", url="u", agent=PHONE, trap=False):
    return Seen(dt.datetime(2026, 11, 24, tzinfo=dt.UTC) + dt.timedelta(seconds=at), ip, url, agent, trap)


DELIVERED = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("clicks", "expected"),
    [
        ([seen(9)], [True]),
        ([seen(10)], [False]),
        ([seen(100, url="a"), seen(102, url="b"), seen(105, url="c")], [True, True, True]),
        ([seen(100, url="a"), seen(102, url="b"), seen(106, url="c")], [False, False, False]),
        ([seen(100, url="a"), seen(101, url="a"), seen(102, url="a")], [False, False, False]),
        ([seen(100, url="a"), seen(102, "10.0.0.2", "b"), seen(105, "10.0.0.3", "c")], [False, False, False]),
        ([seen(100, url="a"), seen(900, url="trap", trap=True), seen(950, "10.0.0.2", "a")], [True, True, False]),
        ([seen(100, agent="Barracuda Sentinel"), seen(200)], [True, False]),
        ([seen(100, ip="", url="a"), seen(101, ip="", url="b"), seen(102, ip="", url="c")], [False, False, False]),
        ([], []),
    ],
)
def test_each_rule(clicks, expected):
    assert judge(clicks, DELIVERED) == expected


def test_without_a_moment_of_delivery_nothing_is_too_soon():
    assert judge([seen(1)], None) == [False]


@pytest.mark.parametrize(
    "agent", [PHONE, "Mozilla/5.0 (via ggpht.com GoogleImageProxy)", "YahooMailProxy; https://help.yahoo.com", ""]
)
def test_what_people_read_mail_with_is_no_program(agent):
    assert not is_program(agent)


@pytest.mark.parametrize(
    "agent", ["Mozilla/5.0 (compatible; bingbot/2.0)", "python-requests/2.32", "Proofpoint URL Defense", "curl/8.5"]
)
def test_scanners_and_programs_are_known(agent):
    assert is_program(agent)


def test_f28_opens_of_apples_proxy_count_apart(sent_to, tell, look, counts):
    a, b = sent_to("a@dinas.example", "b@dinas.example")
    tell(event(a, "open", 20, sg_machine_open=True), event(b, "open", 20, sg_machine_open=False))
    assert (look(a).opened_at, look(a).machine_opened_at) == (None, after(20))
    assert (look(b).opened_at, look(b).machine_opened_at) == (after(20), None)
    assert counts() == {"opened": 1, "machine-opened": 1}
    tell(event(a, "open", 3000))
    assert counts() == {"opened": 2, "machine-opened": 1}


def test_a_link_that_nobody_knows_counts_as_a_click_on_no_link(sent_to, tell, look, clicks):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "delivered", 3), click(a, 100, "https://elsewhere.example/"))
    assert look(a).click_count == 1
    assert clicks() == []


def test_links_are_told_apart_by_address_place_language_and_personal_part():
    links = Links(
        [
            {"url": "https://x.example/a", "language": "id"},
            {"url": "https://x.example/a/", "language": "id"},
            {"url": "https://x.example/r?to=-k3.name.h-&n=1", "language": "id"},
            {"url": "https://x.example/a", "language": "en"},
            {"url": "https://x.example/none", "block": "trap", "language": "id"},
        ],
        ["-k3.name.h-"],
        "id",
    )
    assert links.number_of("https://x.example/a") == 0
    assert links.number_of("https://x.example/a/", 1) == 1
    assert links.number_of("https://x.example/a", 9) == 1
    assert links.number_of("https://x.example/r?to=Siti%20Aminah&n=1") == 2
    assert links.number_of("https://x.example/r?to=Siti") == UNKNOWN
    assert links.number_of("https://x.example/none") in links.traps
