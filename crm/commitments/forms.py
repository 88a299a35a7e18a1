"""The form of a commitment."""

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import DataRequired, Length, Optional

from crm.commitments.models import Commitment, CommitmentKind, DuePrecision, Side
from crm.commitments.service import CommitmentTerms
from crm.core.forms import BaseForm, DayField, LineField, PickField, TextField, choices, required_message
from crm.stakeholders.queries import stakeholders_named

SIDES = choices([(Side.OURS.value, _l("We promised it")), (Side.THEIRS.value, _l("They promised it"))])
KINDS = choices([(CommitmentKind.ACTION.value, _l("Follow-up")), (CommitmentKind.PROMISE.value, _l("Promise"))])


class CommitmentForm(BaseForm):
    text = LineField(_l("What was agreed"), [DataRequired(required_message), Length(max=500)])
    side = RadioField(_l("Whose it is"), choices=SIDES, default=Side.OURS.value)
    kind = RadioField(_l("Kind"), choices=KINDS, default=CommitmentKind.ACTION.value)
    due_on = DayField(_l("Due date"), [Optional()])
    owner = SelectField(_l("Who looks after it"), coerce=int)
    stakeholder = PickField(_l("With whom"), [Length(max=200)], find=stakeholders_named, complete="stakeholder")
    is_urgent = BooleanField(_l("Urgent"))
    note = TextField(_l("Note"), [Length(max=5000)])

    def terms(self, organization_id: int | None = None) -> CommitmentTerms:
        return CommitmentTerms(
            text=self.text.data or "",
            side=Side(self.side.data),
            kind=CommitmentKind(self.kind.data),
            due_on=self.due_on.data,
            due_precision=DuePrecision.DAY if self.due_on.data else DuePrecision.WAITING,
            owner_id=self.owner.data or None,
            stakeholder_id=self.stakeholder.record_id,
            organization_id=organization_id,
            is_urgent=self.is_urgent.data,
            note=self.note.data or "",
        )

    @classmethod
    def of(cls, commitment: Commitment, **kwargs: Any) -> "CommitmentForm":
        form = cls(
            data={
                "text": commitment.text,
                "side": commitment.side.value,
                "kind": commitment.kind.value,
                "due_on": commitment.due_on,
                "owner": commitment.owner_id or 0,
                "stakeholder": commitment.stakeholder.name if commitment.stakeholder else "",
                "is_urgent": commitment.is_urgent,
                "note": commitment.note,
                "version": str(commitment.version),
            },
            **kwargs,
        )
        if not form.is_submitted() and commitment.stakeholder_id:
            form.stakeholder.record_id = commitment.stakeholder_id
        return form


class ClosingForm(BaseForm):
    done_on = DayField(_l("On which day"), [Optional()])

    def day(self) -> dt.date | None:
        return self.done_on.data
