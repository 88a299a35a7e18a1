"""Reading what '!' and the markers begin: due date, priority, whose it is, and the task as typed."""

from dataclasses import dataclass, replace
from datetime import timedelta

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.dates import NO_DATE
from crm.engagements.markers.draft import MOST, Draft
from crm.engagements.markers.model import Ask, Due, FollowUp, FollowUpKind, Owner, PieceKind, Side, Span, State
from crm.engagements.markers.names import honorific_end, is_known_person, known_end, read_at, read_person
from crm.engagements.markers.segments import Part, is_mention
from crm.engagements.markers.when import Moment, When, due_date, read_when

REVIEW_WORKING_DAYS = 5  # a promise without a date is asked about again after so many working days
_TRAILING = frozenset({"day", "weekday", "week", "weekend", "day_month", "day_of_month", "in", "iso_week", "end", "start", "mid"})
_DATED_KINDS = frozenset({FollowUpKind.ACTION, FollowUpKind.PROMISE})
_LONGEST_OWNER = 4
_LOOK_BACK = 9
_DATE_MARKS = frozenset(",;:-–—.()")


@dataclass(slots=True)
class _Task:
    """A follow-up while it is read: tokens from `at` to `end` are the task."""

    part: Part
    at: int
    end: int
    due: Due | None = None
    asks: tuple[Ask, Span, tuple] | None = None
    urgent: bool = False
    waiting: bool = False
    theirs: bool = False
    done: bool = False
    dated: bool = False
    owner: Owner | None = None


def read_part(draft: Draft, part: Part) -> None:
    """Read one marked part into the draft."""
    cursor = draft.cursor.until(part.end)
    task = _Task(part, part.start, part.end, done=part.done)
    _mark_marker(draft, part)
    if part.kind in _DATED_KINDS:
        _leading(draft, cursor, task)
        _trailing(draft, cursor, task)
    if part.bang and _belongs_to_last(draft, task):
        return
    _store(draft, task)


def _mark_marker(draft: Draft, part: Part) -> None:
    draft.mark(PieceKind.MARKER, part.marker, part.start)


def _leading(draft: Draft, cursor: Cursor, task: _Task) -> None:
    """Take date words, priority and 'selesai' at the beginning."""
    while task.at < task.end:
        at = task.at + (1 if task.at > task.part.start and cursor.key(task.at) in _DATE_MARKS else 0)
        first = task.at == task.part.start and task.part.bang
        by = cursor.match("by", at)
        start = by.end if by and not cursor.has("day_words", at) else at
        when = read_when(cursor, start, first=first or start > at, dots=True)
        if when and not task.dated or when and when.said and when.said.kind in NO_DATE:
            if not _take(draft, task, when, at):
                return
        elif not when and task.at == task.part.start and cursor.has("done", at):
            task.done = True
            draft.mark(PieceKind.MARKER, at, at + 1)
            task.at = at + 1
        elif when or not _leading_owner(draft, cursor, task, at):
            return


def _leading_owner(draft: Draft, cursor: Cursor, task: _Task, at: int) -> bool:
    """'PIC Sari senin kirim', '@Sari senin kirim'."""
    if task.owner or not (is_mention(cursor, at) or cursor.has("owner_words", at)):
        return False
    named = _owner_at(draft, cursor, at)
    if not named or not named[2]:
        return False
    task.owner, task.at = named[0], named[1]
    draft.mark(PieceKind.OWNER, at, named[1])
    return True


def _take(draft: Draft, task: _Task, when: When, start: int) -> bool:
    """Use a date that was read; False when it is not one (31 Feb stays in the task, and is asked about)."""
    kind = when.said.kind if when.said else ""
    if kind == "asap":
        task.urgent = True
        draft.mark(PieceKind.PRIORITY, start, when.end)
    else:
        due, answer = due_date(when, _moment(draft, task, when))
        if answer.ask is Ask.INVALID_DATE:
            task.asks = (answer.ask, draft.cursor.span(start, when.end), answer.dates)
            return False
        if kind in NO_DATE:
            task.waiting, task.theirs = True, kind == "waiting_them"
            if kind == "waiting_them":  # these words say what is awaited: they are the task
                task.asks = (answer.ask or Ask.WAITING_NO_DATE, draft.cursor.span(start, when.end), answer.dates)
                return False
        else:
            task.dated = True
        task.due = due or task.due
        span = draft.mark(PieceKind.DUE, start, when.end)
        if answer.ask:
            task.asks = (answer.ask, span, answer.dates)
    task.at = when.end
    return True


def _moment(draft: Draft, task: _Task, when: When) -> Moment:
    """'H-2' counts from the event that the same follow-up names ('!H-2 rakor 12 Des'), else from that of the line."""
    if when.said and when.said.kind == "minus":
        cursor = draft.cursor.until(task.end)
        for at in range(when.end, task.end):
            named = read_when(cursor, at, dots=True)
            if named:
                due, _ = due_date(named, draft.moment)
                return replace(draft.moment, event_on=due.on if due else None)
    return draft.moment


