"""What every template may use, and nothing that needs a query by accident."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, render_template
from flask_login import current_user
from markupsafe import Markup

from crm.core import access, dates, headers, languages, pages, places, text


def _viewer() -> Any:
    person: Any = current_user._get_current_object()  # templates ask it thirty things a page, each through the proxy otherwise
    return person if person.is_authenticated else None


def drawn(template: str, values: Mapping[str, Any]) -> Markup:
    """A part of a page that has values of its own, as markup: panels that one feature draws on the page of another."""
    return Markup(render_template(template, **values))  # noqa: S704 - a template of ours, escaped by itself


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.do")
    env.filters.update(dates.FILTERS)
    env.filters.update(initials=text.initials, safe_href=pages.safe_href)
    env.globals.update(
        drawn=drawn,
        may=access.may,
        Permission=access.Permission,
        language=languages.current,
        place=places.place,
        demo_mode=app.config["MODE"] == "demo",
        development_mode=app.config["MODE"] == "development",
        local_mail=app.config["MAIL_TRANSPORT"] == "outbox",
        public_base_url=app.config["PUBLIC_BASE_URL"],
        viewer_zone=dates.viewer_zone,
        new_form_key=lambda: secrets.token_urlsafe(18),
        style_nonce=headers.style_nonce,
    )
    app.context_processor(
        lambda: {
            "viewer": _viewer(),
            "navigation": current_app.extensions["mitra.navigation"],
            "office_switcher": current_app.extensions["mitra.office_switcher"],
        }
    )
