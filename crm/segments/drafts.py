"""A tree while it is being put together on a page: what was written in each place, right or wrong, and what a button does to it. Values only.

Fields are named after the place: `t` is the whole, `t.0` its first item. `t.op` and `t.not` belong to a group; `t.0.condition`, `t.0.not` and
`t.0.f.days` to a condition. A button says what it does in `do`: `add:t`, `group:t`, `remove:t.0`, `show`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.segments import conditions
from crm.segments.trees import MOST_DEPTH, MOST_ITEMS, OPERATORS, Tree, is_group
from crm.stakeholders.asking import Condition

WHOLE = "t"
ADD, GROUP, REMOVE, SHOW = "add", "group", "remove", "show"


class WrongDraft(ValueError):
    """What no page of ours sends: a place that is not there, or more than a tree may hold. People see 422 and their text."""


@dataclass
class Row:
    """One condition. `problems` says what is wrong, by field; `condition` stands for the choice itself."""

    path: str
    name: str = ""
    is_not: bool = False
    written: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    is_new: bool = False

    is_group = False

    @property
    def condition(self) -> Condition | None:
        return conditions.find(self.name)


@dataclass
class Group:
    path: str
    op: str = "and"
    is_not: bool = False
    items: list["Row | Group"] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    is_group = True

    @property
    def depth(self) -> int:
        return self.path.count(".") + 1

    @property
    def can_hold_groups(self) -> bool:
        return self.depth < MOST_DEPTH


def parse(sent: Mapping[str, str]) -> Group:
    """What a form sent. Raises WrongDraft."""
    return _parse_group(sent, WHOLE, [MOST_ITEMS])


def _parse_group(sent: Mapping[str, str], path: str, left: list[int]) -> Group:
    op = sent.get(f"{path}.op", "and")
    if op not in OPERATORS:
        raise WrongDraft(op)
    group = Group(path, op, sent.get(f"{path}.not", "") == "1")
    if group.depth > MOST_DEPTH:
        raise WrongDraft("depth")
    for number in sorted(_numbers(sent, path)):
        left[0] -= 1
        if left[0] < 0:
            raise WrongDraft("size")
        place = f"{path}.{number}"
        is_inner = f"{place}.op" in sent
        group.items.append(_parse_group(sent, place, left) if is_inner else _parse_row(sent, place))
    return group


def _numbers(sent: Mapping[str, str], path: str) -> set[int]:
    begin = f"{path}."
    first = (name[len(begin) :].partition(".")[0] for name in sent if name.startswith(begin))
    return {int(number) for number in first if number.isascii() and number.isdigit() and len(number) <= 3}


def _parse_row(sent: Mapping[str, str], path: str) -> Row:
    row = Row(path, sent.get(f"{path}.condition", ""), sent.get(f"{path}.not", "") == "1")
    begin = f"{path}.f."
    row.written = {name.removeprefix(begin): value for name, value in sent.items() if name.startswith(begin)}
    return row


def of(tree: Tree) -> Group:
    """The draft of a tree that is changed."""
    return _of_group(tree, WHOLE)


def _of_group(tree: Tree, path: str) -> Group:
    group = Group(path, tree["op"], tree["not"])
    for number, item in enumerate(tree["items"]):
        place = f"{path}.{number}"
        group.items.append(_of_group(item, place) if is_group(item) else _of_leaf(item, place))
    return group


def _of_leaf(leaf: Tree, path: str) -> Row:
    written = {name: str(value) for name, value in leaf.items() if name not in ("condition", "not")}
    return Row(path, str(leaf["condition"]), bool(leaf.get("not")), written)


def blank() -> Group:
    """What a new segment begins with: one empty condition."""
    return Group(WHOLE, items=[Row(f"{WHOLE}.0")])


def act(group: Group, what: str) -> None:
    """What a button says. Raises WrongDraft."""
    verb, _, path = what.partition(":")
    if verb == SHOW and not path:
        return
    if verb == REMOVE:
        _remove(group, path)
    elif verb in (ADD, GROUP):
        _add(group, path, verb)
    else:
        raise WrongDraft(what)
    _number(group, WHOLE)


def _remove(group: Group, path: str) -> None:
    for place in groups(group):
        for item in place.items:
            if item.path == path:
                place.items.remove(item)
                return
    raise WrongDraft(path)


def _add(group: Group, path: str, verb: str) -> None:
    place = next((one for one in groups(group) if one.path == path), None)
    if place is None or size(group) >= MOST_ITEMS or (verb == GROUP and not place.can_hold_groups):
        raise WrongDraft(path)
    row = Row("", is_new=True)
    place.items.append(Group("", "or" if place.op == "and" else "and", items=[row]) if verb == GROUP else row)


def _number(group: Group, path: str) -> None:
    group.path = path
    for number, item in enumerate(group.items):
        item.path = f"{path}.{number}"
        if isinstance(item, Group):
            _number(item, item.path)


def groups(group: Group) -> Iterator[Group]:
    yield group
    for item in group.items:
        if isinstance(item, Group):
            yield from groups(item)


def rows(group: Group) -> Iterator[Row]:
    return (item for one in groups(group) for item in one.items if isinstance(item, Row))


def size(group: Group) -> int:
    return sum(len(one.items) for one in groups(group))


def finish(group: Group) -> dict[str, Any] | None:
    """The tree, or None with the problems written into the draft."""
    tree = _finish_group(group)
    wrong = any(one.problems for one in groups(group)) or any(row.problems for row in rows(group))
    return None if wrong else tree


def _finish_group(group: Group) -> dict[str, Any]:
    group.problems = {} if group.items else {"items": "empty"}
    items = [_finish_group(item) if isinstance(item, Group) else _finish_row(item) for item in group.items]
    return {"op": group.op, "not": group.is_not, "items": items}


def _finish_row(row: Row) -> dict[str, Any]:
    condition = row.condition
    if condition is None:
        row.problems = {"condition": "missing" if not row.name else "choice"}
        return {}
    values, row.problems = condition.read(row.written)
    return {"condition": condition.name, "not": row.is_not, **values}