def _trailing(draft: Draft, cursor: Cursor, task: _Task) -> None:
    """Take a date at the very end ('kirim surat paling lambat Senin'); one that looks back is part of the task."""
    end = task.end
    while end > task.at and cursor.kind(end - 1) == "mark" and cursor.key(end - 1) in ".,;!)":
        end -= 1
    if end > task.at and cursor.value("dates", end - 1) == "asap" and end - 1 > task.at:
        draft.mark(PieceKind.PRIORITY, end - 1, end)
        task.urgent, end = True, end - 1
        task.end = end
    if task.dated or (task.asks and not task.theirs) or (task.waiting and not task.theirs):
        return
    for start in range(max(task.at, end - _LOOK_BACK), end):
        by = cursor.match("by", start)
        begin = by.end if by and not cursor.has("day_words", start) else start
        when = read_when(cursor.until(end), begin, dots=True)
        if when and when.end == end and (by or (when.said and when.said.kind in _TRAILING)):
            due, answer = due_date(when, draft.moment)
            if due and not (by is None and answer.ask):
                draft.mark(PieceKind.DUE, start, end)
                task.due, task.dated, task.end = due, True, start
                task.asks, task.waiting = None, False
            return


def _belongs_to_last(draft: Draft, task: _Task) -> bool:
    """Let '!H+3' after 'J: kirim banner' be the due date of that promise."""
    bare = not any(any(c.isalnum() for c in draft.cursor.text(i)) for i in range(task.at, task.end))
    if not bare or not draft.followups or not (task.due or task.urgent or task.asks):
        return False
    last = draft.followups[-1]
    if last.due or last.implied or last.kind not in _DATED_KINDS or last.urgent or last.state is not State.OPEN:
        return False
    index = len(draft.followups) - 1
    draft.followups[-1] = replace(last, due=task.due, urgent=task.urgent)
    draft.questions[:] = [q for q in draft.questions if not (q.followup == index and q.code is Ask.MISSING_DUE)]
    if task.asks:
        _ask(draft, task, index)
    return True


def _ask(draft: Draft, task: _Task, index: int) -> None:
    if task.asks:
        code, span, dates = task.asks
        draft.ask(code, span, dates=dates, followup=index)


def _store(draft: Draft, task: _Task) -> None:
    if len(draft.followups) >= MOST:
        return
    cursor, index = draft.cursor.until(task.end), len(draft.followups)
    owner, hidden = _owner(draft, cursor, task)
    text = _text_without(draft, task.at, task.end, hidden)
    verb = cursor.match("verbs", _first_word(cursor, task.at))
    waits = bool(verb and verb.value == "wait") or task.theirs
    uncertain = any(cursor.match("uncertain", i) for i in range(task.at, task.end))
    kind = FollowUpKind.ACTION if uncertain and task.part.kind is FollowUpKind.PROMISE else task.part.kind
    if waits and owner.side is Side.US:
        owner = Owner(Side.THEM)
    state = State.DONE if task.done else State.WAITING if (task.waiting or waits) and not task.due else State.OPEN
    review = draft.moment.calendar.add(draft.moment.now.date(), REVIEW_WORKING_DAYS) if state is State.WAITING else None
    span = draft.cursor.span(task.part.marker, max(task.part.end, task.part.start))
    draft.followups.append(
        FollowUp(kind, text, span, owner, task.due, state, task.urgent, uncertain, verb.value if verb else None, review)
    )
    _mark_task(draft, task, hidden)
    _questions(draft, task, index, state)
    if not text:
        draft.ask(Ask.MISSING_TASK, span, followup=index)


def _questions(draft: Draft, task: _Task, index: int, state: State) -> None:
    if task.asks:
        _ask(draft, task, index)
        return
    if task.due or state is not State.OPEN or task.part.kind not in _DATED_KINDS:
        return
    today = draft.moment.now.date()
    code = Ask.URGENT_NO_DATE if task.urgent else Ask.MISSING_DUE
    candidates = (draft.moment.calendar.on_or_after(today + timedelta(1)),)
    draft.ask(code, draft.followups[index].span, dates=candidates, followup=index)


def _first_word(cursor: Cursor, at: int) -> int:
    while at < cursor.stop and not cursor.is_word(at):
        at += 1
    return at


def _owner(draft: Draft, cursor: Cursor, task: _Task) -> tuple[Owner, list[tuple[int, int]]]:
    """Return whose task it is, and the token ranges that do not belong to the text."""
    before = _owner_before(draft, task.part)
    found = task.owner or before
    hidden: list[tuple[int, int]] = []
    for at in range(task.at, task.end):
        if is_mention(cursor, at) and cursor.has("prepositions", at - 1):
            end = _mentioned_only(draft, cursor, at)
            hidden += [(at, at + 1)] if end > at else []
        elif task.owner is None and (named := _owner_at(draft, cursor, at)):
            task.owner, end, spoken = named
            draft.mark(PieceKind.OWNER, at, end)
            hidden += [(at, end)] if spoken else []
    return task.owner or found, hidden


