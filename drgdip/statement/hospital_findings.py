"""Which findings and which rows that are not settled belong to which hospital.

A finding names file, row and settlement ID; the hospital is that of the row that was set aside, or of the case that was
settled under the ID. What concerns a file as a whole belongs to no hospital.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from drgdip.base.findings import Finding
from drgdip.base.reasons import REASONS
from drgdip.statement.columns import ReasonTotal
from drgdip.statement.findings_csv import FINDINGS_HEADER, SET_ASIDE_HEADER, amount_fen

#: Findings, and rows that are not settled, that a report lists one by one.
ROWS_LISTED = 50
#: Longest cell that is read: a list may hold far longer ones than the csv module allows.
_LONGEST_CELL = 1 << 28


class NotSettledRow(NamedTuple):
    """A row that is not settled; text as written, ``reasons`` are keys."""

    file: str
    row: int
    setl_id: str
    total_cost: str
    reasons: tuple[str, ...]


class HospitalFindings:
    """Counts of one hospital, and the first rows of each list."""

    def __init__(self) -> None:
        self.reasons: dict[str, list[int]] = {}
        self.rows: list[NotSettledRow] = []
        self.counts: dict[str, int] = {}
        self.first: list[Finding] = []

    @property
    def not_settled(self) -> list[ReasonTotal]:
        """Rows and cost by first reason, in the order of reason numbers."""
        return [ReasonTotal(key, *self.reasons[key]) for key in sorted(self.reasons, key=_number)]

    @property
    def finding_counts(self) -> list[tuple[str, int, int]]:
        """Key and count of every reason, in the order of their numbers; the third value is not used."""
        return [(key, self.counts[key], 0) for key in sorted(self.counts, key=_number)]

    def add_row(self, row: NotSettledRow) -> None:
        """Count a row under its first reason."""
        total = self.reasons.setdefault(row.reasons[0], [0, 0])
        total[0] += 1
        total[1] += amount_fen(row.total_cost)
        if len(self.rows) < ROWS_LISTED:
            self.rows.append(row)

    def add(self, finding: Finding) -> None:
        """Count a finding."""
        self.counts[finding.key] = self.counts.get(finding.key, 0) + 1
        if len(self.first) < ROWS_LISTED:
            self.first.append(finding)


def findings_by_hospital(folder: Path, hospital_of_case: Mapping[str, str]) -> dict[str, HospitalFindings]:
    """Read ``set_aside.csv`` and ``findings.csv`` of a run; ``hospital_of_case`` by settlement ID.

    Raises OSError, ValueError, KeyError or csv.Error if they are not as they were written.
    """
    found: dict[str, HospitalFindings] = {}
    of_row: dict[tuple[str, int], str] = {}
    of_id: dict[str, str] = {}
    for cells in _rows(folder / "set_aside.csv", SET_ASIDE_HEADER):
        hospital, row = cells["fixmedins_code"], int(cells["row"])
        of_row[cells["file"], row] = of_id[cells["setl_id"]] = hospital
        reasons = tuple(REASONS[key].key for key in cells["reasons"].split("|"))
        entry = NotSettledRow(cells["file"], row, cells["setl_id"], cells["medfee_sumamt"], reasons)
        found.setdefault(hospital, HospitalFindings()).add_row(entry)
    for cells in _rows(folder / "findings.csv", FINDINGS_HEADER):
        place, setl_id = (cells["file"], int(cells["row"])), cells["setl_id"]
        owner = of_row.get(place) or hospital_of_case.get(setl_id) or of_id.get(setl_id)
        if owner is not None and place[1]:
            finding = Finding(*place, setl_id, cells["field"], cells["value"], REASONS[cells["reason"]].key)
            found.setdefault(owner, HospitalFindings()).add(finding)
    return found


def _rows(path: Path, header: tuple[str, ...]) -> Iterator[dict[str, str]]:
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != header:
                raise ValueError(f"{path.name} has other columns")
            for cells in reader:
                if None in cells or None in cells.values():
                    raise ValueError(f"{path.name} has a row of other length")
                yield cells
    finally:
        csv.field_size_limit(before)


def _number(key: str) -> int:
    return REASONS[key].number
