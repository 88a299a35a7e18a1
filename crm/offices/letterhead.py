"""What stands at the head and foot of an office's papers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MOST_LINES = 5


class TooManyLines(ValueError):
    """More lines above the office's name than a letterhead has room for."""


@dataclass(frozen=True)
class Letterhead:
    """Lines of the institutions above, the office's name, where it is found, and who signs. Everything may be empty."""

    parents: tuple[str, ...] = ()
    name: str = ""
    address: str = ""
    contact: str = ""
    place: str = ""
    signer: str = ""
    signer_post: str = ""
    signer_number: str = ""

    def __post_init__(self) -> None:
        if len(self.parents) > MOST_LINES:
            raise TooManyLines(str(len(self.parents)))

    def stored(self) -> dict[str, Any]:
        """Plain values for the office's row; empty ones are left out."""
        return {key: list(value) if key == "parents" else value for key, value in asdict(self).items() if value}


def of(office: Any) -> Letterhead:
    """The letterhead of an office; its name is the office's own unless another was set."""
    return from_stored(office.letterhead, name=office.name)


def from_stored(stored: Mapping[str, Any] | None, *, name: str = "") -> Letterhead:
    given = {
        key: str(value) for key, value in (stored or {}).items() if key in Letterhead.__dataclass_fields__ and key != "parents"
    }
    parents = tuple(str(line) for line in (stored or {}).get("parents", ()))
    return Letterhead(parents=parents[:MOST_LINES], **{**given, "name": given.get("name") or name})
