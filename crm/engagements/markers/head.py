"""Reading the head of a line: channel, direction, who, when; what is not understood goes to the summary."""

from dataclasses import dataclass, replace

from crm.engagements.markers.certain import SEPARATORS, certain_name, known_here, name_follows
from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.dates import FORWARD_ONLY
from crm.engagements.markers.doubts import ask_about
from crm.engagements.markers.draft import MOST, Draft
from crm.engagements.markers.model import Ask, Channel, Direction, Organization, Person, PieceKind
from crm.engagements.markers.names import (
    LONGEST_NAME,
    degree_end,
    honorific_end,
    is_known_person,
    known_end,
    organization_end,
    physician,
    post_end,
    read_at,
    read_person,
    read_phone,
    reference_end,
    typed,
)
from crm.engagements.markers.segments import is_mention, is_topic
from crm.engagements.markers.spoken import number
from crm.engagements.markers.topics import read_topic
from crm.engagements.markers.when import When, event_duration, event_time, read_when

PLANNED = frozenset({Channel.MEETING, Channel.EVENT})
_SILENT = frozenset(".,;:()&+/-–—<>\"'[]")
_LONGEST_HEAD = 400
_ARROWS = {"<": Direction.IN, ">": Direction.OUT}


@dataclass(slots=True)
class HeadReader:
    """One walk over the head. `strict`: no colon, so only what is certainly a name is taken."""

    draft: Draft
    cursor: Cursor
    strict: bool
    at: int = 0
    name_from: int | None = None
    timed: bool = False
    group: int = 0
    joined: bool = False

    def run(self, start: int) -> int:
        """Read up to the end of the head; return the token where the summary begins."""
        self.at = start
        stop = min(self.cursor.stop, start + _LONGEST_HEAD)
        while self.at < stop and len(self.draft.people) < MOST and len(self.draft.organizations) < MOST:
            step = self._step()
            if step is None:
                break
            self.at = step
        self._flush(self.at)
        self._speak_for_first()
        return self.at

    def _step(self) -> int | None:
        """Return the token after what is read here, or None where the summary begins."""
        for read in (
            self._mark,
            self._reference,
            self._special,
            self._known,
            self._link,
            self._time,
            self._unnamed,
            self._organization,
        ):
            found = read()
            if found is not None:
                return found if found > self.at else None
        return self._name()

    def _flush(self, end: int) -> None:
        """End the name that is being collected."""
        start, self.name_from = self.name_from, None
        while start is not None and end > start and self.cursor.key(end - 1) in _SILENT and not self._stopped(start, end):
            end -= 1
        if start is None or end <= start:
            return
        person = read_person(self.cursor, start, end) if end - start <= LONGEST_NAME + 12 else None
        common = all(self.cursor.has("not_names", at) for at in range(start, end) if self.cursor.is_word(at))
        if person is None or common:
            self.draft.leftovers.append(self.cursor.span(start, end))
            return
        self._add(person, start, end)

    def _stopped(self, start: int, end: int) -> bool:
        """Tell whether the last mark is the stop of a degree or an initial."""
        return self.cursor.key(end - 1) == "." and any(degree_end(self.cursor, i) == end for i in (end - 2, end - 3) if i > start)

    def _add(self, person: Person, start: int, end: int) -> None:
        self.draft.people.append(replace(person, group=self.group))
        self.draft.mark(PieceKind.PERSON, start, end)
        self.joined = True

    def _mark(self) -> int | None:
        cursor, at = self.cursor, self.at
        if cursor.is_word(at):
            return None
        if is_mention(cursor, at):
            return self._mention()
        if cursor.key(at) == "#" and is_topic(cursor, at):
            self._flush(at)
            return read_topic(self.draft, cursor, at)
        if cursor.key(at) in _ARROWS and self.draft.direction is None and not self.strict:
            return self._directed(_ARROWS[cursor.key(at)], at + 1)
        if self.name_from is not None and cursor.adjacent(at) and cursor.key(at) in ".'":
            return at + 1
        if cursor.key(at) == "," and self.name_from is not None and degree_end(cursor, at + 1):
            return self._degrees(at)
        return self._separator(at)

    def _degrees(self, at: int) -> int:
        while self.cursor.key(at) == "," and (end := degree_end(self.cursor, at + 1)):
            at = end
        return at

    def _separator(self, at: int) -> int | None:
        cursor = self.cursor
        if self.strict and not self._goes_on_after(at):
            return at
        self._flush(at)
        self.joined = self.joined and cursor.key(at) == "("  # 'Budi (Disdukcapil)' speaks for it
        if cursor.kind(at) in ("email", "link"):
            return self._address(at)
        if cursor.key(at) not in _SILENT:
            self.draft.leftovers.append(cursor.span(at, at + 1))
        return at + 1

    def _address(self, at: int) -> int:
        span = self.cursor.span(at, at + 1)
        if self.cursor.kind(at) == "email":
            text = self.cursor.text(at)
            self._reached(Person(text, "", span, email=text), at, at + 1)
        else:
            self.draft.leftovers.append(span)
        return at + 1

    def _reached(self, person: Person, start: int, end: int) -> None:
        """A number or address right after a name, or in brackets, is how to reach that person; else it stands for somebody."""
        people = self.draft.people
        between = self.draft.text[people[-1].span.end : person.span.start] if people else "-"
        if between.strip(" (") or people[-1].phone or people[-1].email or people[-1].organization is not None:
            self._add(person, start, end)
            return
        people[-1] = replace(people[-1], phone=person.phone, email=person.email)
        self.draft.mark(PieceKind.PERSON, start, end)

    def _goes_on_after(self, at: int) -> bool:
        """Tell whether after a separator another certain name follows (without a colon)."""
        after = at + 1
        if self.cursor.key(at) not in SEPARATORS and not self.cursor.has("and", at):
            return False
        return self._name_follows(after)

    def _mention(self) -> int | None:
        found = read_at(self.cursor, self.at, self.draft.lexicon, head=not self.strict)
        if not found:
            self._flush(self.at)
            return self.at + 1
        self._flush(self.at)
        person = read_person(self.cursor, self.at + 1, found[1]) if is_known_person(found[0], self.draft.lexicon) else None
        if person:
            self._add(replace(person, raw=found[0].raw, span=found[0].span), self.at, found[1])
        else:
            self._take_organization(found[0], found[1], attach=True)
        return found[1]

    def _take_organization(self, organization: Organization, end: int, *, attach: bool) -> None:
        known = [o.name.casefold() for o in self.draft.organizations]
        named = organization.name.casefold()
        index = known.index(named) if named in known else len(known)
        if index == len(known):
            self.draft.organizations.append(organization)
            ask_about(self.draft, organization)
        self.draft.mark(PieceKind.ORGANIZATION, self.at, end)
        if attach:
            for i, person in enumerate(self.draft.people):
                if person.group == self.group and person.organization is None:
                    self.draft.people[i] = replace(person, organization=index)
            self.group += 1
        self.joined = False

    def _speak_for_first(self) -> None:
        """'kunj @Disdukcapil Budi': the only organization stands first, and no comma parts it from the names."""
        people, organizations = self.draft.people, self.draft.organizations
        if len(organizations) != 1 or not people or any(p.group == 0 for p in people) or not organizations[0].marked:
            return
        between = self.draft.text[organizations[0].span.end : people[0].span.start]
        if not between.strip():
            people[:] = [replace(p, organization=0) for p in people]

    def _special(self) -> int | None:
        """Direction words, 'dr', joining words, and words that begin the summary."""
        cursor, at = self.cursor, self.at
        short = cursor.has("from_short", at) and not physician(cursor, at)
        if short and (self.name_from is None or is_mention(cursor, at + 1)):
            end = at + (2 if cursor.key(at + 1) == "." and cursor.adjacent(at + 1) else 1)
            return self._directed(Direction.IN, end)
        direction = cursor.match("directions", at)
        if direction and self.draft.direction is None and not self.draft.people and self.name_from is None:
            return self._directed(Direction(direction.value), direction.end)
        if direction and not cursor.has("about_words", at):
            after = cursor.has("direction_after", at) and self.draft.direction is None
            return self._directed(Direction(direction.value) if after else None, direction.end)
        if self._place(at):
            return self._joining(at + 1)
        joining = cursor.match("with", at) or cursor.match("and", at) or cursor.match("others", at)
        if joining:
            return self._joining(joining.end)
        if cursor.has("about_words", at) and (
            self.name_from is not None or self.draft.people or self.draft.channel or self.draft.organizations
        ):
            return at
        return None

    def _place(self, at: int) -> bool:
        """'di SMK Negeri 9', 'at Polres': not a name and not before a time."""
        if (
            self.strict
            or self.name_from is not None
            or self.cursor.has("about_words", at)
            or not self.cursor.has("prepositions", at)
        ):
            return False
        return read_when(self.cursor, at) is None and read_when(self.cursor, at + 1) is None

    def _directed(self, direction: Direction | None, end: int) -> int:
        if self.strict and not self._name_follows(end):
            return self.at
        self._flush(self.at)
        self.draft.direction = direction or self.draft.direction
        self.draft.mark(PieceKind.DIRECTION if direction else PieceKind.LINK, self.at, end)
        return end

    def _joining(self, end: int) -> int:
        if self.strict and not self._name_follows(end):
            return self.at
        self._flush(self.at)
        self.draft.mark(PieceKind.LINK, self.at, end)
        self.joined = False
        return end

    def _name_follows(self, at: int) -> bool:
        return name_follows(self.cursor, at, self.draft.lexicon, channel=self._has_channel())

    def _has_channel(self) -> bool:
        return self.draft.channel is not None

    def _known(self) -> int | None:
        """A name of the directory is taken whole, whatever else its words could be."""
        known = known_here(self.cursor, self.at, self.draft.lexicon)
        if known is None:
            return None
        kind, end = known
        if kind == "organization":
            if self.name_from is not None and self._is_post():
                return None
            collected = self.name_from is not None or self.joined
            self._flush(self.at)
            name = typed(self.cursor, self.at, end)
            self._take_organization(Organization(name, name, self.cursor.span(self.at, end), marked=False), end, attach=collected)
            return end
        if self.name_from is None:
            self.name_from = self.at
        return self._to_surname(end)

    def _to_surname(self, end: int) -> int:
        """Without a colon a known name ends here; with one, more words may belong to it."""
        if self.strict:
            self._flush(end)
        return end

    def _is_post(self) -> bool:
        start = self.name_from or 0
        return post_end(self.cursor, honorific_end(self.cursor, start) or start) is not None

    def _time(self) -> int | None:
        glued = 1 if self.cursor.has("glue", self.at) else 0
        when = self._duration() or read_when(self.cursor, self.at + glued)
        if isinstance(when, int):
            return when
        if when is None or self.timed or (when.said and when.said.kind in FORWARD_ONLY):
            return None
        reading = event_time(when, self.draft.moment, planned=self.draft.channel in PLANNED or "audience" in self.draft.details)
        if self.strict and reading.ask is not None:
            return self.at
        self._flush(self.at)
        if reading.ask is Ask.INVALID_DATE:
            span = self.cursor.span(self.at, when.end)
            self.draft.leftovers.append(span)
            self.draft.ask(Ask.INVALID_DATE, span)
            return when.end
        return self._timed(when, reading)

    def _timed(self, when: When, reading) -> int:
        self.timed = True
        self.draft.event = reading.event
        self.draft.duration = event_duration(when.clock) or self.draft.duration
        span = self.draft.mark(PieceKind.TIME, self.at, when.end)
        if reading.ask:
            self.draft.ask(reading.ask, span, dates=reading.dates)
        return when.end

    def _duration(self) -> int | None:
        """'15 menit', 'selama 2 jam'."""
        start = self.at + (1 if self.cursor.has("duration_words", self.at) else 0)
        amount = number(self.cursor, start)
        unit = self.cursor.value("units", start + 1)
        beyond = self.cursor.match("ago", start + 2) or self.cursor.match("ahead", start + 2)
        if amount is None or unit not in ("hour", "minute") or beyond or self.draft.duration:
            return None
        minutes = amount * (60 if unit == "hour" else 1)
        if not 0 < minutes <= 24 * 60:
            return None
        self._flush(self.at)
        self.draft.duration = minutes
        self.draft.mark(PieceKind.DURATION, self.at, start + 2)
        return start + 2

    def _link(self) -> int | None:
        """A telephone number stands for a person whose name is not known."""
        end = read_phone(self.cursor, self.at)
        if end is None:
            return None
        self._flush(self.at)
        number_typed = typed(self.cursor, self.at, end)
        self._reached(Person(number_typed, "", self.cursor.span(self.at, end), phone=number_typed), self.at, end)
        return end

    def _unnamed(self) -> int | None:
        """'tim Disdukcapil', 'orang capil': the organization took part, nobody is named."""
        found = self.cursor.match("unnamed", self.at) if self.name_from is None else None
        if not found or is_mention(self.cursor, found.end) or not self.cursor.is_word(found.end):
            return None
        end = organization_end(self.cursor, found.end, self.draft.lexicon, head=not self.strict)
        if self.strict and not (
            self.cursor.capital(found.end) or known_end(self.cursor, found.end, self.draft.lexicon, "organization")
        ):
            return self.at
        name = typed(self.cursor, found.end, end)
        span = self.cursor.span(self.at, end)
        self._take_organization(
            Organization(typed(self.cursor, self.at, end), name, span, unnamed=True, marked=False), end, attach=False
        )
        return end

    def _organization(self) -> int | None:
        """'Polres Sagaramaya' without @: a word such as Dinas or Polres begins an organization's name, and parts 'bu Yeni Disnaker'."""
        found = self.cursor.match("organization_words", self.at)
        splits = self.cursor.has("complete_organizations", self.at) and not self._is_post()
        if not found or (self.name_from is not None and not splits) or not self.cursor.capital(self.at) and self.strict:
            return None
        self._flush(self.at)
        end = organization_end(self.cursor, self.at, self.draft.lexicon, head=not self.strict)
        name = typed(self.cursor, self.at, end)
        self._take_organization(Organization(name, name, self.cursor.span(self.at, end), marked=False), end, attach=self.joined)
        return end

    def _reference(self) -> int | None:
        """'no. B/123/XI/2026' of a letter."""
        found = None if self.strict else reference_end(self.cursor, self.at)
        if not found or self.draft.reference:
            return None
        self._flush(self.at)
        self.draft.reference = typed(self.cursor, *found)
        self.draft.mark(PieceKind.REFERENCE, self.at, found[1])
        return found[1]

    def _name(self) -> int | None:
        """Collect a word of a name."""
        if not self.strict:
            if self.name_from is None:
                self.name_from = self.at
            return self.at + 1
        end = certain_name(self.cursor, self.at, channel=self._has_channel())
        if end is None or self.name_from is not None:
            return None
        self.name_from = self.at
        self._flush(end)
        return end
