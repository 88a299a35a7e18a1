"""The lists that somebody may want nothing more of. Features that send name theirs; mail only knows their keys."""

from collections.abc import Callable, Sequence

from flask_babel import gettext as _

from crm.mail.models import EVERYTHING

# Gives (key, name) of the lists in scope.
Lister = Callable[[], Sequence[tuple[str, str]]]
_listers: dict[str, Lister] = {}


def register(name: str, lister: Lister) -> None:
    """Add the lists of a feature; one of the same name is replaced, so that starting twice in one process is harmless."""
    _listers[name] = lister


def choices() -> list[tuple[str, str]]:
    """Everything, then each list in scope."""
    return [(EVERYTHING, _("All mailings")), *(pair for lister in _listers.values() for pair in lister())]


def name_of(key: str, known: Sequence[tuple[str, str]]) -> str:
    """What a list is called; one that the person may not see is named by its kind alone."""
    return dict(known).get(key) or _("A bulletin of another office")
