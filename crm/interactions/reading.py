"""From a typed line and the corrections of its preview to a draft: what the directory makes of it, within the scope."""

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.accounts.models import User
from crm.commitments.models import Commitment, CommitmentState
from crm.core import clock
from crm.core.db import db
from crm.core.text import name_key
from crm.engagements import markers
from crm.interactions.draft import AS_TEXT, CREATE, Closing, Corrections, Draft, Mention, Option, Task, field_name
from crm.interactions.models import Channel, Direction
from crm.interactions.queries import resolving
from crm.interactions.queries.resolving import Candidate
from crm.offices.queries import holidays_between
from crm.stakeholders.models import Topic

CHANNELS: Mapping[markers.Channel, Channel] = {
    markers.Channel.CALL: Channel.CALL,
    markers.Channel.WHATSAPP: Channel.WHATSAPP,
    markers.Channel.MET: Channel.IN_PERSON,
    markers.Channel.VISIT: Channel.VISIT,
    markers.Channel.OFFICE_VISIT: Channel.OFFICE_VISIT,
    markers.Channel.EMAIL: Channel.EMAIL,
    markers.Channel.MEETING: Channel.IN_PERSON,
    markers.Channel.VIDEO_CALL: Channel.VIDEO_CALL,
    markers.Channel.INSTAGRAM: Channel.INSTAGRAM,
    markers.Channel.X: Channel.X,
    markers.Channel.FACEBOOK: Channel.FACEBOOK,
    markers.Channel.TIKTOK: Channel.TIKTOK,
    markers.Channel.YOUTUBE: Channel.YOUTUBE,
    markers.Channel.SOCIAL: Channel.OTHER,
    markers.Channel.EVENT: Channel.OTHER,
    markers.Channel.MEDIA: Channel.OTHER,
    markers.Channel.COUNTER: Channel.OFFICE_VISIT,
}
WRITES_COMMITMENT = frozenset({markers.FollowUpKind.ACTION, markers.FollowUpKind.PROMISE})


def read_line(line: str, sent: Mapping[str, str], *, by: User, zone: str, with_ids: Sequence[int] = ()) -> Draft:
    """Make the draft of a line. `sent` are the fields of the preview as they came back; `with_ids` whom the page is about."""
    moment = clock.local_now(zone)
    holidays = holidays_between(moment.date() - dt.timedelta(days=40), moment.date() + dt.timedelta(days=400))
    parsed = markers.parse(line, now=moment, holidays=holidays, lexicon=resolving.lexicon_of(line))
    fixes = Corrections(sent)
    organizations = _organizations(parsed, fixes)
    people = _people(parsed, organizations, fixes, by=by)
    channel = _channel(parsed, [*people, *organizations], fixes)
    on, at = _time(parsed, moment, fixes)
    topics = _known_topics(parsed)
    return Draft(
        parsed=parsed,
        channel=channel,
        direction=_direction(parsed, channel, fixes),
        on=on,
        clock=at,
        precision=parsed.event.precision.value if at is None and parsed.event.explicit else ("time" if at else "day"),
        summary=fixes.of("summary", _summary(parsed)),
        people=people,
        organizations=organizations,
        topics=topics,
        dropped_topics=frozenset(topic for topic in topics if not fixes.is_ticked(field_name("topic", topic))),
        tasks=_tasks(parsed, people, organizations, fixes),
        closings=_closings(parsed, [*people, *organizations], fixes, by=by),
        questions=parsed.questions,
        guessed=fixes.guesses,
    )


def _options(candidates: Sequence[Candidate], name: str) -> tuple[Option, ...]:
    found = tuple(Option(str(c.id), c.name, c.note) for c in candidates)
    return (*found, Option(CREATE, name), Option(AS_TEXT, name)) if name else (*found, Option(AS_TEXT, name))


def _chosen(
    field: str, candidates: Sequence[Candidate], is_sure: bool, fixes: Corrections, options: Sequence[Option]
) -> tuple[str, bool]:
    """The sure one, else nobody until somebody chooses; a choice counts only among the options of this scope."""
    guess = str(candidates[0].id) if candidates and is_sure else AS_TEXT
    value = fixes.of(field, guess)
    if value not in {option.value for option in options}:
        return guess, is_sure
    return value, is_sure or value != guess


