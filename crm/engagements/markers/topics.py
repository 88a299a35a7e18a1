"""Reading topics ('#koordinasi') and mentions that stand in the text."""

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.draft import MOST, Draft
from crm.engagements.markers.model import PieceKind, Topic

_CLOSING = {'"': '"', "“": "”"}
_LONGEST_QUOTE = 12


def read_topic(draft: Draft, cursor: Cursor, at: int) -> int:
    """Read the topic at a '#'; return the token after it. One named twice is one topic."""
    end = at + 2
    name = cursor.text(at + 1)
    closing = _CLOSING.get(cursor.key(at + 1))
    if closing:
        end = next((i for i in range(at + 2, min(cursor.stop, at + _LONGEST_QUOTE)) if cursor.key(i) == closing), 0) + 1
        if end <= at + 3:
            return at + 1
        name = " ".join(cursor.text(i) for i in range(at + 2, end - 1))
    name = name.replace("_", " ").strip()
    if len(draft.topics) >= MOST or not name:
        return at + 1
    span = draft.mark(PieceKind.TOPIC, at, end)
    if all(topic.name.casefold() != name.casefold() for topic in draft.topics):
        draft.topics.append(Topic(name, span))
    return end
