"""What the forms of organizations and people share: contacts, names, topics, judgement, and meeting a second editor."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import FieldList, FormField, HiddenField, SelectField
from wtforms.validators import DataRequired, Length

from crm.core.forms import BaseForm, LineField, TextField, choices, is_storable, required_message
from crm.stakeholders import phones, queries, socials, words
from crm.stakeholders.details import ContactLine, StakeholderDetails, fingerprints
from crm.stakeholders.forms.choosing import Chosen, offer_new
from crm.stakeholders.forms.rows import EmailRow, OtherNameRow, PhoneRow, SocialRow
from crm.stakeholders.models import Category, ContactKind

NOBODY = 0
MOST_ROWS, SPARE_ROWS = 30, 1
MOST_MARKS, LONGEST_MARK = 20, 80
# Adds an organization that was written on the form and gives its id.
AddOrganization = Callable[[str, Category], int]


def _whole(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def number_choices(labels: Mapping[int, Any]) -> list[Any]:
    return choices([("", "–"), *((str(number), label) for number, label in labels.items())])


class StakeholderForm(BaseForm):
    """`seen` carries fingerprints of the fields as they were read: two people may then edit different fields of one record."""

    ROWS: tuple[str, ...] = ("other_names", "emails", "phones", "socials")
    PRIVATE: tuple[str, ...] = ("private_note",)

    seen = HiddenField()
    contested = HiddenField()
    office_id = SelectField(lazy_gettext("Office"), coerce=int)
    name = LineField(lazy_gettext("Name"), [DataRequired(required_message), Length(max=200)])
    other_names = FieldList(FormField(OtherNameRow), lazy_gettext("Other names and abbreviations"), max_entries=MOST_ROWS)
    emails = FieldList(FormField(EmailRow), lazy_gettext("E-mail"), max_entries=MOST_ROWS)
    phones = FieldList(FormField(PhoneRow), lazy_gettext("Phone"), max_entries=MOST_ROWS)
    socials = FieldList(FormField(SocialRow), lazy_gettext("Social media"), max_entries=MOST_ROWS)
    topics = LineField(lazy_gettext("Topics"), [Length(max=800)], description=lazy_gettext("Several are separated by commas."))
    tags = LineField(lazy_gettext("Tags"), [Length(max=800)], description=lazy_gettext("Several are separated by commas."))
    tier = SelectField(lazy_gettext("Tier"), coerce=_whole, choices=number_choices(words.TIERS))
    influence = SelectField(lazy_gettext("Influence"), coerce=_whole, choices=number_choices(words.LEVELS))
    interest = SelectField(lazy_gettext("Interest"), coerce=_whole, choices=number_choices(words.LEVELS))
    owner_id = SelectField(lazy_gettext("Person responsible"), coerce=int)
    note = TextField(lazy_gettext("Note"), [Length(max=10_000)])
    private_note = TextField(
        lazy_gettext("Private note"),
        [Length(max=10_000)],
        description=lazy_gettext("Only colleagues who may read private data see it. It is not searched."),
    )

    def __init__(
        self, *args: Any, with_private: bool, owner_id: int | None = None, choose_office: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.with_private = with_private
        offices = queries.offices_to_write_in() if choose_office else []
        if len(offices) > 1:
            self.office_id.choices = choices(offices)
        else:
            del self.office_id
        self.owner_id.choices = choices([(NOBODY, gettext("Nobody yet")), *queries.owners(with_id=owner_id)])
        if not with_private:
            self._remove_private()

    def _remove_private(self) -> None:
        """What may not be read may not be written either: these fields are gone, whatever is posted."""
        for name in self.PRIVATE:
            del self[name]
        for rows in (self._list("emails"), self._list("phones")):
            for entry in rows:
                del entry.form["is_private"]

    # Rows ------------------------------------------------------------------------------------------------------------

    def add_row(self, name: str) -> None:
        """One more row of a kind, as the button without script asks."""
        if name in self.ROWS and len(self._list(name)) < MOST_ROWS:
            self._append(name)

    def fill_up(self) -> None:
        """See that each kind of row has an empty one to write in."""
        for name in self.ROWS:
            if not any(entry.form.is_empty for entry in self._list(name)):
                self.add_row(name)

    def _append(self, name: str) -> None:
        entry = self._list(name).append_entry()
        if not self.with_private and "is_private" in entry.form:
            del entry.form["is_private"]

    def rows(self, name: str) -> list[Any]:
        return [entry.form for entry in self._list(name) if not entry.form.is_empty]

    def _list(self, name: str) -> Any:
        return self[name]

    # Reading ---------------------------------------------------------------------------------------------------------

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators=extra_validators)
        for field in (self.topics, self.tags):
            marks = _split(field.data)
            if len(marks) > MOST_MARKS or any(len(mark) > LONGEST_MARK for mark in marks):
                message = gettext("At most %(most)d, each of at most %(length)d letters.", most=MOST_MARKS, length=LONGEST_MARK)
                field.errors, fine = [*field.errors, message], False
        return self.resolve() and fine

    def resolve(self) -> bool:
        """Find the records whose names are written on the form. False when one needs a decision."""
        return True

    def common(self) -> dict[str, Any]:
        """Arguments that both kinds of details take."""
        contacts = self._contacts()
        return {
            "name": self.name.data,
            "other_names": tuple(row.line for row in self.rows("other_names")),
            "contacts": tuple(line for line in contacts if not line.is_private),
            "private_contacts": tuple(line for line in contacts if line.is_private),
            "topics": tuple(_split(self.topics.data)),
            "tags": tuple(_split(self.tags.data)),
            "tier": self.tier.data,
            "influence": self.influence.data,
            "interest": self.interest.data,
            "owner_id": self.owner_id.data or None,
            "note": self.note.data or "",
            "private_note": (self.private_note.data or "") if self.with_private else "",
            "keeps_private": not self.with_private,
        }

    def _contacts(self) -> list[ContactLine]:
        return [line for name in ("phones", "emails", "socials") for row in self.rows(name) for line in row.lines]

    def added(self, chosen: Chosen | None, add: AddOrganization) -> int | None:
        if chosen is None or (chosen.id is None and chosen.new_category is None):
            return None
        return chosen.id if chosen.new_category is None else add(chosen.name, chosen.new_category)

    def restore(self, pending: Mapping[int, tuple[str, Category]]) -> None:
        """Write the names of organizations that are not stored yet back into their fields; negative ids stand for them."""
        for text, id_field, choice in self.chosen_by_name():
            found = pending.get(int(id_field.data)) if (id_field.data or "").startswith("-") else None
            if found:
                text.data, id_field.data = found[0], ""
                offer_new(choice, *found)

    def chosen_by_name(self) -> list[tuple[Any, Any, Any]]:
        """Fields in which an organization is written by name: the text, its id, the choice."""
        return []

    # Two editors -----------------------------------------------------------------------------------------------------

    @property
    def seen_marks(self) -> dict[str, str]:
        """Fingerprints that the form was drawn with; nothing when they were tampered with, so that every difference is asked about."""
        try:
            marks = json.loads(self.seen.data or "{}") if is_storable(self.seen.data or "") else {}
        except ValueError:
            return {}
        return {str(k): str(v) for k, v in marks.items()} if isinstance(marks, dict) else {}

    def draw_from(self, details: StakeholderDetails, version: int) -> None:
        self.version.data = str(version)
        self.seen.data = json.dumps(fingerprints(details), separators=(",", ":"))


def _split(text: str | None) -> list[str]:
    """Marks between commas, each once, without the # that people put in front."""
    parts = (part.strip().lstrip("#").strip() for part in (text or "").split(","))
    return list(dict.fromkeys(part for part in parts if part))


