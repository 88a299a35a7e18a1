"""The decision about a message that nobody knows the fate of, and the forms of the suppression list."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.core.forms import BaseForm, LineField, choices, required_message
from crm.mail.addresses import is_address, normal

SENT, AGAIN = "sent", "again"


class DecisionForm(BaseForm):
    """Nothing is chosen beforehand in favour of sending: who does nothing sends nothing twice."""

    decision = RadioField(
        _l("What shall be done"),
        choices=choices([(SENT, _l("Take it as sent")), (AGAIN, _l("Send it again"))]),
        default=SENT,
        validators=[InputRequired(required_message)],
    )


class SuppressionForm(BaseForm):
    """One address that gets no more mail."""

    email = LineField(_l("E-mail address"), [DataRequired(required_message), Length(max=254)])
    list_key = SelectField(_l("What it gets no more"))
    note = LineField(_l("Why, and who asked for it"), [DataRequired(required_message), Length(max=300)])

    def validate_email(self, field: LineField) -> None:
        if field.data and not is_address(normal(field.data)):
            raise ValidationError(_("Write an address such as nama@contoh.id."))


class LiftingForm(BaseForm):
    reason = LineField(_l("Why it may be written to again"), [DataRequired(required_message), Length(max=300)])


class SuppressionImportForm(BaseForm):
    file = FileField(_l("CSV file"))
    note = LineField(_l("Where the list comes from"), [DataRequired(required_message), Length(max=200)])

    def validate_file(self, field: FileField) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose a file."))


class SuppressionExportForm(BaseForm):
    purpose = LineField(_l("What the file is for"), [DataRequired(required_message), Length(max=200)])
