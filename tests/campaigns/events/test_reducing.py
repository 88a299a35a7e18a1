"""After thirteen months only totals are left of what people did with a mailing."""

import datetime as dt

import sqlalchemy as sa

from crm.campaigns import tallies
from crm.campaigns.events import jobs as event_jobs
from crm.campaigns.models import Campaign, Click, Delivery
from crm.campaigns.results import breakdowns
from crm.core.clock import now
from crm.core.jobs import enqueue
from crm.mail.models import HookPost, MailEvent, PostKind
from tests.campaigns.events.conftest import SYSTEM, event

AGENT = {"ip": "10.1.1.1", "useragent": "Mozilla/5.0 (iPhone)", "url": "https://imigrasi.example/antrean"}


def run(acting, jobs, *names):
    with acting(SYSTEM):
        for name in names:
            enqueue(name)
    jobs.run_all()


def test_single_events_and_moments_go_and_totals_stay(sent_to, tell, look, acting, jobs, clock, campaign, rows, monkeypatch):
    monkeypatch.setattr(event_jobs, "AT_ONCE", 1)
    a, b = sent_to("a@dinas.example", "b@dinas.example")
    tell(event(a, "delivered", 3), event(a, "open", 60), event(a, "click", 90, **AGENT), event(b, "bounce", 4, type="bounce"))
    before = _totals(acting, campaign)
    clock.forward(days=390)
    run(acting, jobs, "mail.forget_events", "campaigns.reduce_to_totals")
    assert look(a).opened_at is not None
    assert len(rows(MailEvent)) == 4
    clock.forward(days=10)
    run(acting, jobs, "mail.forget_events", "campaigns.reduce_to_totals")
    seen = look(a)
    assert (seen.opened_at, seen.clicked_at, seen.click_count) == (None, None, 0)
    assert (seen.delivered_at is not None, look(b).is_hard_bounce) == (True, True)
    assert rows(MailEvent) == []
    assert rows(Click) == []
    assert {key: value for key, value in _totals(acting, campaign).items() if value} == before


def test_links_and_hours_of_a_reduced_mailing_stay_as_they_were(sent_to, tell, acting, jobs, clock, campaign):
    (a,) = sent_to("a@dinas.example")
    tell(event(a, "delivered", 3), event(a, "click", 90, **AGENT))
    with acting(SYSTEM) as session:
        before = breakdowns.of(session.get(Campaign, campaign.id), 1)
        assert before.clicks[-1] == before.domains[0].clicked == 1
    clock.forward(days=400)
    run(acting, jobs, "campaigns.reduce_to_totals")
    with acting(SYSTEM) as session:
        after = breakdowns.of(session.get(Campaign, campaign.id), 1)
        assert (after.domains, after.clicks, after.half) == (before.domains, before.clicks, before.half)
        anew = breakdowns.work_out(session.get(Campaign, campaign.id))
        assert anew.clicks[-1] == 0


def _totals(acting, campaign):
    with acting(SYSTEM):
        return {key: value for key, value in tallies.of([campaign.id])[campaign.id].items() if value}


def test_posts_are_kept_a_month_and_wrong_ones_three(acting, jobs, clock, rows, app):
    clock.freeze("2026-11-20 09:00")
    with acting(SYSTEM) as session:
        for error in ("", "not-json"):
            session.add(HookPost(kind=PostKind.EVENTS, received_at=now(), done_at=now(), body=b"x", error=error))
        session.add(HookPost(kind=PostKind.INBOUND, received_at=now() + dt.timedelta(days=29), body=b"waits"))
    with acting(SYSTEM) as session:
        session.execute(sa.update(HookPost).where(HookPost.body == b"waits").values(done_at=now() + dt.timedelta(days=29)))
    clock.forward(days=31)
    run(acting, jobs, "mail.forget_events")
    assert [post.body for post in rows(HookPost)] == [b"x", b"waits"]
    clock.forward(days=62)
    run(acting, jobs, "mail.forget_events")
    assert rows(HookPost) == []


def test_a_mailing_is_reduced_once(acting, jobs, sent_to, clock, campaign, monkeypatch):
    sent_to("a@dinas.example")
    clock.freeze("2028-01-20 09:00")
    run(acting, jobs, "campaigns.reduce_to_totals")
    monkeypatch.setattr(event_jobs, "_forget", None)  # would fail if it were called
    run(acting, jobs, "campaigns.reduce_to_totals")
    assert jobs.rows() == []


def test_what_was_filled_in_for_each_person_goes_too(sent_to, acting, jobs, clock, campaign):
    (a,) = sent_to("a@dinas.example", values={"name": "Ibu Sari", "organization": "Dinas"})
    with acting(SYSTEM) as session:
        assert session.get(Delivery, a.id).values == {"name": "Ibu Sari", "organization": "Dinas"}
    clock.forward(days=400)
    run(acting, jobs, "campaigns.reduce_to_totals")
    with acting(SYSTEM) as session:
        assert session.get(Delivery, a.id).values == {}
