import datetime as dt

import pytest

from crm.commitments.models import Commitment, CommitmentClosed, CommitmentState, Side
from crm.core.clock import now


def commitment(**fields):
    return Commitment(
        **{"text": "Kirim surat", "side": Side.OURS, "state": CommitmentState.OPEN, "due_on": dt.date(2026, 3, 10), **fields}
    )


@pytest.mark.parametrize(
    ("done_on", "due_on", "is_kept", "is_late"),
    [
        ("2026-03-09", "2026-03-10", True, False),
        ("2026-03-10", "2026-03-10", True, False),
        ("2026-03-11", "2026-03-10", False, True),
        ("2026-03-11", None, True, False),
    ],
)
def test_done_by_the_due_date_is_kept_and_after_it_late(done_on, due_on, is_kept, is_late):
    row = commitment(
        state=CommitmentState.DONE,
        done_on=dt.date.fromisoformat(done_on),
        due_on=dt.date.fromisoformat(due_on) if due_on else None,
    )
    assert (row.is_kept, row.is_late) == (is_kept, is_late)


def test_a_closed_commitment_refuses_to_be_closed_again():
    row = commitment()
    row.close(CommitmentState.BROKEN, on=dt.date(2026, 3, 12), at=now())
    with pytest.raises(CommitmentClosed):
        row.close(CommitmentState.DONE, on=dt.date(2026, 3, 12), at=now())
    assert row.done_on is None


def test_it_is_overdue_the_day_after_and_not_on_the_due_date():
    assert not commitment().is_overdue_on(dt.date(2026, 3, 10))
    assert commitment().is_overdue_on(dt.date(2026, 3, 11))
    assert not commitment(due_on=None).is_overdue_on(dt.date(2026, 3, 11))
