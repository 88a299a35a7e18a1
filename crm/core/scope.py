"""Whose offices a piece of work may touch: read criteria on every ORM select, and a guard at every flush.

Reading: each mapped class derives from `Scoped` (criteria) or sets `is_global = True`. Writing: the guard looks at the office of
each row and at each foreign key whose value changed. Core SQL is outside both; only `index`, `reports` and `core` may use it.
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy import event, orm

log = structlog.get_logger(__name__)
S = TypeVar("S", bound=sa.Executable)


class MissingScope(RuntimeError):
    """Work on scoped rows began without anybody's scope: a programming error, never a user's."""


class OutOfScope(Exception):
    """A row, or what it points at, belongs to an office outside the scope. People see 404: it does not exist for them."""


@dataclass(frozen=True)
class Scope:
    """Offices that may be read and written; `office_ids` None means all and is only for declared system work."""

    user_id: int | None
    office_ids: frozenset[int] | None
    home_office_id: int | None = None
    reason: str = ""

    @property
    def is_system(self) -> bool:
        return self.office_ids is None

    def holds(self, office_id: int | None) -> bool:
        return self.office_ids is None or office_id in self.office_ids


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope:
    """The scope in force. Raises MissingScope when there is none."""
    scope = _current.get()
    if scope is None:
        raise MissingScope("no office scope is set")
    return scope


def current_or_none() -> Scope | None:
    return _current.get()


def system_scope(reason: str) -> Scope:
    """All offices, for a sweep that has no user. The reason goes to the log each time it is put in force."""
    return Scope(user_id=None, office_ids=None, reason=reason)


@contextlib.contextmanager
def use(scope: Scope) -> Iterator[Scope]:
    """Put a scope in force for the block."""
    if scope.is_system:
        log.debug("system scope", reason=scope.reason)
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def start(scope: Scope | None) -> None:
    """Fix the scope of a request; the request's context ends with it."""
    _current.set(scope)


def _bound_offices() -> tuple[int, ...]:
    return tuple(sorted(current().office_ids or ()))


def offices_in_scope() -> sa.BindParameter[Any]:
    """A parameter for `column.in_(...)` that is filled when the statement runs, so that compiled SQL is shared by all scopes."""
    return sa.bindparam("scope_offices", callable_=_bound_offices, expanding=True, type_=sa.Integer())


class Scoped:
    """Base of every model that not everybody may see. Subclasses without an office of their own override `scope_criterion`."""

    is_global = False
    # Name of the foreign key to the record that this row is a part of: only who may write that record may write the part.
    part_of: ClassVar[str | None] = None

    @classmethod
    def scope_criterion(cls) -> sa.ColumnElement[bool]:
        if cls in (Scoped, OfficeScoped):  # SQLAlchemy tries the lambda below on the base itself, once
            return sa.true()
        return cls.office_id.in_(offices_in_scope())  # type: ignore[attr-defined]

    @classmethod
    def write_criterion(cls) -> sa.ColumnElement[bool]:
        """Rows that a bulk UPDATE or DELETE may touch; narrower than what is seen where rows are shared."""
        return cls.scope_criterion()


class OfficeScoped(Scoped):
    """A row that belongs to one office."""

    @orm.declared_attr
    @classmethod
    def office_id(cls) -> orm.Mapped[int]:
        return orm.mapped_column(sa.ForeignKey("offices.id"), nullable=False)


_limit = orm.with_loader_criteria(
    Scoped, lambda cls: cls.scope_criterion(), include_aliases=True, propagate_to_loaders=False, track_closure_variables=False
)
_limit_writes = orm.with_loader_criteria(
    Scoped, lambda cls: cls.write_criterion(), include_aliases=True, propagate_to_loaders=False, track_closure_variables=False
)


class Kept(Generic[S]):
    """A SELECT that is made once, together with one that has the scope's criteria in it: adding them at each run costs more than the run.

    The offices are a parameter of the criteria, filled in each time it runs.
    """

    def __init__(self, statement: S) -> None:
        self._whole = statement
        self._limited = statement.options(_limit)

    @property
    def now(self) -> S:
        """The statement for the scope in force. Without one the whole statement, which then refuses to run."""
        scope = _current.get()
        return self._whole if scope is None or scope.is_system else self._limited


@event.listens_for(orm.Session, "do_orm_execute")
def _limit_to_scope(state: orm.ORMExecuteState) -> None:
    scope = _current.get()
    if state.is_column_load or (scope is not None and scope.is_system):
        return
    if state.is_select:
        if any(option is _limit for option in state.statement._with_options):  # pyright: ignore[reportAttributeAccessIssue]
            return
        state.statement = state.statement.options(_limit)
    elif state.is_update or state.is_delete:
        state.statement = state.statement.options(_limit_writes)


