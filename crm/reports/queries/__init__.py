"""The SQL behind a report. Core statements, which no criteria are added to: each function takes its ground, made from a scope."""

from crm.reports.queries.commitments import closed_by, ledgers, overdue
from crm.reports.queries.contacts import quiet
from crm.reports.queries.engagements import by_owner, by_stretch, topics, undated
from crm.reports.queries.ground import Ground, ground_of
from crm.reports.queries.mailings import mail
from crm.reports.queries.stakeholders import reached

__all__ = [
    "Ground",
    "by_owner",
    "by_stretch",
    "closed_by",
    "ground_of",
    "ledgers",
    "mail",
    "overdue",
    "quiet",
    "reached",
    "topics",
    "undated",
]
