"""What files hang on: each kind of record tells who may see it. Filled in by the application, because records live in packages above."""

from collections.abc import Callable
from dataclasses import dataclass

from crm.core.access import Permission


@dataclass(frozen=True)
class SubjectKind:
    permission: Permission
    is_visible: Callable[[int], bool]


_kinds: dict[str, SubjectKind] = {}


def register(kind: str, *, permission: Permission, is_visible: Callable[[int], bool]) -> None:
    """Tell the permission for a kind of record, and how to ask whether one of it is visible in the scope in force."""
    _kinds[kind] = SubjectKind(permission, is_visible)


def find(kind: str) -> SubjectKind | None:
    return _kinds.get(kind)
