"""A form that was sent after the session had ended, carried through the sign-in so that nothing typed is lost."""

import json
from dataclasses import dataclass

LONGEST = 1_900_000  # a form has at most 2 MiB; the rest of the page needs little


@dataclass(frozen=True)
class Kept:
    """Where the form was sent, and its fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]

    def packed(self) -> str:
        return json.dumps([self.path, [list(pair) for pair in self.fields]], ensure_ascii=False)

    @property
    def texts(self) -> list[str]:
        """What a person wrote, longest first, to be shown: names of fields and short codes say nothing to them."""
        return sorted(
            (value for name, value in self.fields if name != "form_key" and len(value.strip()) > 20), key=len, reverse=True
        )


def unpack(packed: str | None) -> Kept | None:
    """Read it back; None for anything that isn't one. The path still has to be checked for being ours."""
    if not packed or len(packed) > LONGEST:
        return None
    try:
        path, pairs = json.loads(packed)
        fields = tuple((str(name), str(value)) for name, value in pairs)
        return Kept(path, fields) if isinstance(path, str) and fields else None
    except (ValueError, TypeError, RecursionError):
        return None
