"""What a spoken date of a follow-up means today: it looks forward and is never before today."""

from datetime import date, timedelta

from crm.engagements.markers import workdays
from crm.engagements.markers.dates import ENDS, NO_DATE, PERIODS, Answer, Rule, Said, Today, checked, day, iso_week, moved
from crm.engagements.markers.model import Ask, Precision
from crm.engagements.markers.workdays import FRIDAY, SATURDAY


def past(today: Today, *candidates: date) -> Answer:
    """Refuse a day that is over; offer these, else today and the next working day."""
    offered = candidates or (today.day, today.calendar.on_or_after(today.day + timedelta(1)))
    return Answer(ask=Ask.PAST_DUE, dates=offered)


def _last_working(today: Today, first: date, last: date, precision: Precision) -> Answer:
    return Answer(today.calendar.on_or_before(last, not_before=first), first, precision)


def _due_weekday(said: Said, today: Today) -> Answer:
    weekday = said.weekday or 0
    if said.n is None:
        found = workdays.next_weekday(today.day, weekday)
        if said.ambiguous:
            return Answer(found, ask=Ask.AMBIGUOUS_MINGGU, dates=(found, _work_week(today, 1)))
        return day(found)
    if said.n < 0:
        return past(today)
    found = workdays.week_of(today.day, said.n) + timedelta(weekday)
    return day(found) if found >= today.day else past(today, found + timedelta(7))


def _work_week(today: Today, offset: int) -> date:
    monday = workdays.week_of(today.day, offset)
    return today.calendar.on_or_before(monday + timedelta(FRIDAY), not_before=monday)


def _due_week(said: Said, today: Today) -> Answer:
    found = _work_week(today, said.n or 0)
    if found < today.day:
        return past(today, _work_week(today, 1)) if said.n == 0 else past(today)
    return Answer(found, workdays.week_of(today.day, said.n or 0), Precision.WEEK)


def _due_weekend(said: Said, today: Today) -> Answer:
    if said.n is None:
        return day(workdays.next_weekday(today.day, SATURDAY))
    found = workdays.week_of(today.day, said.n) + timedelta(SATURDAY)
    if found < today.day:
        return past(today, found + timedelta(7))
    return day(found)


def _month_part_day(today: Today, part: str, first: date, last: date) -> date:
    if part == "start":
        return today.calendar.on_or_after(first)
    end = first.replace(day=15) if part == "mid" else last
    return today.calendar.on_or_before(end, not_before=first)


def _due_month_part(said: Said, today: Today) -> Answer:
    if said.month:
        year = said.year or today.day.year
        first, last = workdays.month_of(date(year, said.month, 1))
        found = _month_part_day(today, said.kind, first, last)
        if found < today.day and not said.year:
            found = _month_part_day(today, said.kind, *workdays.month_of(first, 12))
    elif said.n is not None:
        found = _month_part_day(today, said.kind, *workdays.month_of(today.day, said.n))
    else:
        found = _month_part_day(today, said.kind, *workdays.month_of(today.day, 1 if said.kind == "start" else 0))
        if found < today.day or (found == today.day and said.kind == "end"):
            found = _month_part_day(today, said.kind, *workdays.month_of(today.day, 1))
    return day(found) if found >= today.day else past(today)


def _due_month(said: Said, today: Today) -> Answer:
    first, last = workdays.month_of(today.day, said.n or 0)
    if said.month:
        first, last = workdays.month_of(date(said.year or today.day.year, said.month, 1))
        if last < today.day and not said.year:
            first, last = workdays.month_of(first, 12)
    answer = _last_working(today, first, last, Precision.MONTH)
    return answer if answer.on and answer.on >= today.day else past(today)


def _due_year(said: Said, today: Today) -> Answer:
    year = said.year or today.day.year + (said.n or 0)
    if year < today.day.year:
        return past(today)
    if year == today.day.year:
        return _due_period_end(Said("year_end"), today)
    first, last = date(year, 1, 1), date(year, 12, 31)
    ends = (today.calendar.on_or_after(first), today.calendar.on_or_before(last, not_before=first))
    return Answer(precision=Precision.YEAR, ask=Ask.VAGUE_DUE, dates=ends)


