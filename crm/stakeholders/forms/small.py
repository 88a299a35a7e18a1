"""Small forms: a relationship, a topic, a topic for many."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectField
from wtforms.validators import DataRequired, Length

from crm.core.forms import BaseForm, LineField, choices, required_message
from crm.stakeholders import queries, words
from crm.stakeholders.forms.choosing import Chosen, choose
from crm.stakeholders.models import RelationshipKind


class RelationshipForm(BaseForm):
    kind = SelectField(
        lazy_gettext("Relationship"), choices=choices((kind.value, label[0]) for kind, label in words.RELATIONSHIPS.items())
    )
    other = LineField(lazy_gettext("With whom"), [DataRequired(required_message), Length(max=200)])
    other_id = HiddenField()
    other_choice = SelectField(lazy_gettext("Which one"), choices=[], validate_choice=False)
    note = LineField(lazy_gettext("Note"), [Length(max=200)])

    chosen: Chosen | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators=extra_validators)
        self.chosen = choose(
            self.other,
            self.other_choice,
            given_id=self.other_id.data or "",
            find=queries.stakeholders_named,
            name_of=queries.stakeholder_name,
        )
        return fine and self.chosen is not None and self.chosen.id is not None

    @property
    def relationship(self) -> RelationshipKind:
        return RelationshipKind(self.kind.data)

    def refuse_double(self) -> None:
        self.other.errors = [*self.other.errors, gettext("This relationship is there already.")]

    def refuse_itself(self) -> None:
        self.other.errors = [*self.other.errors, gettext("A relationship needs two different ones.")]


class TopicForm(BaseForm):
    name = LineField(lazy_gettext("Topic"), [DataRequired(required_message), Length(max=80)])

    def refuse_double(self) -> None:
        self.name.errors = [*self.name.errors, gettext("There is a topic of this name already.")]


class SelectionTopicForm(BaseForm):
    """Which topic many are to get; what is not in the list is added to it."""

    topic = LineField(lazy_gettext("Topic"), [DataRequired(required_message), Length(max=80)])
