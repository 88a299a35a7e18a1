"""Mails drawn from templates: the first line of <name>.txt is the subject, the rest the plain text; <name>.html is the same for HTML.

Links are built from PUBLIC_BASE_URL alone: a forged Host header must not reach a mailbox.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def draw(name: str, *, language: str, **context: Any) -> Letter:
    """Draw the mail `name` (a path without ending below templates/) in the reader's language."""
    env = current_app.jinja_env
    with force_locale(language):
        first, _, rest = env.get_template(f"{name}.txt").render(**context).strip().partition("\n")
        subject = " ".join(first.split())
        html = env.get_template(f"{name}.html").render(subject=subject, language_code=language, **context)
    return Letter(subject, rest.strip() + "\n", html)


def public_url(endpoint: str, **values: Any) -> str:
    """The address of a page as people outside reach it."""
    if read_pages := current_app.extensions.get("mitra.read_pages"):  # of a process that answers nobody
        read_pages()
    path = current_app.url_map.bind("").build(endpoint, values)
    return f"{current_app.config['PUBLIC_BASE_URL']}{path}"
