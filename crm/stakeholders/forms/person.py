"""The form of a person. The name is one string; titles that were written with it are taken off when their fields are empty."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, FieldList, FormField, SelectField
from wtforms.validators import Length, Optional

from crm.core.forms import DayField, LineField, choices
from crm.stakeholders import names, queries, words
from crm.stakeholders.details import AffiliationLine, PersonDetails
from crm.stakeholders.forms.choosing import choose
from crm.stakeholders.forms.rows import AffiliationRow
from crm.stakeholders.forms.stakeholder import MOST_ROWS, AddOrganization, StakeholderForm, common_data
from crm.stakeholders.models import PreferredChannel


class PersonForm(StakeholderForm):
    ROWS = ("affiliations", "phones", "emails", "socials", "other_names")
    PRIVATE = ("private_note", "birth_on", "home_address")

    titles_before = LineField(lazy_gettext("Titles before the name"), [Length(max=80)])
    titles_after = LineField(lazy_gettext("Titles after the name"), [Length(max=120)])
    salutation = LineField(lazy_gettext("Form of address"), [Length(max=40)])
    called = LineField(lazy_gettext("What people call them"), [Length(max=80)])
    affiliations = FieldList(FormField(AffiliationRow), lazy_gettext("Posts"), max_entries=MOST_ROWS)
    preferred_channel = SelectField(
        lazy_gettext("Preferred channel"),
        choices=choices([("", "–"), *((channel.value, label) for channel, label in words.CHANNELS.items())]),
        default="",
    )
    preferred_language = SelectField(
        lazy_gettext("Preferred language"), choices=choices([("", "–"), *words.LANGUAGES.items()]), default=""
    )
    beat = LineField(lazy_gettext("Beat"), [Length(max=120)], description=lazy_gettext("For journalists: what they report on."))
    must_not_be_contacted = BooleanField(lazy_gettext("Do not contact"))
    do_not_contact_reason = LineField(lazy_gettext("Why not to contact"), [Length(max=200)])
    birth_on = DayField(lazy_gettext("Date of birth"), [Optional()])
    home_address = LineField(lazy_gettext("Home address"), [Length(max=500)])

    def validate(self, extra_validators: Any = None) -> bool:
        self._take_titles_off()
        return super().validate(extra_validators=extra_validators)

    def _take_titles_off(self) -> None:
        """Nothing is lost by it: each part goes to its own field, and only when all of these are empty."""
        written = names.split(self.name.data or "")
        parts = {name: getattr(written, name) for name in ("titles_before", "titles_after", "salutation")}
        if any(parts.values()) and not any(self[name].data for name, part in parts.items() if part):
            for name, part in parts.items():
                self[name].data = part or self[name].data
            self.name.data = written.name
        self.titles_after.data = names.tidy_titles_after(self.titles_after.data or "")

    def resolve(self) -> bool:
        fine = True
        for row in self.rows("affiliations"):
            row.chosen = choose(
                row.organization,
                row.organization_choice,
                given_id=row.organization_id.data or "",
                find=queries.organizations_named,
                name_of=queries.organization_name,
                may_add=True,
            )
            fine = fine and row.chosen is not None
        return fine

    def chosen_by_name(self) -> list[tuple[Any, Any, Any]]:
        rows = [entry.form for entry in self._list("affiliations")]
        return [(row.organization, row.organization_id, row.organization_choice) for row in rows]

    @property
    def shouted_name(self) -> str:
        """The name in ordinary capitals when it was written all in capitals: to be offered, never applied silently."""
        written = names.WrittenName(self.name.data or "")
        return names.title_case(written.name) if written.looks_shouted else ""

    def details(self, add: AddOrganization) -> PersonDetails:
        return PersonDetails(
            **self.common(),
            titles_before=self.titles_before.data or "",
            titles_after=self.titles_after.data or "",
            salutation=self.salutation.data or "",
            called=self.called.data or "",
            affiliations=tuple(self._affiliations(add)),
            preferred_channel=PreferredChannel(self.preferred_channel.data) if self.preferred_channel.data else None,
            preferred_language=self.preferred_language.data or "",
            beat=self.beat.data or "",
            must_not_be_contacted=bool(self.must_not_be_contacted.data),
            do_not_contact_reason=(self.do_not_contact_reason.data or "") if self.must_not_be_contacted.data else "",
            birth_on=self.birth_on.data if self.with_private else None,
            home_address=(self.home_address.data or "") if self.with_private else "",
        )

    def _affiliations(self, add: AddOrganization) -> list[AffiliationLine]:
        found = []
        for row in self.rows("affiliations"):
            organization_id = self.added(row.chosen, add)
            assert organization_id is not None
            found.append(row.line(organization_id))
        return found

    @staticmethod
    def data_of(details: PersonDetails) -> dict[str, Any]:
        plain = (
            "titles_before",
            "titles_after",
            "salutation",
            "called",
            "preferred_language",
            "beat",
            "birth_on",
            "home_address",
        )
        return {
            **common_data(details),
            **{name: getattr(details, name) for name in plain},
            "preferred_channel": details.preferred_channel.value if details.preferred_channel else "",
            "must_not_be_contacted": details.must_not_be_contacted,
            "do_not_contact_reason": details.do_not_contact_reason,
            "affiliations": [_affiliation_data(line) for line in details.affiliations],
        }


def _affiliation_data(line: AffiliationLine) -> dict[str, Any]:
    return {
        "organization": queries.organization_name(line.organization_id),
        "organization_id": str(line.organization_id),
        "title": line.title,
        "from_on": line.from_on,
        "until_on": line.until_on,
        "affiliation_id": str(line.affiliation_id or ""),
    }
