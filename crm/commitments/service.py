"""What the office does with promises and action items."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

from crm.accounts.models import User
from crm.activity import service as activity
from crm.commitments.models import Commitment, CommitmentKind, CommitmentState, DuePrecision, Side
from crm.core.clock import now, today
from crm.core.db import db
from crm.engagements.models import Engagement
from crm.engagements.service import check_version
from crm.index import service as index


@dataclass(frozen=True)
class CommitmentTerms:
    """Who promised what to whom by when. For ours `owner_id` is the colleague; for theirs `stakeholder_id` says who."""

    text: str
    side: Side
    kind: CommitmentKind = CommitmentKind.ACTION
    due_on: dt.date | None = None
    due_precision: DuePrecision = DuePrecision.DAY
    owner_id: int | None = None
    stakeholder_id: int | None = None
    organization_id: int | None = None
    is_urgent: bool = False
    is_uncertain: bool = False
    note: str = ""


def make_commitment(
    terms: CommitmentTerms,
    *,
    office_id: int,
    by: User,
    zone: str,
    engagement: Engagement | None = None,
    made_on: dt.date | None = None,
) -> Commitment:
    """Write a commitment down, made today in the office's zone or on the day given."""
    moment = now()
    commitment = Commitment(
        office_id=office_id,
        engagement_id=engagement.id if engagement is not None else None,
        made_on=made_on or today(zone),
        created_by_id=by.id,
        created_at=moment,
        updated_at=moment,
        state=CommitmentState.OPEN,
        **{field.name: getattr(terms, field.name) for field in fields(terms)},
    )
    db.session.add(commitment)
    db.session.flush()
    activity.record("created", commitment, by=by, text=terms.text)
    _put_in_index(commitment)
    return commitment


def change_commitment(commitment: Commitment, terms: CommitmentTerms, *, seen_version: int, by: User) -> None:
    """Change the terms. Raises StaleRecord when somebody else saved since."""
    check_version(commitment, seen_version)
    before: dict[str, Any] = {}
    for field in fields(terms):
        before[field.name] = getattr(commitment, field.name)
        setattr(commitment, field.name, getattr(terms, field.name))
    commitment.updated_at = now()
    db.session.flush()
    activity.record_changes(commitment, before=before, by=by)
    _put_in_index(commitment)


def close_commitment(
    commitment: Commitment, state: CommitmentState, *, by: User, zone: str, on: dt.date | None = None, note: str = ""
) -> None:
    """Done, broken or withdrawn. Raises CommitmentClosed when it is closed already, so that a second click changes nothing."""
    commitment.close(state, on=on or today(zone), at=now())
    commitment.closed_by_id = by.id
    commitment.updated_at = now()
    if note:
        commitment.note = f"{commitment.note}\n{note}".strip()
    db.session.flush()
    activity.record(state.value, commitment, by=by, changes={"state": (CommitmentState.OPEN, state)})


def reopen_commitment(commitment: Commitment, *, by: User) -> None:
    """Take a closing back. Reopening an open one changes nothing."""
    if commitment.state is CommitmentState.OPEN:
        return
    before = commitment.state
    commitment.reopen()
    commitment.updated_at = now()
    db.session.flush()
    activity.record("reopened", commitment, by=by, changes={"state": (before, CommitmentState.OPEN)})


def remove_commitment(commitment: Commitment, *, by: User) -> None:
    """Take it out altogether: for undoing what was just written."""
    activity.record("removed", commitment, by=by, text=commitment.text)
    index.drop("commitment", commitment.id)
    db.session.delete(commitment)
    db.session.flush()


def _put_in_index(commitment: Commitment) -> None:
    index.put(
        "commitment",
        commitment.id,
        office_id=commitment.office_id,
        shared=False,
        title=commitment.text,
        subtitle="",
        words=(),
        body="",
    )
