"""The decision about a message that nobody knows the fate of."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from crm.core.forms import BaseForm, choices, required_message

SENT, AGAIN = "sent", "again"


class DecisionForm(BaseForm):
    """Nothing is chosen beforehand in favour of sending: who does nothing sends nothing twice."""

    decision = RadioField(
        _l("What shall be done"),
        choices=choices([(SENT, _l("Take it as sent")), (AGAIN, _l("Send it again"))]),
        default=SENT,
        validators=[InputRequired(required_message)],
    )
