"""How commitments are called in the record of acts."""

from flask_babel import lazy_gettext as _l

from crm.activity.wording import add_words
from crm.commitments.models import CommitmentKind, CommitmentState, Side

STATES = {
    CommitmentState.OPEN: _l("Still open"),
    CommitmentState.DONE: _l("Done"),
    CommitmentState.BROKEN: _l("Not kept"),
    CommitmentState.WITHDRAWN: _l("Withdrawn"),
}

add_words(
    verbs={**{state.value: word for state, word in STATES.items()}, "reopened": _l("Opened again")},
    kinds={"commitment": _l("Commitment")},
    fields={
        "text": _l("What was agreed"),
        "side": _l("Whose it is"),
        "kind": _l("Kind"),
        "due_on": _l("Due date"),
        "due_precision": _l("How exactly it is due"),
        "owner_id": _l("Person responsible"),
        "stakeholder_id": _l("With whom"),
        "organization_id": _l("Organization"),
        "is_urgent": _l("Urgent"),
        "is_uncertain": _l("Not certain"),
        "state": _l("State"),
        "note": _l("Note"),
    },
    values={
        "state": STATES,
        "side": {Side.OURS: _l("Ours"), Side.THEIRS: _l("Theirs")},
        "kind": {CommitmentKind.ACTION: _l("Follow-up"), CommitmentKind.PROMISE: _l("Promise")},
    },
)
