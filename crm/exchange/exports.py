"""Exports of the list of stakeholders and of what became of a campaign: asked for, made by the worker, fetched by who asked, gone after a day."""

import datetime as dt
import itertools
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
import structlog

from crm.accounts.models import User
from crm.activity import service as activity
from crm.campaigns.models import Campaign
from crm.core import clock, settings, transaction
from crm.core import scope as scopes
from crm.core.access import Permission
from crm.core.clock import now
from crm.core.db import db
from crm.core.jobs import enqueue
from crm.exchange import campaign_tables
from crm.exchange import export_tables as tables
from crm.exchange.models import Export, ExportState
from crm.stakeholders import queries as stakeholders
from crm.stakeholders.keys import StakeholderKind
from crm.stakeholders.models import Organization, Region, Stakeholder
from crm.stakeholders.queries import Filter, Rhythm

log = structlog.get_logger(__name__)

LASTS = dt.timedelta(hours=24)
MOST_ROWS = 100_000
MOST_AN_HOUR = 20
BATCH = 400
XLSX, CSV_PEOPLE, CSV_ORGANIZATIONS = "xlsx", "csv-people", "csv-organizations"
CSV = "csv"  # of a campaign
CAMPAIGN = "campaign"  # the filter that says that it is one
MOST_IN_A_SHEET = 1_048_575
KINDS = {
    XLSX: (StakeholderKind.ORGANIZATION, StakeholderKind.PERSON),
    CSV_PEOPLE: (StakeholderKind.PERSON,),
    CSV_ORGANIZATIONS: (StakeholderKind.ORGANIZATION,),
}


class TooManyExports(Exception):
    """So many in the last hour that it looks like taking everything away."""


def formats_for(wanted: Filter) -> list[str]:
    """The formats that make sense for a list: a CSV holds one kind."""
    if wanted.kind:
        kind = StakeholderKind(wanted.kind)
        return [format_ for format_, kinds in KINDS.items() if kind in kinds]
    if wanted.category or wanted.region:
        return [XLSX, CSV_ORGANIZATIONS]  # people have neither
    return list(KINDS)


def ask_for_export(wanted: Filter, *, format_: str, purpose: str, language: str, zone: str, by: User) -> Export:
    """Ask for the stakeholders of a filtered list as a file. Raises TooManyExports."""
    has_private = by.may(Permission.STAKEHOLDERS_READ_PRIVATE)
    return _ask(wanted.arguments, has_private=has_private, format_=format_, purpose=purpose, language=language, zone=zone, by=by)


def ask_for_campaign(campaign: Campaign, *, format_: str, purpose: str, language: str, zone: str, by: User) -> Export:
    """Ask for the deliveries of a campaign as a file. Raises TooManyExports."""
    filters = {CAMPAIGN: str(campaign.id)}
    return _ask(filters, has_private=False, format_=format_, purpose=purpose, language=language, zone=zone, by=by)


def _ask(filters: dict[str, str], *, has_private: bool, format_: str, purpose: str, language: str, zone: str, by: User) -> Export:
    moment = now()
    scope = scopes.current()
    lately = sa.select(sa.func.count()).where(Export.created_by_id == by.id, Export.created_at > moment - dt.timedelta(hours=1))
    if (db.session.scalar(lately.select_from(Export)) or 0) >= MOST_AN_HOUR:
        raise TooManyExports
    assert scope.home_office_id is not None
    assert scope.office_ids is not None
    export = Export(
        office_id=scope.home_office_id,
        office_ids=sorted(scope.office_ids),
        format=format_,
        purpose=purpose,
        filters=filters,
        language=language,
        zone=zone,
        has_private=has_private,
        created_by_id=by.id,
        created_at=moment,
    )
    db.session.add(export)
    db.session.flush()
    enqueue("exchange.export_stakeholders", export_id=export.id)
    return export


def folder() -> Path:
    place = Path(str(settings.get("CRM_DATA"))) / "exports"
    place.mkdir(parents=True, exist_ok=True)
    return place


def path_of(export: Export) -> Path:
    return folder() / export.path


def is_ready(export: Export) -> bool:
    """Whether the file can be fetched: made, of today, and there. A backup holds no exports, so after a restore none is."""
    lasts = export.state is ExportState.READY and export.expires_at is not None and export.expires_at > now()
    return lasts and path_of(export).is_file()


# The work -------------------------------------------------------------------------------------------------------------


def carry_out(export_id: int, *, scope: scopes.Scope) -> None:
    """Make the file. Whoever asked must still be allowed to when it is made."""
    with transaction.unit(scope) as session:
        export = session.scalars(sa.select(Export).where(Export.id == export_id)).one_or_none()
        if export is None or export.state is not ExportState.ASKED:
            return
        user = session.get(User, scope.user_id)
        if user is None or not all(map(user.may, _needed(export))):
            export.state = ExportState.NOT_PERMITTED
            return
        with_private = export.has_private and user.may(Permission.STAKEHOLDERS_READ_PRIVATE)
    place = folder() / f"{secrets.token_hex(16)}.{'xlsx' if export.format == XLSX else 'csv'}"
    try:
        count = _write(place, export, user, _narrowed(scope, export), with_private=with_private)
        _finish(export_id, scope, place, count, with_private=with_private)
    except BaseException:
        place.unlink(missing_ok=True)
        raise


