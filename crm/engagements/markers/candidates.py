"""Which words of a line may be names: what a caller looks up in the directory before parsing."""

from crm.core.text import name_key
from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.names import LONGEST_NAME, typed
from crm.engagements.markers.segments import Cutter, is_mention
from crm.engagements.markers.vocabulary import LANGUAGES, vocabulary

_MOST_TOKENS = 80
_MOST_MENTIONS = 20


def candidates(line: str, *, languages: tuple[str, ...] = LANGUAGES) -> list[str]:
    """Return the keys (`core.text.name_key`) of all stretches that may name somebody, for one query; at most about 800."""
    words = vocabulary(tuple(languages))
    cursor = Cursor(words.read(line), words)
    cut = Cutter(cursor).run()
    head = cut.head_end if cut.head is not None else cursor.stop
    starts = list(range(min(head, _MOST_TOKENS)))
    named = [
        at + 1
        for at in range(cursor.stop)
        if is_mention(cursor, at) or cursor.has("owner_words", at) or cursor.has("owner_with", at)
    ]
    keys: dict[str, None] = {}
    for start in [*starts, *named[:_MOST_MENTIONS]]:
        for end in range(start + 1, min(start + LONGEST_NAME, cursor.stop) + 1):
            if cursor.is_word(start) and cursor.is_word(end - 1):
                keys.setdefault(name_key(typed(cursor, start, end)))
    keys.pop("", None)
    return list(keys)
