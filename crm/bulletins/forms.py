"""Forms of bulletins and subscriptions."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from crm.bulletins.consents import Consent
from crm.bulletins.models import Bulletin, ConsentChannel, LegalBasis
from crm.bulletins.service import BulletinTerms
from crm.bulletins.wording import BASES, CHANNELS
from crm.core.clock import now, today
from crm.core.dates import viewer_zone
from crm.core.forms import BaseForm, DayField, LineField, Link, TextField, choices, required_message
from crm.mail.addresses import is_address, normal


class BulletinForm(BaseForm):
    name = LineField(_l("Name"), [DataRequired(required_message), Length(max=120)])
    name_en = LineField(_l("Name in English"), [Length(max=120)])
    description = LineField(_l("What it is about"), [Length(max=500)])
    description_en = LineField(_l("What it is about, in English"), [Length(max=500)])
    is_public = BooleanField(_l("Anybody may sign up on the public page"), default=True)
    has_archive = BooleanField(_l("Past issues stand in a public archive with RSS"))
    records_clicks = BooleanField(_l("Record which links a subscriber opens, unless the subscriber refuses"), default=True)
    records_opens = BooleanField(_l("Record opens per subscriber"))
    feed_url = LineField(_l("Address of the office's news (RSS, Atom or sitemap)"), [Length(max=1000), Link()])

    def terms(self) -> BulletinTerms:
        names = ("name", "name_en", "description", "description_en", "feed_url")
        ticks = ("is_public", "has_archive", "records_clicks", "records_opens")
        return BulletinTerms(**{name: self[name].data or "" for name in names}, **{name: bool(self[name].data) for name in ticks})

    @classmethod
    def of(cls, bulletin: Bulletin) -> "BulletinForm":
        return cls(
            data={
                **{name: getattr(bulletin, name) for name in BulletinTerms.__dataclass_fields__},
                "version": str(bulletin.version),
            }
        )


class Address:
    """An address that mail can be sent to."""

    def __call__(self, _form: Any, field: Any) -> None:
        if field.data and not is_address(normal(field.data)):
            raise ValidationError(_("Write an address such as nama@contoh.id."))


class ConsentFields(BaseForm):
    """How a consent was given that did not come through the public page. Nothing is chosen beforehand: a receipt must be true."""

    basis = SelectField(_l("Legal basis"), validators=[InputRequired(required_message)])
    channel = SelectField(_l("How it was given"), validators=[InputRequired(required_message)])
    given_on = DayField(_l("On which day"), [InputRequired(required_message)])
    wording = TextField(_l("The exact wording that the person agreed to"), [DataRequired(required_message), Length(max=5000)])
    wording_version = LineField(_l("Version of the wording"), [DataRequired(required_message), Length(max=40)])
    evidence = LineField(_l("Evidence: where it can be looked up"), [DataRequired(required_message), Length(max=1000)])

    def offer(self) -> None:
        nothing = [("", _("Choose"))]
        self.basis.choices = choices([*nothing, *((b.value, label) for b, label in BASES.items())])
        given = [(c.value, label) for c, label in CHANNELS.items() if c is not ConsentChannel.WEB]
        self.channel.choices = choices([*nothing, *given])

    def validate_given_on(self, field: DayField) -> None:
        if field.data and field.data > today(viewer_zone()):
            raise ValidationError(_("This day has not come yet."))

    def consent(self) -> Consent:
        assert self.given_on.data is not None
        return Consent(
            basis=LegalBasis(self.basis.data),
            channel=ConsentChannel(self.channel.data),
            wording=self.wording.data or "",
            wording_version=self.wording_version.data or "",
            evidence=self.evidence.data or "",
            given_at=_moment(self.given_on.data),
        )


def _moment(day: dt.date) -> dt.datetime:
    """Noon of the day in the office's zone; of today, now."""
    zone = viewer_zone()
    return now() if day == today(zone) else dt.datetime.combine(day, dt.time(12), ZoneInfo(zone))


class SubscriberForm(ConsentFields):
    email = LineField(_l("E-mail address"), [DataRequired(required_message), Length(max=254), Address()])
    name = LineField(_l("Name"), [Length(max=150)])
    language = SelectField(_l("Language"))

    def offer(self) -> None:
        super().offer()
        self.language.choices = choices([("id", "Bahasa Indonesia"), ("en", "English")])


class PastedForm(ConsentFields):
    lines = TextField(_l("Addresses, one to a line"), [DataRequired(required_message), Length(max=1_000_000)])
    language = SelectField(_l("Language, where the line names none"))

    def offer(self) -> None:
        super().offer()
        self.language.choices = choices([("id", "Bahasa Indonesia"), ("en", "English")])


class EndingForm(BaseForm):
    how = SelectField(_l("Why it ends"), validators=[InputRequired(required_message)])

    def offer(self) -> None:
        self.how.choices = choices([("asked", _("The person asked us to stop")), ("staff", _("Another reason of the office"))])


class AddressForm(BaseForm):
    email = LineField(_l("New e-mail address"), [DataRequired(required_message), Length(max=254), Address()])
