"""Forms of accounts: wording and shape; who may do what is decided by the service."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from crm.accounts import emails, passwords, wording
from crm.accounts.models import Density, Language, Theme
from crm.accounts.passwords import Weakness
from crm.accounts.permissions import RANK, Role
from crm.core.forms import BaseForm, LineField, choices, required_message
from crm.offices.models import Office

_required = DataRequired(required_message)


class Email:
    """An address that mail could be sent to."""

    def __call__(self, _form: Any, field: Any) -> None:
        try:
            emails.checked(field.data or "")
        except (emails.BadEmail, UnicodeError):
            raise ValidationError(gettext("This address looks mistyped. For example: name@office.go.id.")) from None


class SignInForm(FlaskForm):
    """Without the key against double sending: the same page may be sent again after signing out."""

    Meta = BaseForm.Meta

    email = StringField(_l("Work e-mail"), [_required, Length(max=emails.LONGEST)])
    password = PasswordField(_l("Password"), [_required])
    next = HiddenField()
    kept = HiddenField()


class ForgottenPasswordForm(BaseForm):
    email = LineField(_l("Work e-mail"), [_required, Length(max=emails.LONGEST)])


class NewPasswordForm(BaseForm):
    """A new password, twice. `about` are words that everybody knows about the person."""

    new_password = PasswordField(_l("New password"), [_required])
    repeat_password = PasswordField(_l("New password again"), [_required])
    email = HiddenField()  # for password managers; checked against the account

    def __init__(self, *args: Any, about: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def validate_new_password(self, field: Any) -> None:
        weakness = passwords.weakness_of(field.data or "", about=self.about)
        if weakness is not None:
            raise ValidationError(_say_weakness(weakness))

    def validate_repeat_password(self, field: Any) -> None:
        if field.data != self.new_password.data:
            raise ValidationError(gettext("This differs from the first one."))


class ChangePasswordForm(NewPasswordForm):
    current_password = PasswordField(_l("Present password"), [_required])


class ProfileForm(BaseForm):
    name = LineField(_l("Name"), [_required, Length(max=150)])
    post = LineField(_l("Post"), [Length(max=150)])


class UserForm(BaseForm):
    name = LineField(_l("Name"), [_required, Length(max=150)])
    email = LineField(_l("Work e-mail"), [_required, Length(max=emails.LONGEST), Email()])
    post = LineField(_l("Post"), [Length(max=150)])
    role = RadioField(_l("Role"), [_required])
    office_id = SelectField(_l("Office"), [_required], coerce=int)

    def offer(self, *, offices: Sequence[Office], ceiling: Role) -> "UserForm":
        """Fill in the choices: roles up to one's own, offices that one sees."""
        self.role.choices = choices((role.value, wording.ROLES[role]) for role in Role if RANK[role] <= RANK[ceiling])
        top = min((office.path.count("/") for office in offices), default=0)
        self.office_id.choices = choices(
            (office.id, "\u2003" * (office.path.count("/") - top) + office.name) for office in offices
        )
        return self


class PreferencesForm(BaseForm):
    language = RadioField(
        _l("Language"), choices=choices([(Language.INDONESIAN, "Bahasa Indonesia"), (Language.ENGLISH, "English")])
    )
    theme = RadioField(
        _l("Appearance"),
        choices=choices([(Theme.AUTO, _l("As the system does")), (Theme.LIGHT, _l("Light")), (Theme.DARK, _l("Dark"))]),
    )
    density = RadioField(
        _l("Row density"), choices=choices([(Density.COMFORTABLE, _l("Comfortable")), (Density.COMPACT, _l("Compact"))])
    )


def _say_weakness(weakness: Weakness) -> str:
    sentences = {
        Weakness.SHORT: ngettext("Use at least %(num)d character.", "Use at least %(num)d characters.", passwords.SHORTEST),
        Weakness.LONG: ngettext("Use at most %(num)d character.", "Use at most %(num)d characters.", passwords.LONGEST),
        Weakness.COMMON: gettext(
            "This is among the passwords that are guessed first. Three or four words that don't belong together are better."
        ),
        Weakness.PERSONAL: gettext("This is close to your name or address. Choose something that nobody knows about you."),
    }
    return sentences[weakness]
