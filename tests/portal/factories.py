"""What a stranger does on the public pages: a browser that keeps no cookie of ours, and the mail that came."""

import re

from crm.bulletins.agreement import VERSION
from tests.browser import Browser, check_page

FORM = {"email": "sari@contoh.id", "bulletins": "kabar-layanan", "consent": VERSION}


def send(app, data=None, *, status=200, url="/subscribe?lang=id", **kwargs):
    """POST a public form as any site could: without cookie, token or key."""
    return answer_of(app, "POST", url, status, data=FORM if data is None else data, **kwargs)


def look(app, url, *, status=200, **kwargs):
    return answer_of(app, "GET", url, status, **kwargs)


def answer_of(app, method, url, status, **kwargs):
    answer = Browser(app)._request(method, url, **kwargs)
    assert answer.status_code == status, f"{answer.status_code} instead of {status}: {answer.text[:3000]}"
    assert "Set-Cookie" not in answer.headers
    if answer.mimetype == "text/html" and method in {"GET", "POST"} and status != 303:
        check_page(answer.text)
    return answer


def links_in(message, what="confirm"):
    """Paths of our own links in the text of a mail."""
    return re.findall(rf"https?://[^\s]+?(/{what}/[\w-]+)", message.text_body)
