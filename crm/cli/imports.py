"""flask crm import: registers and lists from files, with every row's fate."""

import contextlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from crm.accounts.models import User
from crm.accounts.permissions import Role
from crm.cli.ground import prepare_database
from crm.core import scope as scopes
from crm.core import transaction
from crm.core.access import Permission
from crm.core.clock import now
from crm.core.db import db
from crm.exchange import mapping, running, service, undoing
from crm.exchange.asker import Asker, CommandLine
from crm.exchange.codes import Fate, Refusal
from crm.exchange.models import Import, ImportFile, ImportRow, ImportState
from crm.exchange.profile import Profile
from crm.exchange.profile_format import load_built_in, parse_profile
from crm.exchange.writing import write_batch
from crm.offices import queries as offices
from crm.offices.models import Office

CREATED = ("organizations", "people", "engagements")


@click.command("import")
@with_appcontext
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--profile", "profile_name", required=True, help="Key of a built-in profile, or the path of a JSON profile.")
@click.option("--office", "office_code", required=True, help="Code of the office that the records will belong to.")
@click.option(
    "--year", type=click.IntRange(1900, 2100), help="Year of dates that have none in the cell and none in the file name."
)
@click.option(
    "--by",
    "by_email",
    help="E-mail of the account that the import counts as; else an administrator or manager of the office, if there is one.",
)
@click.option("--dry-run", is_flag=True, help="Decide every row's fate and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output and nothing else.")
def import_files(
    files: tuple[Path, ...],
    profile_name: str,
    office_code: str,
    year: int | None,
    by_email: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import FILES through a profile. Exit code 1 when a file can't be used, 0 else, problems of rows included: they are listed."""
    prepare_database()
    office, by = _who(office_code, by_email)
    profile = _profile(profile_name, by)
    scope = scopes.Scope(user_id=by.id, office_ids=_below(office.id), home_office_id=office.id)
    done = _plan(files, profile, office, by, scope, year) if dry_run else _run(files, profile, office, by, scope, year)
    with contextlib.closing(done):
        if as_json:
            _print_json(done)
        else:
            _tell(done)


@dataclass
class Done:
    """What became of the rows: the counts, and each row's fate, which is read when it is printed and never held whole."""

    counts: Mapping[str, int]
    created: Mapping[str, int]
    details: Iterator[dict[str, Any]]
    import_id: int | None = None
    close: Callable[[], None] = lambda: None

    @property
    def totals(self) -> dict[str, Any]:
        fates = {fate.value: self.counts.get(fate.value, 0) for fate in Fate}
        named = {"problems" if fate == Fate.PROBLEM.value else fate: count for fate, count in fates.items()}
        return {"rows": sum(fates.values()), **named, "created": {kind: self.created.get(kind, 0) for kind in CREATED}}


def _profile(name: str, by: Asker) -> Profile:
    try:
        if not name.endswith(".json"):
            built_in = load_built_in(name)
            return built_in if by.may(Permission.STAKEHOLDERS_READ_PRIVATE) else mapping.without_private(built_in)
        profile = parse_profile(Path(name).read_text(encoding="utf-8"))
    except Refusal as refusal:
        raise click.ClickException(f"The profile can't be used: {refusal}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"The profile can't be read: {error}") from None
    if mapping.has_private(profile) and not by.may(Permission.STAKEHOLDERS_READ_PRIVATE):
        raise click.ClickException(f"The profile writes private data, which {by.email} may not.")
    return profile


def _who(office_code: str, by_email: str | None) -> tuple[Office, Asker]:
    """The office, and the account in whose name the import happens; where nobody has one yet, the command line itself."""
    with transaction.unit(scopes.system_scope("flask crm import")):
        office = offices.office_by_code(office_code)
        if office is None:
            raise click.ClickException(f"There is no office {office_code}.")
        people = sa.select(User).where(User.disabled_at.is_(None))
        if by_email:
            by = db.session.scalar(people.where(User.email == by_email.strip().lower()))
        else:
            above = [int(part) for part in office.path.strip("/").split("/")]
            rank = sa.case(
                {Role.ADMINISTRATOR.value: 0, Role.MANAGER.value: 1, Role.OFFICER.value: 2},
                value=sa.cast(User.role, sa.String),
                else_=3,
            )
            nearest = sa.case({office_id: -n for n, office_id in enumerate(above)}, value=User.office_id, else_=1)
            by = db.session.scalar(
                people.where(User.office_id.in_(above), User.role != Role.VIEWER).order_by(nearest, rank, User.id).limit(1)
            )
        if by is None and (by_email or db.session.scalar(sa.select(User.id).limit(1))):
            raise click.ClickException("There is no account to import as. Add one first: flask crm user add")
        return office, by or CommandLine(office.id)


def _below(office_id: int) -> frozenset[int]:
    with transaction.unit(scopes.system_scope("offices of an import")):
        return offices.subtree_ids(office_id)


def _run(files: tuple[Path, ...], profile: Profile, office: Office, by: Asker, scope: scopes.Scope, year: int | None) -> Done:
    """Store the import and run it here, not in the worker: the command ends when every row is in and can be found."""
    with transaction.unit(scope):
        import_ = service.create_import(profile, office_id=office.id, year=year, by=by)
        for path in files:
            with path.open("rb") as stream:
                service.add_file(import_, name=path.name, stream=stream)
        import_.state = ImportState.RUNNING
        import_.started_at = now()
        import_id = import_.id
    running.carry_out(import_id, scope=scope, is_dry=False)
    with transaction.unit(scope) as session:
        done = session.scalars(sa.select(Import).where(Import.id == import_id)).one()
    if done.state is not ImportState.DONE:
        raise click.ClickException(
            f"The import stopped: {done.error or done.state.value}. What was written before can be taken back: flask crm undo-import {import_id}"
        )
    return Done(done.counts, done.created, _details(import_id, scope), import_id)


def _details(import_id: int, scope: scopes.Scope) -> Iterator[dict[str, Any]]:
    """File by file along the index: sorting all rows would hold all of them."""
    with transaction.unit(scope) as session:
        files = sa.select(ImportFile.id, ImportFile.name).where(ImportFile.import_id == import_id).order_by(ImportFile.position)
        for file_id, name in session.execute(files).all():
            rows = (
                sa.select(ImportRow.row_number, ImportRow.fate, ImportRow.reason)
                .where(ImportRow.import_id == import_id, ImportRow.file_id == file_id)
                .order_by(ImportRow.row_number)
                .execution_options(yield_per=1000)
            )
            for row, fate, reason in session.execute(rows):
                yield {"file": name, "row": row, "fate": fate.value, "reason": reason}


def _plan(files: tuple[Path, ...], profile: Profile, office: Office, by: Asker, scope: scopes.Scope, year: int | None) -> Done:
    """Decide every row's fate. They wait in a file without a name until they are printed."""
    counts: Counter[str] = Counter()
    with transaction.unit(scope):
        run = running.run_of(None, office.id, by.id, profile, is_dry=True)
    with contextlib.closing(run), contextlib.ExitStack() as opened:
        lines = opened.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))
        for path in files:

            def write(batch: Any, name: str = path.name) -> None:
                for outcome in write_batch(run, batch, file_id=None):
                    counts[outcome.fate.value] += 1
                    detail = {"file": name, "row": outcome.source.row, "fate": outcome.fate.value, "reason": outcome.reason}
                    lines.write(json.dumps(detail, ensure_ascii=False) + "\n")

            try:
                intents = running.intents_of(path, path.name, profile, overrides={}, year=year, known=run.knows)
                running.batches(intents, scope, write)
            except Refusal as refusal:
                raise click.ClickException(f"{path.name} can't be used: {refusal}") from None
        lines.seek(0)
        return Done(counts, run.created, map(json.loads, lines), close=opened.pop_all().close)


