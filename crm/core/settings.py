"""Settings for those who don't know the web: what config.py read, by name."""

from typing import Any

from flask import current_app


def get(name: str) -> Any:
    """The value of a setting. A name that config.py doesn't have is a mistake: KeyError."""
    return current_app.config[name]
