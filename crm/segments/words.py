"""A segment in words, and what is said about mistakes in one."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core import dates
from crm.segments import trees
from crm.segments.trees import Tree, WrongTree
from crm.stakeholders.asking import DayField, Field, day

PROBLEMS = {
    "missing": _l("Fill in this field."),
    "choice": _l("Choose one of the list."),
    "number": _l("Write a whole number that is not too large."),
    "day": _l("Write a day such as 2026-11-24."),
    "long": _l("This is too long: 120 characters are the most."),
    "text": _l("This text holds a character that can't be stored. Remove it and try again."),
    "empty": _l("A group needs at least one condition. Add one or remove the group."),
}


def sentence(tree: Tree) -> str:
    """The whole in one line: `Is a: Person, and (Has the topic: data WNA, or Is of tier: Tier 1)`."""
    try:
        trees.check(tree)
    except WrongTree:
        return _("This segment asks something that Mitra no longer knows. Open it and put it right.")
    return _group(tree, is_inner=False)


def _group(tree: Tree, *, is_inner: bool = True) -> str:
    parts = [_group(item) if trees.is_group(item) else _leaf(item) for item in tree["items"]]
    joined = (_(", and ") if tree["op"] == "and" else _(", or ")).join(parts)
    if tree["not"]:
        return _("not (%(conditions)s)", conditions=joined)
    return f"({joined})" if is_inner and len(parts) > 1 else joined


def _leaf(leaf: Tree) -> str:
    condition, values = trees.read(leaf)
    said = [shown(field, values[field.name]) for field in condition.fields if field.name in values]
    text = f"{condition.label}: {', '.join(said)}" if said else str(condition.label)
    return _("not: %(condition)s", condition=text) if leaf.get("not") else text


def shown(field: Field, value: Any) -> str:
    """A value as people say it; of several fields each says which it is where the value alone does not."""
    if isinstance(field, DayField):
        return f"{str(field.label).lower()} {dates.date_short(day(value))}"
    choices = getattr(field, "choices", None)
    if choices is None:
        return str(value)
    return next((str(label) for key, label in choices() if key == str(value)), _("one that you do not see"))
