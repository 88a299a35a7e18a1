"""What the figures of a campaign are called, and what they mean, in the reader's language."""

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.campaigns.models import CampaignState, DeliveryState, Exclusion
from crm.campaigns.results.figures import Figures, Range
from crm.core import languages
from crm.core.dates import number


@languages.kept
def _names(_language: None = None) -> dict[str, str]:
    return {
        "target": _("Everybody on the list"),
        "skipped": _("Left out"),
        "failed": _("Refused by the mail service"),
        "cancelled": _("Taken back before sending"),
        "pending": _("Not sent yet"),
        "accepted": _("Sent"),
        "in-doubt": _("In doubt"),
        "delivered": _("Arrived"),
        "deferred": _("Still being tried"),
        "silent": _("No news yet"),
        "bounced": _("Bounced"),
        "hard-bounced": _("Bounced for good"),
        "soft-bounced": _("Not delivered for now"),
        "dropped": _("Held back by the mail service"),
        "complained": _("Marked as spam"),
        "unsubscribed": _("Unsubscribed"),
        "read": _("Opened (estimate)"),
        "surely-read": _("Opened, surely by people"),
        "maybe-read": _("Opened, perhaps by people"),
        "machine-read": _("Opened only by machines"),
        "clicked": _("Clicked"),
        "surely-clicked": _("Clicked, surely by people"),
        "maybe-clicked": _("Clicked, perhaps by people"),
        "machine-clicked": _("Clicked only by machines"),
        "replied": _("Replied"),
    }


def name_of(measure: str) -> str:
    return _names(None)[measure]


@languages.kept
def _exclusions(_language: None = None) -> dict[str, str]:
    return {
        Exclusion.NO_ADDRESS.value: _("no e-mail address"),
        Exclusion.NO_CONSENT.value: _("no consent"),
        Exclusion.UNSUBSCRIBED.value: _("unsubscribed"),
        Exclusion.SUPPRESSED.value: _("on the do-not-send list"),
        Exclusion.BOUNCED.value: _("address bounced before"),
        Exclusion.COMPLAINED.value: _("marked our mail as spam before"),
        Exclusion.DO_NOT_CONTACT.value: _("do not contact"),
        Exclusion.DUPLICATE.value: _("same address as another"),
        Exclusion.FATIGUE.value: _("had enough mail lately"),
        Exclusion.OTHER_OFFICE.value: _("belongs to another office"),
        Exclusion.ARCHIVED.value: _("archived"),
        Exclusion.ROLE_ADDRESS.value: _("a system address, not a person's"),
        Exclusion.INVALID.value: _("address not valid"),
        DeliveryState.CANCELLED.value: _("sending was stopped"),
        "taken-back": _("sending was stopped, and the mail service was told in time"),
    }


def reason_words(reason: str) -> str:
    """An exclusion in words; what the other side said stays as it was said."""
    return _exclusions(None).get(reason, reason)


def state_words(state: CampaignState) -> tuple[str, str]:
    """What the state of a campaign is called, and its level."""
    return {
        CampaignState.DRAFT: (_("Draft"), ""),
        CampaignState.SCHEDULED: (_("Scheduled"), "soon"),
        CampaignState.MISSED: (_("Missed its time"), "late"),
        CampaignState.PREPARING: (_("Being prepared"), "info"),
        CampaignState.RUNNING: (_("Being sent"), "info"),
        CampaignState.PAUSED: (_("Paused"), "soon"),
        CampaignState.FINISHED: (_("Sent"), "good"),
        CampaignState.CANCELLING: (_("Being stopped"), "soon"),
        CampaignState.CANCELLED: (_("Stopped"), "late"),
    }[state]


