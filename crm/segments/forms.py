"""The form of a segment: its name and kind. The tree beside them is read by drafts.py."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import DataRequired, Length

from crm.core.forms import BaseForm, LineField, Placed, choices, required_message
from crm.segments import drafts
from crm.segments.drafts import Group
from crm.segments.models import Segment
from crm.segments.words import PROBLEMS

DYNAMIC, STATIC = "dynamic", "static"
KINDS = [
    (DYNAMIC, _l("Always up to date: whoever meets the conditions when a campaign goes out")),
    (STATIC, _l("Fixed: the people and organizations of now, whatever changes later")),
]


class SegmentForm(BaseForm):
    name = LineField(_l("Name"), [DataRequired(required_message), Length(max=120)])
    kind = RadioField(_l("When the list is drawn up"), choices=choices(KINDS), default=DYNAMIC)

    @classmethod
    def of(cls, segment: Segment) -> "SegmentForm":
        kind = STATIC if segment.is_static else DYNAMIC
        return cls(data={"name": segment.name, "kind": kind, "version": str(segment.version)})

    @property
    def is_static(self) -> bool:
        return self.kind.data == STATIC

    def refuse_double(self) -> None:
        self.name.errors = [*self.name.errors, _("Your office has a segment of this name. Choose another name.")]

    def tell(self, draft: Group) -> None:
        """Say in the summary on top what is wrong among the conditions."""
        wrong = [problem for group in drafts.groups(draft) for problem in group.problems.values()]
        self.form_errors += [str(PROBLEMS[problem]) for problem in wrong]
        for number, row in enumerate(drafts.rows(draft), 1):
            for name, problem in row.problems.items():
                told = {"number": number, "problem": PROBLEMS[problem]}
                if name == "condition":
                    said, place = _("Condition %(number)s: %(problem)s", **told), f"{row.path}.condition"
                else:
                    said = _("Condition %(number)s, %(field)s: %(problem)s", field=label_of(row, name), **told)
                    place = f"{row.path}.f.{name}"
                self.form_errors.append(Placed(said, place))


def label_of(row: drafts.Row, name: str) -> str:
    """What the field of a row is called."""
    fields = row.condition.fields if row.condition else ()
    return next((str(field.label) for field in fields if field.name == name), _("Condition"))
