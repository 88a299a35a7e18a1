"""What features above tell a feature below at start: each thing once, however many applications one process makes."""

from typing import Any, Generic, TypeVar

Entry = TypeVar("Entry")


class Once(list[Entry], Generic[Entry]):
    """A list that knows what it holds: adding the same again changes nothing. Where things have names, a dict does the same."""

    def add(self, entry: Entry) -> Entry:
        if entry not in self:
            super().append(entry)
        return entry

    def _refuse(self, *_given: Any) -> Any:
        raise TypeError("use add, which takes each entry once")

    append = extend = insert = _refuse
