"""Count the statements that a block sends to the database."""

import contextlib
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


@contextlib.contextmanager
def count_queries() -> Iterator[Counted]:
    counted = Counted()

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.lower().startswith(("begin", "pragma", "set transaction", "savepoint", "release")):
            counted.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(Engine, "before_cursor_execute", note)
