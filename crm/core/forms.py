"""The base of every form: CSRF, a key against double saving, the version of the record, and fields that refuse unstorable text."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from flask_babel import LazyString, get_translations, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, Form, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice, SelectMultipleField  # pyright: ignore[reportAttributeAccessIssue] - the stubs are older
from wtforms.fields.core import UnboundField
from wtforms.widgets import CheckboxInput, ListWidget

from crm.core import text as texts
from crm.core.links import is_safe_link


class _OwnCatalog:
    """WTForms' messages from our catalog: its own has no Indonesian."""

    def gettext(self, string: str) -> str:
        return gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return get_translations().ngettext(singular, plural, n)  # unfilled: WTForms fills in its own places


_own_catalog = _OwnCatalog()


class Placed(str):
    """What is wrong with the whole form, and the id of the control that is meant: the summary on top leads there."""

    place: str

    def __new__(cls, words: str, place: str) -> "Placed":
        made = super().__new__(cls, words)
        made.place = place
        return made


class BaseForm(FlaskForm):
    """`form_key` makes a second sending harmless; `version` lets a stale form be noticed (see core/pages.py)."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            return _own_catalog

    form_key = HiddenField()
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.form_key.data:
            self.form_key.data = secrets.token_urlsafe(18)

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators=extra_validators)
        for field in self:
            if isinstance(field.data, str) and not is_storable(field.data):
                field.errors = [
                    *field.errors,
                    gettext("This text holds a character that can't be stored. Remove it and try again."),
                ]
                fine = False
        return fine

    @property
    def seen_version(self) -> int:
        """The version of the record that the person saw; -1 when what was sent carries none, whatever the record has by now."""
        sent = self.version.raw_data or [""]
        seen = texts.whole_number(sent[0])
        return -1 if seen is None else seen


@cache
def labels_of_fields() -> Mapping[str, Any]:
    """What the forms call their fields, by name; a name that two forms call differently isn't in it."""
    found: dict[str, Any] = {}
    for form in _below(Form):
        for name, field in vars(form).items():
            label = field.args[0] if isinstance(field, UnboundField) and field.args else None
            if isinstance(label, LazyString):
                found[name] = label if found.get(name, label) == label else ""
    return {name: label for name, label in found.items() if label}


def _below(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def is_storable(text: str) -> bool:
    """Whether both databases can keep the text: no NUL, no lone surrogate."""
    try:
        texts.storable(text)
    except texts.UnstorableText:
        return False
    return True


def _strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class LineField(StringField):
    """One line of text, without blanks at the ends; empty is an empty string."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = texts.one_line(self.data) if isinstance(self.data, str) and is_storable(self.data) else self.data


class TextField(TextAreaField):
    """Several lines, kept as typed except for blanks at the ends; line ends become LF."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, str):
            self.data = _strip(self.data.replace("\r\n", "\n"))


class DayField(DateField):
    """A day in the years that people write about: at the ends of the calendar, zones and spans leave it."""

    FIRST_YEAR, LAST_YEAR = 1900, 2999

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data is not None and not self.FIRST_YEAR <= self.data.year <= self.LAST_YEAR:
            years = {"first": str(self.FIRST_YEAR), "last": str(self.LAST_YEAR)}
            raise ValidationError(gettext("The years lie between %(first)s and %(last)s.", **years))


class TickField(SelectMultipleField):
    """Several choices as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Link:
    """An address of the web: http or https with a host. `javascript:` and its like never reach an href."""

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data and not is_safe_link(field.data):
            raise ValidationError(gettext("Write an address that begins with https:// or http://."))


required_message = lazy_gettext("Fill in this field.")


class PickField(LineField):
    """A record named by its words. `find` gives (id, name) of what the words may mean; several ask the person to choose one.

    With script the id comes along in `<name>_id`, which also answers the choice without script. `record_id` is the outcome.
    """

    def __init__(self, label: Any = None, validators: Any = None, *, find: Any, complete: str = "", **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.find = find
        self.complete = complete
        self.record_id: int | None = None
        self.candidates: list[tuple[int, str]] = []

    @property
    def id_name(self) -> str:
        return f"{self.name}_id"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(formdata, *(() if data is None else (data,)), extra_filters=extra_filters)
        given = formdata.get(self.id_name, "") if formdata else ""
        self.record_id = texts.whole_number(given)

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            self.record_id = None
            return
        found = self.find(self.data)
        if len(found) == 1:
            self.record_id = found[0][0]
        elif self.record_id is None or self.record_id not in dict(found):
            self.record_id, self.candidates = None, found
            many = gettext("Several have this name. Choose the one you mean.")
            raise ValidationError(
                many if found else gettext("Nobody of this name is in the list. Add it first, or leave this empty.")
            )


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Choices of a select, radio or tick field from (value, label): WTForms no longer takes bare tuples."""
    return [SelectChoice(value, label) for value, label in pairs]
