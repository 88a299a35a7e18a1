"""Walking the product as a person does: every link that leads to another page, every form that a page holds."""

from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

MOST_OF_A_KIND = 6  # pages that differ only in their query, or in which record they show


@dataclass
class SentForm:
    """A form as a browser would send it when nothing is changed on it."""

    action: str
    method: str = "get"
    page: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # of all its fields, ticked or not


class Reader(HTMLParser):
    """Links and forms of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[SentForm] = []
        self.by_id: dict[str, SentForm] = {}
        self._form: SentForm | None = None
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attributes}
        if tag == "a" and have.get("href"):
            self.links.append(have["href"])
        for name in ("hx-get", "data-url", "src"):
            if have.get(name):
                self.links.append(have[name])
        if tag == "form":
            self._form = SentForm(have.get("action", ""), have.get("method", "get").lower())
            self.forms.append(self._form)
            self.by_id[have.get("id", "")] = self._form
        elif tag in {"input", "select", "textarea", "button", "option"}:
            self._read(tag, have)

    def _read(self, tag: str, have: dict[str, str]) -> None:
        form = self.by_id.get(have["form"]) if have.get("form") else self._form
        if form is None or "disabled" in have:
            return
        form.names.add(have.get("name", ""))
        name, kind = have.get("name", ""), have.get("type", "text" if tag == "input" else "submit")
        if tag == "option":
            if self._select and ("selected" in have or self._select not in form.fields):
                form.fields[self._select] = have.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea = name
            form.fields[name] = ""
        elif (
            name
            and tag == "input"
            and kind not in {"submit", "file"}
            and (kind not in {"checkbox", "radio"} or "checked" in have)
        ):
            form.fields[name] = have.get("value", "on")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form is not None:
            self._form.fields[self._textarea] = self._form.fields.get(self._textarea, "") + data.lstrip("\r\n")


@dataclass
class Walk:
    """What a walk found: answers by address, and the forms by the endpoint that they are sent to."""

    answers: dict[str, object] = field(default_factory=dict)
    forms: dict[str, SentForm] = field(default_factory=dict)
    endpoints: set[str] = field(default_factory=set)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def endpoint_of(app, address, method="GET"):
    """The endpoint that answers to a local address, or None for what is none of ours."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("/static/"):
        return None
    try:
        return app.url_map.bind("localhost").match(parts.path, method)[0]
    except HTTPException:
        return None


def walk(browser, starts, *, most=MOST_OF_A_KIND) -> Walk:
    """Follow every link from these addresses; of pages that differ only in a record or a query, the first few."""
    found, seen, counted = Walk(), set(), Counter()
    waiting = deque(starts)
    while waiting:
        address = waiting.popleft().partition("#")[0]
        endpoint = endpoint_of(browser.app, address)
        if endpoint is None or address in seen or (counted[endpoint] >= most and address not in starts):
            continue
        seen.add(address)
        counted[endpoint] += 1
        answer = browser._request("GET", address)
        answer.get_data()
        answer.close()
        found.answers[address] = answer
        found.endpoints.add(endpoint)
        if answer.status_code in {301, 302, 303}:
            waiting.append(answer.headers["Location"])
        elif answer.mimetype == "text/html":
            _note(browser.app, address, answer.text, found, waiting)
    return found


def _note(app, address, html, found, waiting):
    reader = read(html)
    here = urlsplit(address).path
    waiting.extend(here + link if link.startswith("?") else link for link in reader.links)
    for form in reader.forms:
        form.action, form.page = form.action or address, address
        endpoint = endpoint_of(app, form.action, form.method.upper())
        if form.method == "post" and endpoint:
            found.forms.setdefault(endpoint, form)
