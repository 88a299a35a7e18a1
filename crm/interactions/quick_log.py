"""Saving a draft of the quick log: new names, the interaction, its follow-ups, and what it finishes."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from crm.accounts.models import User
from crm.commitments import queries as commitments_of
from crm.commitments import service as commitments
from crm.commitments.models import CommitmentKind, CommitmentState, DuePrecision, Side
from crm.commitments.service import CommitmentTerms
from crm.core.clock import now
from crm.engagements import times
from crm.engagements.models import Precision
from crm.engagements.service import Part
from crm.engagements.times import When
from crm.interactions import service
from crm.interactions.draft import CREATE, Draft, Mention, Task
from crm.interactions.models import Interaction
from crm.interactions.service import InteractionFacts
from crm.stakeholders.details import AffiliationLine, OrganizationDetails, PersonDetails
from crm.stakeholders.models import Category, Topic
from crm.stakeholders.service import create_organization, create_person, find_or_create_topic

COARSE = {"week": Precision.WEEK, "month": Precision.MONTH, "quarter": Precision.QUARTER}


class NothingToSave(ValueError):
    """The line is empty."""


def save_draft(draft: Draft, *, office_id: int, zone: str, by: User, with_ids: Sequence[int] = ()) -> Interaction:
    """Store what the preview shows. Raises NothingToSave; never waits for a perfect parse: names nobody chose stay in the typed line."""
    if draft.is_empty:
        raise NothingToSave
    records = _records(draft, office_id=office_id, by=by)
    parts = _parts(draft, records, with_ids)
    facts = InteractionFacts(
        channel=draft.channel,
        direction=draft.direction,
        when=_when(draft, ZoneInfo(zone)),
        parts=parts,
        summary=draft.summary or draft.parsed.text.strip(),
        topics=_topics(draft, by=by),
        duration_minutes=draft.parsed.duration_minutes,
        typed_line=draft.parsed.text,
        follow_ups=[_terms(task, draft, records, parts, by=by) for task in draft.tasks if task.is_wanted and task.text],
    )
    interaction = service.log_interaction(facts, office_id=office_id, zone=zone, by=by)
    _close(draft, by=by, zone=zone)
    return interaction


def _records(draft: Draft, *, office_id: int, by: User) -> dict[str, int]:
    """Ids of the mentions by their field; names that were to be created are created, organizations first."""
    records = {mention.field: mention.record_id for mention in draft.mentions if mention.record_id}
    for mention in draft.organizations:
        if mention.chosen == CREATE:
            details = OrganizationDetails(name=mention.name, category=Category.PARTNER_AGENCY)
            records[mention.field] = create_organization(details, office_id=office_id, by=by).id
    for mention in draft.people:
        if mention.chosen == CREATE:
            records[mention.field] = create_person(_new_person(mention, draft, records), office_id=office_id, by=by).id
    return records


def _new_person(mention: Mention, draft: Draft, records: dict[str, int]) -> PersonDetails:
    organization_id = _spoken_for(mention, draft, records)
    affiliations = (AffiliationLine(organization_id),) if organization_id else ()
    return PersonDetails(
        name=mention.name,
        titles_before=mention.titles_before,
        titles_after=mention.titles_after,
        salutation=mention.salutation,
        affiliations=affiliations,
    )


def _spoken_for(mention: Mention, draft: Draft, records: dict[str, int]) -> int | None:
    return records.get(draft.organizations[mention.organization].field) if mention.organization is not None else None


def _parts(draft: Draft, records: dict[str, int], with_ids: Sequence[int]) -> list[Part]:
    """People with the organization that they spoke for; an organization takes part itself when nobody of it is named."""
    parts = [Part(records[m.field], _spoken_for(m, draft, records)) for m in draft.people if m.takes_part and m.field in records]
    spoken_for = {part.organization_id for part in parts}
    named = [records[m.field] for m in draft.organizations if m.takes_part and m.field in records]
    parts += [Part(organization_id, organization_id) for organization_id in named if organization_id not in spoken_for]
    taking_part = {part.stakeholder_id for part in parts} | spoken_for
    return parts + [Part(i) for i in with_ids if i not in taking_part and not parts]


def _when(draft: Draft, zone: ZoneInfo) -> When:
    if draft.clock is not None:
        moment = dt.datetime.combine(draft.on, draft.clock, zone)
        return times.at(now() if abs((now() - moment).total_seconds()) < 60 else moment.astimezone(dt.UTC), zone)
    return times.on(draft.on, zone, COARSE.get(draft.precision, Precision.DAY))


def _topics(draft: Draft, *, by: User) -> list[Topic]:
    return [find_or_create_topic(name, by=by) for name in draft.topics if name not in draft.dropped_topics]


def _terms(task: Task, draft: Draft, records: dict[str, int], parts: Sequence[Part], *, by: User) -> CommitmentTerms:
    """Ours: me or a colleague. Theirs: the one named, else the first who took part."""
    first = parts[0] if parts else None
    named = records.get(task.owner)
    is_ours = task.owner == "me" or task.owner.startswith("user:")
    stakeholder_id = named or (first.stakeholder_id if first else None)
    return CommitmentTerms(
        text=task.text[:500],
        side=Side.OURS if is_ours else Side.THEIRS,
        kind=CommitmentKind.PROMISE if task.is_promise else CommitmentKind.ACTION,
        due_on=task.due_on,
        due_precision=DuePrecision(task.due_precision) if task.due_on else DuePrecision.WAITING,
        owner_id=int(task.owner.removeprefix("user:")) if task.owner.startswith("user:") else by.id,
        stakeholder_id=stakeholder_id,
        organization_id=first.organization_id if first and stakeholder_id == first.stakeholder_id else None,
        is_urgent=task.is_urgent,
        is_uncertain=task.is_uncertain,
    )


def _close(draft: Draft, *, by: User, zone: str) -> None:
    for closing in draft.closings:
        if closing.is_wanted:
            commitment = commitments_of.open_commitment(closing.commitment_id)
            if commitment is not None:
                commitments.close_commitment(commitment, CommitmentState.DONE, by=by, zone=zone)
