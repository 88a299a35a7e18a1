"""Who took part, from one cell: one organization, many, or people and the organization they spoke for.

A split is a proposal. A remembered answer goes before it, and so does an organization that is known by the whole text: then
"Department for Business, Innovation & Skills" stays one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crm.core.text import fold, one_line
from crm.exchange.codes import Reason
from crm.exchange.hosts import outer_commas
from crm.exchange.persons import PersonName, could_be_person, looks_like_person, person_name
from crm.stakeholders.matching import looks_abbreviated, organization_key, person_key

WHOLE = "whole"
_LONGEST_JOIN = 5
_LABEL = re.compile(r"^([^,;():]{3,80}):\s*(.*)$")
_DASHED = re.compile(r"^([^,;()]{3,80}?)\s+[-–—]\s+(.*[,;].*)$")
_BRACKETED = re.compile(r"^([^()]{2,200}?)\s*\(\s*([^()]*?)\s*\)?$")
_MEMBER_AND = re.compile(r"^(.*\b(?:MP|QC|KC|MSP))\s+and\s+(.+)$")
_SUFFIX = re.compile(r"^(?:inc|ltd|limited|plc|llp|llc|co|corp|gmbh|ag|sa|nv|bv|tbk|pvt)\.?$", re.IGNORECASE)
# Bodies whose own name lists what they care for: the part after the comma belongs to them when it ends the list with "and".
_BODY = re.compile(
    r"^(?:the )?(?:department|ministry|office|committee|commission|royal society|kementerian|dinas|badan|direktorat)\b",
    re.IGNORECASE,
)
_ENDS_LIST = re.compile(r"^[\w'’-]+(?: [\w'’-]+)? (?:and|&|dan) [\w'’-]+(?: [\w'’-]+){0,2}$")
_POSITION = re.compile(
    r"\b(editor|chairman|chair|chief executive|ceo|director|president|secretary general|kepala|ketua|direktur)\b", re.IGNORECASE
)
_POSITION_OF = re.compile(r"^(.{3,60}?) (?:of|at|dari) (.+)$")


@dataclass(frozen=True, slots=True)
class Party:
    """One participant: an organization, a person, or a person who speaks for an organization."""

    organization: str = ""
    person: PersonName | None = None
    position: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """What a cell was read as, the label left out of it ('Roundtable with'), and how it came about."""

    parties: tuple[Party, ...]
    label: str = ""
    notes: frozenset[Reason] = frozenset()


@dataclass(frozen=True, slots=True)
class SplitRule:
    """How the cells of one column are split. `answers` maps a cell (by `cell_key`) to its parties; one party keeps it whole."""

    separators: tuple[str, ...] = (";", ",")
    people: bool = False
    answers: Mapping[str, tuple[Party, ...]] = field(default_factory=dict)


def cell_key(cell: str) -> str:
    """How a cell is remembered: without case and without the white space that differs between two releases."""
    return one_line(fold(cell))


def _unknown(_name: str) -> bool:
    return False


def split_parties(cell: str, rule: SplitRule, known: Callable[[str], bool] = _unknown) -> Split:
    """The parties of a cell. `known` says whether a text is the name of an organization that is there already."""
    text = one_line(cell).strip(" ;,")
    answer = rule.answers.get(cell_key(cell))
    if answer is not None:
        return Split(answer, notes=frozenset({Reason.SPLIT_REMEMBERED if len(answer) > 1 else Reason.KEPT_WHOLE}))
    if known(text):
        notes = {Reason.KEPT_WHOLE} if any(mark in text for mark in rule.separators) else set()
        return Split((Party(text),), notes=frozenset(notes))
    return _proposed(text, rule, known)


def _proposed(text: str, rule: SplitRule, known: Callable[[str], bool]) -> Split:
    label, rest, of_label = _label_of(text, rule)
    parties: list[Party] = []
    for segment in _segments(rest, rule):
        parties += _segment_parties(segment, rule, known)
    if of_label:
        parties = [Party(label, party.person, party.position) for party in parties]
    kept = _distinct(parties)
    notes: set[Reason] = set()
    if len(kept) > 1 or (kept and kept[0].person and kept[0].organization):
        notes.add(Reason.SPLIT_PROPOSED)
    if any(party.person for party in kept):
        notes.add(Reason.PERSON_GUESSED)
    if label and not of_label:
        notes.add(Reason.LABEL_LEFT_OUT)
    return Split(kept, label, frozenset(notes))


def _label_of(text: str, rule: SplitRule) -> tuple[str, str, bool]:
    """'Roundtable with: A, B' has a label; 'ITV: Geoff Hill, Tom Bradby' are people of an organization; 'X (A, B, C)' are the members of X."""
    match = _LABEL.match(text) or _DASHED.match(text)
    if match and "http" not in match[1]:
        label, rest = one_line(match[1]), match[2].strip()
        pieces = _pieces(rest, rule)
        if len(pieces) == 1:  # "Academy of Royal Medical Colleges: International Committee" is one body
            return "", text, False
        of_label = rule.people and bool(pieces) and all(map(looks_like_person, pieces))
        return label, rest, of_label
    if (bracket := _BRACKETED.match(text)) and len(_pieces(bracket[2], rule)) > 2 and "," not in bracket[1]:
        pieces = _pieces(bracket[2], rule)
        return one_line(bracket[1]), bracket[2], rule.people and sum(map(looks_like_person, pieces)) * 2 > len(pieces)
    return "", text, False


def _pieces(text: str, rule: SplitRule) -> list[str]:
    found = [text]
    for mark in rule.separators:
        found = [piece for part in found for piece in (outer_commas(part) if mark == "," else part.split(mark))]
    return [piece for piece in map(one_line, found) if piece]


def _segments(text: str, rule: SplitRule) -> list[str]:
    """Where semicolons part a cell, a comma inside a part belongs to it: 'BTG; Dale Murray, Kingfisher; Diageo'."""
    if ";" in rule.separators and ";" in text:
        return [one_line(part) for part in text.split(";") if part.strip()]
    return [text] if text else []


def _segment_parties(segment: str, rule: SplitRule, known: Callable[[str], bool]) -> list[Party]:
    commas = SplitRule(tuple(mark for mark in rule.separators if mark != ";"))
    pieces = _rejoined([_bare(piece) for piece in _pieces(segment, commas)], known)
    if not rule.people:
        return [Party(piece) for piece in pieces]
    read = [party for piece in pieces for party in _piece_parties(piece)]
    begins_with_person = bool(read) and read[0].person is not None and not read[0].organization
    return _paired(read) if begins_with_person else read


def _bare(piece: str) -> str:
    """Without the "and" before the last of a list and the full stop after it; "Ltd." keeps its own."""
    text = re.sub(r"^(?:and|&|dan)\s+", "", piece)
    return text[:-1] if re.search(r"[a-z]{3}\.$", text) else text


def _rejoined(pieces: list[str], known: Callable[[str], bool]) -> list[str]:
    """Put together what the comma of a name has parted: a known name, a legal form, the list inside the name of a department."""
    joined: list[str] = []
    at = 0
    while at < len(pieces):
        take = next((n for n in range(min(_LONGEST_JOIN, len(pieces) - at), 1, -1) if known(", ".join(pieces[at : at + n]))), 1)
        piece = ", ".join(pieces[at : at + take])
        at += take
        if joined and piece.startswith("(") and piece.endswith(")"):
            joined[-1] = f"{joined[-1]} {piece}"
        elif joined and (_SUFFIX.match(piece) or (_BODY.match(joined[-1]) and _ENDS_LIST.match(piece) and take == 1)):
            joined[-1] = f"{joined[-1]}, {piece}"
        else:
            joined.append(piece)
    return joined


def _piece_parties(piece: str) -> list[Party]:
    """One piece: a person, two people, a person with an organization in brackets, or an organization."""
    if match := _MEMBER_AND.match(piece):
        rest = match[2] if match[2][:1].isupper() and not re.match(r"(?i)constituents|representatives", match[2]) else ""
        # The body goes first: a member of parliament comes with it and does not speak for it.
        return [*([Party(rest)] if rest else []), Party(person=person_name(match[1]))]
    if (bracket := _BRACKETED.match(piece)) and bracket[2]:
        return _bracket_parties(piece, bracket[1].strip(), bracket[2])
    both = re.split(r"\s+(?:and|&|dan)\s+", piece)
    if (
        len(both) == 2
        and all(could_be_person(one) or looks_like_person(one) for one in both)
        and any(map(looks_like_person, both))
    ):
        return [Party(person=person_name(one)) for one in both]
    return [Party(person=person_name(piece))] if looks_like_person(piece) else [Party(piece)]


def _bracket_parties(piece: str, outer: str, inner: str) -> list[Party]:
    """'Sarah Sands (Evening Standard)' is a person of an organization, and so is 'Hadley Trust (Phil Hulme)'."""
    if looks_like_person(outer):
        return [Party(inner, person_name(outer))]
    if looks_like_person(inner):
        return [Party(outer, person_name(inner))]
    return [Party(piece)]


def _paired(read: list[Party]) -> list[Party]:
    """A cell that begins with a person names people and then their organization: 'A, B, Mail on Sunday', 'A, Editor, Evening Standard'."""
    paired: list[Party] = []
    people: list[Party] = []
    for party in read:
        if party.person and not party.organization:
            people.append(party)
        elif people and not party.person and _is_position(party.organization):
            position, organization = _position_of(party.organization)
            people[-1] = Party(organization, people[-1].person, position)
            if organization:
                paired, people = paired + people, []
        elif people and not party.person:
            paired += [Party(party.organization, one.person, one.position) for one in people]
            people = []
        else:
            paired, people = [*paired, *people, party], []
    return paired + people


def _is_position(text: str) -> bool:
    return bool(_POSITION.search(text)) and len(text.split()) <= 8 and not looks_abbreviated(text)


def _position_of(text: str) -> tuple[str, str]:
    """'Chairman of HSBC' is a position in HSBC; 'Editor' is a position whose organization comes next."""
    if match := _POSITION_OF.match(text):
        return match[1], match[2]
    return text, ""


def _distinct(parties: list[Party]) -> tuple[Party, ...]:
    """Each party once: a register names the same guest twice, an engagement has it once."""
    seen: dict[tuple[str, str], Party] = {}
    for party in parties:
        organization = organization_key(party.organization) if party.organization else ""
        person = person_key(party.person.name) if party.person else ""
        if organization or person:
            seen.setdefault((person or organization, "" if not person else "person"), party)
    return tuple(seen.values())
