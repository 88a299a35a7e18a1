"""Reading the channel at the beginning of a line, with the direction that it tells."""

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.draft import Draft
from crm.engagements.markers.model import Channel, Direction, PieceKind


def read_channel(draft: Draft, cursor: Cursor, *, colon: bool) -> int:
    """Read the channel, only as the first word ('terima surat …' with a colon too); return the token after it."""
    at = 0
    first = cursor.match("channels", 0)
    led = cursor.match("directions", 0) if colon and not first else None
    if led and not cursor.match("channels", led.end):
        return 0
    if led:
        at = led.end
        draft.direction = Direction(led.value)
        draft.mark(PieceKind.DIRECTION, 0, at)
    found = cursor.match("channels", at)
    if not found:
        return 0
    draft.channel = Channel(found.value["code"])
    draft.details.extend(found.value.get("details", ()))
    if "direction" in found.value and not draft.direction:
        draft.direction = Direction(found.value["direction"])
    draft.mark(PieceKind.CHANNEL, at, found.end)
    return found.end
