"""flask crm repair ...: write anew what is worked out from something else, when doctor found that it differs."""

from collections.abc import Iterator, Sequence
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy import orm

from crm.campaigns import service as campaigns
from crm.campaigns import tallies
from crm.campaigns.models import Campaign, Tally
from crm.campaigns.sending import states
from crm.cli.checks.campaigns import HAS_DELIVERIES, counts_of
from crm.cli.ground import one_transaction, prepare_database
from crm.commitments.models import Commitment
from crm.core import scope as scopes
from crm.core import text, transaction
from crm.core.db import db
from crm.engagements.models import Engagement, Participation
from crm.index import service as index
from crm.index.models import SearchDocument
from crm.interactions.models import Interaction
from crm.offices.models import Office
from crm.stakeholders import keys
from crm.stakeholders.models import OtherName, Stakeholder, Topic
from crm.stakeholders.service.indexing import index_stakeholders

PORTION = 500  # rows a transaction: nobody waits long for the lock
SYSTEM = scopes.system_scope("flask crm repair")

repair = AppGroup("repair", help="Write anew what is worked out from something else.")
COMMANDS = [repair]


@repair.command("participations")
def participations() -> None:
    """Copy time and office of each engagement to its participations."""
    done = 0
    for rows in portions(Participation, orm.joinedload(Participation.engagement)):
        for row in rows:
            whole = row.engagement
            wanted = (whole.occurred_on, whole.sort_at, whole.office_id)
            if (row.occurred_on, row.sort_at, row.office_id) != wanted:
                row.occurred_on, row.sort_at, row.office_id = wanted
                done += 1
    click.echo(f"{done} participations changed.")


@repair.command("names")
def names() -> None:
    """Write the keys anew that names are sorted and compared by."""
    done = 0
    for model in (Stakeholder, OtherName, Topic):
        for rows in portions(model):
            done += sum(_renew_keys(model, row) for row in rows)
    click.echo(f"{done} names changed.")


def _renew_keys(model: Any, row: Any) -> bool:
    """Past the version of the record: nobody's open form becomes stale, and an import still knows it as untouched."""
    if isinstance(row, Stakeholder):
        wanted = {"name_sort": text.name_key(row.name), "name_match": keys.name_match(row.kind, row.name)}
    elif isinstance(row, OtherName):
        wanted = {"name_match": keys.other_name_match(row.kind, row.name)}
    else:
        wanted = {"name_match": text.name_key(row.name)}
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    db.session.execute(sa.update(model.__table__).where(model.__table__.c.id == row.id).values(wanted))
    return True


@repair.command("paths")
def paths() -> None:
    """Write the paths of offices anew, from the root down, and the search marks that follow from them."""
    changed = []
    with one_transaction("repair paths"):
        offices = {office.id: office for office in db.session.scalars(sa.select(Office))}
        ready: dict[int, str] = {}
        while waiting := [o for o in offices.values() if o.id not in ready and (o.parent_id is None or o.parent_id in ready)]:
            for office in waiting:
                ready[office.id] = f"{ready[office.parent_id] if office.parent_id else '/'}{office.id}/"
        if circle := sorted(office.code for office in offices.values() if office.id not in ready):
            raise click.ClickException(f"These offices stand below themselves: {', '.join(circle)}. Nothing was changed.")
        for office in offices.values():
            if office.path != ready[office.id]:
                office.path = ready[office.id]
                changed.append(office)
        db.session.flush()
        for office in changed:
            index.retoken_office(office.id)
    click.echo(f"{len(changed)} paths changed.")


@repair.command("search")
def search() -> None:
    """Write the search documents of all records anew, and drop those that lead nowhere."""
    prepare_database()
    seen: dict[str, set[int]] = {}
    for rows in portions(Stakeholder):
        index_stakeholders(rows)
        _note(seen, [(row.kind.value, row.id) for row in rows if row.archived_at is None])
    for rows in portions(Engagement):
        letters = _letter_numbers([row.id for row in rows])
        index.put_many(
            index.Entry(row.kind, row.id, row.office_id, False, row.title, words=letters.get(row.id, ()), body=row.summary)
            for row in rows
        )
        _note(seen, [(row.kind, row.id) for row in rows])
    for rows in portions(Commitment):
        index.put_many(index.Entry("commitment", row.id, row.office_id, False, row.text) for row in rows)
        _note(seen, [("commitment", row.id) for row in rows])
    for rows in portions(Campaign):
        for row in rows:
            campaigns.put_in_index(row)
        _note(seen, [("campaign", row.id) for row in rows])
    dropped = 0
    for rows in portions(SearchDocument):
        lost = [row for row in rows if row.subject_id not in seen.get(row.kind, set())]
        for row in lost:
            index.drop(row.kind, row.subject_id)
        dropped += len(lost)
    click.echo(f"{sum(map(len, seen.values()))} records written to the index, {dropped} documents dropped.")


@repair.command("counts")
def counts() -> None:
    """Count the deliveries of campaigns anew, one campaign a transaction. Those reduced to their totals stay as they are."""
    prepare_database()
    done = 0
    with transaction.unit(SYSTEM) as session:
        reduced = sa.exists().where(Tally.campaign_id == Campaign.id, Tally.key == tallies.REDUCED)
        known = session.scalars(sa.select(Campaign.id).where(HAS_DELIVERIES, ~reduced).order_by(Campaign.id)).all()
    for campaign_id in known:
        with transaction.unit(SYSTEM):
            states.locked(campaign_id)  # calls are claimed under this lock; what is being answered moves its count by itself
            right, kept = counts_of(campaign_id)
            moved = {key: right[key] - kept[key] for key in right if right[key] != kept[key]}
            tallies.move(campaign_id, moved)
            done += bool(moved)
    click.echo(f"{done} campaigns counted anew.")


def _note(seen: dict[str, set[int]], written: Sequence[tuple[str, int]]) -> None:
    for kind, record_id in written:
        seen.setdefault(kind, set()).add(record_id)


def _letter_numbers(engagement_ids: Sequence[int]) -> dict[int, list[str]]:
    found = sa.select(Interaction.id, Interaction.letter_number).where(
        Interaction.id.in_(engagement_ids), Interaction.letter_number != ""
    )
    return {row.id: [row.letter_number] for row in db.session.execute(found)}


def portions(model: Any, *options: Any) -> Iterator[Sequence[Any]]:
    """All rows of a table in order of id, a portion a transaction."""
    last = 0
    while True:
        with transaction.unit(SYSTEM) as session:
            rows = session.scalars(
                sa.select(model).where(model.id > last).order_by(model.id).limit(PORTION).options(*options)
            ).all()
            if not rows:
                return
            last = rows[-1].id
            yield rows
