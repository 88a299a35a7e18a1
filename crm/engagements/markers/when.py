"""Date and time read together, and what they mean for the event and for a follow-up."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from crm.engagements.markers.cursor import Cursor
from crm.engagements.markers.dates import FORWARD_ONLY, Answer, Said, Today, of_event
from crm.engagements.markers.due import of_due
from crm.engagements.markers.hours import DAY_MINUTES, ZONES, Clock, read_clock, within_part
from crm.engagements.markers.model import Ask, Due, EventTime, Precision
from crm.engagements.markers.spoken import read_date
from crm.engagements.markers.workdays import FRIDAY, WorkCalendar

_SOFT_MARGIN = timedelta(hours=2)  # 'sore ini' said at three is not in the future
_CHECKABLE = frozenset({"day", "day_month", "day_of_month", "in", "ago"})


@dataclass(frozen=True, slots=True)
class When:
    """A date, a time of day or both, as read, and the token after them."""

    said: Said | None
    clock: Clock | None
    end: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Where and when the line is typed: what words are counted from."""

    now: datetime
    calendar: WorkCalendar
    event_on: date | None = None

    def today(self) -> Today:
        """Return what dates are counted from."""
        return Today(self.now.date(), self.calendar, self.event_on)


def read_when(cursor: Cursor, at: int, *, first: bool = False, dots: bool = False) -> When | None:
    """Read date and time words, in any order, as far as they go. `dots`: a bare 12.12 is a date."""
    said: Said | None = None
    clock: Clock | None = None
    end = at
    while end < cursor.stop:
        start = end + _glue(cursor, end) if end > at else end
        found_clock = _next_clock(cursor, start, clock, dots=not dots or said is not None)
        found_date = read_date(cursor, start, first=first and end == at, dots=dots)
        merged = _merge(said, found_date[0]) if found_date else None
        if found_date and merged and not (found_clock and found_clock[1] > found_date[1]):
            said, end = merged, found_date[1]
        elif found_clock:
            clock, end = found_clock
        else:
            break
    if said is None and clock is None:
        return None
    return When(_settled(said, clock), clock, end)


def _next_clock(cursor: Cursor, at: int, clock: Clock | None, *, dots: bool) -> tuple[Clock, int] | None:
    """Read a time; after a part of the day an exact one makes it exact."""
    if clock is not None and not clock.part:
        return None
    found = read_clock(cursor, at, dots=dots)
    if clock is None or found is None:
        return found
    return None if found[0].part or found[0].soft else (within_part(clock, found[0]), found[1])


def _glue(cursor: Cursor, at: int) -> int:
    """Return how many joining tokens stand here: a comma, 'pada', 'on'."""
    steps = 1 if cursor.key(at) == "," else 0
    return steps + (1 if cursor.has("glue", at + steps) else 0)


def _merge(said: Said | None, more: Said) -> Said | None:
    """Join a second date: it replaces 'nanti', a weekday only checks the first date; else it is not part of this."""
    if said is None or (said.kind == "waiting" and more.kind not in FORWARD_ONLY):
        return more
    if more.kind == "weekday" and more.n is None and said.kind in _CHECKABLE and said.weekday is None:
        return replace(said, weekday=more.weekday)
    return None


def _settled(said: Said | None, clock: Clock | None) -> Said | None:
    if said and clock and said.kind == "waiting":
        return Said("day", 0)
    if said and clock and said.ambiguous:
        return replace(said, ambiguous=False)
    return said


def _zone(clock: Clock | None, now: datetime) -> tzinfo | None:
    return ZoneInfo(ZONES[clock.zone.lower()]) if clock and clock.zone else now.tzinfo


def _minutes_away(said: Said | None) -> timedelta | None:
    """Return the distance of '2 jam lagi' and '30 menit lalu'."""
    if said is None or said.unit not in ("hour", "minute"):
        return None
    n = min(said.n or 0, 10 * DAY_MINUTES)
    return timedelta(hours=n) if said.unit == "hour" else timedelta(minutes=n)


