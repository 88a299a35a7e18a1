"""How the steps of sending are called in the record of acts."""

from flask_babel import lazy_gettext as _l

from crm.activity.wording import add_words

add_words(
    verbs={
        "campaign-scheduled": _l("Campaign set to be sent"),
        "campaign-preparing": _l("List of recipients fixed"),
        "campaign-running": _l("Sending goes on"),
        "campaign-paused": _l("Sending paused"),
        "campaign-missed": _l("Campaign missed its time"),
        "campaign-cancelling": _l("Campaign stopped"),
        "campaign-cancelled": _l("Campaign is stopped"),
        "campaign-finished": _l("Campaign sent"),
        "call-taken-as-sent": _l("Part of a campaign taken as sent"),
        "call-made-again": _l("Part of a campaign sent again"),
        "installation-confirmed": _l("Installation confirmed as the one that sends"),
    },
    fields={
        "rate_per_minute": _l("Mails a minute, at most"),
        "call": _l("Part of the campaign"),
        "beside": _l("Beside others that send"),
    },
)
