"""Forms of organizations, people, relationships and topics."""

from crm.stakeholders.forms.organization import OrganizationForm
from crm.stakeholders.forms.person import PersonForm
from crm.stakeholders.forms.small import RelationshipForm, SelectionTopicForm, TopicForm
from crm.stakeholders.forms.stakeholder import StakeholderForm

__all__ = ["OrganizationForm", "PersonForm", "RelationshipForm", "SelectionTopicForm", "StakeholderForm", "TopicForm"]
