"""Reading who: people with form of address, titles and degrees; posts; organizations."""

from dataclasses import replace

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.model import Lexicon, Organization, Person
from crm.engagements.markers.when import read_when

LONGEST_NAME = 8
_LONGEST_QUOTE = 20
_QUOTES = {'"': '"', "“": "”", "«": "»"}
_LEAST_PHONE_DIGITS = 9
_NAME_STOPS = ("directions", "with", "and", "others", "about_words", "channels", "references", "unnamed")


def degree_end(cursor: Cursor, at: int) -> int | None:
    """Return the token after a degree ('S.H.', 'MSi') that begins here."""
    text = cursor.text(at)
    if not cursor.is_word(at) or text.islower() or cursor.key(at).replace(".", "") not in cursor.words.sets["degrees"]:
        return None
    return at + 2 if cursor.key(at + 1) == "." and cursor.adjacent(at + 1) else at + 1


def post_end(cursor: Cursor, at: int) -> int | None:
    """Return the token after a post ('kapolres', 'Kepala Dinas'); 'kasi' before data or surat is a verb."""
    found = cursor.match("posts", at)
    if not found:
        return None
    if cursor.has("post_or_verb", at):
        after = found.end
        if cursor.has("verb_objects", after) or not (cursor.is_word(after) or cursor.key(after) in ("@", "")):
            return None
    return found.end


def honorific_end(cursor: Cursor, at: int) -> int | None:
    """Return the token after a form of address: 'bu', 'pak', 'P.'."""
    found = cursor.match("honorifics", at)
    if found:
        return found.end + (1 if cursor.key(found.end) == "." and cursor.adjacent(found.end) else 0)
    dotted = cursor.has("dotted_honorifics", at) and cursor.key(at + 1) == "." and cursor.adjacent(at + 1)
    return at + 2 if dotted and cursor.capital(at + 2) else None


def title_end(cursor: Cursor, at: int) -> int | None:
    """Return the token after a title before the name: 'dr.', 'Drs.', 'AKBP', 'K.H.'."""
    key = cursor.key(at)
    dot = cursor.key(at + 1) == "." and cursor.adjacent(at + 1)
    if key in cursor.words.sets["dotted_titles"]:
        return at + 2 if dot and cursor.is_word(at + 2) else None
    if key not in cursor.words.sets["titles_before"]:
        return None
    end = at + 2 if dot else at + 1
    return end if cursor.is_word(end) else None


def physician(cursor: Cursor, at: int) -> bool:
    """Tell whether 'dr.' here is a title: with a stop, before a capital."""
    return cursor.key(at) == "dr" and cursor.key(at + 1) == "." and cursor.adjacent(at + 1) and cursor.capital(at + 2)


def _acting(cursor: Cursor, at: int) -> tuple[str | None, int]:
    if not cursor.has("acting", at) or not cursor.is_word(at + 1) and cursor.key(at + 1) != ".":
        return None, at
    return cursor.text(at), at + (2 if cursor.key(at + 1) == "." else 1)


def read_person(cursor: Cursor, start: int, end: int) -> Person | None:
    """Read the person typed in these tokens; None when nothing but a form of address is there."""
    part = cursor.until(end)
    acting, at = _acting(part, start)
    honorific = salutation = None
    spoken = honorific_end(part, at)
    if spoken and spoken < end:
        honorific, at = cursor.text(at).lower(), spoken
        salutation = part.value("honorifics", spoken - 1) or part.value("dotted_honorifics", at - 2) or None
    titles = at
    while (after := title_end(part, at)) and after < end:
        at = after
    before = typed(cursor, titles, at)
    last = at
    while last < end and not (last > at and degree_end(part, last)):
        last += 1
    name = typed(cursor, at, last).strip(" ,")
    if not any(c.isalnum() for c in name):
        return None
    found = Person(
        typed(cursor, start, end),
        name,
        cursor.span(start, end),
        honorific,
        salutation,
        before,
        typed(cursor, last, end),
        acting=acting,
    )
    return replace(found, post=name, name="") if post_end(part, at) else found


def typed(cursor: Cursor, start: int, end: int) -> str:
    """Return these tokens as typed, with single blanks."""
    pieces = []
    for at in range(start, end):
        gap = at > start and cursor.tokens[at - 1].end < cursor.tokens[at].start
        pieces.append((" " if gap else "") + cursor.tokens[at].text)
    return "".join(pieces)