def _mentioned_only(draft: Draft, cursor: Cursor, at: int) -> int:
    """'kirim surat ke @Polres': not whose task it is; the name stays in the text."""
    found = read_at(cursor, at, draft.lexicon)
    if not found:
        return at
    if is_known_person(found[0], draft.lexicon):
        draft.mark(PieceKind.PERSON, at, found[1])
        return found[1]
    draft.mark(PieceKind.ORGANIZATION, at, found[1])
    if all(other.name.casefold() != found[0].name.casefold() for other in draft.organizations):
        draft.organizations.append(replace(found[0], participant=False))
    return found[1]


def _owner_at(draft: Draft, cursor: Cursor, at: int) -> tuple[Owner, int, bool] | None:
    """Return the owner that '@Budi', 'oleh Budi', 'via Budi' names here, the token after it, and whether that is all it says."""
    if is_mention(cursor, at):
        found = _mentioned(draft, cursor, at)
        return (found[0], found[1], not cursor.has("owner_with", at - 1)) if found else None
    if cursor.has("owner_words", at) or cursor.has("owner_with", at):
        return _owner_named(draft, cursor, at)
    return None


def _owner_before(draft: Draft, part: Part) -> Owner:
    """'Budi J: …' is Budi's promise; 'wa Budi janji: …' too."""
    if part.by_head:
        participants = [i for i, p in enumerate(draft.people) if p.participant]
        if participants:
            return Owner(Side.NAMED, person=participants[0])
        return Owner(Side.NAMED, organization=0) if draft.organizations else Owner(Side.US)
    if not part.who:
        return Owner(Side.US)
    if draft.cursor.has("we", part.who[0]) and part.who[1] - part.who[0] == 1:
        draft.mark(PieceKind.OWNER, *part.who)
        return Owner(Side.US)
    person = read_person(draft.cursor, *part.who)
    if person is None:
        return Owner(Side.US)
    draft.mark(PieceKind.OWNER, *part.who)
    return Owner(Side.NAMED, person=_index(draft, person))


def _index(draft: Draft, person) -> int:
    """Return the index of this person among those of the line; add one who is only named here."""
    key = (person.name or person.post or "").casefold()
    for index, known in enumerate(draft.people):
        names = (known.name or known.post or "").casefold()
        if key and (names == key or names.startswith(key + " ")):
            return index
    draft.people.append(replace(person, participant=False, group=len(draft.people)))
    return len(draft.people) - 1


def _mentioned(draft: Draft, cursor: Cursor, at: int) -> tuple[Owner, int, bool] | None:
    """'@Budi' or '@Disdukcapil' in a task."""
    found = read_at(cursor, at, draft.lexicon)
    if not found:
        return None
    organization, end = found
    key = organization.name.casefold()
    known = any(key in (p.name.casefold(), p.name.casefold().split(" ")[0]) for p in draft.people)
    if known or is_known_person(organization, draft.lexicon):
        person = read_person(cursor, at + 1, end)
        return (Owner(Side.NAMED, person=_index(draft, person)), end, True) if person else None
    for index, other in enumerate(draft.organizations):
        if other.name.casefold() == key:
            return Owner(Side.NAMED, organization=index), end, True
    draft.organizations.append(replace(organization, participant=False))
    return Owner(Side.NAMED, organization=len(draft.organizations) - 1), end, True


def _owner_named(draft: Draft, cursor: Cursor, at: int) -> tuple[Owner, int, bool] | None:
    """'oleh Budi', 'PIC: bu Sari'; 'via' and 'dgn' only before a name, and the words stay in the task."""
    spoken = cursor.has("owner_words", at)
    start = at + 1 + (1 if cursor.key(at + 1) in (":", "=") else 0)
    if spoken and cursor.has("we", start):
        return Owner(Side.US), start + 1, True
    if cursor.has("channels", start):
        return None
    end = known_end(cursor, start, draft.lexicon, "person") or _name_end(cursor, start, any_case=spoken)
    person = read_person(cursor, start, end) if end > start else None
    return (Owner(Side.NAMED, person=_index(draft, person)), end, spoken) if person else None


def _name_end(cursor: Cursor, start: int, *, any_case: bool) -> int:
    at = honorific_end(cursor, start) or start
    free = any_case or at > start
    end = at
    while end - at < _LONGEST_OWNER and (cursor.capital(end) or (free and end == at and cursor.is_word(end))):
        if read_when(cursor, end):
            break
        end += 1
    return end


def _text_without(draft: Draft, start: int, end: int, hidden: list[tuple[int, int]]) -> str:
    """Return the task as typed, without what only names its owner."""
    cursor, parts, at = draft.cursor, [], start
    for begin, stop in [*hidden, (end, end)]:
        if begin > at:
            span = cursor.span(at, begin)
            parts.append(span.of(draft.text))
        at = max(at, stop)
    text = " ".join(" ".join(parts).split()).strip(" ,;:-–—!").rstrip("( ")
    return text if any(c.isalnum() for c in text) else ""


def _mark_task(draft: Draft, task: _Task, hidden: list[tuple[int, int]]) -> None:
    at = task.at
    for begin, stop in [*hidden, (task.end, task.end)]:
        if begin > at:
            draft.mark(PieceKind.TASK, at, begin)
        at = max(at, stop)
