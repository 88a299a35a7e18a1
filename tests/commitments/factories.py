"""Commitments of the tests, through the database."""

import datetime as dt

from crm.commitments.models import Commitment, CommitmentState, Side
from crm.offices.models import Office
from tests.core.factories import saved
from tests.world import MADE


def make_commitment(
    office: Office,
    text: str = "Kirim data kedatangan Oktober",
    *,
    due: str | None = "2026-03-10",
    done: str | None = None,
    **fields,
) -> Commitment:
    """Open and ours unless said otherwise; `done` is the day it was done."""
    state = CommitmentState.DONE if done else CommitmentState.OPEN
    return saved(
        Commitment(
            **{
                "office_id": office.id,
                "text": text,
                "side": Side.OURS,
                "state": state,
                "due_on": dt.date.fromisoformat(due) if due else None,
                "done_on": dt.date.fromisoformat(done) if done else None,
                "made_on": dt.date(2026, 3, 1),
                "created_at": MADE,
                "updated_at": MADE,
                **fields,
            }
        )
    )