@event.listens_for(orm.Session, "before_flush")
def _guard(session: orm.Session, _context: Any, _instances: Any) -> None:
    scope = _current.get()
    if scope is not None and scope.is_system:
        return
    targets: dict[type[Any], set[int]] = defaultdict(set)
    wholes: dict[type[Any], set[int]] = defaultdict(set)
    for row in _rows_to_guard(session):
        if scope is None:
            raise MissingScope(f"{type(row).__name__} would be written without a scope")
        _guard_office(scope, row)
        _collect_whole(row, wholes)
        if row not in session.deleted:
            _collect_targets(row, targets)
    with session.no_autoflush:
        for model, ids in targets.items():
            check_visible(session, model, ids)
        for model, ids in wholes.items():
            check_writable(session, model, ids)


def _rows_to_guard(session: orm.Session) -> Iterator[Any]:
    changed = (row for row in session.dirty if session.is_modified(row))
    return (row for row in (*session.new, *changed, *session.deleted) if not getattr(type(row), "is_global", False))


def _guard_office(scope: Scope, row: Any) -> None:
    if "office_id" not in sa.inspect(type(row)).columns:
        return
    history = sa.inspect(row).attrs.office_id.history
    for office_id in (*history.added, *history.unchanged, *history.deleted):
        if office_id is not None and not scope.holds(office_id):
            raise OutOfScope(f"{type(row).__name__} of office {office_id}")


def _collect_whole(row: Any, wholes: dict[type[Any], set[int]]) -> None:
    model = type(row)
    if model.part_of is None:
        return
    ids = [value for value in sa.inspect(row).attrs[model.part_of].history.sum() if value is not None]
    if ids:
        wholes[dict(_foreign_keys(model))[model.part_of]].update(ids)


def _collect_targets(row: Any, targets: dict[type[Any], set[int]]) -> None:
    state = sa.inspect(row)
    for key, model in _foreign_keys(type(row)):
        history = state.attrs[key].history
        targets_of = [value for value in history.added if value is not None]
        if targets_of:
            targets[model].update(targets_of)
    for relation in state.mapper.relationships:
        if relation.direction is not orm.RelationshipDirection.MANYTOONE or not _is_scoped(relation.mapper.class_):
            continue
        for other in state.attrs[relation.key].history.added or ():
            identity = other is not None and sa.inspect(other).identity
            if identity:
                targets[relation.mapper.base_mapper.class_].add(identity[0])


_key_cache: dict[type[Any], list[tuple[str, type[Any]]]] = {}


def _foreign_keys(model: type[Any]) -> list[tuple[str, type[Any]]]:
    """Attribute and target class of each foreign key that leads to scoped rows; the office column has its own check."""
    if model not in _key_cache:
        mapper = sa.inspect(model)
        _key_cache[model] = [
            (mapper.get_property_by_column(column).key, target)
            for column in mapper.columns
            for key in column.foreign_keys
            if column.name != "id"
            and column.name != "office_id"
            and (target := class_of_table(mapper, key.column.table)) is not None
        ]
    return _key_cache[model]


def class_of_table(mapper: orm.Mapper[Any], table: sa.FromClause) -> type[Scoped] | None:
    """The scoped class mapped to a table, or None for global tables."""
    for other in mapper.registry.mappers:
        if other.local_table is table and _is_scoped(other.class_):
            return other.class_
    return None


def _is_scoped(cls: type[Any]) -> bool:
    return issubclass(cls, Scoped) and not cls.is_global


def settled(session: orm.Session, model: type[Any], *, for_writing: bool) -> set[int]:
    """Ids of a model that this transaction made by bulk, or asked for, under the scope in force: they need no second look.

    One transaction has one scope; the set is dropped with either. An id that a savepoint took back would break its foreign key.
    """
    mark = (session.get_transaction(), _current.get())
    if session.info.get("settled_for") != mark:
        session.info["settled_for"], session.info["settled"] = mark, defaultdict(set)
    return session.info["settled"][model, for_writing]


def check_visible(session: orm.Session, model: type[Any], ids: Iterable[int]) -> None:
    """Raise OutOfScope unless every id is a row of the model that the scope may see. One query per 500 ids."""
    wanted = sorted(set(ids))
    for start_at in range(0, len(wanted), 500):
        part = wanted[start_at : start_at + 500]
        seen = set(session.scalars(sa.select(model.id).where(model.id.in_(part))))
        missing = set(part) - seen
        if missing:
            raise OutOfScope(f"{model.__name__} {sorted(missing)[:5]}")


def check_writable(session: orm.Session, model: type[Any], ids: Iterable[int]) -> None:
    """Raise OutOfScope unless every id is a row whose office the scope may write in: seeing a shared record is not enough."""
    wanted = sorted(set(ids))
    for start_at in range(0, len(wanted), 500):
        part = wanted[start_at : start_at + 500]
        found = session.execute(sa.select(model.id, model.office_id).where(model.id.in_(part))).all()
        if len(found) < len(part) or any(not current().holds(office_id) for _id, office_id in found):
            raise OutOfScope(f"part of {model.__name__} {part[:5]}")
