"""What `flask crm doctor` looks at: small functions, each with a sentence that should be true and what to do when it is not."""

import importlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import exc

from crm.core import db as database
from crm.core import durability, transaction
from crm.core import scope as scopes
from crm.core.registers import Once

MOST_SHOWN = 10  # of one kind: the eleventh tells nothing new
GROUPS = ("environment", "machine", "mail", "records", "offices", "campaigns", "search", "files", "history")
OF_THE_MOMENT = {"environment", "machine", "mail"}  # not of what is stored: elsewhere and later they judge otherwise
SYSTEM = scopes.system_scope("flask crm doctor")

Find = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Check:
    """`find` yields one sentence for each thing that is wrong. `group` is the module it stands in."""

    name: str
    group: str
    sentence: str
    remedy: str
    find: Find
    only_deployed: bool = False
    needs_database: bool = True


@dataclass(frozen=True)
class Verdict:
    check: Check
    wrong: list[str]
    has_more: bool


_checks: Once[Check] = Once()


def check(sentence: str, *, do: str, only_deployed: bool = False, needs_database: bool = True) -> Callable[[Find], Find]:
    """Put a function among the checks. Its name with dashes is the check's."""

    def register(find: Find) -> Find:
        group = find.__module__.rpartition(".")[2]
        name = find.__name__.replace("_", "-")
        _checks.add(Check(name, group, sentence, do, find, only_deployed, needs_database))
        return find

    return register


def all_checks() -> list[Check]:
    for group in GROUPS:
        importlib.import_module(f"{__name__}.{group}")
    return sorted(_checks, key=lambda one: GROUPS.index(one.group))


def invariants() -> list[Check]:
    """The checks of what is stored, without those of the machine and its settings."""
    return [one for one in all_checks() if one.group not in OF_THE_MOMENT]


def judge(checks: Iterable[Check]) -> Iterator[Verdict]:
    """Make the checks, each in a read-only transaction of its own, so that nobody's writing waits."""
    for one in checks:
        if one.needs_database:
            with reading():
                verdict = judge_here(one)
        else:
            verdict = judge_here(one)
        yield verdict


def judge_here(one: Check) -> Verdict:
    """Make one check inside the caller's transaction. A database that refuses the question is a finding too."""
    try:
        found = list(islice(one.find(), MOST_SHOWN + 1))
    except (exc.DatabaseError, OSError) as problem:
        reason = getattr(problem, "orig", None) or problem
        found = [f"This could not be checked: {str(reason).splitlines()[0]}"]
    return Verdict(one, found[:MOST_SHOWN], len(found) > MOST_SHOWN)


@contextmanager
def reading() -> Iterator[None]:
    """A transaction that can write nothing and holds no lock that a writer waits for."""
    token = database.write_intent.set(False)
    try:
        with transaction.unit(SYSTEM):
            durability.take_your_time()
            yield
            transaction.abandon()  # nothing to keep, and a database that is damaged refuses even an empty commit
    finally:
        database.write_intent.reset(token)
