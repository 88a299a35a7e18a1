"""Forms of offices, letterheads and holidays."""

from collections.abc import Sequence
from zoneinfo import available_timezones

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp

from crm.core.forms import BaseForm, DayField, LineField, TextField, TickField, choices, required_message
from crm.offices.letterhead import MOST_LINES, Letterhead
from crm.offices.models import ZONE_NAMES, HolidayKind, Office

_required = DataRequired(required_message)
_code = Regexp(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", message=_l("A code has letters, digits, dots and dashes, without blanks."))


def zone_choices() -> list[SelectChoice]:
    """The zones of Indonesia by the names that people use, then all others."""
    others = sorted(zone for zone in available_timezones() - ZONE_NAMES.keys() if "/" in zone and not zone.startswith("Etc/"))
    return choices([(zone, f"{name} ({zone})") for zone, name in ZONE_NAMES.items()] + [(zone, zone) for zone in others])


class OfficeForm(BaseForm):
    name = LineField(_l("Name"), [_required, Length(max=200)])
    code = LineField(_l("Code"), [_required, Length(max=40), _code])
    parent_id = SelectField(_l("Office above"), [_required], coerce=int)
    timezone = SelectField(_l("Time zone"), [_required], choices=zone_choices)

    def offer(self, offices: Sequence[Office]) -> "OfficeForm":
        """Fill in the offices that may stand above."""
        top = min((office.path.count("/") for office in offices), default=0)
        self.parent_id.choices = choices(
            (office.id, "\u2003" * (office.path.count("/") - top) + office.name) for office in offices
        )
        return self


class LetterheadForm(BaseForm):
    parents = TextField(_l("Lines above the name"), [Length(max=600)])
    name = LineField(_l("Name on papers"), [Length(max=200)])
    address = LineField(_l("Address"), [Length(max=300)])
    contact = LineField(_l("Contact line"), [Length(max=300)])
    place = LineField(_l("Place"), [Length(max=80)])
    signer = LineField(_l("Signed by"), [Length(max=150)])
    signer_post = LineField(_l("Post of who signs"), [Length(max=150)])
    signer_number = LineField(_l("Employee number of who signs"), [Length(max=40)])

    def validate_parents(self, field: TextField) -> None:
        if len(self.lines) > MOST_LINES:
            raise ValidationError(gettext("At most %(count)s lines.", count=MOST_LINES))

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in (self.parents.data or "").splitlines() if line.strip())

    def letterhead(self) -> Letterhead:
        others = {
            name: field.data or ""
            for name, field in self._fields.items()
            if name in Letterhead.__dataclass_fields__ and name != "parents"
        }
        return Letterhead(parents=self.lines, **others)


class LogoForm(BaseForm):
    file = FileField(_l("Picture"), render_kw={"accept": ".png,.jpg,.jpeg"})

    def validate_file(self, field: FileField) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(gettext("Choose a file first."))


class HolidayForm(BaseForm):
    day = DayField(_l("Day"), [_required])
    name = LineField(_l("Name"), [_required, Length(max=120)])
    kind = RadioField(
        _l("Kind"),
        [_required],
        choices=choices([(HolidayKind.NATIONAL, _l("National holiday")), (HolidayKind.COLLECTIVE_LEAVE, _l("Collective leave"))]),
        default=HolidayKind.NATIONAL.value,
    )


class ProposalForm(BaseForm):
    """Days of the library's proposal to take over."""

    days = TickField(_l("Days to add"))
