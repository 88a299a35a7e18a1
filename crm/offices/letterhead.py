"""What stands at the head and foot of an office's papers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MOST_LINES = 5
SHOWN_WIDTH, SHOWN_HEIGHT = 200, 60  # pixels of a logo in an e-mail
_NOT_PLAIN = frozenset({"parents", "logo"})


class TooManyLines(ValueError):
    """More lines above the office's name than a letterhead has room for."""


@dataclass(frozen=True)
class Logo:
    """A picture at its public path, as wide and high as it was drawn; e-mails show it at half of that."""

    path: str
    width: int
    height: int

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height in a mail: at most 200 by 60. A small one stays as it is."""
        by = min(1.0, SHOWN_WIDTH / self.width, SHOWN_HEIGHT / self.height)
        return max(1, round(self.width * by)), max(1, round(self.height * by))


@dataclass(frozen=True)
class Letterhead:
    """Lines of the institutions above, the office's name, where it is found, who signs, and the logo. Everything may be empty."""

    parents: tuple[str, ...] = ()
    name: str = ""
    address: str = ""
    contact: str = ""
    place: str = ""
    signer: str = ""
    signer_post: str = ""
    signer_number: str = ""
    logo: Logo | None = None

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
        key: str(value)
        for key, value in (stored or {}).items()
        if key in Letterhead.__dataclass_fields__ and key not in _NOT_PLAIN
    }
    parents = tuple(str(line) for line in (stored or {}).get("parents", ()))
    kept = (stored or {}).get("logo")
    logo = Logo(str(kept["path"]), int(kept["width"]), int(kept["height"])) if kept else None
    return Letterhead(parents=parents[:MOST_LINES], logo=logo, **{**given, "name": given.get("name") or name})
