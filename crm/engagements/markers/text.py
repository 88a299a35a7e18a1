"""What the text of a line says besides: topics, mentions, who turned to whom, promises without a date, proposals."""

from dataclasses import replace

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.doubts import ask_about
from crm.engagements.markers.draft import MOST, Draft
from crm.engagements.markers.followups import REVIEW_WORKING_DAYS
from crm.engagements.markers.model import (
    Direction,
    FollowUp,
    FollowUpKind,
    Hint,
    Organization,
    Owner,
    PieceKind,
    Proposal,
    Side,
    Span,
    State,
)
from crm.engagements.markers.names import is_known_person, known_end, read_at, read_person, typed
from crm.engagements.markers.segments import SENTENCE_ENDS, is_mention, is_topic
from crm.engagements.markers.topics import read_topic

Kept = tuple[int, int]
_MOST_LOOKED_AT = 400
_MOST_IMPLIED = 5
_MOST_MARKS = 200
_EMOJI = {"👍": Hint.AGREED, "✅": Hint.DONE}
_AFTER_WORD = frozenset(".,;:!?)")
_EDGE = " \t,;:-–—*•·▪►"


def read_text(draft: Draft, ranges: list[tuple[int, int]], *, whole: bool) -> str:
    """Read the plain ranges of a line; return the summary. `whole`: no colon, so known names in it took part."""
    parts: list[str] = []
    for number, (start, end) in enumerate(ranges):
        cursor = draft.cursor.until(end)
        dropped = _marks(draft, cursor, start, end, whole=whole)
        _looks(draft, cursor, start, min(end, start + _MOST_LOOKED_AT), whole=whole)
        text = _without(draft, start, end, dropped)
        if text:
            parts.append(text)
        if number == 0:
            _direction(draft, cursor, start)
    return "\n".join(parts) if _lines(draft, ranges) else " ".join(parts)


def _lines(draft: Draft, ranges: list[tuple[int, int]]) -> bool:
    return any(draft.cursor.kind(start - 1) == "newline" for start, end in ranges if end > start)


def _marks(draft: Draft, cursor: Cursor, start: int, end: int, *, whole: bool) -> list[Kept]:
    """Read # and @ in the text; return the token ranges that are not part of the sentence."""
    dropped: list[Kept] = []
    at = start
    while at < end and len(dropped) < _MOST_MARKS:
        after = at
        if cursor.key(at) == "#" and is_topic(cursor, at):
            after = read_topic(draft, cursor, at)
        elif is_mention(cursor, at):
            after = _mention(draft, cursor, at, whole=whole)
        if after > at + 1:
            sentence = cursor.is_word(after) or _governed(cursor, at, start)
            if not sentence and cursor.key(at) == "@":
                _tagged(draft, whole=whole)
            dropped.append((at, at + 1) if sentence else _with_marks(cursor, at, after, start))
        at = max(after, at + 1)
    return dropped


def _with_marks(cursor: Cursor, start: int, end: int, first: int) -> Kept:
    """Drop the comma after a tag too, and the brackets around one."""
    if cursor.key(end) in (",", ";"):
        return start, end + 1
    if start > first and cursor.key(start - 1) == "(" and cursor.key(end) == ")":
        return start - 1, end + 1
    return start, end


def _tagged(draft: Draft, *, whole: bool) -> None:
    """An organization at the end of the text, when the head names none, is that of the people of the head."""
    if not whole and len(draft.organizations) == 1 and not draft.organizations[0].participant:
        draft.organizations[0] = replace(draft.organizations[0], participant=True)
        draft.people[:] = [replace(p, organization=0) if p.participant and p.organization is None else p for p in draft.people]


def _governed(cursor: Cursor, at: int, start: int) -> bool:
    """Tell whether the word before needs what follows ('ke @Polres', 'with @Polres')."""
    before = at - 1
    return before >= start and cursor.key(at) == "@" and any(cursor.has(name, before) for name in ("prepositions", "with", "and"))


def _mention(draft: Draft, cursor: Cursor, at: int, *, whole: bool) -> int:
    found = read_at(cursor, at, draft.lexicon) if len(draft.organizations) < MOST else None
    if not found:
        return at
    organization, end = found
    if is_known_person(organization, draft.lexicon):
        return _person(draft, cursor, at, end, organization, whole=whole)
    draft.mark(PieceKind.ORGANIZATION, at, end)
    if all(other.name.casefold() != organization.name.casefold() for other in draft.organizations):
        draft.organizations.append(replace(organization, participant=whole))
        ask_about(draft, organization)
    return end


def _person(draft: Draft, cursor: Cursor, at: int, end: int, mention: Organization, *, whole: bool) -> int:
    """'@Budi' of the directory is a person."""
    person = read_person(cursor, at + 1, end)
    draft.mark(PieceKind.PERSON, at, end)
    if person and all(p.name != person.name for p in draft.people):
        group = len(draft.people) + len(draft.organizations)
        draft.people.append(replace(person, raw=mention.raw, span=mention.span, group=group, participant=whole))
    return end


def _looks(draft: Draft, cursor: Cursor, start: int, end: int, *, whole: bool) -> None:
    """Look through the sentences for what they may also mean."""
    sentence, at = start, start
    stated = False
    while at < end:
        if cursor.key(at) in SENTENCE_ENDS or cursor.kind(at) == "newline":
            sentence, stated = at + 1, False
        elif cursor.key(at) in _EMOJI:
            draft.proposals.append(Proposal(_EMOJI[cursor.key(at)], cursor.text(at), cursor.span(at, at + 1)))
        elif cursor.is_word(at):
            if whole:
                at = _known(draft, cursor, at)
            stated = stated or _promise(draft, cursor, sentence, at, end)
        at += 1


