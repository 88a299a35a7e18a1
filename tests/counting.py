"""Count the statements that a block sends to the database."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


class Counted:
    def __init__(self) -> None:
        self.statements: list[str] = []

    @property
    def count(self) -> int:
        return len(self.statements)


class _Open(threading.local):
    """The blocks that count in a thread."""

    def __init__(self) -> None:
        self.blocks: list[Counted] = []


_open = _Open()


@event.listens_for(Engine, "before_cursor_execute")
def _note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    """Listens for good: to begin and to end while other threads send statements would break theirs."""
    if _open.blocks and not statement.lower().startswith(("begin", "pragma", "set transaction", "savepoint", "release")):
        for counted in _open.blocks:
            counted.statements.append(statement)


@contextlib.contextmanager
def count_queries() -> Iterator[Counted]:
    """What this thread sends."""
    counted = Counted()
    _open.blocks.append(counted)
    try:
        yield counted
    finally:
        _open.blocks.remove(counted)