def _organizations(parsed: markers.ParsedLine, fixes: Corrections) -> tuple[Mention, ...]:
    found = []
    for mention in parsed.organizations:
        candidates, is_sure = resolving.organizations_meant(mention)
        field = field_name("organization", mention.name)
        options = _options(candidates, mention.name)
        chosen, is_sure = _chosen(field, candidates, is_sure, fixes, options)
        found.append(
            Mention(
                field,
                mention.raw,
                mention.name,
                "organization",
                options,
                chosen,
                is_sure,
                guessed=fixes.guesses[field],
                takes_part=mention.participant,
            )
        )
    return tuple(found)


def _people(parsed: markers.ParsedLine, organizations: Sequence[Mention], fixes: Corrections, *, by: User) -> tuple[Mention, ...]:
    found = []
    for mention in parsed.people:
        spoken_for = organizations[mention.organization].record_id if mention.organization is not None else None
        candidates, is_sure = resolving.people_meant(mention, frozenset([spoken_for] if spoken_for else ()), writer_id=by.id)
        name = mention.name or mention.post or mention.raw
        field = field_name("person", name)
        options = _options(candidates, mention.name)
        chosen, is_sure = _chosen(field, candidates, is_sure, fixes, options)
        found.append(
            Mention(
                field,
                mention.raw,
                name,
                "person",
                options,
                chosen,
                is_sure,
                organization=mention.organization,
                takes_part=mention.participant,
                guessed=fixes.guesses[field],
                titles_before=mention.titles_before,
                titles_after=mention.titles_after,
                salutation=mention.salutation or "",
            )  # fmt: skip
        )
    return tuple(found)


def typed_channel(parsed: markers.ParsedLine) -> Channel | None:
    """The channel that the line names, if it does."""
    if parsed.channel is markers.Channel.LETTER:
        return Channel.LETTER_IN if parsed.direction is markers.Direction.IN else Channel.LETTER_OUT
    return CHANNELS[parsed.channel] if parsed.channel is not None else None


def typed_direction(parsed: markers.ParsedLine) -> Direction | None:
    return Direction(parsed.direction.value) if parsed.direction else None


def _guessed_channel(parsed: markers.ParsedLine, mentions: Sequence[Mention]) -> Channel:
    typed = typed_channel(parsed)
    if typed is not None:
        return typed
    known = next((m.record_id for m in mentions if m.record_id), None)
    return (resolving.last_channel_with(known) if known else None) or Channel.IN_PERSON


def _channel(parsed: markers.ParsedLine, mentions: Sequence[Mention], fixes: Corrections) -> Channel:
    guess = _guessed_channel(parsed, mentions)
    value = fixes.of("channel", guess.value)
    return Channel(value) if value in {c.value for c in Channel} else guess


def _guessed_direction(parsed: markers.ParsedLine, channel: Channel) -> Direction:
    if channel in {Channel.LETTER_IN, Channel.LETTER_OUT}:
        return Direction.IN if channel is Channel.LETTER_IN else Direction.OUT
    return typed_direction(parsed) or Direction.NONE


def _direction(parsed: markers.ParsedLine, channel: Channel, fixes: Corrections) -> Direction:
    guess = _guessed_direction(parsed, channel)
    value = fixes.of("direction", guess.value)
    return Direction(value) if value in {d.value for d in Direction} else guess


def _time(parsed: markers.ParsedLine, moment: dt.datetime, fixes: Corrections) -> tuple[dt.date, dt.time | None]:
    """The day and, when a time is known, the time in the office's zone; nothing typed means now."""
    event = parsed.event
    at = event.at.astimezone(ZoneInfo(str(moment.tzinfo))) if event.at else None
    if not event.explicit:
        at = moment
    guess_day, guess_time = (at.date() if at else event.on), (at.time().replace(second=0, microsecond=0) if at else None)
    day = _day(fixes.of("on", guess_day.isoformat()), guess_day)
    typed = fixes.of("at", guess_time.strftime("%H:%M") if guess_time else "")
    try:
        return day, dt.time.fromisoformat(typed) if typed else None
    except ValueError:
        return day, guess_time


