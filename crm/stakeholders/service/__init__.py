"""What the office does with organizations, people, their relationships, topics and tags."""

from crm.stakeholders.service.archiving import (
    archive_stakeholder,
    archive_stakeholders,
    restore_stakeholder,
    restore_stakeholders,
)
from crm.stakeholders.service.editing import (
    ParentCircle,
    StaleRecord,
    create_organization,
    create_person,
    edit_organization,
    edit_person,
)
from crm.stakeholders.service.indexing import index_people_of, index_stakeholder
from crm.stakeholders.service.relationships import AlreadyRelated, RelatedToItself, add_relationship, remove_relationship
from crm.stakeholders.service.topics import (
    TopicExists,
    add_topic_to,
    archive_topic,
    create_topic,
    find_or_create_tag,
    find_or_create_topic,
    remove_topic_from,
    rename_topic,
    restore_topic,
)

__all__ = [
    "AlreadyRelated",
    "ParentCircle",
    "RelatedToItself",
    "StaleRecord",
    "TopicExists",
    "add_relationship",
    "add_topic_to",
    "archive_stakeholder",
    "archive_stakeholders",
    "archive_topic",
    "create_organization",
    "create_person",
    "create_topic",
    "edit_organization",
    "edit_person",
    "find_or_create_tag",
    "find_or_create_topic",
    "index_people_of",
    "index_stakeholder",
    "remove_relationship",
    "remove_topic_from",
    "rename_topic",
    "restore_stakeholder",
    "restore_stakeholders",
    "restore_topic",
]