def _due_period(said: Said, today: Today) -> Answer:
    length, precision = PERIODS[said.kind]
    first, last = workdays.months_period(said.year or today.day.year, length, said.n or 1)
    answer = _last_working(today, first, last, precision)
    if answer.on and answer.on < today.day and not said.year:
        first, last = workdays.months_period(today.day.year + 1, length, said.n or 1)
        answer = _last_working(today, first, last, precision)
    return answer if answer.on and answer.on >= today.day else past(today)


def _due_period_end(said: Said, today: Today) -> Answer:
    length = ENDS[said.kind]
    first, last = workdays.months_period(today.day.year, length, (today.day.month - 1) // length + 1)
    found = today.calendar.on_or_before(last, not_before=first)
    if found < today.day:
        first, last = workdays.month_of(last, 1)[0], workdays.month_of(last, length)[1]
        found = today.calendar.on_or_before(last, not_before=first)
    return day(found)


def _due_day_of_month(said: Said, today: Today) -> Answer:
    for ahead in range(1 if said.n is not None else 13):
        first, _ = workdays.month_of(today.day, said.n if said.n is not None else ahead)
        found = workdays.safe_date(first.year, first.month, said.day or 0)
        if found and said.n is not None:
            return day(found) if found >= today.day else past(today)
        if found and found > today.day:
            return day(found)
    return Answer(ask=Ask.INVALID_DATE)


def _due_day_month(said: Said, today: Today) -> Answer:
    """The next such day within thirteen months; one with a year that is over is refused."""
    years = (said.year,) if said.year else (today.day.year, today.day.year + 1, today.day.year + 2)
    found = [d for d in (workdays.safe_date(y, said.month or 0, said.day or 0) for y in years) if d]
    coming = [d for d in found if d >= today.day]
    if said.year and found:
        return day(coming[0]) if coming else past(today)
    if coming and coming[0] <= workdays.shift_months(today.day, 13):
        return day(coming[0])
    return Answer(ask=Ask.VAGUE_DUE, dates=tuple(coming[:1])) if coming else Answer(ask=Ask.INVALID_DATE)


def _due_minus(said: Said, today: Today) -> Answer:
    if today.event_on is None:
        return Answer(ask=Ask.MISSING_EVENT)
    found = today.event_on - timedelta(said.n or 0)
    return day(found) if found >= today.day else past(today)


def _due_iso_week(said: Said, today: Today) -> Answer:
    week = iso_week(said)
    if week.on is None:
        return week
    found = today.calendar.on_or_before(week.on + timedelta(FRIDAY), not_before=week.on)
    return Answer(found, week.on, Precision.WEEK) if found >= today.day else past(today)


def _no_date(said: Said, today: Today) -> Answer:
    """Neither now nor a date: what may be meant is offered."""
    tomorrow = today.calendar.on_or_after(today.day + timedelta(1))
    if said.kind == "asap":
        return Answer(ask=Ask.URGENT_NO_DATE, dates=(tomorrow,))
    after = today.calendar.after_holiday(today.day, said.names) if said.kind == "after_holiday" else None
    return Answer(ask=Ask.WAITING_NO_DATE, dates=(after,) if after else ())


_DUE: dict[str, Rule] = {
    "now": lambda _, today: day(today.day),
    "day": lambda said, today: day(today.day + timedelta(said.n or 0)) if (said.n or 0) >= 0 else past(today),
    "weekday": _due_weekday,
    "week": _due_week,
    "weekend": _due_weekend,
    "start": _due_month_part,
    "mid": _due_month_part,
    "end": _due_month_part,
    "month": _due_month,
    "year": _due_year,
    "year_start": lambda _, today: day(today.calendar.on_or_after(date(today.day.year + 1, 1, 1))),
    "quarter": _due_period,
    "semester": _due_period,
    "quarter_end": _due_period_end,
    "semester_end": _due_period_end,
    "year_end": _due_period_end,
    "day_of_month": _due_day_of_month,
    "day_month": _due_day_month,
    "iso_week": _due_iso_week,
    "in": lambda said, today: day(moved(said, today, 1)),
    "ago": lambda _, today: past(today),
    "minus": _due_minus,
    **dict.fromkeys(NO_DATE, _no_date),
}


def of_due(said: Said, today: Today) -> Answer:
    """Return when a follow-up is due: never before today; days off are kept."""
    return checked(said, _DUE[said.kind](said, today), today)