@dataclass(frozen=True, slots=True)
class EventReading:
    """The event's time, with what to ask about it."""

    event: EventTime
    ask: Ask | None = None
    dates: tuple[date, ...] = ()


def just_now(now: datetime) -> EventTime:
    """Return the time of an event about which nothing is said: now."""
    return EventTime(now.date(), now.date(), now, Precision.TIME, explicit=False)


def event_time(when: When, moment: Moment, *, planned: bool) -> EventReading:
    """Return when it happened. A refused date leaves the event at now and asks."""
    now, clock = moment.now, when.clock
    away = _minutes_away(when.said)
    if away is not None and when.said and when.said.kind == "ago":
        at = now - away
        return EventReading(EventTime(at.date(), at.date(), at, Precision.TIME, at.time().replace(second=0, microsecond=0)))
    answer = of_event(_event_said(when), moment.today(), planned=planned)
    if answer.on is None or answer.until is None:
        return EventReading(just_now(now), answer.ask, answer.dates)
    if clock is None or answer.on != answer.until:
        at_now = now if answer.precision is Precision.TIME else None
        event = EventTime(answer.on, answer.until, at_now, answer.precision)
        return EventReading(event, answer.ask, answer.dates)
    at = datetime.combine(answer.on, clock.time, _zone(clock, now))
    event = EventTime(answer.on, answer.on, at, Precision.TIME, clock.time, clock.soft, clock.zone)
    early = now + _SOFT_MARGIN if clock.soft else now
    if at > early and not planned and answer.ask is None:
        return EventReading(event, Ask.FUTURE_EVENT, (answer.on - timedelta(1), answer.on))
    return EventReading(event, answer.ask, answer.dates)


def _event_said(when: When) -> Said:
    if when.said:
        return when.said
    if when.clock and when.clock.friday:
        return Said("weekday", weekday=FRIDAY)
    return Said("day", (when.clock.day_shift if when.clock else 0) or 0)


def event_duration(clock: Clock | None) -> int | None:
    """Return the minutes between 'jam 9' and 'sampai 11'."""
    return clock.until - clock.minutes if clock and clock.until else None


def due_date(when: When, moment: Moment) -> tuple[Due | None, Answer]:
    """Return when a follow-up is due, if it can be said, and the answer with what to ask."""
    now, clock, said = moment.now, when.clock, when.said
    away = _minutes_away(said)
    if away is not None and said and said.kind == "in":
        at = (now + away).replace(second=0, microsecond=0)
        return _due(Answer(at.date()), moment, at.time(), None), Answer(at.date())
    if said is None:
        return _due_by_clock(clock, moment)
    answer = of_due(said, moment.today())
    return (_due(answer, moment, clock.time if clock else None, clock), answer) if answer.on else (None, answer)


def _due(answer: Answer, moment: Moment, at: time | None, clock: Clock | None) -> Due | None:
    if answer.on is None:
        return None
    exact = at is not None and answer.precision is Precision.DAY
    precision = Precision.TIME if exact else answer.precision
    starts = answer.until if answer.precision not in (Precision.DAY, Precision.TIME) else None
    soft, zone = (clock.soft, clock.zone) if clock and exact else (False, None)
    return Due(answer.on, precision, moment.calendar.is_working(answer.on), at if exact else None, soft, zone, starts)


def _due_by_clock(clock: Clock | None, moment: Moment) -> tuple[Due | None, Answer]:
    """A time without a day means today; when that is over, tomorrow is offered."""
    if clock is None:
        return None, Answer()
    if clock.friday:
        ahead = (FRIDAY - moment.now.weekday()) % 7
        answer = Answer(moment.now.date() + timedelta(ahead))
    else:
        answer = Answer(moment.now.date())
        at = datetime.combine(moment.now.date(), clock.time, _zone(clock, moment.now))
        if at < moment.now and clock.day_shift is None:
            answer = replace(answer, ask=Ask.TIME_PASSED, dates=(moment.now.date() + timedelta(1),))
    if clock.day_shift is not None and clock.day_shift < 0:
        return None, of_due(Said("day", clock.day_shift), moment.today())
    return _due(answer, moment, clock.time, clock), answer
