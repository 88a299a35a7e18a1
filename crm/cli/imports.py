"""flask crm import: registers and lists from files, with every row's fate."""

import json
import sys
from collections import Counter
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
from crm.core.db import db
from crm.exchange import running, service
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
    "--by", "by_email", help="E-mail of the account that the import counts as; else an administrator or manager of the office."
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
    profile = _profile(profile_name)
    office, by = _who(office_code, by_email)
    scope = scopes.Scope(user_id=by.id, office_ids=_below(office.id), home_office_id=office.id)
    result = _plan(files, profile, office, by, scope, year) if dry_run else _run(files, profile, office, by, scope, year)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        _tell(result, dry_run=dry_run)


def _profile(name: str) -> Profile:
    try:
        return parse_profile(Path(name).read_text(encoding="utf-8")) if name.endswith(".json") else load_built_in(name)
    except Refusal as refusal:
        raise click.ClickException(f"The profile can't be used: {refusal}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"The profile can't be read: {error}") from None


def _who(office_code: str, by_email: str | None) -> tuple[Office, User]:
    """The office, and the account in whose name the import happens."""
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
        if by is None:
            raise click.ClickException("There is no account to import as. Add one first: flask crm user add")
        return office, by


def _below(office_id: int) -> frozenset[int]:
    with transaction.unit(scopes.system_scope("offices of an import")):
        return offices.subtree_ids(office_id)


def _run(
    files: tuple[Path, ...], profile: Profile, office: Office, by: User, scope: scopes.Scope, year: int | None
) -> dict[str, Any]:
    """Store the import and run it here, not in the worker: the command ends when every row is in and can be found."""
    with transaction.unit(scope):
        import_ = service.create_import(profile, office_id=office.id, year=year, by=by)
        for path in files:
            with path.open("rb") as stream:
                service.add_file(import_, name=path.name, stream=stream)
        import_.state = ImportState.RUNNING
        import_id = import_.id
    running.carry_out(import_id, scope=scope, is_dry=False)
    with transaction.unit(scope) as session:
        done = session.scalars(sa.select(Import).where(Import.id == import_id)).one()
        if done.state is ImportState.FAILED:
            raise click.ClickException(
                f"The import stopped: {done.error}. What was written before can be undone: import {import_id}."
            )
        return _result(done.counts, done.created, _details(import_id), import_id)


def _details(import_id: int) -> list[dict[str, Any]]:
    statement = (
        sa.select(ImportFile.name, ImportRow.row_number, ImportRow.fate, ImportRow.reason)
        .join(ImportFile, ImportFile.id == ImportRow.file_id)
        .where(ImportRow.import_id == import_id)
        .order_by(ImportFile.position, ImportRow.row_number)
    )
    return [
        {"file": name, "row": row, "fate": fate.value, "reason": reason}
        for name, row, fate, reason in db.session.execute(statement)
    ]


def _plan(
    files: tuple[Path, ...], profile: Profile, office: Office, by: User, scope: scopes.Scope, year: int | None
) -> dict[str, Any]:
    with transaction.unit(scope):
        run = running.run_of(None, office.id, by.id, profile, is_dry=True)
    details: list[dict[str, Any]] = []
    for path in files:

        def write(batch: Any, name: str = path.name) -> None:
            for outcome in write_batch(run, batch, file_id=None):
                details.append({"file": name, "row": outcome.source.row, "fate": outcome.fate.value, "reason": outcome.reason})

        try:
            running.batches(running.intents_of(path, path.name, profile, overrides={}, year=year), scope, write)
        except Refusal as refusal:
            raise click.ClickException(f"{path.name} can't be used: {refusal}") from None
    counts = Counter(detail["fate"] for detail in details)
    return _result({fate.value: counts[fate.value] for fate in Fate}, run.created, details, None)


def _result(counts: dict[str, int], created: Any, details: list[dict[str, Any]], import_id: int | None) -> dict[str, Any]:
    fates = {fate.value: counts.get(fate.value, 0) for fate in Fate}
    names = {"problem": "problems"}
    return {
        "rows": sum(fates.values()),
        **{names.get(fate, fate): count for fate, count in fates.items()},
        "created": {kind: created.get(kind, 0) for kind in CREATED},
        "details": details,
        "import_id": import_id,
    }


def _tell(result: dict[str, Any], *, dry_run: bool) -> None:
    fates = ", ".join(f"{result[name]} {name}" for name in ("new", "added", "matched", "unchanged", "skipped", "problems"))
    made = ", ".join(f"{count} {kind}" for kind, count in result["created"].items())
    click.echo(f"{result['rows']} rows: {fates}.")
    click.echo(f"{'Would create' if dry_run else 'Created'} {made}.")
    for detail in result["details"]:
        if detail["fate"] == Fate.PROBLEM.value:
            click.echo(f"  {detail['file']} row {detail['row']}: {detail['reason']}", err=True)
    if not dry_run:
        click.echo(
            f"Import {result['import_id']}. To take it back: the imports page, or flask crm undo-import {result['import_id']}."
        )
    sys.stdout.flush()


COMMANDS = [import_files]
