"""Bringing a backup back: beside what is there, checked, and only then in its place. What was there is kept aside."""

import itertools
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy import exc
from sqlalchemy.engine import make_url

from crm.activity import service as activity
from crm.campaigns.models import Campaign, CampaignState
from crm.campaigns.sending import states
from crm.cli import checks
from crm.cli.keeping import KEYS, data_folder, key_mark, looking_into
from crm.core import clock, migrations, occupancy, transaction
from crm.core import scope as scopes
from crm.core.backup import postgres, sqlite
from crm.core.backup.archive import Damaged, Reader, sync_folder
from crm.core.db import db, is_sqlite
from crm.exchange.models import Export, ExportState
from crm.mail import service as mail
from crm.offices.models import Office

UNDER_WAY = (CampaignState.PREPARING, CampaignState.RUNNING)
FOLDERS = ("files", "imports")
SYSTEM = scopes.system_scope("flask crm restore")
NOTE = "Restored from a backup: it may have been sent after the backup was made."


class Refused(Exception):
    """Nothing was changed; the text says why and what to do."""


@dataclass
class Report:
    """What a person has to know afterwards."""

    manifest: dict[str, Any]
    seconds: float = 0.0
    aside: list[str] = field(default_factory=list)
    in_doubt: int = 0
    upgraded_from: str = ""
    key_differs: bool = False
    exports: int = 0
    campaigns: int = 0


def bring_back(archive: Reader, *, force: bool) -> Report:
    """Restore an archive. Raises Refused or Damaged, and then everything is as it was."""
    began = time.monotonic()
    _refuse_what_cannot_fit(archive.manifest)
    is_used = _is_used()
    if is_used and not force:
        raise Refused(
            "This database or its data folder holds something. With --force it is kept aside and the backup takes its place."
        )
    report = Report(archive.manifest, key_differs=_key_will_differ(archive))
    folder = data_folder()
    try:
        occupied = occupancy.occupy(folder)
    except occupancy.Occupied as others:
        raise Refused(f"{others}") from None
    occupancy.sign(occupied, "flask crm restore")
    stage, aside = folder / ".restoring", _place_aside(folder)
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)
    try:
        for name in (*archive.named("files/"), *archive.named("imports/")):
            archive.extract(name, stage / name)
        for name in KEYS:
            if name in archive.entries:
                archive.extract(name, stage / name)
        restore = _restore_sqlite if is_sqlite() else _restore_postgres
        restore(archive, stage, aside, report, is_used)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        occupied.close()
    report.seconds = time.monotonic() - began
    return report


def _place_aside(folder: Path) -> Path:
    """A name that nothing has: a restore that ended in the middle left what is irreplaceable in its own."""
    named = folder / f"before-restore-{clock.now():%Y%m%d-%H%M%S}"
    further = (named.with_name(f"{named.name}-{number}") for number in itertools.count(2))
    return next(place for place in itertools.chain([named], further) if not place.exists())


def _refuse_what_cannot_fit(manifest: dict[str, Any]) -> None:
    kind = "sqlite" if is_sqlite() else "postgresql"
    if manifest["database"] != kind:
        raise Refused(f"The backup is of {manifest['database']}, DATABASE_URL names a database of {kind}. They can't be mixed.")
    if not migrations.knows(manifest["revision"]):
        raise Refused(
            f"The backup is of version {manifest['revision']}, which this program does not know: use the program that made it."
        )


def _is_used() -> bool:
    if any((data_folder() / name).is_dir() and any((data_folder() / name).rglob("[0-9a-f]*")) for name in FOLDERS):
        return True
    try:
        if migrations.present() is None:
            return bool(sa.inspect(db.engine).get_table_names())
        with checks.reading():
            return db.session.scalar(sa.select(Office.id).limit(1)) is not None
    except exc.DBAPIError:
        return True  # something is there that can't be read: never to be thrown away unasked
    finally:
        db.engine.dispose()


def _key_will_differ(archive: Reader) -> bool:
    """Whether cookies of then can't be read by the key that the next start finds: that of the environment goes before the file's."""
    file = data_folder() / KEYS[0]
    comes_from_file = file.is_file() and file.read_text().strip() == current_app.config["SECRET_KEY"]
    comes_back = comes_from_file and KEYS[0] in archive.entries
    return not comes_back and archive.manifest["secret_key_mark"] != key_mark()


# SQLite -------------------------------------------------------------------------------------------------------------------


def _restore_sqlite(archive: Reader, stage: Path, aside: Path, report: Report, is_used: bool) -> None:
    file = Path(str(db.engine.url.database))
    if file.exists():
        try:
            sqlite.come_to_rest(file)
        except sqlite.InUse:
            raise Refused("Mitra is running, or another program has the database open. Stop it first.") from None
    beside = file.with_name(f".{file.name}.restoring")
    beside.unlink(missing_ok=True)
    try:
        archive.extract("database.sqlite", beside)
        if found := list(sqlite.problems(beside)):
            raise Damaged(" ".join(found[:5]))
        _compare(archive.manifest["counts"], sqlite.counts(beside))
        with looking_into(make_url(f"sqlite:///{beside}"), stage) as other:
            _make_good(other, report)
        sqlite.come_to_rest(beside)
        occupancy.begin_swap(data_folder(), aside)
        _set_aside(stage, aside, [file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))], report, is_used)
        beside.replace(file)
        sync_folder(file.parent)
        occupancy.end_swap(data_folder())
    finally:
        for left in file.parent.glob(f"{beside.name}*"):
            left.unlink()


