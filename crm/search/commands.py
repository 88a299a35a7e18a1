"""What the palette can do besides finding: a short list of things to do, found by the words of their names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.core import text as texts
from crm.core.access import Permission
from crm.core.registers import Once


@dataclass(frozen=True)
class Command:
    """`dialog` is the id of a dialog that opens instead of the page where scripts run; `key` is its shortcut."""

    label: Any
    endpoint: str
    permission: Permission
    icon: str
    key: str = ""
    dialog: str = ""


_commands: Once[Command] = Once()


def register(command: Command) -> None:
    _commands.add(command)


def matching(
    query: str, *, may: Callable[[Permission], bool], exists: Callable[[str], bool], limit: int = 5
) -> Sequence[Command]:
    """Commands whose name holds every word of the query as the beginning of one of its words; all of them for an empty query."""
    asked = texts.name_key(query).split()
    found = []
    for command in _commands:
        words = texts.name_key(str(command.label)).split()
        if (
            all(any(word.startswith(part) for word in words) for part in asked)
            and may(command.permission)
            and exists(command.endpoint)
        ):
            found.append(command)
    return found[:limit]
