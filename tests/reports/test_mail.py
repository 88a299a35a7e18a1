"""The e-mail section of the report: a little world counted by hand, in every form of output."""

import dataclasses
import io
import json

import pytest
from python_calamine import CalamineWorkbook

from crm.accounts import viewer as viewers
from crm.bulletins.models import SubscriptionState
from crm.campaigns.models import CampaignState
from crm.core import scope as scopes
from crm.reports import figure_lists, mailings
from crm.reports.figures import Count, Filters
from crm.reports.narrative import write
from crm.reports.periods import Period
from crm.reports.service import coordination_report, figure_list
from crm.reports.words import plain
from tests.campaigns.factories import SENT, after, make_bulletin, make_campaign, make_delivery, make_subscription
from tests.reports.factories import day
from tests.reports.language import words
from tests.stakeholders.factories import make_person

TIERS = {1: 30, 2: 91, 3: 365}
WEEK = Period.week(day("2026-11-18"))  # Monday 16 to Sunday 22; SENT is on Thursday
DAY = 86_400
# Now and the week before, counted by hand from plant() below.
COUNTED = {
    "mail-campaigns": (2, 1),
    "mail-reached": (3, 2),
    "mail-clicked": (1, 1),
    "mail-bounced": (2, 0),
    "mail-unsubscribed": (1, 0),
    "mail-joined": (2, 1),
    "mail-ended": (1, 0),
    "mail-subscribers": (2, 1),
}


def plant(world):
    """This week two campaigns of SGR and its lounge: a, b, c reached (a in both), two mails came back, a clicked, b unsubscribed."""
    bulletin = make_bulletin(world.sgr)
    budi = make_person(world.sgr, "Budi")
    sent = {"state": CampaignState.FINISHED}
    first = make_campaign(world.sgr, "Buletin 47", bulletin=bulletin, **sent)
    second = make_campaign(world.sgr_lng, "Pengumuman lounge", started_at=after(DAY), **sent)
    make_delivery(first, "a@x.example", budi, delivered=3, clicked=60)
    make_delivery(first, "b@x.example", delivered=3, unsubscribed=100, machine_clicked=5)
    make_delivery(first, "d@x.example", bounced=5, is_hard_bounce=True)
    make_delivery(second, "a@x.example", budi, delivered=3, clicked=80)
    make_delivery(second, "c@x.example", delivered=4)
    make_delivery(second, "e@x.example", bounced=4)
    earlier = make_campaign(world.sgr, "Buletin 46", bulletin=bulletin, started_at=after(-7 * DAY), **sent)
    make_delivery(earlier, "a@x.example", budi, delivered=3, clicked=60)
    make_delivery(earlier, "b@x.example", delivered=3)
    # Not at all: a draft, the sister's, and one that begins at midnight of Monday after.
    make_campaign(world.sgr, "Konsep")
    other = make_campaign(world.wnm, "Buletin tetangga", **sent)
    make_delivery(other, "z@x.example", delivered=3, clicked=4)
    make_campaign(world.sgr, "Pekan depan", started_at=after(3 * DAY + 15 * 3600), **sent)

    # One subscriber from the week before who left on Friday; two of this week; one of tomorrow; one who never confirmed.
    ended = {"state": SubscriptionState.ENDED, "ended_at": after(DAY)}
    make_subscription(bulletin, "a@x.example", budi, confirmed_at=after(-7 * DAY), **ended)
    make_subscription(bulletin, "b@x.example", confirmed_at=SENT)
    make_subscription(bulletin, "c@x.example", confirmed_at=after(DAY))
    make_subscription(bulletin, "d@x.example", confirmed_at=after(5 * DAY))
    make_subscription(bulletin, "e@x.example", state=SubscriptionState.PENDING, confirmed_at=None)


@pytest.fixture
def planted(world, clock, acting):
    clock.freeze("2026-11-24 09:00")
    with acting(scopes.system_scope("plant")):
        plant(world)


