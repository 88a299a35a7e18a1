"""The weekly bulletin from end to end: out of the site's news, approved by a second person, sent by the worker, read in its results; who stops
gets no other. With script, without, and on a phone in English: five presses of both people together."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from crm.mail import outbox
from tests.bulletins.feeds import sites
from tests.journeys.checks import PHONE, look, small_targets
from tests.journeys.test_preferences import choose
from tests.security.fetching_server import by_path, says

PRESSES = 5  # product.md, job 8: approval included
SUBSCRIBERS = ("satu", "dua", "tiga")


@dataclass
class Words:
    """Of the officer's pages."""

    make: str = "Buat buletin dari kabar baru"
    recipients: str = "Penerima"
    ask: str = "Minta persetujuan, lalu kirim"
    receive: str = "{} menerima, {} dikecualikan"
    unsubscribed: str = "berhenti berlangganan"
    sent: str = "Terkirim"


ENGLISH = Words(
    make="New bulletin from what is new",
    recipients="Recipients",
    ask="Ask for approval, then send",
    receive="{} receive it, {} are left out",
    unsubscribed="unsubscribed",
    sent="Sent",
)


@dataclass
class Way:
    """How the officer works, and what was made for that."""

    name: str
    words: Words
    script: bool = True
    phone: bool = False

    def address(self, who):
        return f"{who}-{self.name}@mingguan.example"


@pytest.fixture(
    params=[Way("skrip", Words()), Way("tanpa", Words(), script=False), Way("ponsel", ENGLISH, phone=True)],
    ids=["script", "no script", "phone in English"],
)
def way(request):
    return request.param


@pytest.fixture
def officer(visit, way):
    """Suparmi at her desk; her language is put back, because others sign in as her."""
    if way.words is ENGLISH:
        choose(visit("suparmi").page, "English")
    yield visit("suparmi", script=way.script, phone=way.phone)
    if way.words is ENGLISH:
        choose(visit("suparmi").page, "Bahasa Indonesia")


def judge(way, page):
    """What axe and a finger say. Without script nothing else is shown than with it, so that is judged once."""
    if way.script:
        look(page, widths=(PHONE,)) if way.phone else look(page)
        if way.phone:
            assert not small_targets(page)


def publish(product, way, *news):
    """The site's news, newest first, with the pages that they lead to: the worker tries the links of drafts, and a dead one stops the asking.

    The addresses are this way's own: what was found at an address stays known, also from another journey where it led nowhere.
    """
    answers = {f"/{way.name}": sites.feed(*news)}
    for number, title in news:
        answers[f"/{number}.jpg"] = sites.picture_answer()
        answers[f"/{number}"] = says(f"<!doctype html><title>{title}</title>".encode(), media_type="text/html")
    product.site.answer = by_path(answers)


def make_bulletin(product, visit, way):
    """The manager makes a bulletin that reads the site, and enters its subscribers. Gives its path."""
    manager = visit("ratna")
    page = manager.go("/bulletins/new")
    page.fill("#name", f"Kabar {way.name}")
    page.fill("#feed_url", product.site.url(f"/{way.name}"))
    page.click("main .m-form-acts button[type=submit]")
    page.wait_for_url(re.compile(r"/bulletins/\d+$"))
    path = page.url.removeprefix(product.base)
    page = manager.go(f"{path}/subscribers/import")
    page.fill("[name=lines]", "\n".join(way.address(who) for who in SUBSCRIBERS))
    page.select_option("[name=basis]", "consent")
    page.select_option("[name=channel]", "paper")
    page.fill("[name=given_on]", "2026-01-05")
    page.fill("[name=wording]", "Saya setuju dikirimi buletin.")
    page.fill("[name=wording_version]", "BL-2")
    page.fill("[name=evidence]", "map Langganan, lembar 14")
    page.locator("main form.m-form button.btn-primary").click()
    page.wait_for_load_state()
    return path


def wait_for_news(visit, path, title):
    """The manager has the site read now; the worker does it."""
    manager = visit("ratna")
    page = manager.go(f"{path}/site")
    page.get_by_role("button", name="Baca sekarang").click()
    for _try in range(60):
        if title in manager.go(f"{path}/site").inner_text("main"):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{title} was not read")