def _needed(export: Export) -> tuple[Permission, ...]:
    return (Permission.EXPORTS_MAKE, Permission.CAMPAIGNS_READ) if CAMPAIGN in export.filters else (Permission.EXPORTS_MAKE,)


def _narrowed(scope: scopes.Scope, export: Export) -> scopes.Scope:
    """The offices that were looked at when it was asked for, as far as they are still the person's."""
    offices = frozenset(export.office_ids) & (scope.office_ids or frozenset())
    return scopes.Scope(scope.user_id, offices, export.office_id if export.office_id in offices else scope.home_office_id)


def _write(place: Path, export: Export, user: User, scope: scopes.Scope, *, with_private: bool) -> int:
    if CAMPAIGN in export.filters:
        return _write_campaign(place, export, scope)
    wanted = Filter(**export.filters)
    kinds = [kind for kind in KINDS[export.format] if wanted.kind in {"", kind.value}]
    if wanted.category or wanted.region:
        kinds = [kind for kind in kinds if kind is StakeholderKind.ORGANIZATION]
    made = [tables.Table(kind, export.language, with_private=with_private) for kind in kinds]
    subjects = [_subjects(replace(wanted, kind=kind.value), export, user, scope, made[0].language) for kind in kinds]
    with place.open("wb") as out:
        if export.format == XLSX:
            tables.write_xlsx(out, list(zip(made, subjects, strict=True)))
        else:
            tables.write_csv(out, made[0], subjects[0])
    return sum(table.row_count for table in made)


def _write_campaign(place: Path, export: Export, scope: scopes.Scope) -> int:
    table = campaign_tables.CampaignTable(export.language, export.zone)
    found = campaign_tables.deliveries(int(export.filters[CAMPAIGN]), scope)
    with place.open("wb") as out:
        if export.format == XLSX:
            tables.write_xlsx(out, [(table, itertools.islice(found, MOST_IN_A_SHEET))])
        else:
            tables.write_csv(out, table, found)
    return table.row_count


def _subjects(wanted: Filter, export: Export, user: User, scope: scopes.Scope, language: str) -> Iterator[tables.Subject]:
    """In order of name, batch by batch: memory holds the ids and one batch."""
    rhythm = Rhythm(clock.today(export.zone), settings.get("TIER_DAYS"))
    with transaction.unit(scope):
        ids = list(stakeholders.ids_matching(wanted, rhythm, viewer_id=user.id, limit=MOST_ROWS))
    for start in range(0, len(ids), BATCH):
        with transaction.unit(scope):
            batch = _batch(ids[start : start + BATCH], user, language)
        yield from batch


def _batch(ids: Sequence[int], user: User, language: str) -> list[tables.Subject]:
    found = {row.id: row for row in db.session.scalars(stakeholders.stakeholders_visible_to(user).where(Stakeholder.id.in_(ids)))}
    parts = stakeholders.parts_of(list(ids))
    records = [found[i] for i in ids if i in found]
    names = _names(records, parts)
    regions = _regions(records)
    made = []
    for record in records:
        details = stakeholders.details_of(record, parts=parts[record.id])
        if not stakeholders.may_change(record):  # shared by another office: its private side stays there
            details = replace(details, private_contacts=(), private_note="")
        made.append(tables.Subject(details, names, regions, language))
    return made


def _names(records: Sequence[Stakeholder], parts: object) -> dict[int, str]:
    """Names of the organizations that the records point at."""
    wanted = {row.parent_id for row in records if isinstance(row, Organization) and row.parent_id}
    names = {}
    for record in records:
        for held in parts[record.id].affiliations:  # type: ignore[index]
            names[held.organization_id] = held.organization_name
    rows = db.session.execute(sa.select(Stakeholder.id, Stakeholder.name).where(Stakeholder.id.in_(wanted)))
    return names | {row.id: row.name for row in rows}


def _regions(records: Sequence[Stakeholder]) -> dict[int, str]:
    wanted = {row.region_id for row in records if isinstance(row, Organization) and row.region_id}
    return {row.id: row.name for row in db.session.execute(sa.select(Region.id, Region.name).where(Region.id.in_(wanted)))}


def _finish(export_id: int, scope: scopes.Scope, place: Path, count: int, *, with_private: bool) -> None:
    with transaction.unit(scope) as session:
        export = session.scalars(sa.select(Export).where(Export.id == export_id)).one()
        export.state, export.path, export.row_count = ExportState.READY, place.name, count
        export.has_private, export.expires_at = with_private, now() + LASTS
        activity.record(
            "exported",
            _subject(export),
            by=session.get(User, export.created_by_id),
            office_id=export.office_id,
            format=export.format,
            rows=count,
            purpose=export.purpose,
            private=with_private,
            filters=export.filters,
        )


def _subject(export: Export) -> tuple[str, int]:
    """What the entry in the activity record is about."""
    return ("campaign", int(export.filters[CAMPAIGN])) if CAMPAIGN in export.filters else ("stakeholders", export.office_id)


def expire() -> int:
    """Remove files whose day is over, and mark their rows. Give their number."""
    due = sa.select(Export).where(Export.state == ExportState.READY, Export.expires_at <= now()).limit(500)
    gone = db.session.scalars(due).all()
    for export in gone:
        place = path_of(export)
        export.state, export.path = ExportState.EXPIRED, ""
        transaction.on_commit(lambda place=place: place.unlink(missing_ok=True))
    return len(gone)
