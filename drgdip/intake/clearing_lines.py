"""Statements of clearing that other regions send: CSV in the form in which this program writes them (7.2)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drgdip.base.findings import Finding
from drgdip.base.money import parse_yuan
from drgdip.base.text import Text
from drgdip.intake.small_table import SURPLUS, csv_cells
from drgdip.interface.clearing_line import ClearingLine

_MONEY = ("total_cost", "gross", "patient", "other_funds", "payable", "recorded", "home_pays", "hospital_receives",
          "place_pool_difference")  # fmt: skip
_KEY = ("place", "home", "month", "fixmedins_code", "pool")
COLUMNS = (*_KEY, "cases", *(f"{name}_yuan" for name in _MONEY))


def read_clearing_lines(files: Sequence[Path], region: str) -> tuple[list[ClearingLine], list[Finding]]:
    """Lines asked of a region. A line that is not its own, repeated or wrong is a finding and is not netted.

    Raises UsageError for a file that cannot be read or lacks a column.
    """
    lines: dict[tuple[str, ...], ClearingLine] = {}
    findings: list[Finding] = []
    for file in files:
        for number, cells in enumerate(_rows(file), 1):
            line, field, key = _line(cells, region)
            place = tuple(cells[name] for name in _KEY)
            if line is not None and place in lines:
                line, field, key = None, "fixmedins_code", "clearing_line_repeated"
            if line is None:
                findings.append(Finding(file.name, number, "", field, cells[field], key))
            else:
                lines[place] = line
    return list(lines.values()), findings


def _line(cells: dict[str, str], region: str) -> tuple[ClearingLine | None, str, str]:
    """A line, or the field in doubt and the reason."""
    if cells[SURPLUS]:
        return None, SURPLUS, "malformed_row"
    for name in COLUMNS:
        if not cells[name]:
            return None, name, "missing_value"
    if cells["home"] != region or cells["place"] == region:
        return None, "home", "clearing_of_another_region"
    numbers: list[int] = []
    for name in COLUMNS[len(_KEY) :]:
        try:
            numbers.append(int(cells[name]) if name == "cases" else parse_yuan(cells[name]))
        except ValueError:
            return None, name, "wrong_type"
    place, home, month, hospital, pool = (cells[name] for name in _KEY)
    line = ClearingLine(place, home, month, hospital, pool, *numbers)
    asked = (
        line.home_pays_fen in (line.payable_fen, line.recorded_fen) and line.hospital_receives_fen == line.payable_fen
    )
    if not asked or line.place_pool_difference_fen != line.home_pays_fen - line.hospital_receives_fen:
        return None, "home_pays_yuan", "clearing_does_not_add_up"
    return line, "", ""


def _rows(file: Path) -> list[dict[str, str]]:
    unread = Text(f"清算单 {file}", f"The statement of clearing {file}")
    return csv_cells(file, COLUMNS, file=unread, named=Text(f"清算单 {file.name}", f"The statement {file.name}"))
