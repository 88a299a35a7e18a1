"""flask crm backup, flask crm verify-backup, flask crm restore."""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import exc

from crm.cli.ground import prepare_database
from crm.cli.keeping import returning, taking
from crm.core.backup.archive import Damaged, Reader

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@with_appcontext
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write database, files and keys into FILE, while Mitra runs. An older FILE is replaced only by a whole new one."""
    prepare_database()
    os.umask(0o077)
    try:
        manifest = taking.take(file.resolve())
    except taking.CopyDamaged as damage:
        raise click.ClickException(
            f"The database is damaged, and no backup was made of it: {damage} See: flask crm doctor"
        ) from None
    except (OSError, sqlite3.Error, exc.DBAPIError) as problem:
        raise click.ClickException(
            f"No backup was made: {getattr(problem, 'orig', None) or problem}. An older {file} is as it was."
        ) from None
    rows, size = sum(manifest["counts"].values()), file.stat().st_size
    click.echo(
        f"{file}: {rows} rows of {manifest['database']} (version {manifest['revision']}), {_files(manifest)} files, {_size(size)}."
    )
    click.echo(f"Everything acknowledged before {_moment(manifest['made_at'])} is in it. It took {manifest['seconds']} s.")
    click.echo(f"sha256 {_digest(file)}")
    if "secret-key.txt" not in manifest["entries"]:
        click.echo("SECRET_KEY comes from the environment and is not in it: keep it where the backup is not.")
    _warn(manifest)


@click.command("verify-backup")
@click.argument("file", type=FILE)
def verify_backup(file: Path) -> None:
    """Read every byte of FILE and compare with its manifest. Needs no database and changes nothing."""
    with _opened(file) as archive:
        manifest = archive.manifest
        if found := [*archive.damages(), *_miscounts(archive)]:
            raise click.ClickException("\n".join([f"{file} is damaged:", *found[:20]]))
        rows = sum(manifest["counts"].values())
        click.echo(
            f"{file}: whole. {rows} rows of {manifest['database']} (version {manifest['revision']}), {_files(manifest)} files."
        )
        click.echo(f"Made {_moment(manifest['made_at'])}; the last act in it is of {_moment(manifest['activity']['last_at'])}.")
        click.echo(f"Activity seal {manifest['activity']['seal']}: {manifest['activity']['hash']}")
        _warn(manifest)


@click.command("restore")
@with_appcontext
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Also when the database holds something, which is then kept aside.")
def restore(file: Path, force: bool) -> None:
    """Put FILE in the place of this installation's database and files. Mitra must be stopped. Nothing changes before all is checked."""
    os.umask(0o077)
    with _opened(file) as archive:
        try:
            report = returning.bring_back(archive, force=force)
        except returning.Refused as refusal:
            raise click.ClickException(f"{refusal} Nothing was changed.") from None
        except Damaged as damage:
            raise click.ClickException(f"The backup can't be trusted: {damage} Nothing was changed.") from None
        except (OSError, sqlite3.Error, exc.DBAPIError) as problem:
            raise click.ClickException(f"Not restored: {getattr(problem, 'orig', None) or problem}") from None
    _tell(file, report)


COMMANDS = [backup, verify_backup, restore]


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[Reader]:
    try:
        archive = Reader(file)
    except FileNotFoundError:
        raise click.ClickException(f"There is no {file}.") from None
    except Damaged as damage:
        raise click.ClickException(str(damage)) from None
    try:
        yield archive
    finally:
        archive.close()


def _tell(file: Path, report: returning.Report) -> None:
    manifest = report.manifest
    click.echo(
        f"Restored {sum(manifest['counts'].values())} rows and {_files(manifest)} files from {file} in {report.seconds:.1f} s; every check passed."
    )
    click.echo(
        f"Everything acknowledged before {_moment(manifest['made_at'])} is here. The last act is of {_moment(manifest['activity']['last_at'])}."
    )
    click.echo(
        "What was written after the backup began is not here" + (": look for it in what is kept aside." if report.aside else ".")
    )
    for place in report.aside:
        click.echo(f"Kept aside: {place}")
    if report.upgraded_from:
        click.echo(f"The schema was brought from version {report.upgraded_from} to this program's.")
    if report.in_doubt:
        click.echo(f"{report.in_doubt} messages waited to be sent then and may have been sent since: decide in Settings, Mail.")
    if report.campaigns:
        click.echo(
            f"{report.campaigns} campaigns were on their way and wait now: decide on their pages, before anybody gets the mail again."
        )
    if report.exports:
        click.echo(f"{report.exports} finished exports are not in a backup: whoever needs one makes it again.")
    if report.key_differs:
        click.echo("The secret key is another than then: everybody signs in again.")
    _warn(manifest)


def _warn(manifest: dict[str, Any]) -> None:
    for sentence in (*manifest["broken"], *(f"{name} was missing or changed." for name in manifest["missing_files"])):
        click.echo(f"Warning, already so when the backup was made: {sentence}", err=True)


def _miscounts(archive: Reader) -> Iterator[str]:
    """Tables of PostgreSQL have a row a line."""
    for name in archive.named("tables/"):
        table = name.removeprefix("tables/").removesuffix(".copy")
        with contextlib.suppress(Damaged):  # told already
            lines = sum(piece.count(b"\n") for piece in archive.pieces(name))
            if lines != archive.manifest["counts"].get(table):
                yield f"{name} has {lines} rows; the manifest says {archive.manifest['counts'].get(table)}."


def _files(manifest: dict[str, Any]) -> int:
    return sum(name.startswith(("files/", "imports/")) for name in manifest["entries"])


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB"


def _moment(text: str | None) -> str:
    return f"{text[:19].replace('T', ' ')} UTC" if text else "never"


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
