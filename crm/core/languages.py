"""The language that is spoken at the moment, asked hundreds of times a page."""

from collections.abc import Callable
from typing import Any

import flask_babel
from flask import Flask, g, has_app_context
from flask_babel import get_locale

DEFAULT = "id"


def current() -> str:
    """Of the request or of the letter that is being written: 'id' or 'en'. Flask-Babel keeps it for as long as it holds."""
    if not has_app_context():
        return DEFAULT
    kept = getattr(g.get("_flask_babel"), "babel_locale", None) or get_locale()
    return kept.language if kept else DEFAULT


class Domain(flask_babel.Domain):
    """Flask-Babel's messages, found by the language alone: it asks for context, locale and its whole name at every sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Any] = {}

    def get_translations(self) -> Any:
        if not has_app_context():
            return super().get_translations()
        language = current()
        if language not in self.known:
            self.known[language] = super().get_translations()
        return self.known[language]


def init_app(app: Flask, folder: str, choose: Callable[[], str]) -> None:
    """Messages from the catalogs in the folder, in the language that `choose` names for a request."""
    babel = flask_babel.Babel(
        app,
        default_locale=app.config["DEFAULT_LANGUAGE"],
        default_translation_directories=folder,
        locale_selector=choose,
    )
    babel.domain_instance = Domain()  # pyright: ignore[reportAttributeAccessIssue] - a cached property