def common_data(details: StakeholderDetails) -> dict[str, Any]:
    """Form data of what both kinds share."""
    contacts = (*details.contacts, *details.private_contacts)
    return {
        "name": details.name,
        "other_names": [{"name": line.name, "kind": line.kind.value} for line in details.other_names],
        "emails": [
            {"value": c.value, "label": c.label, "is_private": c.is_private} for c in contacts if c.kind is ContactKind.EMAIL
        ],
        "phones": [
            {"value": _written(c), "label": _label(c), "has_whatsapp": c.has_whatsapp, "is_private": c.is_private}
            for c in contacts
            if c.kind is ContactKind.PHONE
        ],
        "socials": [{"network": c.network, "value": _account(c)} for c in contacts if c.kind is ContactKind.SOCIAL],
        "topics": ", ".join(details.topics),
        "tags": ", ".join(details.tags),
        "tier": details.tier,
        "influence": details.influence,
        "interest": details.interest,
        "owner_id": details.owner_id or NOBODY,
        "note": details.note,
        "private_note": details.private_note,
    }


def _written(line: ContactLine) -> str:
    """The number as people write it, with the extension that its label keeps."""
    extension = line.label.rpartition("ext. ")[2] if "ext. " in line.label else ""
    shown = phones.national(line.value)
    return f"{shown} ext. {extension}" if extension.isdigit() else shown


def _label(line: ContactLine) -> str:
    before, mark, extension = line.label.rpartition("ext. ")
    return before.strip() if mark and extension.isdigit() else line.label


def _account(line: ContactLine) -> str:
    return line.value if line.network in socials.NETWORKS else f"{line.network} {line.value}"