def _print_json(done: Done) -> None:
    """One object, piece by piece: a file may have a million rows."""
    sys.stdout.write(json.dumps(done.totals)[:-1] + ', "details": [')
    for number, detail in enumerate(done.details):
        sys.stdout.write((", " if number else "") + json.dumps(detail, ensure_ascii=False))
    sys.stdout.write(f'], "import_id": {json.dumps(done.import_id)}}}\n')
    sys.stdout.flush()


def _tell(done: Done) -> None:
    totals = done.totals
    fates = ", ".join(f"{totals[name]} {name}" for name in ("new", "added", "matched", "unchanged", "skipped", "problems"))
    made = ", ".join(f"{count} {kind}" for kind, count in totals["created"].items())
    click.echo(f"{totals['rows']} rows: {fates}.")
    click.echo(f"{'Created' if done.import_id else 'Would create'} {made}.")
    for detail in done.details:
        if detail["fate"] == Fate.PROBLEM.value:
            click.echo(f"  {detail['file']} row {detail['row']}: {detail['reason']}", err=True)
    if done.import_id:
        click.echo(f"Import {done.import_id}. To take it back: the imports page, or flask crm undo-import {done.import_id}.")


@click.command("undo-import")
@with_appcontext
@click.argument("import_id", type=int)
@click.option(
    "--by", "by_email", help="E-mail of the account that the undo counts as; else an administrator or manager of the office."
)
@click.option("--yes", is_flag=True, help="Do it. Without this only what would happen is shown.")
def undo_import(import_id: int, by_email: str | None, yes: bool) -> None:
    """Take an import back: what it made and nobody touched goes, filled fields go back, the rest stays and is listed with who and why."""
    prepare_database()
    with transaction.unit(scopes.system_scope("flask crm undo-import")) as session:
        import_ = session.scalar(sa.select(Import).where(Import.id == import_id))
        if import_ is None:
            raise click.ClickException(f"There is no import {import_id}.")
        code = session.scalars(sa.select(Office.code).where(Office.id == import_.office_id)).one()
    office, by = _who(code, by_email)
    scope = scopes.Scope(user_id=by.id, office_ids=_below(office.id), home_office_id=office.id)
    with transaction.unit(scope) as session:
        import_ = session.scalars(sa.select(Import).where(Import.id == import_id)).one()
        _tell_plan(undoing.plan(import_), will=yes)
        if yes and import_.state is not ImportState.UNDOING:
            try:
                undoing.begin_undo(import_, by=by)
            except service.WrongState as state:
                raise click.ClickException(f"There is nothing of import {import_id} to undo: it is {state}.") from None
    if yes:
        undoing.carry_out(import_id, scope=scope)
        click.echo(f"Import {import_id} is undone. Its files can come in again.")
    else:
        click.echo(f"Nothing was changed. To do it: flask crm undo-import {import_id} --yes")


def _tell_plan(plan: undoing.UndoPlan, *, will: bool) -> None:
    going = ", ".join(f"{plan.removed[kind]} {kind}" for kind in undoing.ORDER)
    click.echo(
        f"{'Goes' if will else 'Would go'}: {going}; {plan.fields_back} filled fields go back, {plan.fields_stay} were changed since."
    )
    for record in plan.kept:
        whose = f" by {record.who}" if record.who else ""
        why = f"touched{whose}" if record.why is undoing.Why.TOUCHED else f"named by {record.what}{whose}"
        click.echo(f"  stays: {record.kind} {record.record_id} {record.name}: {why}")


COMMANDS = [import_files, undo_import]
