"""Carrying an import out: batch by batch, each in a transaction of its own, and on from where a killed run stopped."""

import contextlib
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core import scope as scopes
from crm.core import transaction
from crm.core.access import Permission
from crm.core.clock import now
from crm.core.db import db, learn_sizes
from crm.engagements.models import Participation
from crm.exchange import mapping, service
from crm.exchange.asker import asker_of
from crm.exchange.codes import Fate, Reason, Refusal
from crm.exchange.intents import Intent, RecordIntent
from crm.exchange.models import ExternalId, Import, ImportFile, ImportRecord, ImportRow, ImportState
from crm.exchange.plan import Options, plan
from crm.exchange.profile import PRIVATE, Profile, Target
from crm.exchange.profile_format import parse_profile
from crm.exchange.reading import open_rows
from crm.exchange.sniffing import Overrides, layout_of
from crm.exchange.writing import Outcome, Run, write_batch
from crm.exchange.writing.batch import known_rows
from crm.exchange.writing.completing import link_parents
from crm.index.models import SearchDocument
from crm.meetings.models import Meeting
from crm.offices.models import Office
from crm.stakeholders.models import Affiliation, ContactPoint, Organization, OtherName, Person, Position

BATCH = 2_000  # rows a transaction: others wait for its lock about a quarter of a second
GROWING = (
    Organization, Person, OtherName, ContactPoint, Position, Affiliation, Meeting, Participation, ImportRow, ImportRecord, ExternalId,
    SearchDocument,
)  # fmt: skip


class Cancelled(Exception):
    """Somebody pressed cancel."""


def carry_out(import_id: int, *, scope: scopes.Scope, is_dry: bool) -> None:
    """Run an import, or plan it (every row's fate, nothing in the directory). A second call for one that is done changes nothing."""
    begun = _begin(import_id, scope, is_dry=is_dry)
    if begun is None:
        return
    run, files, done, year = begun
    try:
        with _quiet_collector(), closing(run):
            _check_private(run)
            for file in files:
                _carry_out_file(run, file, scope, done=done.get(file.id, 0), year=year)
            if not is_dry and run.profile.target is Target.ORGANIZATIONS:
                for file in files:
                    _link_parents(run, file, scope, year=year)
    except Cancelled:
        _end(import_id, scope, ImportState.CANCELLED)
    except Refusal as refusal:
        _end(import_id, scope, ImportState.FAILED, error=refusal.reason.value)
    else:
        _end(import_id, scope, ImportState.PLANNED if is_dry else ImportState.DONE)


def _check_private(run: Run) -> None:
    """Asked again when it runs: rights may have changed since the screens."""
    if mapping.has_private(run.profile) and not run.by.may(Permission.STAKEHOLDERS_READ_PRIVATE):
        raise Refusal(Reason.PROFILE_FIELD, fields=sorted(PRIVATE & set(run.profile.columns)))


@contextlib.contextmanager
def _quiet_collector() -> Iterator[None]:
    """Let Python not look through all its objects again and again while rows by the thousand come and go: a quarter of the time.

    `batches` collects what a batch left behind; what was there before is left out of it until the run ends.
    """
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _begin(
    import_id: int, scope: scopes.Scope, *, is_dry: bool
) -> tuple[Run, list[ImportFile], dict[int, int], int | None] | None:
    with transaction.unit(scope) as session:
        import_ = session.scalars(sa.select(Import).where(Import.id == import_id)).one()
        if import_.state is not (ImportState.PLANNING if is_dry else ImportState.RUNNING):
            return None
        if is_dry or import_.rows_done == 0:
            _forget_planned_rows(import_id)
        done = {} if is_dry else _rows_done(import_id)
        profile = parse_profile(import_.profile)
        run = run_of(import_.id, import_.office_id, import_.created_by_id, profile, is_dry=is_dry)
        run.created.update(import_.created if not is_dry else {})
        return run, list(import_.files), done, import_.year


def run_of(import_id: int | None, office_id: int, user_id: int | None, profile: Profile, *, is_dry: bool) -> Run:
    office = db.session.scalars(sa.select(Office).where(Office.id == office_id)).one()
    by = asker_of(user_id, office_id)
    return Run(import_id, office.id, office.name, ZoneInfo(office.timezone), profile, by, is_dry=is_dry)


