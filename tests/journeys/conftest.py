"""One product for all journeys, started when the first one needs it; each journey gets browsers of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys import product as products
from tests.journeys.checks import PHONE, WIDE, Watch
from tests.journeys.hand import Hand


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[products.Product]:
    running = products.start(tmp_path_factory.mktemp("journeys"))
    yield running
    running.stop()


class Visitor:
    """A browser of one person, and the presses in it."""

    def __init__(self, page: Page, hand: Hand, base: str) -> None:
        self.page, self.hand, self.base = page, hand, base
        self.watch = Watch(page)

    def go(self, path: str) -> Page:
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page


@pytest.fixture
def visit(product: products.Product, chromium: Browser, signed_in: Callable[[str], dict]) -> Iterator[Callable[..., Visitor]]:
    """`visit("suparmi")` is a signed-in browser at the desk; phone=True touches, script=False runs no script, who=None is a stranger."""
    made: list[tuple[BrowserContext, Visitor]] = []

    def open_one(who: str | None = "suparmi", *, phone: bool = False, script: bool = True) -> Visitor:
        context = chromium.new_context(
            viewport=PHONE if phone else WIDE,  # type: ignore[arg-type]
            is_mobile=phone,
            has_touch=phone,
            java_script_enabled=script,
            color_scheme="light",
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            accept_downloads=True,
            reduced_motion="reduce",
            storage_state=signed_in(who) if who else None,  # type: ignore[arg-type]
        )
        context.set_default_timeout(15_000)
        hand = Hand(context)
        visitor = Visitor(context.new_page(), hand, product.base)
        made.append((context, visitor))
        if who:
            visitor.go("/desk")
        return visitor

    yield open_one
    complaints = [complaint for _, visitor in made for complaint in visitor.watch.complaints]
    for context, _ in made:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def signed_in(product: products.Product, chromium: Browser) -> Callable[[str], dict]:
    """The cookies of somebody who has signed in through the page, once a run."""
    kept: dict[str, dict] = {}

    def state(who: str) -> dict:
        if who not in kept:
            context = chromium.new_context(locale="id-ID")
            page = context.new_page()
            page.goto(product.base + "/sign-in")
            page.fill("input[name=email]", product.people[who][0])
            page.fill("input[name=password]", product.people[who][1])
            page.click("main button[type=submit]")
            page.wait_for_url("**/desk")
            kept[who] = context.storage_state()  # type: ignore[assignment]
            context.close()
        return kept[who]

    return state


@pytest.fixture(scope="session")
def meetings() -> Path:
    """Real registers of meetings, kept beside the product; absent in a bare checkout."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "data" / "meetings"
    if not folder.is_dir():
        pytest.skip("the real registers are not here")
    return folder
