"""Cells that a spreadsheet would run: harmless outside, whole again inside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.formulas import neutralised, restored


@pytest.mark.parametrize("cell", ["=1+1", "+62 812", "-5", "@SUM(A1)", "\t=1", "'=1", "''+62"])
def test_dangerous_cells_get_an_apostrophe(cell: str) -> None:
    assert neutralised(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "Budi", "31.74", "O'Brien", "'s-Hertogenbosch", "1+1"])
def test_other_cells_stay(cell: str) -> None:
    assert neutralised(cell) == cell
    assert restored(cell) == cell


@given(st.text(st.sampled_from("=+-@'\t\ra1"), max_size=8))
def test_what_goes_out_comes_back(cell: str) -> None:
    assert restored(neutralised(cell)) == cell
    assert not neutralised(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