def intents_of(
    path: Path,
    name: str,
    profile: Profile,
    *,
    overrides: dict[str, Any],
    year: int | None,
    known: Callable[[str], bool],
) -> Iterator[Intent]:
    """The plan of one file. Raises Refusal when the file or the profile can't be used, at the latest at the first row."""
    chosen = Overrides(**overrides)
    layout = layout_of(path, chosen)
    options = Options(file_name=name, year=year, header_row=chosen.header_row, known=known)
    return plan(open_rows(path, layout), profile, options)


def batches(
    intents: Iterator[Intent], scope: scopes.Scope, write: Callable[[Sequence[Intent]], None], *, looks_up: bool = True
) -> None:
    """Hand the intents over in batches, each written in one transaction, and planned in it too where planning looks names up."""
    for number in count(1):
        batch = [] if looks_up else list(islice(intents, BATCH))
        if not looks_up and not batch:
            return
        with transaction.unit(scope):
            batch = list(islice(intents, BATCH)) if looks_up else batch
            if not batch:
                return
            write(batch)
        if number & (number - 1) == 0:  # the tables have doubled: 1, 2, 4, 8 ...
            with transaction.unit(scope):
                learn_sizes(GROWING)
        gc.collect(1)


def _carry_out_file(run: Run, file: ImportFile, scope: scopes.Scope, *, done: int, year: int | None) -> None:
    intents = (
        i
        for i in intents_of(service.path_of(file), file.name, run.profile, overrides=file.overrides, year=year, known=run.knows)
        if i.source.row > done
    )

    def write(batch: Sequence[Intent]) -> None:
        outcomes = write_batch(run, batch, file_id=file.id)
        _note_progress(run, outcomes)

    batches(intents, scope, write, looks_up=run.profile.target is Target.ENGAGEMENTS)


def _note_progress(run: Run, outcomes: Sequence[Outcome]) -> None:
    import_ = db.session.get(Import, run.import_id, with_for_update=True)
    assert import_ is not None
    if import_.state is ImportState.CANCELLED:
        raise Cancelled
    import_.rows_done += len(outcomes)
    import_.created = dict(run.created)


def _link_parents(run: Run, file: ImportFile, scope: scopes.Scope, *, year: int | None) -> None:
    """A second reading of the file, when all its organizations are there."""
    intents = intents_of(service.path_of(file), file.name, run.profile, overrides=file.overrides, year=year, known=run.knows)

    def write(batch: Sequence[Intent]) -> None:
        named = [i for i in batch if isinstance(i, RecordIntent) and ("parent" in i.values or "parent_reference" in i.values)]
        ids = known_rows(run, [i.identity for i in named])
        link_parents(run, [(record_id, i) for i in named if (record_id := ids.get(i.identity)) is not None])

    batches(intents, scope, write)


def _rows_done(import_id: int) -> dict[int, int]:
    """File -> last row that a run wrote before it was killed."""
    last = sa.func.max(ImportRow.row_number)
    return dict(
        db.session.execute(
            sa.select(ImportRow.file_id, last).where(ImportRow.import_id == import_id).group_by(ImportRow.file_id)
        ).all()
    )  # type: ignore[arg-type]


def _forget_planned_rows(import_id: int) -> None:
    db.session.execute(sa.delete(ImportRow).where(ImportRow.import_id == import_id).execution_options(synchronize_session=False))


def _end(import_id: int, scope: scopes.Scope, state: ImportState, *, error: str = "") -> None:
    with transaction.unit(scope) as session:
        import_ = session.scalars(sa.select(Import).where(Import.id == import_id)).one()
        import_.state, import_.error, import_.finished_at = state, error, now()
        import_.counts = counts_of(import_id)
        import_.row_count = sum(import_.counts.values())


def counts_of(import_id: int) -> dict[str, int]:
    """Rows by fate, every fate named."""
    statement = sa.select(ImportRow.fate, sa.func.count()).where(ImportRow.import_id == import_id).group_by(ImportRow.fate)
    found = {fate.value: count for fate, count in db.session.execute(statement)}
    return {fate.value: found.get(fate.value, 0) for fate in Fate}
