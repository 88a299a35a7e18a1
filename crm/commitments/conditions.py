"""What can be asked about commitments: with whom one is open, overdue or was broken."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from crm.commitments.models import Commitment, CommitmentState, Side
from crm.stakeholders.asking import Asked, ChoiceField, Condition

OPEN, OVERDUE, BROKEN = "open", "overdue", "broken"


def _has(_who: Any, values: Mapping[str, Any], asked: Asked) -> Sequence[sa.Select[*tuple[Any, ...]]]:
    """By the person, and by the organization that the commitment was made with."""
    promise = orm.aliased(Commitment, name="promise")
    state = CommitmentState.BROKEN if values["state"] == BROKEN else CommitmentState.OPEN
    wanted = [promise.state == state]
    if values["state"] == OVERDUE:
        wanted.append(promise.due_on < asked.today)
    if values.get("side"):
        wanted.append(promise.side == Side(values["side"]))
    return [sa.select(own).where(own.is_not(None), *wanted) for own in (promise.stakeholder_id, promise.organization_id)]


CONDITIONS = (
    Condition(
        "commitment",
        _l("Has a commitment that"),
        _l("Commitments"),
        [
            ChoiceField(
                "state", _l("State"), options=[(OPEN, _l("is open")), (OVERDUE, _l("is overdue")), (BROKEN, _l("was not kept"))]
            ),
            ChoiceField(
                "side",
                _l("Whose it is"),
                is_optional=True,
                options=[(Side.OURS.value, _l("We promised it")), (Side.THEIRS.value, _l("They promised it"))],
            ),
        ],
        _has,
    ),
)
