"""Mail that came in through SendGrid's Inbound Parse: what it says, whom it answers, and whether a person wrote it."""

from crm.mail.hooks.inbound.message import UNMATCHED, Incoming, Kind, NotForUs, read

__all__ = ["UNMATCHED", "Incoming", "Kind", "NotForUs", "read"]
