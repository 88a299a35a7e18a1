"""Finding or making the organizations and people that rows name, a batch at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
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


@lru_cache(maxsize=2048)
def title_key(title: str) -> str:
    """Posts come again and again in a list."""
    return name_key(title)[:150]


def name_columns(kind: StakeholderKind, name: str) -> dict[str, Any]:
    """A name and the keys that it is sorted and found by."""
    return {"name": name[:NAME_LENGTH], "name_sort": name_key(name), "name_match": name_match(kind, name)}


def making(run: Run) -> dict[str, Any]:
    """Columns that are alike in everything a batch makes."""
    moment = run.moment
    return {"office_id": run.office_id, "created_at": moment, "updated_at": moment, "created_by_id": run.by.id}


def organizations(run: Run, names: Iterable[str]) -> dict[str, int]:
    """Name -> organization: the one that is meant, else a new one. Two names of one body in a batch make one."""
    wanted = sorted({name for name in names if name})
    found = directory.organizations_named(wanted, imagined=run.imagined)
    answer: dict[str, int] = {}
    missing: dict[str, list[str]] = {}
    for name in wanted:
        key = name_match(StakeholderKind.ORGANIZATION, name)
        if found[name].is_sure:
            answer[name] = found[name].ids[0]
        else:
            missing.setdefault(key, []).append(name)
    made = _make_organizations(run, [group[0] for group in missing.values()])
    for group, record_id in zip(missing.values(), made, strict=True):
        answer.update(dict.fromkeys(group, record_id))
    return answer


def _make_organizations(run: Run, names: Sequence[str], category: Category = Category.PARTNER_AGENCY) -> list[int]:
    if not names:
        return []
    rows = [name_columns(StakeholderKind.ORGANIZATION, name) for name in names]
    ids = run.insert(Organization, rows, {**making(run), "category": category})
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
        found = directory.organizations_named([run.office_name], imagined=run.imagined)[run.office_name]
        run.own_unit_id = found.ids[0] if found.is_sure else _make_organizations(run, [run.office_name], Category.OWN_UNIT)[0]
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
    known = directory.people_with_keys([who.key for who in wanted], imagined=run.imagined)
    answer: dict[PersonWanted, int] = {}
    missing: list[PersonWanted] = []
    for who in wanted:
        same = [p.id for p in known.get(who.key, ()) if who.organization_id is None or who.organization_id in p.organization_ids]
        if same:
            answer[who] = same[0]
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
        {**name_columns(StakeholderKind.PERSON, name), "titles_before": before[:80], "titles_after": after[:120]}
        for name, before, after, _post in wanted.values()
    ]
    ids = run.insert(Person, rows, making(run))
    run.note_made(PERSON, ids)
    posts = positions(run, {(who.organization_id, told[3]) for who, told in wanted.items() if who.organization_id and told[3]})
    affiliations = [
        {"person_id": i, "organization_id": who.organization_id, "position_id": posts.get((who.organization_id, told[3]))}
        for i, (who, told) in zip(ids, wanted.items(), strict=True)
        if who.organization_id
    ]
    run.insert(Affiliation, affiliations, {"office_id": run.office_id})
    _index(
        run,
        "person",
        ids,
        [told[0] for told in wanted.values()],
        {i: [told[3]] for i, told in zip(ids, wanted.values(), strict=True) if told[3]},
    )
    return dict(zip(wanted, ids, strict=True))


def positions(run: Run, wanted: set[tuple[int | None, str]]) -> dict[tuple[int | None, str], int]:
    """(organization, title) -> post, made where it is missing."""
    keyed = {(organization_id, title): key for organization_id, title in wanted if (key := title_key(title))}
    there = directory.positions_there({o for o, _title in keyed if o is not None}, run.office_id)
    missing = {(o, key): title for (o, title), key in keyed.items() if (o, key) not in there}
    rows = [{"organization_id": o, "title": title[:150], "title_match": key} for (o, key), title in missing.items()]
    there.update(dict(zip(missing, run.insert(Position, rows, {"office_id": run.office_id}), strict=True)))
    return {pair: there[pair[0], key] for pair, key in keyed.items()}


def _index(run: Run, kind: str, ids: Sequence[int], names: Sequence[str], words: Mapping[int, Sequence[str]]) -> None:
    if not run.is_dry:
        index.put_new(
            index.Entry(kind, i, run.office_id, False, name, words=words.get(i, ())) for i, name in zip(ids, names, strict=True)
        )
