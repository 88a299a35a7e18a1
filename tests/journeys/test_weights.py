"""What the pages weigh on the way to a cold phone: interface.md allows 170 kB for the first and 60 kB for a further one."""

import gzip

from playwright.sync_api import expect

KB = 1000


class Wire:
    """Bytes of every answer of a browser: bodies as they came, pages as a proxy would gzip them where the server did not."""

    def __init__(self, page):
        self.client = page.context.new_cdp_session(page)
        self.client.send("Network.enable")
        self.kinds, self.packed, self.bytes = {}, set(), {}
        self.client.on("Network.responseReceived", self._began)
        self.client.on("Network.loadingFinished", self._ended)
        self.cached = set()
        self.client.on("Network.requestServedFromCache", lambda event: self.cached.add(event["requestId"]))

    def _began(self, event):
        answer = event["response"]
        self.kinds[event["requestId"]] = (answer["url"], answer["mimeType"])
        if answer.get("fromDiskCache"):
            self.cached.add(event["requestId"])
        if {key.lower(): value for key, value in answer["headers"].items()}.get("content-encoding"):
            self.packed.add(event["requestId"])

    def _ended(self, event):
        self.bytes[event["requestId"]] = event["encodedDataLength"]

    def weigh(self):
        total = {}
        for request, size in self.bytes.items():
            url, kind = self.kinds.get(request, ("", ""))
            if request in self.cached:
                continue
            if request not in self.packed and kind in {"text/html", "text/css", "text/javascript", "image/svg+xml"}:
                body = self.client.send("Network.getResponseBody", {"requestId": request})["body"]
                size = min(size, len(gzip.compress(body.encode())) + 400)
            total[url] = size
        self.bytes.clear()
        return total


def test_the_first_page_weighs_170_kb_and_a_further_one_60(visit, product):
    page = visit(None, phone=True).page
    wire = Wire(page)
    page.goto(product.base + "/sign-in")
    page.wait_for_load_state("networkidle")
    gate = wire.weigh()
    page.fill("input[name=email]", product.people["suparmi"][0])
    page.fill("input[name=password]", product.people["suparmi"][1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    page.wait_for_load_state("networkidle")
    first = {**gate, **wire.weigh()}
    weights = {"/desk, cold": sum(first.values())}
    assert weights["/desk, cold"] <= 170 * KB, first
    expect(page.locator("h1")).to_be_visible()
    for path in (
        "/stakeholders",
        "/stakeholders/4",
        "/interactions",
        "/commitments?view=office",
        "/reports/coordination",
        "/interactions/new",
    ):
        page.goto(product.base + path)
        page.wait_for_load_state("networkidle")
        further = wire.weigh()
        weights[path] = sum(further.values())
        assert weights[path] <= 60 * KB, further
    print({path: f"{weight / KB:.1f} kB" for path, weight in weights.items()})


def test_nothing_is_fetched_from_another_host(visit, product):
    officer = visit("suparmi")
    asked = []
    officer.page.on("request", lambda request: asked.append(request.url))
    for path in ("/desk", "/stakeholders/4", "/reports/coordination"):
        officer.go(path).wait_for_load_state("networkidle")
    assert asked
    assert all(url.startswith((product.base, "data:", "blob:")) for url in asked), asked