def _day(value: str, guess: dt.date | None) -> dt.date | None:  # type: ignore[return]
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        return guess


def _summary(parsed: markers.ParsedLine) -> str:
    """The summary, with what is neither a follow-up nor a name: decisions, questions and notes as they were typed."""
    kept = [f.span.of(parsed.text).strip() for f in parsed.followups if f.kind not in WRITES_COMMITMENT]
    first = parsed.summary or next((f.text for f in parsed.followups if f.text), "")
    return "\n".join(part for part in [first, *kept] if part)


def _known_topics(parsed: markers.ParsedLine) -> tuple[str, ...]:
    """Topics as the list spells them; a new one as typed."""
    keys = {name_key(t.name): t.name for t in parsed.topics}
    spelled = (
        dict(db.session.execute(sa.select(Topic.name_match, Topic.name).where(Topic.name_match.in_(list(keys)))).all())
        if keys
        else {}
    )
    return tuple(spelled.get(key, typed) for key, typed in keys.items())


def _tasks(
    parsed: markers.ParsedLine, people: Sequence[Mention], organizations: Sequence[Mention], fixes: Corrections
) -> tuple[Task, ...]:
    tasks = []
    for number, followup in enumerate(parsed.followups):
        if followup.kind not in WRITES_COMMITMENT or followup.state is markers.State.DONE or followup.implied:
            continue
        field = f"task-{number}"
        due = followup.due.on if followup.due else None
        tasks.append(
            Task(
                field=field,
                text=fixes.of(f"{field}-text", followup.text),
                is_promise=followup.kind is markers.FollowUpKind.PROMISE,
                owner=fixes.of(f"{field}-owner", _owner(followup.owner, people, organizations)),
                due_on=_day(fixes.of(f"{field}-due", due.isoformat() if due else ""), due),
                due_precision=_due_precision(followup),
                is_day_off=bool(followup.due and not followup.due.is_working_day),
                is_urgent=followup.urgent,
                is_uncertain=followup.uncertain,
                is_waiting=followup.state is markers.State.WAITING,
                is_wanted=fixes.is_ticked(f"{field}-wanted"),
            )
        )
    return tuple(tasks)


def _owner(owner: markers.Owner, people: Sequence[Mention], organizations: Sequence[Mention]) -> str:
    if owner.side is markers.Side.NAMED and owner.person is not None:
        return people[owner.person].field
    if owner.side is markers.Side.NAMED and owner.organization is not None:
        return organizations[owner.organization].field
    return "me" if owner.side is markers.Side.US else "them"


def _due_precision(followup: markers.FollowUp) -> str:
    if followup.due is None:
        return "waiting"
    names = {markers.Precision.WEEK: "week", markers.Precision.TIME: "day", markers.Precision.DAY: "day"}
    return names.get(followup.due.precision, "month")


def _closings(parsed: markers.ParsedLine, mentions: Sequence[Mention], fixes: Corrections, *, by: User) -> tuple[Closing, ...]:
    """Open commitments that "selesai ..." finishes: those of the writer or of somebody in the line that hold all its words."""
    finished = [f.text for f in parsed.followups if f.state is markers.State.DONE and f.text]
    if not finished:
        return ()
    known = [m.record_id for m in mentions if m.record_id]
    mine = sa.or_(Commitment.owner_id == by.id, Commitment.stakeholder_id.in_(known), Commitment.organization_id.in_(known))
    opened = db.session.execute(
        sa.select(Commitment.id, Commitment.text).where(mine, Commitment.state == CommitmentState.OPEN).limit(500)
    ).all()
    closings = []
    for text in finished:
        wanted = set(name_key(text).split())
        matching = [(i, t) for i, t in opened if wanted <= set(name_key(t).split())]
        for commitment_id, commitment_text in matching[:5]:
            field = f"closing-{commitment_id}"
            is_wanted = fixes.is_ticked(field) if f"{field}.drawn" in fixes.sent else len(matching) == 1
            closings.append(Closing(field, commitment_id, commitment_text, is_wanted))
    return tuple(closings)
