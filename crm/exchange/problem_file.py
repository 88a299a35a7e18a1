"""The rows that did not come in as a CSV file: as they stood, with the reason behind, to be corrected and imported again."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

from crm.core.formulas import neutralised


def write(
    target: IO[bytes],
    rows: Callable[[], Iterable[Any]],
    *,
    file_names: Mapping[int, str],
    reason_of: Callable[[Any], str],
    heads: tuple[str, str, str],
) -> int:
    """Write the file and give the number of rows. `rows` is read twice: first for the headers of all files, then for the cells."""
    headers = list(dict.fromkeys(header for row in rows() for header, _cell in row.verbatim))
    places = {header: place for place, header in enumerate(headers)}
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([*map(neutralised, headers), *heads])
    count = 0
    for row in rows():
        writer.writerow([*map(neutralised, _cells(row, places)), *map(neutralised, _said(row, file_names, reason_of))])
        count += 1
    text.detach()
    return count


def _cells(row: Any, places: Mapping[str, int]) -> list[str]:
    """The cells of a row under the headers of all files; two of one header stand in one cell."""
    cells = [""] * len(places)
    for header, cell in row.verbatim:
        place = places[header]
        cells[place] = f"{cells[place]}; {cell}" if cells[place] and cell else cells[place] or cell
    return cells


def _said(row: Any, file_names: Mapping[int, str], reason_of: Callable[[Any], str]) -> Iterator[str]:
    yield file_names.get(row.file_id, "")
    yield str(row.row_number)
    yield reason_of(row)
