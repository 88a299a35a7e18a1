"""Cells that name one, many, or people with the organization they speak for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.exchange.codes import Reason
from crm.exchange.parties import Party, SplitRule, cell_key, split_parties
from crm.exchange.persons import looks_like_person, person_name

RULE = SplitRule(people=True)


def read(cell: str, rule: SplitRule = RULE, known: tuple[str, ...] = ()) -> list[str]:
    split = split_parties(cell, rule, lambda name: name in known)
    return [f"{p.person.name} @ {p.organization}" if p.person else p.organization for p in split.parties]


@pytest.mark.parametrize(
    ("cell", "parties"),
    [
        ("Crest Nicholson", ["Crest Nicholson"]),
        ("Age UK, Asthma UK,Diabetes UK", ["Age UK", "Asthma UK", "Diabetes UK"]),
        ("3M; BNY Mellon; BT", ["3M", "BNY Mellon", "BT"]),
        ("Locality, NCVO, Locality", ["Locality", "NCVO"]),
        ("ITN, The BBC, bskyb, and ITV", ["ITN", "The BBC", "bskyb", "ITV"]),
        ("Envision, Year Here.", ["Envision", "Year Here"]),
        ("Chadbourne Ltd, Foo, Inc.", ["Chadbourne Ltd", "Foo, Inc."]),
        ("Association (ACEVO), X", ["Association (ACEVO)", "X"]),
        ("Open Data Institute, ", ["Open Data Institute"]),
        ("Department for Business, Innovation & Skills", ["Department for Business, Innovation & Skills"]),
        ("Dinas Kependudukan, Pencatatan Sipil dan Keluarga", ["Dinas Kependudukan, Pencatatan Sipil dan Keluarga"]),
        ("Royal Society for the Encouragement of Arts, Manufactures and Commerce, NSN",
         ["Royal Society for the Encouragement of Arts, Manufactures and Commerce", "NSN"]),
    ],
)  # fmt: skip
def test_organizations(cell: str, parties: list[str]) -> None:
    assert read(cell) == parties


@pytest.mark.parametrize(
    ("cell", "parties"),
    [
        ("Nick Robinson, BBC", ["Nick Robinson @ BBC"]),
        ("Sarah Sands (Evening Standard)", ["Sarah Sands @ Evening Standard"]),
        ("Hadley Trust ( Phil Hulme)", ["Phil Hulme @ Hadley Trust"]),
        ("Ian Katz and Allegra Stratton, Newsnight", ["Ian Katz @ Newsnight", "Allegra Stratton @ Newsnight"]),
        ("Peter Wright, Associated,Newspaper Society", ["Peter Wright @ Associated", "Newspaper Society"]),
        (
            "Hugh Whittow, Daily Express; and Dawn Neesom, Daily Star",
            ["Hugh Whittow @ Daily Express", "Dawn Neesom @ Daily Star"],
        ),
        ("ITV: Geoff Hill, Tom Bradby", ["Geoff Hill @ ITV", "Tom Bradby @ ITV"]),
        ("Angie Bray MP and Ealing CVS", ["Ealing CVS", "Angie Bray @ "]),
        ("Aidan Burley MP and constituents", ["Aidan Burley @ "]),
        ("Sir Ian Byatt,Blaiklock Associates", ["Ian Byatt @ Blaiklock Associates"]),
        ("News International,Lord Guy Black, Telegraph", ["News International", "Lord Guy Black @ ", "Telegraph"]),
        ("Tony Blair", ["Tony Blair @ "]),
    ],
)
def test_people_and_whom_they_speak_for(cell: str, parties: list[str]) -> None:
    assert read(cell) == parties


def test_a_position_is_no_organization() -> None:
    split = split_parties("Stephen Green, Chairman of HSBC", RULE)
    assert split.parties == (Party("HSBC", person_name("Stephen Green"), "Chairman"),)
    split = split_parties("Sarah Sands, Editor, Evening Standard", RULE)
    assert split.parties == (Party("Evening Standard", person_name("Sarah Sands"), "Editor"),)


@pytest.mark.parametrize(
    "name",
    ["John Lewis", "Marie Curie Cancer Care", "Duncan Lewis Solicitors", "Rolls Royce", "Christian Aid", "Grant Thornton UK"],
)
def test_bodies_called_like_people_stay_bodies(name: str) -> None:
    assert not looks_like_person(name)
    assert read(name) == [name]


@pytest.mark.parametrize(
    ("cell", "label", "parties"),
    [
        ("Roundtable with: Age UK, RSPCA", "Roundtable with", ["Age UK", "RSPCA"]),
        ("Mobile Network Operators:BT, EE", "Mobile Network Operators", ["BT", "EE"]),
        ("British Business leaders – SABB, Shell", "British Business leaders", ["SABB", "Shell"]),
        ("Smart Cities Forum (IBM, Cisco, Arup", "Smart Cities Forum", ["IBM", "Cisco", "Arup"]),
        ("Social Investment Roundtable:", "Social Investment Roundtable", []),
        (
            "Academy of Royal Medical Colleges: International Committee",
            "",
            ["Academy of Royal Medical Colleges: International Committee"],
        ),
        ("SPICE – a timebanking scheme in Wales", "", ["SPICE – a timebanking scheme in Wales"]),
    ],
)
def test_labels_are_no_organizations(cell: str, label: str, parties: list[str]) -> None:
    split = split_parties(cell, RULE)
    assert (split.label, [party.organization for party in split.parties]) == (label, parties)


def test_a_known_name_stays_whole_and_an_answer_goes_before_everything() -> None:
    cell = "Country, Land and Business Association"
    assert read(cell) == ["Country", "Land and Business Association"]
    assert read(cell, known=(cell,)) == [cell]
    assert read(f"BBC, {cell}, ITV", known=(cell,)) == ["BBC", cell, "ITV"]
    answered = SplitRule(
        people=True, answers={cell_key("O2, EE, Three and Vodafone"): tuple(map(Party, ["O2", "EE", "Three", "Vodafone"]))}
    )
    split = split_parties("o2, EE,  Three and Vodafone", answered, lambda name: True)
    assert [party.organization for party in split.parties] == ["O2", "EE", "Three", "Vodafone"]
    assert split.notes == {Reason.SPLIT_REMEMBERED}


def test_a_proposal_is_told() -> None:
    assert split_parties("Age UK, RSPCA", RULE).notes == {Reason.SPLIT_PROPOSED}
    assert split_parties("Nick Robinson, BBC", RULE).notes == {Reason.SPLIT_PROPOSED, Reason.PERSON_GUESSED}
    assert split_parties("BBC", RULE).notes == frozenset()


def test_without_people_nobody_is_guessed() -> None:
    assert read("Nick Robinson, BBC", SplitRule()) == ["Nick Robinson", "BBC"]


@given(st.text(max_size=200))
def test_no_cell_breaks_the_splitter(cell: str) -> None:
    for party in split_parties(cell, RULE).parties:
        assert party.organization or party.person


@pytest.mark.parametrize(
    "cell", ["a, " * 20_000, "(" * 50_000, "X and " * 10_000, "- " * 25_000, "A: " * 20_000, "Nick " * 10_000]
)
def test_long_cells_are_no_burden(cell: str) -> None:
    split_parties(cell, RULE)