def read_phone(cursor: Cursor, at: int) -> int | None:
    """Return the token after a telephone number: +62…, 62…, 08…, with blanks or dashes between."""
    text = cursor.text(at)
    if not (cursor.is_word(at) and (text.startswith(("+", "0", "62")) and text.lstrip("+")[:1].isdigit())):
        return None
    end, digits = at, 0
    while end < min(cursor.stop, at + 6) and cursor.is_word(end) and set(cursor.text(end)) <= set("+0123456789-./"):
        digits += sum(c.isdigit() for c in cursor.text(end))
        end += 1
    return end if _LEAST_PHONE_DIGITS <= digits <= 15 else None


def reference_end(cursor: Cursor, at: int) -> tuple[int, int] | None:
    """Return the tokens of a letter's number after 'no.' or 'nomor': what is written without a blank and has a digit."""
    if not cursor.has("references", at):
        return None
    start = at + 1 + (1 if cursor.key(at + 1) == "." and cursor.adjacent(at + 1) else 0)
    end = start + 1
    while (
        end < cursor.stop
        and cursor.adjacent(end)
        and cursor.kind(end) != "newline"
        and cursor.key(end) not in (",", ";", ")", "@", "#")
    ):
        end += 1
    return (start, end) if any(c.isdigit() for c in typed(cursor, start, min(end, cursor.stop))) else None


def known_end(cursor: Cursor, at: int, lexicon: Lexicon, kind: str) -> int | None:
    """Return the token after the longest known name of a person or organization that begins here."""
    if lexicon.empty or not cursor.is_word(at):
        return None
    knows = lexicon.person if kind == "person" else lexicon.organization
    for end in range(min(cursor.stop, at + LONGEST_NAME), at, -1):
        if cursor.is_word(end - 1) and knows(typed(cursor, at, end)):
            return end
    return None


def organization_end(cursor: Cursor, at: int, lexicon: Lexicon, *, head: bool = False) -> int:
    """Return the token after an organization's name: a known one; else in the head all words up to a comma, a time or a name.

    In the text only capitals after a word such as Dinas go on. What stands before the next @ are the people of that one.
    """
    known = known_end(cursor, at, lexicon, "organization")
    if known:
        return known
    found = cursor.match("organization_words", at)
    first = end = found.end if found else at + 1
    lower = head and not cursor.capital(at)
    while (found or head) and end - at < LONGEST_NAME and _goes_on(cursor, end, lexicon, lower=lower):
        end += 1
    alone = found is None or cursor.has("complete_organizations", at)
    return first if alone and cursor.key(end) == "@" else end


def _goes_on(cursor: Cursor, at: int, lexicon: Lexicon, *, lower: bool) -> bool:
    if not cursor.is_word(at) or any(cursor.has(stop, at) for stop in _NAME_STOPS):
        return False
    digits = cursor.key(at).isdigit() and len(cursor.key(at)) <= 3 and not cursor.has("units", at + 1)
    if not (cursor.capital(at) or digits or (lower and cursor.key(at).isalpha())):
        return False
    person = (
        honorific_end(cursor, at) or title_end(cursor, at) or post_end(cursor, at) or known_end(cursor, at, lexicon, "person")
    )
    return person is None and read_when(cursor, at) is None


def read_at(cursor: Cursor, at: int, lexicon: Lexicon, *, head: bool = False) -> tuple[Organization, int] | None:
    """Read '@Name' or '@"Name of several words"' at an @ mark."""
    closing = _QUOTES.get(cursor.key(at + 1)) if cursor.adjacent(at + 1) else None
    if closing:
        for end in range(at + 2, min(cursor.stop, at + 2 + _LONGEST_QUOTE)):
            if cursor.key(end) == closing and end > at + 2:
                name = typed(cursor, at + 2, end)
                return Organization(typed(cursor, at, end + 1), name, cursor.span(at, end + 1)), end + 1
        return None
    if not (cursor.adjacent(at + 1) and cursor.is_word(at + 1)):
        return None
    end = organization_end(cursor, at + 1, lexicon, head=head)
    name = typed(cursor, at + 1, end).replace("_", " ").strip()
    return (Organization(typed(cursor, at, end), name, cursor.span(at, end)), end) if name else None


def is_known_person(organization: Organization, lexicon: Lexicon) -> bool:
    """Tell whether '@Budi' is a person of the directory and no organization."""
    return lexicon.person(organization.name) and not lexicon.organization(organization.name)
