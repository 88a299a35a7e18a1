"""Forms of sending: when and how, the pace, another time."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.core import settings
from crm.core.clock import now
from crm.core.forms import BaseForm, DayField, choices, required_message

NOW, LATER = "now", "later"
LONGEST_AHEAD = dt.timedelta(days=366)  # what is farther off was mistyped
_LIMITS = NumberRange(1, 1_000_000, _l("Write a number from 1 to 1,000,000, or nothing."))


class WhenForm(BaseForm):
    when = RadioField(
        _l("When"),
        choices=choices([(NOW, _l("Now")), (LATER, _l("At a time"))]),
        default=NOW,
        validators=[InputRequired(required_message)],
    )
    day = DayField(_l("Day"), [Optional()])
    time = TimeField(_l("Time"), [Optional()])

    def moment(self, zone: str) -> dt.datetime | None:
        """The time that was chosen; None for now."""
        if self.when.data != LATER or self.day.data is None or self.time.data is None:
            return None
        return dt.datetime.combine(self.day.data, self.time.data, ZoneInfo(zone)).astimezone(dt.UTC)

    def has_a_time_to_come(self, zone: str) -> bool:
        """Whether the time that was asked for is whole and not past; else the fields say what is wrong."""
        if self.when.data != LATER:
            return True
        moment = self.moment(zone)
        if self.day.data is None:
            self.day.errors = [*self.day.errors, _("Say on which day.")]
        elif self.time.data is None:
            self.time.errors = [*self.time.errors, _("Say at what time.")]
        elif moment is not None and moment < now():
            self.day.errors = [*self.day.errors, _("This time has passed. Choose a later one.")]
        elif moment is not None and moment > now() + LONGEST_AHEAD:
            self.day.errors = [*self.day.errors, _("That is over a year ahead. Choose an earlier day.")]
        return not self.errors


_HOLDS: dict[int, Any] = {0: _l("None"), 10: _l("10 minutes"), 30: _l("30 minutes"), 60: _l("1 hour")}


def _hold() -> int:
    """The usual hold, or the next longer that the form offers."""
    return next((one for one in _HOLDS if one >= settings.get("HOLD_MINUTES")), max(_HOLDS))


class SendForm(WhenForm):
    hold = SelectField(_l("Hold"), coerce=int, choices=choices(list(_HOLDS.items())), default=_hold)
    first = SelectField(
        _l("First part"),
        coerce=int,
        choices=choices([(0, _l("Everybody at once")), (50, _l("50 people first")), (500, _l("500 people first"))]),
        default=0,
    )
    rate = IntegerField(_l("Mails a minute, at most"), [Optional(), _LIMITS])
    guarded = BooleanField(_l("Can be taken back for four minutes; leaves after fifteen"))


class RateForm(BaseForm):
    rate = IntegerField(_l("Mails a minute, at most"), [Optional(), _LIMITS])