@languages.kept
def _whys(_language: None = None) -> dict[str, str]:
    return {
        "complaints": _("Too many people marked it as spam: from 0.10% of what arrived it stops by itself."),
        "bounces": _("Too many dead addresses: from 5% of what was sent it stops by itself. Look at the list before you go on."),
        "first-batch": _("The first few were sent. Look at what came of them, then go on or stop."),
        "not-authorized": _("The mail service does not accept our key. Somebody who manages the system has to look at it."),
        "restored": _(
            "The data comes from a backup: what was sent after it was made is not known here. Whoever got this mail then would get it again."
        ),
        "recipients-changed": _(
            "The list of recipients is not the one that was approved. Look at it, then let it go on or stop it."
        ),
        "bulletin-archived": _(
            "Its bulletin is archived, so nothing of it goes out. Bring the bulletin back and let it go on, or stop it for good."
        ),
        "not-built": _("A mail of it could not be put together. Somebody who manages the system has to look at it."),
    }


def why(reason: str) -> str:
    """Why a campaign waits, in words; nothing for what the page says already. What the mail service said stays as it was said."""
    if reason in {"", "by-person", "missed"}:
        return ""
    return _whys(None).get(reason, reason.partition(":")[2] or reason)


def short(found: Range) -> str:
    """`430–520`; one figure where there is no doubt."""
    return number(found.high) if found.low == found.high else f"{number(found.low)}–{number(found.high)}"


def people(found: Range) -> str:
    """`430 to 520 people` in a sentence."""
    if found.low == found.high:
        return ngettext("%(n)s person", "%(n)s people", found.high, n=number(found.high))
    return _("%(low)s to %(high)s people", low=number(found.low), high=number(found.high))


def fine_percent(share: float | None) -> str:
    """`0,08%`: two places, because the lines for complaints lie there."""
    return "–" if share is None else f"{number(round(share * 100, 2))}%"


def lead(figures: Figures, *, counts_opens: bool) -> str:
    """The page in one or two sentences."""
    arrived = ngettext(
        "%(delivered)s of %(n)s e-mail arrived.",
        "%(delivered)s of %(n)s e-mails arrived.",
        figures["accepted"],
        delivered=number(figures["delivered"]),
        n=number(figures["accepted"]),
    )
    clicked = people(figures.clicking)
    if counts_opens and figures.reading.high:
        did = _("About %(read)s read it and %(clicked)s clicked a link", read=people(figures.reading), clicked=clicked)
    else:
        did = _("%(clicked)s clicked a link", clicked=clicked)
    if figures.machines:
        traces = ngettext(
            "%(n)s other trace was made by a machine",
            "%(n)s other traces were made by machines",
            figures.machines,
            n=number(figures.machines),
        )
        return f"{arrived} {did}; {traces}."
    return f"{arrived} {did}."


def duration(seconds: int | None) -> str:
    """`12 seconds`, `4 minutes`, `2 hours`."""
    if seconds is None:
        return "–"
    if seconds == 0:
        return _("under a second")
    if seconds < 120:
        return ngettext("%(num)d second", "%(num)d seconds", seconds)
    if seconds < 7200:
        return ngettext("%(num)d minute", "%(num)d minutes", round(seconds / 60))
    return ngettext("%(num)d hour", "%(num)d hours", round(seconds / 3600))


def method() -> list[str]:
    """How it is counted: a sentence for each figure that can be misread."""
    return [
        _("Sent: the mail service took the mail. Arrived: the receiving server took it, and did not send it back later."),
        _("In doubt: the connection broke while the mail was handed over. It is not sent again until there is evidence."),
        _(
            "Clicked: each person once, however often. A click counts as a machine's within 10 seconds of arrival, on three or more "
            "links within 5 seconds, on a link that people can't see, or by a program known to check links."
        ),
        _(
            "At least: a person clicked and no machine touched the links of that mail. At most: also mails in which both left traces."
        ),
        _(
            "Opened is an estimate: at least those whose mail was opened by a person's program only, or who clicked; at most also "
            "those whose mail a machine opened too. Who reads without pictures is not seen at all."
        ),
        _(
            "Marked as spam: of the mails that arrived. From 0.10% on mail providers hold mail back, from 0.30% on they refuse it."
        ),
        _(
            "Time to arrive: from handing over to arrival; half of the mails were faster than the first figure, 95% than the second."
        ),
        _("A link's share: people who clicked it, of those who received the mail."),
    ]
