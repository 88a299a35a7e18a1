"""The conditions of segments, registered by crm/wiring.py, feature by feature: a later feature adds its own and nothing here changes."""

from collections.abc import Iterable, Sequence

from crm.stakeholders.asking import Condition

_conditions: dict[str, Condition] = {}


def register(condition: Condition) -> None:
    """Add a condition; one of the same name is replaced, so that starting twice in one process is harmless."""
    _conditions[condition.name] = condition


def register_all(conditions: Iterable[Condition]) -> None:
    for condition in conditions:
        register(condition)


def find(name: str) -> Condition | None:
    return _conditions.get(name)


def everything() -> Sequence[Condition]:
    """In order of registration: groups stay together because a feature registers its own at once."""
    return list(_conditions.values())
