"""One batch of intents in one transaction: what came before, what is new, and the rows that say so."""

from collections.abc import Sequence

import sqlalchemy as sa

from crm.core.db import bulk_insert, db
from crm.exchange import directory
from crm.exchange.codes import Fate
from crm.exchange.intents import EngagementIntent, GuestIntent, Intent, ProblemIntent, RecordIntent, SkipIntent
from crm.exchange.models import ImportRow
from crm.exchange.writing import engagements, records
from crm.exchange.writing.run import Outcome, Run


def write_batch(run: Run, intents: Sequence[Intent], *, file_id: int | None) -> list[Outcome]:
    """Decide and write a batch; the outcomes stand in the order of the rows."""
    known = known_rows(run, [i.identity for i in intents if isinstance(i, EngagementIntent | GuestIntent | RecordIntent)])
    outcomes = [_settled(intent, known) for intent in intents]
    open_intents = [intent for intent, outcome in zip(intents, outcomes, strict=True) if outcome is None]
    written = {id(outcome.source): outcome for outcome in _write(run, open_intents, known)}
    final = [outcome or written[id(intent.source)] for intent, outcome in zip(intents, outcomes, strict=True)]
    if run.imagined is not None:
        run.imagined.lead("identity", ((outcome.identity, outcome.subject_id) for outcome in final if outcome.identity))
    if file_id is not None:
        _record(run, final, file_id)
    run.flush_notes()
    return final


def known_rows(run: Run, identities: Sequence[str]) -> dict[str, int | None]:
    """Identities that came before in this office, with the record they stand for."""
    found: dict[str, int | None] = {}
    if run.imagined is not None:
        found.update({identity: ids[0] for identity, ids in run.imagined.led("identity", identities).items()})
    for part in directory.chunks(sorted(set(identities))):
        statement = sa.select(ImportRow.identity, ImportRow.subject_id).where(
            ImportRow.office_id == run.office_id, ImportRow.identity.in_(part)
        )
        found.update({identity: subject_id for identity, subject_id in db.session.execute(statement) if identity})
    return found


def _settled(intent: Intent, known: dict[str, int | None]) -> Outcome | None:
    """Rows whose fate needs no writing: skipped, problems, and those that came before."""
    if isinstance(intent, SkipIntent):
        return Outcome(intent.source, Fate.SKIPPED, intent.reason.value)
    if isinstance(intent, ProblemIntent):
        return Outcome(intent.source, Fate.PROBLEM, intent.reason.value, intent.field)
    if intent.identity in known:
        return Outcome(intent.source, Fate.UNCHANGED, subject_id=known[intent.identity])
    return None


def _write(run: Run, intents: Sequence[Intent], known: dict[str, int | None]) -> list[Outcome]:
    listed = [intent for intent in intents if isinstance(intent, RecordIntent)]
    if listed:
        return records.write_records(run, listed)
    meetings = [intent for intent in intents if isinstance(intent, EngagementIntent)]
    guests = [intent for intent in intents if isinstance(intent, GuestIntent)]
    if not meetings and not guests:
        return []
    writer = engagements.Writer(run, meetings, guests)
    outcomes = writer.write_meetings()
    above = {outcome.identity: outcome.subject_id for outcome in outcomes}
    before = known_rows(run, [guest.above for guest in guests if guest.above not in above])
    meeting_ids = {identity: i for identity, i in {**before, **above}.items() if identity and i is not None}
    return outcomes + writer.write_guests(meeting_ids)


def _record(run: Run, outcomes: Sequence[Outcome], file_id: int | None) -> None:
    """One row for each row of the file, with its words as they stood. A planned row stands for no record yet."""
    rows = [
        {
            "row_number": outcome.source.row,
            "fate": outcome.fate,
            "reason": outcome.reason,
            "field": outcome.field,
            "identity": None if run.is_dry else outcome.identity,
            "subject_kind": outcome.subject_kind,
            "subject_id": None if run.is_dry else outcome.subject_id,
            "verbatim": outcome.source.verbatim,
            "notes": sorted(outcome.source.notes),
        }
        for outcome in outcomes
    ]
    bulk_insert(ImportRow, rows, {"import_id": run.import_id, "office_id": run.office_id, "file_id": file_id})
