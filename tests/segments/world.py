"""A little world that is small enough to count by hand, and the same answers in plain Python for any tree.

Office SGR. Days are of 2026; today is 24 November.

| who | kind | tier | topic | tag | posts | contact | mail |
|---|---|---|---|---|---|---|---|
| dukcapil | org | 1 | data | | | meeting 2 Mar (through suparmi) | |
| radio | org | 2 | | pers| | call 20 Nov | |
| suparmi | man | 1 | data | | Kepala Seksi at dukcapil | meeting 2 Mar, came | sent A, clicked A; subscribes |
| wagiman | man | 2 | | pers| Reporter at radio | invited to meeting 2 Mar, stayed away | sent A and B, clicked neither |
| kasmirah | man | none | | pers| was Kepala Seksi at dukcapil, until June | call 10 May | sent B, bounced |
| laode | man | none | data | | | none; a commitment of ours is overdue | sent B, replied |
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from crm.campaigns.models import CampaignState
from crm.commitments.models import Commitment, CommitmentState, Side
from crm.engagements.models import Participation
from crm.stakeholders.models import Category, Position, Region, RegionKind, StakeholderTag, StakeholderTopic, Tag, Topic
from tests.campaigns.factories import make_bulletin, make_campaign, make_delivery, make_subscription
from tests.core.factories import saved
from tests.engagements.factories import make_interaction, make_meeting
from tests.stakeholders.factories import make_affiliation, make_organization, make_person
from tests.world import MADE

TODAY = "2026-11-24 09:00"


@dataclass
class Little:
    """Rows by name, and what holds for whom: `facts` maps (condition, values) to names."""

    ids: dict[str, int] = field(default_factory=dict)
    facts: list[tuple[dict[str, Any], set[str]]] = field(default_factory=list)

    def names(self, ids: Any) -> set[str]:
        by_id = {record_id: name for name, record_id in self.ids.items()}
        return {by_id[record_id] for record_id in ids}


def holds(item: dict[str, Any], name: str, little: Little) -> bool:
    """The tree in plain Python."""
    if "items" in item:
        found = (all if item["op"] == "and" else any)(holds(part, name, little) for part in item["items"])
    else:
        values = {key: value for key, value in item.items() if key != "not"}
        found = name in next(names for leaf, names in little.facts if leaf == values)
    return found != item.get("not", False)


def plant(office: Any, user: Any) -> Little:
    province, town, district = _regions()
    dukcapil = make_organization(office, "Disdukcapil Kota Sagaramaya", tier=1, region_id=district.id)
    radio = make_organization(office, "Radio Sagara", category=Category.MEDIA, tier=2)
    suparmi, wagiman = make_person(office, "Suparmi", tier=1, owner_id=user.id), make_person(office, "Wagiman", tier=2)
    kasmirah, laode = make_person(office, "Kasmirah", preferred_language="en"), make_person(office, "Laode")
    make_person(office, "Arsip", archived_at=MADE)
    little = Little({
        "dukcapil": dukcapil.id, "radio": radio.id, "suparmi": suparmi.id, "wagiman": wagiman.id, "kasmirah": kasmirah.id, "laode": laode.id,
    })  # fmt: skip
    data, press = saved(Topic(name="data WNA")), saved(Tag(name="pers"))
    for one in (dukcapil, suparmi, laode):
        saved(StakeholderTopic(stakeholder_id=one.id, topic_id=data.id))
    for one in (radio, wagiman, kasmirah):
        saved(StakeholderTag(stakeholder_id=one.id, tag_id=press.id))
    head = saved(Position(office_id=office.id, organization_id=dukcapil.id, title="Kepala Seksi", title_match="kepala seksi"))
    reporter = saved(Position(office_id=office.id, organization_id=radio.id, title="Reporter", title_match="reporter"))
    make_affiliation(suparmi, dukcapil, position_id=head.id)
    make_affiliation(wagiman, radio, position_id=reporter.id)
    make_affiliation(kasmirah, dukcapil, position_id=head.id, until_on=dt.date(2026, 6, 30))
    _contacts(office, little, dukcapil, radio, suparmi, wagiman, kasmirah)
    saved(
        Commitment(
            office_id=office.id, side=Side.OURS, text="Kirim data", state=CommitmentState.OPEN, due_on=dt.date(2026, 10, 1),
            stakeholder_id=laode.id, made_on=dt.date(2026, 9, 1), created_at=MADE, updated_at=MADE,
        )
    )  # fmt: skip
    bulletin = make_bulletin(office)
    make_subscription(bulletin, "suparmi@disdukcapil.example", suparmi)
    first, second = (
        make_campaign(office, name, state=CampaignState.FINISHED, started_at=dt.datetime(2026, 11, day, tzinfo=dt.UTC))
        for name, day in (("A", 10), ("B", 17))
    )
    make_delivery(first, "suparmi@disdukcapil.example", suparmi, clicked=60)
    make_delivery(first, "wagiman@radio.example", wagiman, machine_clicked=1)
    make_delivery(second, "wagiman@radio.example", wagiman)
    make_delivery(second, "kasmirah@media.example", kasmirah, bounced=5)
    make_delivery(second, "laode@media.example", laode, replied=900)
    little.facts = _facts(data.id, press.id, user.id, bulletin.id, first.id) + [
        ({"condition": condition, "region": region.id}, names)
        for condition, names in (("region", {"dukcapil"}), ("works-in-region", {"suparmi"}))  # who left the post is there no more
        for region in (province, town, district)
    ]
    return little


def _regions() -> tuple[Region, Region, Region]:
    province = saved(Region(code="99", name="Sagara", kind=RegionKind.PROVINCE))
    town = saved(Region(code="99.71", name="Sagaramaya", kind=RegionKind.CITY, parent_id=province.id))
    return province, town, saved(Region(code="99.71.01", name="Sagara Utara", kind=RegionKind.DISTRICT, parent_id=town.id))


def _contacts(office: Any, little: Little, dukcapil: Any, radio: Any, suparmi: Any, wagiman: Any, kasmirah: Any) -> None:
    meeting = make_meeting(office, suparmi, on="2026-03-02", spoken_for=dukcapil)
    meeting.participations[0].has_attended = meeting.participations[0].was_invited = True
    meeting.participations.append(
        Participation(
            stakeholder_id=wagiman.id, office_id=office.id, was_invited=True, has_attended=False,
            occurred_on=meeting.occurred_on, sort_at=meeting.sort_at,
        )
    )  # fmt: skip
    make_interaction(office, radio, on="2026-11-20")
    make_interaction(office, kasmirah, on="2026-05-10")


def _facts(topic: int, tag: int, owner: int, bulletin: int, first: int) -> list[tuple[dict[str, Any], set[str]]]:
    everybody = {"dukcapil", "radio", "suparmi", "wagiman", "kasmirah", "laode"}
    people = everybody - {"dukcapil", "radio"}
    return [
        ({"condition": "kind", "kind": "person"}, people),
        ({"condition": "kind", "kind": "organization"}, everybody - people),
        ({"condition": "category", "category": "media"}, {"radio"}),
        ({"condition": "language", "language": "en"}, {"kasmirah"}),
        ({"condition": "post", "title": "kepala"}, {"suparmi"}),
        ({"condition": "works-at", "organization": "disdukcapil"}, {"suparmi"}),
        ({"condition": "works-in-category", "category": "media"}, {"wagiman"}),
        ({"condition": "topic", "topic": topic}, {"dukcapil", "suparmi", "laode"}),
        ({"condition": "tag", "tag": tag}, {"radio", "wagiman", "kasmirah"}),
        ({"condition": "tier", "tier": "2"}, {"radio", "wagiman"}),
        ({"condition": "tier", "tier": "none"}, {"kasmirah", "laode"}),
        ({"condition": "owner", "owner": owner}, {"suparmi"}),
        ({"condition": "took-part", "since": "2026-01-01", "until": "2026-12-31"}, {"dukcapil", "suparmi", "radio", "kasmirah"}),
        ({"condition": "took-part", "kind": "meeting", "since": "2026-01-01", "until": "2026-12-31"}, {"dukcapil", "suparmi"}),
        ({"condition": "took-part", "since": "2026-05-01"}, {"radio", "kasmirah"}),
        ({"condition": "took-part", "attended": "stayed-away"}, {"wagiman"}),
        ({"condition": "took-part", "attended": "came"}, {"dukcapil", "suparmi"}),
        ({"condition": "took-part", "role": "speaker"}, set()),
        ({"condition": "took-part", "mandate": "R3", "until": "2026-03-31"}, {"dukcapil", "suparmi"}),
        ({"condition": "never-came"}, {"wagiman"}),
        ({"condition": "never-came", "since": "2026-03-03"}, set()),
        ({"condition": "contacted", "days": 30}, {"radio"}),
        ({"condition": "quiet", "days": 30}, everybody - {"radio"}),
        ({"condition": "quiet", "days": 3650}, {"laode"}),
        ({"condition": "commitment", "state": "overdue"}, {"laode"}),
        ({"condition": "commitment", "state": "open", "side": "theirs"}, set()),
        ({"condition": "subscribed", "bulletin": bulletin}, {"suparmi"}),
        ({"condition": "was-sent"}, {"suparmi", "wagiman", "kasmirah", "laode"}),
        ({"condition": "was-sent", "campaign": first}, {"suparmi", "wagiman"}),
        ({"condition": "clicked"}, {"suparmi"}),
        ({"condition": "bounced"}, {"kasmirah"}),
        ({"condition": "replied", "days": 30}, {"laode"}),
        ({"condition": "passed-over", "number": 1}, {"wagiman", "kasmirah", "laode"}),
        ({"condition": "passed-over", "number": 2}, {"wagiman", "kasmirah", "laode"}),
    ]
