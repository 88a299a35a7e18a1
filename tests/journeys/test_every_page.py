"""Every page of the product, in English, in the dark, on a phone: no accessibility fault, nothing sticks out, no Indonesian is left over.

The pages come from the routes: one that no walk reaches fails this test until it is reached, or stands below with its reason.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page
from werkzeug.routing import MapAdapter

from tests import databases
from tests.journeys.checks import PHONE, WIDE, faults, sideways
from tests.journeys.conftest import Visitor
from tests.journeys.other_words import OtherWords
from tests.journeys.test_preferences import choose
from tests.journeys.test_subscribing import mail_to
from tests.journeys.test_weekly_bulletin import Way, Words, calls_of, make_bulletin, publish, wait_for_news
from tests.journeys.test_without_script import links

LEADS_ON = "leads on to another page"
A_FILE = "a file"
PART = "a part that a page fetches"
WITH_A_LINK = "tests/journeys/test_signing_in.py and tests/accounts: opened by a link that is used up"
WITH_A_FILE = "tests/journeys/test_import.py looks at it, with a file that was sent in"
NOT_VISITED = {
    "desk.home": LEADS_ON,
    "segments.draft": LEADS_ON,
    "segments.count": LEADS_ON,
    "accounts.open_link": LEADS_ON,
    "accounts.invitation": WITH_A_LINK,
    "accounts.new_password": WITH_A_LINK,
    "exchange.show": WITH_A_FILE,
    "exchange.files": WITH_A_FILE,
    "exchange.mapping": WITH_A_FILE,
    "exchange.undoing": WITH_A_FILE,
    "exchange.progress": PART,
    "exchange.problems": A_FILE,
    "exchange.profile_file": A_FILE,
    "exchange.built_in_profile_file": A_FILE,
    "exchange.export_file": A_FILE,
    "files.show": A_FILE,
    "offices.public_logo": A_FILE,
    "campaigns.picture": A_FILE,
    "campaigns.approval_state": PART,
    "bulletins.qr_png": A_FILE,
    "bulletins.qr_svg": A_FILE,
    "mail.eml": A_FILE,
    "mail.call_eml": A_FILE,
    "portal.feed": A_FILE,
    "reports.coordination_json": A_FILE,
    "reports.coordination_pdf": A_FILE,
    "reports.coordination_xlsx": A_FILE,
    "search.complete": PART,
    "search.suggest": PART,
    "health.live": "read by programs",
    "health.ready": "read by programs",
    "styleguide.show": "tests/static/test_styleguide.py; not there in the demo",
}
# The mail itself, in the language of its reader, where no script runs, so neither does axe.
MAILS = {"campaigns.preview", "campaigns.result_mail", "mail.preview", "portal.issue", "portal.read"}
ONE_OF_MANY = {"token", "slug", "key", "figure"}
PUBLIC = (
    *("/sign-in", "/forgotten-password", "/forgotten-password/sent"),
    *("/subscribe", "/subscribe/mitra-sagara", "/widget/mitra-sagara", "/archive/mitra-sagara"),
)
WAY = Way("kunjungan", Words())
READER = "pembaca@kunjungan.example"


class Walk:
    """What was seen so far by all who walk, and what was wrong with it."""

    def __init__(self, base: str, rules: MapAdapter) -> None:
        self.base, self.rules, self.words = base, rules, OtherWords("id")
        self.known: set[tuple[str, ...]] = set()
        self.visited: set[str] = set()
        self.wrong: list[str] = []

    def kind(self, url: str) -> tuple[str, ...]:
        """One of each kind: /stakeholders/17 is like /stakeholders/4, one list behind a figure like another."""
        rule, given = self.rules.match(urlsplit(url).path, return_rule=True)
        return (rule.rule, *(str(value) for name, value in given.items() if isinstance(value, str) and name not in ONE_OF_MANY))

    def endpoint(self, url: str) -> str:
        return self.rules.match(urlsplit(url).path)[0]

    def go(self, page: Page, *starts: str) -> None:
        """See the pages named, and of those that their links lead to each kind that is not known yet."""
        waiting = [urljoin(self.base, path) for path in starts]
        self.known |= {self.kind(url) for url in waiting}
        while waiting:
            url = waiting.pop(0)
            answer = page.goto(url)
            if answer is None or answer.status != 200:
                self.wrong.append(f"{url}: {answer and answer.status}")
                continue
            self.visited.add(self.endpoint(url))
            self.see(page)
            for href in links(page):
                if self.endpoint(href) not in NOT_VISITED and self.kind(href) not in self.known:
                    self.known.add(self.kind(href))
                    waiting.append(href)

    def see(self, page: Page) -> None:
        endpoint = self.endpoint(page.url)
        self.visited.add(endpoint)
        if endpoint in MAILS:
            found = sideways(page, PHONE["width"])
        else:
            found = faults(page, PHONE["width"]) + self.words.on(page)
            if page.locator("html").get_attribute("lang") != "en":
                found.append("not in English")
        self.wrong += [f"{page.url}: {fault}" for fault in found]


@pytest.fixture
def rules(tmp_path) -> MapAdapter:
    return databases.make_app(f"sqlite:///{tmp_path / 'none.db'}", tmp_path).url_map.bind("127.0.0.1")


@pytest.fixture
def in_the_dark(visit) -> Iterator[Callable[[str], Page]]:
    """Browsers in English, in the dark, as narrow as a phone; what staff chose is put back, because others sign in as the same people."""
    staff: list[Visitor] = []

    def open_one(who: str | None) -> Page:
        visitor = visit(who)
        page = visitor.page
        if who is None:
            page.emulate_media(color_scheme="dark")
        else:
            staff.append(visitor)
            choose(page, "English")
            choose(page, "Dark")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        return page

    yield open_one
    for visitor in staff:
        visitor.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        visitor.go("/desk")
        choose(visitor.page, "Bahasa Indonesia")
        choose(visitor.page, "Ikut sistem")


def make_draft_of_the_news(product, visit) -> tuple[str, str]:
    """A bulletin that reads a site, with subscribers, and a draft of its news, in which stands a promise. Gives the paths of both."""
    publish(product, WAY, ("kunjungan-1", "Paspor pasti selesai besok"))
    bulletin = make_bulletin(product, visit, WAY)
    wait_for_news(visit, bulletin, "Paspor pasti selesai besok")
    page = visit("ratna").go(bulletin)
    page.get_by_role("button", name="Buat buletin dari kabar baru").click()
    page.wait_for_url(re.compile(r"/campaigns/\d+/edit"))
    return bulletin, urlsplit(page.url).path.removesuffix("/edit")


def sign_up(visit) -> str:
    """The path of the link by which a stranger confirms."""
    page = visit(None).go("/subscribe/mitra-sagara")
    page.wait_for_timeout(3200)  # nobody fills in a form sooner
    page.fill("#email", READER)
    page.check("#consent", force=True)
    page.click("#send")
    page.wait_for_load_state()
    return next(urlsplit(each).path for each in mail_to(visit, READER) if "/confirm/" in each)


def ask_for_a_file(visit) -> str:
    page = visit("ratna").go("/exports/new")
    page.fill("[name=purpose]", "Melihat halamannya")
    page.click("main form.m-form button.btn-primary")
    page.wait_for_url(re.compile(r"/exports/\d+$"))
    return urlsplit(page.url).path


def rows(product, query: str) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{product.folder / 'mitra.db'}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def campaigns_of(product) -> dict[str, str]:
    """The path of the newest campaign in each state, of the demo and of the journeys before this."""
    return {state: f"/campaigns/{one}" for state, one in rows(product, "SELECT state, max(id) FROM campaigns GROUP BY state")}


def test_every_page_holds_in_english_in_the_dark_on_a_phone(product, visit, rules, in_the_dark):
    demo = campaigns_of(product)
    bulletin, draft = make_draft_of_the_news(product, visit)
    confirmation, export = sign_up(visit), ask_for_a_file(visit)
    ((reader,),) = rows(product, "SELECT min(stakeholder_id) FROM subscriptions")
    own = next(iter(re.findall(r"/b/[\w-]{20,}", str(calls_of(product)))))
    walk = Walk(product.base, rules)
    walk.go(
        in_the_dark(None),
        *(f"{path}?lang=en" for path in (*PUBLIC, confirmation, own, f"{own}/stop", f"{own}/read")),
    )
    walk.go(in_the_dark("daniel"), "/desk", "/settings/mail/1/preview")
    walk.go(
        in_the_dark("ratna"),
        *(f"/campaigns?view={view}" for view in ("drafts", "waiting", "sending", "sent")),
        *demo.values(),
        *(f"{draft}{page}" for page in ("", "/edit", "/site-items", "/recipients", "/preview", "/send", "/new-time")),
        *(f"{demo['finished']}/results/mail", bulletin, f"{bulletin}/subscribers", export, f"/stakeholders/{reader}"),
    )
    every = {rule.endpoint for rule in rules.map.iter_rules() if "GET" in (rule.methods or ())}
    assert not walk.wrong, "\n".join(walk.wrong)
    assert every - walk.visited - set(NOT_VISITED) == set()
    assert walk.visited.isdisjoint(NOT_VISITED)
