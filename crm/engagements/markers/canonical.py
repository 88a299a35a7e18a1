"""A line written plainly: what was read, typed again so that it reads the same (dates as 2026-11-30)."""

from collections.abc import Iterator

from crm.engagements.markers.model import (
    Channel,
    Direction,
    Due,
    EventTime,
    FollowUp,
    FollowUpKind,
    ParsedLine,
    Precision,
    Side,
    State,
)

_CHANNEL_WORDS = {
    Channel.CALL: "telp",
    Channel.WHATSAPP: "wa",
    Channel.MET: "bertemu",
    Channel.VISIT: "kunjungan",
    Channel.OFFICE_VISIT: "kunjungan masuk",
    Channel.LETTER: "surat",
    Channel.EMAIL: "surel",
    Channel.MEETING: "rapat",
    Channel.VIDEO_CALL: "vidcall",
    Channel.INSTAGRAM: "ig",
    Channel.X: "x",
    Channel.FACEBOOK: "fb",
    Channel.TIKTOK: "tiktok",
    Channel.YOUTUBE: "youtube",
    Channel.SOCIAL: "medsos",
    Channel.EVENT: "acara",
    Channel.MEDIA: "wawancara",
    Channel.COUNTER: "loket",
}
_DETAIL_WORDS = {
    (Channel.CALL, "unanswered"): "misscall",
    (Channel.CALL, "whatsapp"): "wa call",
    (Channel.WHATSAPP, "group"): "grup wa",
    (Channel.MET, "sowan"): "sowan",
    (Channel.MET, "audience"): "audiensi",
    (Channel.LETTER, "invitation"): "undangan",
    (Channel.LETTER, "copy"): "tembusan",
    (Channel.MEETING, "online"): "zoom",
}
_MARKERS = {FollowUpKind.PROMISE: "J", FollowUpKind.DECISION: "K", FollowUpKind.QUESTION: "T", FollowUpKind.NOTE: "C"}
_PART_WORDS = {1: "awal", 11: "pertengahan", 21: "akhir"}


def canonical(parsed: ParsedLine) -> str:
    """Return the plain line. What was only read between the words (implied follow-ups) is not written."""
    head = " ".join(_head(parsed))
    text = " ".join([parsed.summary, *(f"#{_quoted(t.name)}" for t in parsed.topics)]).strip()
    said = [_bang(parsed, f) for f in parsed.followups if f.kind is FollowUpKind.ACTION and not f.implied]
    marked = [_marked(parsed, f) for f in parsed.followups if f.kind is not FollowUpKind.ACTION]
    first = " ".join(part for part in (f"{head}: {text}".strip() if head else text, *said) if part)
    return "\n".join(line for line in (first, *marked) if line)


def _quoted(name: str) -> str:
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isalnum() and "_" not in name and not name.startswith("-") else f'"{name}"'


def _head(parsed: ParsedLine) -> Iterator[str]:
    if parsed.channel:
        words = [_DETAIL_WORDS[key] for key in ((parsed.channel, d) for d in parsed.channel_details) if key in _DETAIL_WORDS]
        yield (words or [_CHANNEL_WORDS[parsed.channel]])[0]
    if parsed.direction and (parsed.channel or parsed.direction_explicit):
        yield "dari" if parsed.direction is Direction.IN else "ke"
    who = ", ".join(_who(parsed))
    if who:
        yield who
    if parsed.reference:
        yield f"no. {parsed.reference}"
    if parsed.event.explicit:
        yield _event(parsed.event)
    if parsed.duration_minutes:
        yield f"selama {parsed.duration_minutes} menit"


def _who(parsed: ParsedLine) -> Iterator[str]:
    """Organizations without people first, then people before the organization they speak for, then the rest."""
    spoken = {p.organization for p in parsed.people}
    for index, organization in enumerate(parsed.organizations):
        if organization.participant and index not in spoken:
            yield f"tim {organization.name}" if organization.unnamed else f"@{_quoted(organization.name)}"
    for index, organization in enumerate(parsed.organizations):
        people = [p.raw for p in parsed.people_of(index) if p.participant]
        if people:
            yield f"{', '.join(people)} @{_quoted(organization.name)}"
    yield from (p.raw for p in parsed.people_of(None) if p.participant)


def _clock(event: EventTime | Due) -> str:
    if event.clock is None:
        return ""
    about = "sekitar " if event.soft else ""
    return f" {about}jam {event.clock:%H.%M}{f' {event.zone}' if event.zone else ''}"


def _event(event: EventTime) -> str:
    if event.precision is Precision.TIME:
        return f"{event.on.isoformat()}{_clock(event)}" if event.clock else "sekarang"
    first = event.on
    return {
        Precision.DAY: first.isoformat(),
        Precision.WEEK: f"{first:%G-W%V}",
        Precision.MONTH_PART: f"{_PART_WORDS.get(first.day, 'awal')} {first:%Y-%m}",
        Precision.MONTH: f"{first:%Y-%m}",
        Precision.QUARTER: f"triwulan {(first.month + 2) // 3} {first.year}",
        Precision.SEMESTER: f"semester {1 if first.month < 7 else 2} {first.year}",
        Precision.YEAR: f"tahun {first.year}",
    }[event.precision]


def _due(due: Due) -> str:
    if due.precision in (Precision.DAY, Precision.TIME) or due.starts_on is None:
        return f"{due.on.isoformat()}{_clock(due)}"
    period = EventTime(due.starts_on, due.on, None, due.precision)
    return _event(period)


def _bang(parsed: ParsedLine, followup: FollowUp) -> str:
    done = "selesai" if followup.state is State.DONE else ""
    waiting = "nanti" if followup.state is State.WAITING and followup.owner.side is not Side.THEM else ""
    urgent = "segera" if followup.urgent else ""
    due = _due(followup.due) if followup.due else ""
    return "!" + " ".join(part for part in (done, due, urgent, waiting, followup.text, _owner(parsed, followup)) if part)


def _owner(parsed: ParsedLine, followup: FollowUp) -> str:
    owner = followup.owner
    if owner.person is not None:
        return f"oleh {parsed.people[owner.person].raw}"
    return f"@{_quoted(parsed.organizations[owner.organization].name)}" if owner.organization is not None else ""


def _marked(parsed: ParsedLine, followup: FollowUp) -> str:
    owner = followup.owner
    who = f"{parsed.people[owner.person].raw} " if owner.person is not None else ""
    due = f"{_due(followup.due)} " if followup.due else ""
    team = f" {_owner(parsed, followup)}" if owner.organization is not None else ""
    return f"{who}{_MARKERS[followup.kind]}: {due}{followup.text}{team}".rstrip()
