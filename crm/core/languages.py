"""The language that is spoken at the moment, asked hundreds of times a page."""

from flask import g, has_app_context
from flask_babel import get_locale

DEFAULT = "id"


def current() -> str:
    """Of the request or of the letter that is being written: 'id' or 'en'. Flask-Babel keeps it for as long as it holds."""
    if not has_app_context():
        return DEFAULT
    kept = getattr(g.get("_flask_babel"), "babel_locale", None) or get_locale()
    return kept.language if kept else DEFAULT
