"""Addresses that the shell needs on every page, by a short name; None while the feature that offers one isn't there."""

from typing import Any

from flask import current_app, url_for

# name -> endpoint. A feature that renames one of these views renames it here; tests/static checks that none is dead.
ENDPOINTS = {
    "desk": "desk.index",
    "search": "search.index",
    "suggestions": "search.suggest",
    "completions": "search.complete",
    "quick_log": "interactions.quick_log",
    "quick_log_preview": "interactions.preview_quick_log",
    "stakeholders": "stakeholders.index",
    "meetings": "meetings.index",
    "import": "exchange.new",
    "export": "exchange.new_export",
    "profile": "accounts.show_profile",
    "preferences": "accounts.set_preferences",
    "choose_office": "accounts.choose_office",
    "sign_in": "accounts.sign_in",
    "sign_out": "accounts.sign_out",
}


def place(name: str, **values: Any) -> str | None:
    """The address of a place, or None when its feature isn't part of this build. An unknown name is a mistake: KeyError."""
    endpoint = ENDPOINTS[name]
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
