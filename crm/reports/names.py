"""The words for forms, kinds, roles and categories as a report uses them: several, in running text, in small letters."""

from __future__ import annotations

from crm.reports.figures import Filters
from crm.reports.words import Words


def kind_name(words: Words, key: str) -> str:
    names = words.names.get("kind") or words.names.setdefault("kind", _kinds(words))
    return names.get(key, key.replace("-", " "))


def _kinds(words: Words) -> dict[str, str]:
    return {
        "interaction": words.gettext("interactions"),
        "meeting": words.gettext("meetings"),
        "consultation": words.gettext("consultations"),
        "program-session": words.gettext("program sessions"),
        "inquiry": words.gettext("questions"),
    }


def form_name(words: Words, key: str) -> str:
    """A form is the channel of an interaction, else the kind of the engagement."""
    names = words.names.get("form") or words.names.setdefault("form", _forms(words))
    return names.get(key) or kind_name(words, key)


def _forms(words: Words) -> dict[str, str]:
    return {
        "call": words.gettext("calls"),
        "whatsapp": words.gettext("WhatsApp chats"),
        "in-person": words.gettext("talks in person"),
        "visit": words.gettext("visits"),
        "office-visit": words.gettext("visits to the office"),
        "email": words.gettext("e-mails"),
        "letter-in": words.gettext("incoming letters"),
        "letter-out": words.gettext("outgoing letters"),
        "instagram": "Instagram",
        "x": "X",
        "facebook": "Facebook",
        "tiktok": "TikTok",
        "youtube": "YouTube",
        "video-call": words.gettext("video calls"),
        "other": words.gettext("other contacts"),
    }


def role_name(words: Words, key: str) -> str:
    names = words.names.get("role") or words.names.setdefault("role", _roles(words))
    return names.get(key, key)


def _roles(words: Words) -> dict[str, str]:
    return {
        "R1": words.gettext("informing the public"),
        "R2": words.gettext("consulting"),
        "R3": words.gettext("coordinating"),
        "R4": words.gettext("improving the organization"),
    }


def category_name(words: Words, key: str) -> str:
    names = words.names.get("category") or words.names.setdefault("category", _categorys(words))
    return names.get(key, key.replace("-", " "))


def _categorys(words: Words) -> dict[str, str]:
    return {
        "partner-agency": words.gettext("partner agencies"),
        "media": words.gettext("media"),
        "community-group": words.gettext("community groups"),
        "business": words.gettext("businesses"),
        "academia": words.gettext("academia"),
        "own-unit": words.gettext("own units"),
    }


def mail_name(words: Words, key: str) -> str:
    names = words.names.get("mail") or words.names.setdefault("mail", _mails(words))
    return names.get(key, key)


def _mails(words: Words) -> dict[str, str]:
    return {
        "mail-campaigns": words.gettext("Campaigns begun"),
        "mail-reached": words.gettext("People reached by e-mail"),
        "mail-clicked": words.gettext("People who clicked"),
        "mail-bounced": words.gettext("E-mails that bounced"),
        "mail-unsubscribed": words.gettext("Unsubscribed from a mail"),
        "mail-joined": words.gettext("New subscribers"),
        "mail-ended": words.gettext("Subscriptions ended"),
        "mail-subscribers": words.gettext("Subscribers at the end"),
    }


def title(name: str) -> str:
    """The same word where a label begins with a capital."""
    return name[:1].upper() + name[1:]


def filter_lines(words: Words, filters: Filters) -> list[str]:
    """What the report is narrowed to, a line each."""
    found = []
    if filters.category:
        found.append(words.gettext("Category: %(name)s", name=title(category_name(words, filters.category))))
    if filters.stakeholder_name:
        found.append(words.gettext("Stakeholder: %(name)s", name=filters.stakeholder_name))
    return found
