"""What was wrong with a post, in words."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l

_COUNTED = re.compile(r"^([\w-]+)(?: \((\w+)\)|: (.+))?$")
_SAID: dict[str, Any] = {
    "not-json": _l("It was no JSON."),
    "not-events": _l("It was no list of events."),
    "no-object": _l("Some of it was no event."),
    "no-moment": _l("Some events bore no time."),
    "unknown-kind": _l("Some events were of a kind that Mitra does not know."),
    "not-applied": _l("An event could not be applied. The log of the worker says why."),
    "too-large": _l("The mail was larger than 35 MB and was not kept. Ask its writer for a smaller one."),
    "no-mail": _l("It was no mail."),
    "other-domain": _l("The mail was for another domain than INBOUND_DOMAIN."),
    "unmatched": _l("The mail answers no mailing of the last 60 days, and its writer got none."),
    "unreadable": _l("The mail could not be read. The log of the worker says why."),
}


def post_error(error: str) -> str:
    """The sentences for the words that the drain left, each once."""
    codes = [found[1] for part in error.split(", ") if (found := _COUNTED.match(part))]
    return " ".join(dict.fromkeys(str(_SAID.get(code, code)) for code in codes))
