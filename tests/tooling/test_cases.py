"""docs/cases.md: every case that the work was asked for has its tests, and every test that it names exists."""

import ast
import re

import pytest

from crm.bootstrap import ROOT

CASES = {
    "AU": [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14],
    "SC": range(1, 17),
    "IN": [1, 2, 3, 5],
    "XS": [1, 2, 3, 4, 5, 9, 10],
    "FI": range(1, 8),
    "IM": [1, 2, 4],
    "EX": [1, 2, 3],
    "WB": range(1, 12),
    "AD": [1, 2],
    "ML": [1, 2, 3, 4, 6, 7, 8, 9],
    "SS": [1, 2, 3, 4],
    "F": [1, 3, 5, 6, 7, 8, 10, 12, 13, 14, 15, 16, 17, 18, 19, 21, 23, 24, 27, 31],
}
IDS = [f"{letters}-{number:02}" for letters, numbers in CASES.items() for number in numbers]


def table():
    """Tests by case."""
    lines = re.findall(r"^\| ([A-Z]+-\d\d) \| (.+?) \| (.+?) \|$", (ROOT / "docs/cases.md").read_text(), re.M)
    return {case: re.findall(r"`([\w/]+\.py)::(\w+)`", tests) for case, tests, _shown in lines}


def test_every_case_is_in_the_table():
    assert list(table()) == IDS


@pytest.mark.parametrize("case", IDS)
def test_the_tests_of_a_case_exist(case):
    named = table()[case]
    assert named
    for place, name in named:
        tree = ast.parse((ROOT / "tests" / place).read_text())
        found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
        assert len(found) == 1, f"{place}::{name}"
