"""How an engagement is called on a timeline and in lists: its icon, its title, when it was, and who was in it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from crm.core import dates, languages

_ICONS = {
    "call": "phone",
    "whatsapp": "brand-whatsapp",
    "in-person": "users",
    "visit": "walk",
    "office-visit": "building",
    "email": "mail",
    "letter-in": "file-text",
    "letter-out": "file-text",
    "video-call": "video",
    "instagram": "photo",
    "x": "messages",
    "facebook": "messages",
    "tiktok": "video",
    "youtube": "video",
}
_NAMES = {"instagram": "Instagram", "x": "X", "facebook": "Facebook", "tiktok": "TikTok", "youtube": "YouTube"}


def icon_of(entry: Any) -> str:
    return "users-group" if entry.kind == "meeting" else _ICONS.get(entry.facts.get("channel"), "messages")


def channel_word(channel: str, direction: str = "none") -> str:
    return _channel_words(direction == "in").get(channel) or _NAMES.get(channel, channel)


@languages.kept
def _channel_words(incoming: bool) -> Mapping[str, str]:
    """The words of a language; kept, because a timeline says them fifty times."""
    return {
        "call": _("Call from them") if incoming else _("Call"),
        "whatsapp": _("WhatsApp from them") if incoming else _("WhatsApp"),
        "in-person": _("Met"),
        "visit": _("Visit"),
        "office-visit": _("Visit to our office"),
        "email": _("E-mail from them") if incoming else _("E-mail"),
        "letter-in": _("Incoming letter"),
        "letter-out": _("Outgoing letter"),
        "video-call": _("Video call"),
        "other": _("Other contact"),
    }


def title_of(entry: Any) -> str:
    if entry.kind != "interaction":
        return entry.title
    channel = channel_word(entry.facts.get("channel") or "", entry.facts.get("direction") or "none")
    return _("%(channel)s: %(title)s", channel=channel, title=entry.title)


def when_of(engagement: Any) -> str:
    day = engagement.occurred_on
    if day is None:
        return _("date unknown")
    if engagement.precision == "month":
        return dates.month_long(day)
    if engagement.precision == "quarter":
        return _("quarter from %(month)s", month=dates.month_long(day))
    if engagement.precision == "week":
        return _("week of %(day)s", day=dates.date_short(day))
    return dates.relative_day(day)


def people_of(entry: Any) -> str:
    names = dates.listed([person.name for person in entry.people]) if entry.people else ""
    return _("%(who)s with %(names)s", who=entry.by, names=names) if names and entry.by else names or entry.by
