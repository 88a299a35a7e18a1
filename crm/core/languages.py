"""The language that is spoken at the moment, asked hundreds of times a page."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

import flask_babel
from flask import Flask, g, has_app_context
from flask_babel import get_locale

DEFAULT = "id"
T = TypeVar("T")


def current() -> str:
    """Of the request or of the letter that is being written: 'id' or 'en'. Flask-Babel keeps it for as long as it holds."""
    try:
        kept = g._flask_babel.babel_locale or get_locale()
    except (AttributeError, RuntimeError):  # not asked yet, or no application at work
        kept = get_locale() if has_app_context() else None
    return kept.language if kept else DEFAULT


def kept(make: Callable[..., T]) -> Callable[..., T]:
    """Remember what a function says in each language. Without an application nothing is translated, and so nothing is remembered."""
    remembered = lru_cache(1024)(lambda _language, *args: make(*args))

    @wraps(make)
    def say(*args: Any) -> T:
        return remembered(current(), *args) if has_app_context() else make(*args)

    return say


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
