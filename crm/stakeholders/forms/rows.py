"""Rows of a form that can be several: e-mails, phones, accounts, other names, posts. A row without its main value is no row."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Form, HiddenField, SelectField
from wtforms.validators import Length, Optional, ValidationError

from crm.core.forms import BaseForm, DayField, LineField, choices, is_storable
from crm.stakeholders import phones, socials, words
from crm.stakeholders.details import AffiliationLine, ContactLine, OtherNameLine, email_line, phone_lines, social_line
from crm.stakeholders.forms.choosing import Chosen
from crm.stakeholders.keys import NameKind
from crm.stakeholders.mails import is_email

LABEL_LENGTH = 80


class Row(Form):
    """One row; `main` names the field without which it counts as empty."""

    main = "value"

    class Meta(BaseForm.Meta):
        csrf = False  # type: ignore[assignment] - one token for the form is enough

    @property
    def is_empty(self) -> bool:
        return not self[self.main].data

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators=extra_validators) if not self.is_empty else True
        for field in self:
            if isinstance(field.data, str) and not is_storable(field.data):
                field.errors = [
                    *field.errors,
                    gettext("This text holds a character that can't be stored. Remove it and try again."),
                ]
                fine = False
        return fine


class OtherNameRow(Row):
    main = "name"
    name = LineField(lazy_gettext("Other name"), [Length(max=200)])
    kind = SelectField(lazy_gettext("Kind"), choices=choices((kind.value, label) for kind, label in words.NAME_KINDS.items()))

    @property
    def line(self) -> OtherNameLine:
        return OtherNameLine(self.name.data or "", NameKind(self.kind.data))


class EmailRow(Row):
    value = LineField(lazy_gettext("E-mail"), [Length(max=254)])
    label = LineField(lazy_gettext("What for"), [Length(max=LABEL_LENGTH)])
    is_private = BooleanField(lazy_gettext("Private"))

    def validate_value(self, field: LineField) -> None:
        if field.data and not is_email(field.data):
            raise ValidationError(gettext("This is not an e-mail address yet. Example: nama@instansi.go.id."))

    @property
    def lines(self) -> tuple[ContactLine, ...]:
        return (email_line(self.value.data or "", self.label.data or "", is_private=_ticked(self, "is_private")),)


class PhoneRow(Row):
    value = LineField(lazy_gettext("Phone"), [Length(max=120)])
    label = LineField(lazy_gettext("What for"), [Length(max=LABEL_LENGTH)])
    has_whatsapp = BooleanField("WhatsApp")
    is_private = BooleanField(lazy_gettext("Private"))

    def validate_value(self, field: LineField) -> None:
        try:
            phones.parse(field.data or "")
        except phones.UnknownPhone:
            raise ValidationError(
                gettext("The format of this phone number is not recognised; example: 0812 3456 7890.")
            ) from None

    @property
    def lines(self) -> tuple[ContactLine, ...]:
        return phone_lines(
            self.value.data or "",
            self.label.data or "",
            is_private=_ticked(self, "is_private"),
            has_whatsapp=bool(self.has_whatsapp.data),
        )


class SocialRow(Row):
    network = SelectField(
        lazy_gettext("Network"),
        choices=choices([("", "–"), *((code, known[0]) for code, known in socials.NETWORKS.items())]),
        default="",
    )
    value = LineField(lazy_gettext("Account"), [Length(max=200)])

    def validate_value(self, field: LineField) -> None:
        try:
            socials.parse(field.data or "", self.network.data or "")
        except socials.UnknownAccount:
            raise ValidationError(
                gettext(
                    "Choose the network and write the account, such as @kanim.sagaramaya, or paste the address of the profile."
                )
            ) from None

    @property
    def lines(self) -> tuple[ContactLine, ...]:
        return (social_line(self.value.data or "", self.network.data or ""),)


class AffiliationRow(Row):
    """The organization is written by name; `organization_id` comes from completion, `choice` when the name needs a decision."""

    main = "organization"
    organization = LineField(lazy_gettext("Organization"), [Length(max=200)])
    organization_id = HiddenField()
    organization_choice = SelectField(lazy_gettext("Which organization"), choices=[], validate_choice=False)
    title = LineField(lazy_gettext("Post"), [Length(max=150)])
    from_on = DayField(lazy_gettext("From"), [Optional()])
    until_on = DayField(lazy_gettext("Until"), [Optional()])
    affiliation_id = HiddenField()

    chosen: Chosen | None = None

    def validate_until_on(self, field: DayField) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(gettext("The last day is before the first."))

    def line(self, organization_id: int) -> AffiliationLine:
        number = self.affiliation_id.data or ""
        return AffiliationLine(
            organization_id,
            self.title.data or "",
            self.from_on.data,
            self.until_on.data,
            int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None,
        )


def _ticked(row: Row, name: str) -> bool:
    """Whether a box is ticked; a box that was taken off the form is not, whatever was posted."""
    return bool(row[name].data) if name in row else False
