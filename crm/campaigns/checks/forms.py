"""Forms of the answers to a promise."""

import datetime as dt

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import DataRequired, Length

from crm.campaigns.checks.days import days_in
from crm.campaigns.checks.finding import Finding
from crm.commitments.models import CommitmentKind, Side
from crm.commitments.service import CommitmentTerms
from crm.core.forms import BaseForm, DayField, LineField, TextField, required_message


class SoftenForm(BaseForm):
    sentence = TextField(_l("The sentence in other words"), [DataRequired(required_message), Length(max=2_000)])


class AttachForm(BaseForm):
    text = LineField(_l("What was promised"), [DataRequired(required_message), Length(max=500)])
    owner = SelectField(_l("Who looks after it"), coerce=int)
    due_on = DayField(_l("Due date"), [DataRequired(required_message)])

    def terms(self) -> CommitmentTerms:
        return CommitmentTerms(
            text=self.text.data or "",
            side=Side.OURS,
            kind=CommitmentKind.PROMISE,
            due_on=self.due_on.data,
            owner_id=self.owner.data or None,
        )


class KeepForm(BaseForm):
    reason = LineField(_l("Why it stays"), [Length(max=300)])


def due_in(finding: Finding, today: dt.date) -> dt.date | None:
    """The first day to come that the sentence names."""
    assert finding.promise is not None
    found = days_in(finding.promise.sentence, finding.language, today)
    return next((each.day for each in found if each.day >= today), None)