def report_of(world, acting, **filters):
    with acting(world.manager):
        scope = viewers.scope_of(world.manager)
        return coordination_report(scope, world.sgr, WEEK, tier_days=TIERS, filters=Filters(**filters))


def test_every_figure_is_what_was_counted_by_hand(planted, world, acting):
    report = report_of(world, acting)
    assert {row.key: (row.count, row.before) for row in report.mail} == COUNTED
    assert list(COUNTED) == list(figure_lists.MAIL_FIGURES)


def test_every_figure_opens_a_list_of_as_many(planted, world, acting):
    with acting(world.manager):
        scope = viewers.scope_of(world.manager)
        for name, (number, before) in COUNTED.items():
            figure = figure_lists.parse(name)
            page, _ = figure_list(scope, world.sgr, WEEK, figure, tier_days=TIERS)
            assert len(page.rows) == number, name
            page, _ = figure_list(scope, world.sgr, WEEK.before(), figure, tier_days=TIERS)
            assert len(page.rows) == before, name


def test_a_report_of_one_category_has_no_such_section(planted, world, acting):
    assert report_of(world, acting, category="media").mail is None


def test_the_page_and_its_lists(planted, world, browser):
    browser.sign_in(world.manager)
    asked = f"?office={world.sgr.id}&from=2026-11-16&to=2026-11-22"
    page = browser.get(f"/reports/coordination{asked}").text
    assert "Orang yang dijangkau surel" in page
    listed = browser.get(f"/reports/coordination/figures/mail-campaigns{asked}").text
    assert "Buletin 47" in listed
    assert "Pengumuman lounge" in listed
    assert "Buletin tetangga" not in listed
    people = browser.get(f"/reports/coordination/figures/mail-reached{asked}").text
    assert "Budi" in people
    assert "z@x.example" not in people
    assert "Surel yang terpental" in browser.get(f"/reports/coordination/print{asked}").text


def test_the_papers_bear_the_section(planted, world, browser):
    browser.sign_in(world.manager)
    asked = f"?office={world.sgr.id}&from=2026-11-16&to=2026-11-22"
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(f"/reports/coordination/workbook.xlsx{asked}").data))
    found = {row[0]: row[1:3] for row in book.get_sheet_by_name("Surel").to_python()}
    assert found["Orang yang dijangkau surel"] == [3, 2]
    assert found["Langganan berakhir"] == [1, 0]
    told = json.loads(browser.get(f"/reports/coordination/report.json{asked}").data)
    assert told["mail"]["reached"] == 3
    paper = browser.get(f"/reports/coordination/paper.pdf{asked}")
    assert paper.data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("id", "Lewat surel, 2 siaran menjangkau 3 orang; pekan sebelumnya 1 siaran menjangkau 2 orang."),
        ("en", "By e-mail, 2 campaigns reached 3 people; the week before 1 campaign reached 2 people."),
    ],
)
def test_the_report_says_whom_e_mail_reached(language, said, planted, world, acting):
    assert said in write(report_of(world, acting), words(language)).plain()


@pytest.mark.parametrize(
    ("campaigns", "reached", "said"),
    [
        ((1, 0), (1, 0), "By e-mail, 1 campaign reached 1 person."),
        ((0, 1), (0, 1), "Nothing was sent by e-mail; the week before 1 campaign reached 1 person."),
        ((0, 0), (0, 0), None),
    ],
)
def test_the_sentence_about_e_mail_fits_its_numbers(campaigns, reached, said, planted, world, acting):
    rows = (Count("mail-campaigns", *campaigns), Count("mail-reached", *reached))
    found = mailings.by_mail(dataclasses.replace(report_of(world, acting), mail=rows), words("en"))
    assert (found and plain(str(found))) == said


def test_another_office_counts_only_its_own(planted, world, acting):
    with acting(world.sister_manager):
        scope = viewers.scope_of(world.sister_manager)
        report = coordination_report(scope, world.wnm, WEEK, tier_days=TIERS)
        assert {row.key: row.count for row in report.mail if row.count} == {
            "mail-campaigns": 1, "mail-reached": 1, "mail-clicked": 1,
        }  # fmt: skip
