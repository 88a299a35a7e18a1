"""The test browser: real cookies and CSRF, every request in a clean context, every drawn page checked."""

import contextvars
import datetime as dt
import re
import secrets
from collections import Counter
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from crm.accounts.models import User, UserSession
from crm.accounts.viewer import SESSION_KEY
from crm.core import clock, tokens, transaction
from crm.core import scope as scopes
from tests.counting import count_queries

SYSTEM = scopes.system_scope("sign a test browser in")


class Browser:
    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.csrf_secret = secrets.token_hex(20)
        self.statements: list[str] = []

    def sign_in(self, user: User, *, hours: float = 12) -> "Browser":
        """Give this browser a session row of the user, as the sign-in page does, without the cost of a password."""
        token = tokens.make()
        moment = clock.now()
        with self.app.app_context(), transaction.unit(SYSTEM) as session:
            session.add(
                UserSession(
                    token_hash=tokens.digest(token),
                    user_id=user.id,
                    created_at=moment,
                    last_seen_at=moment,
                    expires_at=moment + dt.timedelta(hours=hours),
                    address="127.0.0.1",
                    agent="tests",
                )
            )
        with self.client.session_transaction() as kept:
            kept[SESSION_KEY] = token
            kept["csrf_token"] = self.csrf_secret
        return self

    def csrf_token(self) -> str:
        with self.client.session_transaction() as kept:
            raw = kept.setdefault("csrf_token", self.csrf_secret)
        return URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(raw)  # type: ignore[arg-type]

    def get(self, url: str, *, status: int = 200, queries: int | None = None, check: bool = True, **kwargs: Any) -> TestResponse:
        """GET; the status must be as expected, the page well made, and at most `queries` statements may run."""
        response = self._request("GET", url, **kwargs)
        assert response.status_code == status, _say(response, status)
        if queries is not None:
            assert len(self.statements) <= queries, f"{len(self.statements)} queries:\n" + "\n".join(self.statements)
        if check and response.mimetype == "text/html":
            check_page(response.text, whole="<html" in response.text)
        return response

    def post(
        self,
        url: str,
        data: dict[str, Any] | None = None,
        *,
        status: int = 303,
        csrf: bool = True,
        check: bool = True,
        **kwargs: Any,
    ) -> TestResponse:
        """POST a form with its CSRF token and a fresh form key (give `form_key` to send one twice)."""
        sent = {"form_key": secrets.token_urlsafe(18), **(data or {})}
        if csrf:
            sent["csrf_token"] = self.csrf_token()
        response = self._request("POST", url, data=sent, **kwargs)
        assert response.status_code == status, _say(response, status)
        if check and response.mimetype == "text/html" and status not in {301, 302, 303}:
            check_page(response.text, whole="<html" in response.text)
        return response

    def follow(self, response: TestResponse) -> TestResponse:
        """GET the page that a redirect names."""
        return self.get(response.headers["Location"])

    def _request(self, method: str, url: str, **kwargs: Any) -> TestResponse:
        """In an empty context: an application context of the test would leak flask-login's user into the request."""
        with count_queries() as counted:
            response = contextvars.Context().run(lambda: self.client.open(url, method=method, **kwargs))
        self.statements = counted.statements
        return response


def _say(response: TestResponse, status: int) -> str:
    main = re.search(r"<main.*?</main>", response.text, re.S) if response.mimetype == "text/html" else None
    text = re.sub(r"<[^>]+>|\s+", " ", main.group(0) if main else response.text[:2000])
    return f"{response.status_code} instead of {status}, Location {response.headers.get('Location')}: {text[:1500]}"


class _Page(HTMLParser):
    VOID_LABELS = {"hidden", "submit", "button", "image", "reset"}

    def __init__(self) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.h1 = 0
        self.title = False
        self.forms: list[dict[str, Any]] = []
        self.labels: set[str] = set()
        self.inputs: list[dict[str, str | None]] = []
        self.in_label = 0
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        have = dict(attributes)
        if have.get("id"):
            self.ids[str(have["id"])] += 1
        if "style" in have or any(name.startswith("on") for name in have):
            self.problems.append(f"inline style or script on <{tag}>")
        self.h1 += tag == "h1"
        self.title = self.title or tag == "title"
        if tag == "form":
            self.forms.append(
                {"method": (have.get("method") or "get").lower(), "action": have.get("action"), "csrf": "data-open" in have}
            )  # a public form without a session
        if tag == "label":
            self.in_label += 1
            self.labels.add(have.get("for") or "")
        if tag in {"input", "select", "textarea"}:
            if self.forms and have.get("name") == "csrf_token":
                self.forms[-1]["csrf"] = True
            if (have.get("type") or "text") not in self.VOID_LABELS:
                self.inputs.append({**have, "_in_label": "yes" if self.in_label else None})

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.in_label -= 1


def check_page(html: str, *, whole: bool = True) -> None:
    """Fail for what a person would trip over: see rule 8 of docs/contributing.md."""
    page = _Page()
    page.feed(html)
    problems = [*page.problems, *_faults_of_forms(page)]
    if whole and page.h1 != 1:
        problems.append(f"{page.h1} h1")
    if whole and not page.title:
        problems.append("no title")
    problems += [f"id {name!r} {count} times" for name, count in page.ids.items() if count > 1]
    if "{{" in re.sub(r"<textarea.*?</textarea>|\{\{7\*7\}\}", "", html, flags=re.S):
        problems.append("{{ left over")
    assert not problems, "; ".join(problems)


def _faults_of_forms(page: _Page) -> list[str]:
    faults = [
        f"form {form['action']!r} without CSRF field" for form in page.forms if form["method"] == "post" and not form["csrf"]
    ]
    faults += ["form without action" for form in page.forms if form["action"] is None]
    for field in page.inputs:
        named = (
            field["_in_label"]
            or field.get("aria-label")
            or field.get("aria-labelledby")
            or (field.get("id") or "-") in page.labels
        )
        if not named:
            faults.append(f"field {field.get('name')!r} without label")
    return faults
