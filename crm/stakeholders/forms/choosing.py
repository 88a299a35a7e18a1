"""A record chosen by writing its name: sure when one fits, else the form asks which one, or whether to add it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from crm.core.forms import choices, is_storable
from crm.stakeholders import words
from crm.stakeholders.models import Category

NEW = "new:"


@dataclass(frozen=True)
class Chosen:
    """The id of a record in sight, or a name and category to add."""

    id: int | None = None
    name: str = ""
    new_category: Category | None = None


def choose(
    text: Any,
    choice: Any,
    *,
    given_id: str = "",
    find: Callable[[str], Sequence[tuple[int, str]]],
    name_of: Callable[[int | None], str],
    may_add: bool = False,
) -> Chosen | None:
    """Read the text field and, once it was asked, the choice. None: an error now stands at the field, and the choice is offered.

    Ids are believed only when their record is in sight and carries the name that was written.
    """
    written = text.data or ""
    if not written:
        return Chosen()
    if not is_storable(written):
        return None  # the form says so
    for candidate in (choice.data or "", given_id):
        if _is_number(candidate) and (candidate == choice.data or name_of(int(candidate)) == written) and name_of(int(candidate)):
            return Chosen(int(candidate), name_of(int(candidate)))
    if may_add and (choice.data or "").startswith(NEW) and choice.data.removeprefix(NEW) in set(Category):
        return Chosen(None, written, Category(choice.data.removeprefix(NEW)))
    found = find(written)
    if len(found) == 1:
        return Chosen(*found[0])
    _ask(text, choice, found, written, may_add=may_add)
    return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def offer_new(choice: Any, name: str, category: Category) -> None:
    """Show that this organization is to be added, as it was chosen before."""
    choice.choices = choices([(NEW + category.value, _words_for_new(name, category))])
    choice.data = NEW + category.value


def _words_for_new(name: str, category: Category) -> str:
    return gettext("Add %(name)s: %(kind)s", name=name, kind=words.CATEGORIES[category])


def _ask(text: Any, choice: Any, found: Sequence[tuple[int, str]], written: str, *, may_add: bool) -> None:
    offered: list[tuple[str, str]] = [("", gettext("Choose one"))]
    offered += [(str(row_id), name) for row_id, name in found]
    if found:
        message = gettext("Several have this name. Choose which one.")
    elif may_add:
        message = gettext("No organization of this name yet. Choose what kind it is and it is added too.")
        offered += [(NEW + category.value, _words_for_new(written, category)) for category in Category]
    else:
        message = gettext("Nothing of this name was found. Check the spelling, or leave it empty.")
    text.errors = [*text.errors, message]
    choice.choices = choices(offered) if len(offered) > 1 else []
