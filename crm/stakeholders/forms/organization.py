"""The form of an organization."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Length

from crm.core.forms import LineField, Link, choices, required_message
from crm.stakeholders import queries, words
from crm.stakeholders.details import OrganizationDetails
from crm.stakeholders.forms.choosing import Chosen, choose
from crm.stakeholders.forms.stakeholder import AddOrganization, StakeholderForm, common_data
from crm.stakeholders.models import Category


class OrganizationForm(StakeholderForm):
    category = RadioField(
        lazy_gettext("Category"),
        [InputRequired(required_message)],
        choices=choices((category.value, label) for category, label in words.CATEGORIES.items()),
    )
    parent = LineField(lazy_gettext("Parent organization"), [Length(max=200)])
    parent_id = HiddenField()
    parent_choice = SelectField(lazy_gettext("Which organization"), choices=[], validate_choice=False)
    region = LineField(
        lazy_gettext("Region"), [Length(max=120)], description=lazy_gettext("For example: Kota Bima, or Kabupaten Bima.")
    )
    region_id = HiddenField()
    region_choice = SelectField(lazy_gettext("Which region"), choices=[], validate_choice=False)
    address = LineField(lazy_gettext("Address"), [Length(max=500)])
    website = LineField(lazy_gettext("Web site"), [Length(max=300), Link()])
    is_shared = BooleanField(
        lazy_gettext("Share with all offices"),
        description=lazy_gettext("All offices see it and may log contact with it; only this office changes it."),
    )

    chosen_parent: Chosen | None = None
    chosen_region: Chosen | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        if self.website.data and "://" not in self.website.data and "." in self.website.data and ":" not in self.website.data:
            self.website.data = f"https://{self.website.data}"
        return super().validate(extra_validators=extra_validators)

    def resolve(self) -> bool:
        self.chosen_parent = choose(
            self.parent,
            self.parent_choice,
            given_id=self.parent_id.data or "",
            find=queries.organizations_named,
            name_of=queries.organization_name,
            may_add=True,
        )
        self.chosen_region = choose(
            self.region,
            self.region_choice,
            given_id=self.region_id.data or "",
            find=queries.regions_named,
            name_of=queries.region_name,
        )
        return self.chosen_parent is not None and self.chosen_region is not None

    def chosen_by_name(self) -> list[tuple[Any, Any, Any]]:
        return [(self.parent, self.parent_id, self.parent_choice)]

    def refuse_circle(self) -> None:
        self.parent.errors = [*self.parent.errors, gettext("This organization would stand above itself. Choose another parent.")]

    def details(self, add: AddOrganization) -> OrganizationDetails:
        assert self.chosen_region is not None
        return OrganizationDetails(
            **self.common(),
            category=Category(self.category.data),
            parent_id=self.added(self.chosen_parent, add),
            region_id=self.chosen_region.id,
            address=self.address.data or "",
            website=self.website.data or "",
            is_shared=bool(self.is_shared.data),
        )

    @staticmethod
    def data_of(details: OrganizationDetails) -> dict[str, Any]:
        return {
            **common_data(details),
            "category": details.category.value,
            "parent": queries.organization_name(details.parent_id),
            "parent_id": str(details.parent_id or ""),
            "region": queries.region_name(details.region_id),
            "region_id": str(details.region_id or ""),
            "address": details.address,
            "website": details.website,
            "is_shared": details.is_shared,
        }
