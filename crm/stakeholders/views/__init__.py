"""Pages of stakeholders. Each module draws the pages of one thing; all share one blueprint."""

from crm.stakeholders.views import archiving, editing, facts, lists, records, relationships, topics
from crm.stakeholders.views.blueprint import bp

__all__ = ["archiving", "bp", "editing", "facts", "lists", "records", "relationships", "topics"]
