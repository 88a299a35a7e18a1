"""Meetings of a register: their participants, our host, and guests that later rows add."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from crm.engagements import times
from crm.engagements.models import EngagementTopic, MandateRole, Participation, ParticipationRole, Precision
from crm.exchange import directory
from crm.exchange.codes import Fate, Reason
from crm.exchange.dates import When
from crm.exchange.intents import EngagementIntent, GuestIntent
from crm.exchange.parties import Party
from crm.exchange.writing import parties as finding
from crm.exchange.writing.parties import PersonWanted
from crm.exchange.writing.run import Outcome, Run, problem
from crm.index import service as index
from crm.meetings.models import Meeting
from crm.stakeholders.keys import StakeholderKind, name_match
from crm.stakeholders.service import find_or_create_topic

KIND = "engagements"
TITLE_LENGTH = 300


class Writer:
    """Writes the meetings and guests of one batch."""

    def __init__(self, run: Run, meetings: Sequence[EngagementIntent], guests: Sequence[GuestIntent]) -> None:
        self.run = run
        self.meetings, self.guests = meetings, guests
        everyone = [party for intent in (*meetings, *guests) for party in intent.parties]
        hosts = [intent.host for intent in meetings if intent.host is not None]
        self.organizations = finding.organizations(run, [party.organization for party in everyone])
        self.people = finding.people(run, everyone, hosts, self.organizations)

    def write_meetings(self) -> list[Outcome]:
        """Make the meetings with their participants; each outcome names its meeting."""
        rows = [self._row(intent) for intent in self.meetings]
        moment = self.run.moment
        same = {"owner_id": self.run.by.id, "created_by_id": self.run.by.id, "created_at": moment, "updated_at": moment}
        ids = self.run.insert(Meeting, rows, {"office_id": self.run.office_id, **same})
        self.run.note_made(KIND, ids, as_subjects=True)
        taken: set[tuple[int, int]] = set()
        participations = []
        for intent, engagement_id, row in zip(self.meetings, ids, rows, strict=True):
            participations += self._host(intent, engagement_id, row, taken) + self._parts(
                intent.parties, engagement_id, row, taken
            )
        self.run.insert(Participation, participations)
        self._topics(ids)
        if not self.run.is_dry:
            index.put_new(
                index.Entry("meeting", i, self.run.office_id, False, row["title"], body=row["summary"])
                for i, row in zip(ids, rows, strict=True)
            )
        return [
            Outcome(intent.source, Fate.NEW, identity=intent.identity, subject_kind="engagement", subject_id=i)
            for intent, i in zip(self.meetings, ids, strict=True)
        ]

    def write_guests(self, meeting_ids: Mapping[str, int]) -> list[Outcome]:
        """Add the guests to the meetings above them, which may stand since an earlier import."""
        there = directory.participants_of([i for i in meeting_ids.values() if i > 0])
        times_of = directory.times_of([i for i in meeting_ids.values() if i > 0])
        outcomes, rows = [], []
        for guest in self.guests:
            engagement_id = meeting_ids.get(guest.above)
            if engagement_id is None:
                outcomes.append(problem(guest.source, Reason.ROW_ABOVE_MISSING, "organization"))
                continue
            row = times_of.get(engagement_id) or {"occurred_on": None, "sort_at": self.run.moment}
            added = self._parts(guest.parties, engagement_id, row, there)
            rows += added
            for part in added:
                self.run.note_change("engagement", engagement_id, "participants", None, part["stakeholder_id"])
            outcomes.append(
                Outcome(guest.source, Fate.ADDED, identity=guest.identity, subject_kind="engagement", subject_id=engagement_id)
            )
        self.run.insert(Participation, rows)
        return outcomes

    def _row(self, intent: EngagementIntent) -> dict[str, Any]:
        when = _when(intent.when, self.run)
        purpose = intent.purpose.strip()
        title = (purpose or intent.label or intent.parties_text or "–").replace("\n", " ").strip()
        values = intent.values
        return {
            "title": title[:TITLE_LENGTH],
            "summary": purpose
            if purpose != title[:TITLE_LENGTH]
            else (f"{intent.label}: {intent.parties_text}" if intent.label else ""),
            "starts_at": when.starts_at,
            "ends_at": None,
            "occurred_on": when.occurred_on,
            "sort_at": when.sort_at,
            "precision": when.precision,
            "role": MandateRole(str(values.get("role") or MandateRole.COORDINATE.value)),
            "place": str(values.get("place") or "")[:200],
            "host_text": intent.host.text[:300] if intent.host else "",
        }

    def _host(
        self, intent: EngagementIntent, engagement_id: int, row: Mapping[str, Any], taken: set[tuple[int, int]]
    ) -> list[dict[str, Any]]:
        if intent.host is None:
            return []
        own = finding.own_unit(self.run)
        who = self.people[PersonWanted(name_match(StakeholderKind.PERSON, intent.host.name), own)]
        return self._participation(engagement_id, who, own, ParticipationRole.HOST, row, taken)

    def _parts(
        self, parties: Sequence[Party], engagement_id: int, row: Mapping[str, Any], taken: set[tuple[int, int]]
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for party in parties:
            organization_id = self.organizations.get(party.organization)
            who = self.people[finding.want(party, self.organizations)] if party.person is not None else organization_id
            if who is not None:
                found += self._participation(engagement_id, who, organization_id, ParticipationRole.PARTICIPANT, row, taken)
        return found

    def _participation(
        self,
        engagement_id: int,
        who: int,
        organization_id: int | None,
        role: ParticipationRole,
        row: Mapping[str, Any],
        taken: set[tuple[int, int]],
    ) -> list[dict[str, Any]]:
        """One row; none when the same stakeholder takes part already."""
        if (engagement_id, who) in taken:
            return []
        taken.add((engagement_id, who))
        return [
            {
                "office_id": self.run.office_id,
                "engagement_id": engagement_id,
                "stakeholder_id": who,
                "organization_id": organization_id,
                "role": role,
                "answer": "",
                "occurred_on": row["occurred_on"],
                "sort_at": row["sort_at"],
            }
        ]

    def _topics(self, ids: Sequence[int]) -> None:
        named = {intent.identity: intent.values.get("topics", ()) for intent in self.meetings}
        names = {name for group in named.values() for name in group}
        if self.run.is_dry or not names:
            return
        topics = {name: find_or_create_topic(name[:80], by=self.run.by).id for name in sorted(names)}
        links = [
            {"engagement_id": i, "topic_id": topic_id}
            for intent, i in zip(self.meetings, ids, strict=True)
            for topic_id in sorted({topics[name] for name in named[intent.identity]})
        ]
        self.run.insert(EngagementTopic, links)


def _when(when: When, run: Run) -> times.When:
    """The plan's date in the office's zone; a time of the cell counts in the zone that the cell names, else in the office's."""
    if when.at is not None:
        zone = run.zone if when.offset is None else dt.timezone(dt.timedelta(minutes=when.offset))
        return times.at(dt.datetime.combine(when.on, when.at, zone).astimezone(dt.UTC), run.zone)
    return times.on(when.on, run.zone, Precision(when.precision.value))
