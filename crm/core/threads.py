"""Work in threads of our own, with the application that the starting thread works for."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import current_app

T = TypeVar("T")


def with_app(work: Callable[..., T]) -> Callable[..., T]:
    """The function, for another thread: it gets an application context, and so database sessions, of its own."""
    here: Any = current_app
    app = here._get_current_object()

    @wraps(work)
    def run(*args: Any, **named: Any) -> T:
        with app.app_context():
            return work(*args, **named)

    return run
