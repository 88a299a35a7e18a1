"""Mail as it is stored: messages, what SendGrid told of them, and who gets none."""

from crm.mail.models.events import EventKind, HookPost, MailEvent, PostKind
from crm.mail.models.facts import MailFact
from crm.mail.models.messages import Instance, MailMessage, MessageState, OutboxMessage, Resolution, SendBudget
from crm.mail.models.suppressions import EVERYTHING, Suppression, SuppressionReason, SuppressionSource

__all__ = [
    "EVERYTHING",
    "EventKind",
    "HookPost",
    "Instance",
    "MailEvent",
    "MailFact",
    "MailMessage",
    "MessageState",
    "OutboxMessage",
    "PostKind",
    "Resolution",
    "SendBudget",
    "Suppression",
    "SuppressionReason",
    "SuppressionSource",
]
