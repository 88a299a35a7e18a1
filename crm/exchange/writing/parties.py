"""Finding or making the organizations and people that rows name, a batch at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.core.text import name_key
from crm.exchange import directory
from crm.exchange.hosts import Host
from crm.exchange.parties import Party
from crm.exchange.writing.run import Run
from crm.index import service as index
from crm.stakeholders.keys import NameKind, StakeholderKind, name_match, other_name_match
from crm.stakeholders.matching import organization_keys
from crm.stakeholders.models import Affiliation, Category, Organization, OtherName, Person, Position

NAME_LENGTH = 200
ORGANIZATION, PERSON = "organizations", "people"


@dataclass(frozen=True)
class PersonWanted:
    """A person by key and the organization they belong to (None: none named)."""

    key: str
    organization_id: int | None


def base_row(run: Run, kind: StakeholderKind, name: str) -> dict[str, Any]:
    """Columns that every imported stakeholder has."""
    return {
        "office_id": run.office_id,
        "name": name[:NAME_LENGTH],
        "name_sort": name_key(name),
        "name_match": name_match(kind, name),
        "is_shared": False,
        "note": "",
        "private_note": "",
        "created_at": run.moment,
        "updated_at": run.moment,
        "created_by_id": run.by.id,
        "version": 1,
    }


def organizations(run: Run, names: Iterable[str]) -> dict[str, int]:
    """Name -> organization: the one that is meant, else a new one. Two names of one body in a batch make one."""
    wanted = sorted({name for name in names if name})
    found = directory.organizations_named(wanted)
    answer: dict[str, int] = {}
    missing: dict[str, list[str]] = {}
    for name in wanted:
        key = name_match(StakeholderKind.ORGANIZATION, name)
        known = found[name].ids[0] if found[name].is_sure else run.find_invented(ORGANIZATION, key)
        if known is not None:
            answer[name] = known
        else:
            missing.setdefault(key, []).append(name)
    made = _make_organizations(run, [group[0] for group in missing.values()])
    for (key, group), record_id in zip(missing.items(), made, strict=True):
        run.invent(ORGANIZATION, key, record_id)
        answer.update(dict.fromkeys(group, record_id))
    return answer


def _make_organizations(run: Run, names: Sequence[str], category: Category = Category.PARTNER_AGENCY) -> list[int]:
    if not names:
        return []
    rows = [
        {**base_row(run, StakeholderKind.ORGANIZATION, name), "category": category, "address": "", "website": ""}
        for name in names
    ]
    ids = run.insert(Organization, rows)
    run.note_made(ORGANIZATION, ids)
    shorts = [(i, short) for i, name in zip(ids, names, strict=True) for short in organization_keys(name).abbreviations]
    run.insert(OtherName, [other_name_row(i, short.upper(), NameKind.ABBREVIATION) for i, short in shorts])
    _index(run, "organization", ids, names, {i: [short] for i, short in shorts})
    return ids


def other_name_row(stakeholder_id: int, name: str, kind: NameKind) -> dict[str, Any]:
    return {
        "stakeholder_id": stakeholder_id,
        "name": name[:NAME_LENGTH],
        "kind": kind,
        "name_match": other_name_match(kind, name),
    }


def own_unit(run: Run) -> int:
    """The organization that stands for the office itself: hosts belong to it."""
    if run.own_unit_id is None:
        found = directory.organizations_named([run.office_name])[run.office_name]
        key = name_match(StakeholderKind.ORGANIZATION, run.office_name)
        known = found.ids[0] if found.is_sure else run.find_invented(ORGANIZATION, key)
        run.own_unit_id = known if known is not None else _make_organizations(run, [run.office_name], Category.OWN_UNIT)[0]
    return run.own_unit_id


def people(
    run: Run, parties: Iterable[Party], hosts: Iterable[Host], organization_ids: Mapping[str, int]
) -> dict[PersonWanted, int]:
    """Everybody of a batch: who has the same key and the same organization is the same person; others are new."""
    wanted: dict[PersonWanted, tuple[str, str, str, str]] = {}
    for party in parties:
        if party.person is not None:
            who = want(party, organization_ids)
            wanted.setdefault(who, (party.person.name, party.person.titles_before, party.person.titles_after, party.position))
    for host in hosts:
        who = PersonWanted(name_match(StakeholderKind.PERSON, host.name), own_unit(run))
        wanted.setdefault(who, (host.name, host.titles_before, host.titles_after, host.roles[0] if host.roles else ""))
    known = directory.people_with_keys([told[0] for told in wanted.values()])
    answer: dict[PersonWanted, int] = {}
    missing: list[PersonWanted] = []
    for who in wanted:
        same = [p.id for p in known.get(who.key, ()) if who.organization_id is None or who.organization_id in p.organization_ids]
        invented = run.find_invented(PERSON, f"{who.key}@{who.organization_id}")
        if same:
            answer[who] = same[0]
        elif invented is not None:
            answer[who] = invented
        else:
            missing.append(who)
    answer.update(_make_people(run, {who: wanted[who] for who in missing}))
    return answer


def want(party: Party, organization_ids: Mapping[str, int]) -> PersonWanted:
    assert party.person is not None
    return PersonWanted(name_match(StakeholderKind.PERSON, party.person.name), organization_ids.get(party.organization))


def _make_people(run: Run, wanted: Mapping[PersonWanted, tuple[str, str, str, str]]) -> dict[PersonWanted, int]:
    if not wanted:
        return {}
    rows = [
        {**base_row(run, StakeholderKind.PERSON, name), **person_columns(before, after)}
        for name, before, after, _post in wanted.values()
    ]
    ids = run.insert(Person, rows)
    run.note_made(PERSON, ids)
    posts = positions(run, {(who.organization_id, told[3]) for who, told in wanted.items() if who.organization_id and told[3]})
    affiliations = [
        {"office_id": run.office_id, "person_id": i, "organization_id": who.organization_id,
         "position_id": posts.get((who.organization_id, told[3])), "is_main": True}
        for i, (who, told) in zip(ids, wanted.items(), strict=True)
        if who.organization_id
    ]  # fmt: skip
    run.insert(Affiliation, affiliations)
    _index(
        run,
        "person",
        ids,
        [told[0] for told in wanted.values()],
        {i: [told[3]] for i, told in zip(ids, wanted.values(), strict=True) if told[3]},
    )
    for who, record_id in zip(wanted, ids, strict=True):
        run.invent(PERSON, f"{who.key}@{who.organization_id}", record_id)
    return dict(zip(wanted, ids, strict=True))


def person_columns(titles_before: str = "", titles_after: str = "", **further: Any) -> dict[str, Any]:
    return {
        "titles_before": titles_before[:80],
        "titles_after": titles_after[:120],
        "salutation": "",
        "called": "",
        "preferred_channel": None,
        "preferred_language": "",
        "beat": "",
        "do_not_contact_reason": "",
        "birth_on": None,
        "home_address": "",
        **further,
    }


def positions(run: Run, wanted: set[tuple[int | None, str]]) -> dict[tuple[int | None, str], int]:
    """(organization, title) -> post, made where it is missing."""
    keyed = {(organization_id, title): name_key(title)[:150] for organization_id, title in wanted if name_key(title)}
    there = directory.positions_there({o for o, _title in keyed if o is not None}, run.office_id)
    missing = {(o, key): title for (o, title), key in keyed.items() if (o, key) not in there}
    rows = [
        {"office_id": run.office_id, "organization_id": o, "title": title[:150], "title_match": key, "rank": None}
        for (o, key), title in missing.items()
    ]
    there.update(dict(zip(missing, run.insert(Position, rows), strict=True)))
    return {pair: there[pair[0], key] for pair, key in keyed.items()}


def _index(run: Run, kind: str, ids: Sequence[int], names: Sequence[str], words: Mapping[int, Sequence[str]]) -> None:
    if not run.is_dry:
        index.put_many(
            index.Entry(kind, i, run.office_id, False, name, words=words.get(i, ())) for i, name in zip(ids, names, strict=True)
        )