def _set_aside(stage: Path, aside: Path, files: list[Path], report: Report, is_used: bool) -> None:
    """Move what is there out of the way, and what came out of the archive into place; the database itself comes last."""
    aside.mkdir(mode=0o700)
    for name in FOLDERS:
        _swap(stage / name, data_folder() / name, aside / name)
    for name in KEYS:
        if (stage / name).exists():
            _swap(stage / name, data_folder() / name, aside / name)
    for file in files:
        if file.exists():
            os.replace(file, aside / file.name)
    if is_used:
        report.aside.append(str(aside))
    else:
        shutil.rmtree(aside)


def _swap(new: Path, place: Path, aside: Path) -> None:
    if place.exists():
        os.replace(place, aside)
    if new.exists():
        os.replace(new, place)
        sync_folder(place.parent)


# PostgreSQL ---------------------------------------------------------------------------------------------------------------


def _restore_postgres(archive: Reader, stage: Path, aside: Path, report: Report, is_used: bool) -> None:
    url = db.engine.url
    _refuse_when_others_are_connected()
    with _own_transaction() as connection:
        postgres.make_stage(connection)
    try:
        with looking_into(postgres.staged(url), stage) as other:
            migrations.upgrade(other, to=archive.manifest["revision"])
            with transaction.unit(SYSTEM) as session:
                postgres.load(session.connection(), archive)
            with transaction.unit(SYSTEM) as session:
                _compare(archive.manifest["counts"], postgres.counts(session.connection()))
            _make_good(other, report)
        _refuse_when_others_are_connected()
        name = aside.name.replace("-", "_")
        occupancy.begin_swap(data_folder(), aside)
        with _own_transaction() as connection:
            postgres.swap(connection, name)
            if not is_used:
                postgres.drop_schema(connection, name)
    except BaseException:
        with _own_transaction() as connection:
            postgres.drop_schema(connection, postgres.STAGE)
        occupancy.end_swap(data_folder())  # the rows that were there are there: one transaction swaps them or does not
        raise
    if is_used:
        report.aside.append(f"schema {name}")
    _set_aside(stage, aside, [], report, is_used)
    occupancy.end_swap(data_folder())


@contextmanager
def _own_transaction() -> Iterator[Any]:
    with transaction.unit(SYSTEM) as session:
        yield session.connection()
    db.engine.dispose()


def _refuse_when_others_are_connected() -> None:
    db.engine.dispose()
    with _own_transaction() as connection:
        count = postgres.others(connection)
    if count:
        raise Refused(f"{count} other sessions have this database open. Stop Mitra first.")


# Both ---------------------------------------------------------------------------------------------------------------------


def _compare(said: dict[str, int], found: dict[str, int]) -> None:
    for table in sorted(said.keys() | found.keys()):
        if table != "alembic_version" and said.get(table) != found.get(table):
            raise Damaged(f"{table} has {found.get(table, 0)} rows; the backup says {said.get(table, 0)}.")


def _make_good(other: Flask, report: Report) -> None:
    """Bring the copy to this version, check it, and hold what must not happen twice."""
    before = migrations.present()
    if migrations.upgrade(other):
        report.upgraded_from = before or ""
    known = set(report.manifest["broken"])
    report_missing = set(report.manifest["missing_files"])
    for verdict in checks.judge(checks.invariants()):
        fresh = [sentence for sentence in verdict.wrong if sentence not in known]
        if fresh and not (verdict.check.group == "files" and report_missing):
            raise Damaged(f"{verdict.check.name}: {' '.join(fresh[:3])}")
    report.in_doubt = _hold_mail()
    report.campaigns = _hold_campaigns()
    report.exports = _forget_exports()


def _hold_mail() -> int:
    """What waited to be sent then may have been sent since: a person decides, nobody gets a message twice."""
    with transaction.unit(SYSTEM):
        held = mail.doubt_what_waits(NOTE)
        activity.record("restored", ("installation", None), by=None, held_messages=held)
    return held


def _hold_campaigns() -> int:
    """Who was written to after the backup would be written to again: each campaign that would go on waits for a person."""
    halts = {CampaignState.SCHEDULED: CampaignState.MISSED, **dict.fromkeys(UNDER_WAY, CampaignState.PAUSED)}
    with transaction.unit(SYSTEM) as session:
        found = session.scalars(sa.select(Campaign).where(Campaign.state.in_(halts)).order_by(Campaign.id)).all()
        for campaign in found:
            states.move(campaign, halts[campaign.state], by=None, reason="restored")
    return len(found)


def _forget_exports() -> int:
    """Their files are in no backup. Give how many could still be fetched then."""
    with transaction.unit(SYSTEM) as session:
        ready = sa.select(Export).where(Export.state == ExportState.READY)
        gone = list(session.scalars(ready))
        for export in gone:
            export.state, export.path = ExportState.EXPIRED, ""
    return len(gone)
