"""The tree of a segment: groups of conditions joined by and/or, each of which may be turned round. Values only.

`{"op": "and"|"or", "not": bool, "items": [group | {"condition": name, "not": bool, field: value, ...}]}`
"""

from collections.abc import Iterator, Mapping
from typing import Any

from crm.segments import conditions
from crm.stakeholders.asking import Condition

MOST_DEPTH, MOST_ITEMS = 4, 40
OPERATORS = ("and", "or")
_OWN = frozenset({"condition", "not"})
Tree = Mapping[str, Any]


class WrongTree(ValueError):
    """Not a tree that a form of ours makes: too deep, too large, or with a condition or value that nobody registered."""


def empty() -> dict[str, Any]:
    return {"op": "and", "not": False, "items": []}


def is_group(item: Tree) -> bool:
    return "items" in item


def leaves(tree: Tree) -> Iterator[Tree]:
    for item in tree["items"]:
        if is_group(item):
            yield from leaves(item)
        else:
            yield item


def only_narrows(tree: Tree) -> bool:
    """Whether every condition has to hold: all groups say "and", and nothing is turned round."""
    if tree["op"] != "and" or tree["not"]:
        return False
    return all(only_narrows(item) if is_group(item) else not _is_turned(item) for item in tree["items"])


def _is_turned(leaf: Tree) -> bool:
    condition, _values = read(leaf)
    return condition.is_turned != bool(leaf.get("not"))


def check(tree: Any) -> None:
    """Raise WrongTree unless it is one, with at least one condition and no empty group."""
    if _check_group(tree, 1) > MOST_ITEMS:
        raise WrongTree("size")


def _check_group(tree: Any, depth: int) -> int:
    if depth > MOST_DEPTH:
        raise WrongTree("depth")
    if not isinstance(tree, Mapping) or set(tree) != {"op", "not", "items"} or tree["op"] not in OPERATORS:
        raise WrongTree("group")
    if not isinstance(tree["not"], bool) or not isinstance(tree["items"], list) or not 0 < len(tree["items"]) <= MOST_ITEMS:
        raise WrongTree("group")
    return len(tree["items"]) + sum(_check_item(item, depth) for item in tree["items"])


def _check_item(item: Any, depth: int) -> int:
    if not isinstance(item, Mapping):
        raise WrongTree("item")
    if is_group(item):
        return _check_group(item, depth + 1)
    read(item)
    return 0


def read(leaf: Tree) -> tuple[Condition, dict[str, Any]]:
    """The condition of a leaf and its values, read again as if a form had sent them. Raises WrongTree."""
    condition = conditions.find(str(leaf.get("condition")))
    if condition is None or not isinstance(leaf.get("not", False), bool):
        raise WrongTree(str(leaf.get("condition")))
    given = {name: value for name, value in leaf.items() if name not in _OWN}
    if set(given) - {field.name for field in condition.fields}:
        raise WrongTree(condition.name)
    values, problems = condition.read({name: str(value) for name, value in given.items()})
    if problems:
        raise WrongTree(f"{condition.name}: {problems}")
    return condition, values
