"""Names that are certainly names, in a line without a colon."""

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.model import Lexicon
from crm.engagements.markers.names import LONGEST_NAME, honorific_end, known_end, post_end, title_end
from crm.engagements.markers.segments import is_mention
from crm.engagements.markers.when import read_when

SEPARATORS = frozenset(",&+/;")
_LOOK_AHEAD = 14


def known_here(cursor: Cursor, at: int, lexicon: Lexicon) -> tuple[str, int] | None:
    """Return which kind of known name begins here, and the token after it; the longer one wins."""
    person = known_end(cursor, at, lexicon, "person")
    organization = known_end(cursor, at, lexicon, "organization")
    if person and person >= (organization or 0):
        return "person", person
    return ("organization", organization) if organization else None


def name_follows(cursor: Cursor, at: int, lexicon: Lexicon, *, channel: bool) -> bool:
    """Tell whether a mention, a known or a certain name begins here."""
    return (
        is_mention(cursor, at)
        or certain_name(cursor, at, channel=channel) is not None
        or known_here(cursor, at, lexicon) is not None
    )


def certain_name(cursor: Cursor, at: int, *, channel: bool) -> int | None:
    """Return the token after 'bu Lestari', 'dr. Fitri', 'Lurah Karang Maya', or capitals before an @ that follow a channel."""
    start = honorific_end(cursor, at) or at
    while title := title_end(cursor, start):
        start = title
    post = post_end(cursor, start)
    end = post or start
    told = start > at or post is not None
    if not told and not (channel and _capitals_before_mention(cursor, at)):
        return None
    while (
        end < cursor.stop and cursor.capital(end) and end - start < LONGEST_NAME and not (end > start and read_when(cursor, end))
    ):
        end += 1
    return end if end > start else None


def _capitals_before_mention(cursor: Cursor, at: int) -> bool:
    if not cursor.capital(at):
        return False
    for ahead in range(at, min(cursor.stop, at + _LOOK_AHEAD)):
        if is_mention(cursor, ahead):
            return True
        allowed = cursor.capital(ahead) or cursor.key(ahead) in SEPARATORS or cursor.key(ahead) == "." or cursor.has("and", ahead)
        if not (allowed or honorific_end(cursor, ahead)):
            return False
    return False
