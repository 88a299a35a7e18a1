"""Running counts against a full count, over histories that nobody thought of: any events, in any order, in any posts, told twice."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.campaigns.events.conftest import event

PEOPLE, PROGRAM = "Mozilla/5.0 (iPhone)", "python-requests/2.31"
KINDS = st.sampled_from(
    [
        "processed",
        "deferred",
        "delivered",
        "bounce",
        "blocked",
        "dropped",
        "open",
        "machine open",
        "click",
        "spamreport",
        "unsubscribe",
    ]
)
TOLD = st.tuples(st.integers(0, 2), KINDS, st.integers(0, 300), st.sampled_from([PEOPLE, PROGRAM]), st.integers(0, 3))
HISTORIES = st.lists(st.lists(TOLD, min_size=1, max_size=8), min_size=1, max_size=4)


def made(delivery, kind, at, agent, link):
    if kind in {"bounce", "blocked"}:
        return event(delivery, "bounce", at, type=kind)
    if kind == "click":
        url = f"https://imigrasi.example/{link}"
        return event(delivery, "click", at, ip="10.1.1.1", useragent=agent, url=url, url_offset={"index": link, "type": "html"})
    if kind == "machine open":
        return event(delivery, "open", at, sg_machine_open=True)
    return event(delivery, kind, at, useragent=agent) if kind == "open" else event(delivery, kind, at)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES, again=st.booleans())
def test_running_counts_are_what_a_full_count_gives(sent_to, tell, counts, history, again):
    deliveries = sent_to(*(f"{next(_letters)}@dinas.example" for _each in range(3)))
    posts = [[made(deliveries[who], *rest) for who, *rest in post] for post in history]
    for post in posts + posts[:1] * again:
        tell(*post)
    counts()  # compares


_letters = (f"penerima{number}" for number in range(10**6))