def _known(draft: Draft, cursor: Cursor, at: int) -> int:
    """A known name anywhere in a line without a colon took part; the words stay in the sentence."""
    person = known_end(cursor, at, draft.lexicon, "person")
    organization = known_end(cursor, at, draft.lexicon, "organization")
    if person and person >= (organization or 0) and len(draft.people) < MOST:
        found = read_person(cursor, at, person)
        if found and all(p.name != found.name for p in draft.people):
            draft.people.append(replace(found, group=len(draft.people) + len(draft.organizations)))
            draft.mark(PieceKind.PERSON, at, person)
        return person - 1
    if organization and len(draft.organizations) < MOST:
        from_text = typed(cursor, at, organization)
        _add_known(draft, cursor, at, organization, from_text)
        return organization - 1
    return at


def _add_known(draft: Draft, cursor: Cursor, at: int, end: int, name: str) -> None:
    if all(o.name.casefold() != name.casefold() for o in draft.organizations):
        draft.organizations.append(Organization(name, name, cursor.span(at, end), marked=False))
        draft.mark(PieceKind.ORGANIZATION, at, end)


def _promise(draft: Draft, cursor: Cursor, sentence: int, at: int, end: int) -> bool:
    """A polite no or a promise without a date becomes an action; 'siap' from a partner only a proposal."""
    waiting = cursor.match("waiting_phrases", at)
    uncertain = None if waiting else cursor.match("uncertain", at)
    if (waiting or uncertain) and sum(f.implied for f in draft.followups) < _MOST_IMPLIED and len(draft.followups) < MOST:
        _imply(draft, cursor, sentence, end, waiting=bool(waiting))
        return True
    if cursor.match("ready", at) and not _ours(cursor, sentence, at):
        draft.proposals.append(_proposal(draft, cursor, Hint.PROMISE, sentence, _clause_end(cursor, at, end)))
    elif cursor.match("closing", at) and at == sentence and cursor.has("done", cursor.match("closing", at).end):  # type: ignore[union-attr]
        draft.proposals.append(_proposal(draft, cursor, Hint.CLOSES, sentence, _clause_end(cursor, at, end)))
    else:
        _neighbours(draft, cursor, sentence, at, end)
    return False


def _imply(draft: Draft, cursor: Cursor, sentence: int, end: int, *, waiting: bool) -> None:
    stop = _clause_end(cursor, sentence, end)
    span = cursor.span(sentence, stop)
    side = Side.US if _ours(cursor, sentence, stop) and not waiting else Side.THEM
    review = draft.moment.calendar.add(draft.moment.now.date(), REVIEW_WORKING_DAYS)
    text = " ".join(span.of(draft.text).split())
    state = State.WAITING if waiting else State.OPEN
    draft.followups.append(
        FollowUp(
            FollowUpKind.ACTION,
            text,
            span,
            Owner(side),
            state=state,
            uncertain=not waiting,
            review_on=review if waiting else None,
            implied=True,
        )
    )


def _ours(cursor: Cursor, start: int, end: int) -> bool:
    return any(cursor.has("we", i) for i in range(start, end))


def _clause_end(cursor: Cursor, at: int, end: int) -> int:
    while at < end and cursor.key(at) not in SENTENCE_ENDS and cursor.key(at) not in ("#", "@") and cursor.kind(at) != "newline":
        at += 1
    return at


def _proposal(draft: Draft, cursor: Cursor, code: Hint, start: int, end: int) -> Proposal:
    span: Span = cursor.span(start, end)
    return Proposal(code, " ".join(span.of(draft.text).split()), span)


def _neighbours(draft: Draft, cursor: Cursor, sentence: int, at: int, end: int) -> None:
    """PMI beside 'nonprosedural' is about migrant workers, beside 'donor' about the Red Cross."""
    topics = cursor.value("neighbour_topics", at)
    if not topics:
        return
    stop = min(_clause_end(cursor, at, end), at + 20)
    near = {cursor.key(i) for i in range(max(sentence, at - 20), stop)}
    for topic, words in topics.items():
        if near & set(words):
            draft.proposals.append(Proposal(Hint.TOPIC, topic, cursor.span(at, at + 1)))
            return


def _direction(draft: Draft, cursor: Cursor, start: int) -> None:
    """'minta' as the first verb: they turned to us; 'kami sampaikan': we to them."""
    if draft.direction is not None:
        return
    if cursor.match("first_verbs_in", start):
        draft.direction = Direction.IN
    elif cursor.match("first_verbs_out", start):
        draft.direction = Direction.OUT


def _without(draft: Draft, start: int, end: int, dropped: list[Kept]) -> str:
    """Return the typed text of these tokens without the dropped ones."""
    cursor, text, at = draft.cursor, [], start
    for begin, stop in [*dropped, (end, end)]:
        if begin > at:
            part = " ".join(_between(draft, cursor, at, begin).split())
            text.append(part if part[:1] in _AFTER_WORD else f" {part}")
        at = max(at, stop)
    return "".join(text).strip(_EDGE)


def _between(draft: Draft, cursor: Cursor, start: int, end: int) -> str:
    return cursor.span(start, end).of(draft.text)