def send_it(visit, way, officer, *, receive, left_out):
    """From both desks to the results: presses of both are counted. Gives the campaign's path; the officer's page shows its results."""
    words, manager = way.words, visit("ratna")
    page = officer.go("/desk")
    judge(way, page)
    officer.hand.reset()
    page.get_by_role("button", name=re.compile(rf"{words.make}\W+Kabar {way.name}")).click()
    page.wait_for_url(re.compile(r"/campaigns/\d+/edit$"))
    judge(way, page)
    path = re.sub(r"/edit$", "", page.url.removeprefix(officer.base))
    page.locator("main").get_by_role("link", name=words.recipients, exact=True).click()
    page.wait_for_url(re.compile(r"/recipients$"))
    expect(page.locator("main")).to_contain_text(words.receive.format(receive, left_out))
    judge(way, page)
    page.get_by_role("button", name=words.ask).click()
    page.wait_for_url(re.compile(rf"{path}$"))
    judge(way, page)
    asked = list(officer.hand.presses)

    approver = manager.go("/desk")
    manager.hand.reset()
    approver.locator(f"#campaigns a[href='{path}'], a[href='{path}']").last.click()
    approver.wait_for_url(re.compile(rf"{path}$"))
    if way.script and not way.phone:
        look(approver)
    approver.get_by_role("button", name="Setujui dan kirim").click()
    approver.wait_for_url(re.compile(rf"{path}/results"))
    presses = asked + manager.hand.presses
    if way.script:  # without script nothing of the page tells of a press
        assert 2 < len(presses) <= PRESSES, presses
        page.wait_for_url(re.compile(rf"{path}/results"))  # by itself
    finished(officer, way, path)
    judge(way, page)
    return path


def finished(officer, way, path):
    """Wait until the worker has sent it and the events of the outbox are read."""
    for _try in range(120):
        page = officer.go(f"{path}/results")
        if (
            page.locator(".m-pagehead .m-state, main .m-state").first.inner_text() == way.words.sent
            and figure(page, path)  # the events come a moment after the end of sending
        ):
            return
        page.wait_for_timeout(500)
    raise AssertionError(page.inner_text("main"))


def figure(page, path, name="delivered"):
    """What the page says how many it reached, from the link that leads to the list of them."""
    link = page.locator(f"main a[href^='{path}/results/list/{name}']").first
    found = re.search(r"\d+", link.inner_text()) if link.count() else None
    return int(found.group()) if found else None


def calls_of(product):
    """The calls of campaigns in the local outbox, as they would have gone to the mail service."""
    with closing(sqlite3.connect(f"file:{product.folder / 'mitra.db'}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT payload FROM outbox_messages WHERE from_office_id IS NOT NULL ORDER BY id").fetchall()
    return [json.loads(row[0]) for row in rows]


def received(product, title):
    """Address and HTML of each mail with this news as its newest."""
    calls = [call for call in calls_of(product) if title in json.dumps(call, ensure_ascii=False)]
    return {
        person["to"][0]["email"]: outbox.part_of(call, "text/html", place)
        for call in calls
        for place, person in enumerate(call["personalizations"])
    }


def test_the_weekly_bulletin_is_sent_in_five_presses_and_who_stops_gets_no_other(product, visit, way, officer):
    publish(product, way, (f"{way.name}-2", f"Antrean {way.name} dibuka"), (f"{way.name}-1", f"Loket {way.name} pindah"))
    bulletin = make_bulletin(product, visit, way)
    wait_for_news(visit, bulletin, f"Loket {way.name} pindah")

    first = send_it(visit, way, officer, receive=3, left_out=0)
    mails = received(product, f"Antrean {way.name} dibuka")
    assert set(mails) == {way.address(who) for who in SUBSCRIBERS}
    assert figure(officer.page, first) == len(mails)

    leaves = way.address("dua")
    (link,) = set(re.findall(r'href="(https?://[^"]+/b/[^"/]+/stop[^"]*)"', mails[leaves]))
    stranger = visit(None, script=way.script, phone=True)
    page = stranger.page
    page.goto(link.replace("&amp;", "&"))
    judge(way, page)
    page.get_by_role("button", name="Berhenti berlangganan").click()
    expect(page.locator("h1")).to_contain_text("Anda tidak menerima")
    judge(way, page)

    publish(product, way, (f"{way.name}-3", f"Paspor {way.name} elektronik"), (f"{way.name}-2", f"Antrean {way.name} dibuka"))
    wait_for_news(visit, bulletin, f"Paspor {way.name} elektronik")
    second = send_it(visit, way, officer, receive=2, left_out=1)
    mails = received(product, f"Paspor {way.name} elektronik")
    assert set(mails) == {way.address("satu"), way.address("tiga")}
    assert figure(officer.page, second) == len(mails)
    assert f"Antrean {way.name} dibuka" not in "".join(mails.values())
    page = officer.go(f"{second}/results/list/skipped")
    expect(page.locator("main tr", has_text=leaves)).to_contain_text(way.words.unsubscribed)
    judge(way, page)
