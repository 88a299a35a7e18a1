"""Addresses of pages, worked out once: a list asks for fifty that differ in one number."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from flask import Flask, request

# Stands where a number will: in no address of ours, and no digit of it can come from anything else.
_PLACE = 987654321987654321
_KNOWN = (str, int)


class Addresses:
    """Keeps addresses by where the site is mounted, endpoint and values; with a number in it, as what stands before and after."""

    def __init__(self, app: Flask) -> None:
        self.slow: Callable[..., str] = partial(Flask.url_for, app)
        self.plain = lru_cache(2048)(self._plain)
        self.around = lru_cache(512)(self._around)

    def find(self, endpoint: str, values: dict[str, Any]) -> str:
        """The address within this site. Values are words and whole numbers; anything else goes Flask's way."""
        kinds = [type(value) for value in values.values()]
        if endpoint[:1] == "." or any(kind not in _KNOWN for kind in kinds):
            return self.slow(endpoint, **values)
        root = request.root_path
        if kinds != [int]:
            return self.plain(root, endpoint, tuple(values.items()))
        name, value = next(iter(values.items()))
        if value < 0:
            return self.slow(endpoint, **values)
        before, after = self.around(root, endpoint, name)
        return f"{before}{value}{after}"

    def _plain(self, _root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return self.slow(endpoint, **dict(values))

    def _around(self, _root: str, endpoint: str, name: str) -> tuple[str, str]:
        before, found, after = self.slow(endpoint, **{name: _PLACE}).partition(str(_PLACE))
        if not found:
            raise ValueError(f"{endpoint} does not show {name}")
        return before, after
