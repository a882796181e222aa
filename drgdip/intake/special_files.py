"""Applications and decisions of special-case review: two small CSV files beside the cases (settlement arithmetic 6.3).

A row that cannot be used is a finding; it changes nobody's payment.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from drgdip.base.findings import Finding
from drgdip.base.money import MAX_CASE_FEN, parse_yuan
from drgdip.base.scaled import E4, parse_scaled
from drgdip.intake.small_table import TableRow, day_text, table_rows
from drgdip.interface.special import (
    APPLICATION_COLUMNS,
    APPLICATION_OPTIONAL,
    DECISION_COLUMNS,
    DECISION_OPTIONAL,
    Application,
    SpecialDecision,
)

_OUTCOMES = ("by_item", "adjusted", "rejected")
_ADJUSTED_BY = ("factor", "points", "pay_std_amt")
_MOST_FACTOR_E4 = 1000 * E4
_MOST_POINTS_E4 = 10**9 * E4

Read = Callable[[str], Any]


def read_applications(path: Path | None) -> tuple[list[Application], list[Finding]]:
    """Applications of a file, in its order. Raises UsageError if it cannot be read or lacks a column."""
    found: dict[str, Application] = {}
    findings: list[Finding] = []
    for row in table_rows(path, APPLICATION_COLUMNS, APPLICATION_OPTIONAL):
        row.required(APPLICATION_COLUMNS)
        row.read("date", day_text, "impossible_date")
        if row.cells["application_id"] in found:
            row.defect("application_id", "special_repeated")
        if row.findings:
            findings += row.findings
            continue
        cells = row.cells
        found[cells["application_id"]] = Application(
            row.file, row.number, cells["application_id"], cells["setl_id"], cells["fixmedins_code"], cells["date"],
            cells["exit_type"], cells["exit_rea"],
        )  # fmt: skip
    return list(found.values()), findings


def read_special_decisions(path: Path | None) -> tuple[list[SpecialDecision], list[Finding]]:
    """Decisions of a file, in its order. Raises UsageError if it cannot be read or lacks a column."""
    found: dict[str, SpecialDecision] = {}
    findings: list[Finding] = []
    for row in table_rows(path, DECISION_COLUMNS, DECISION_OPTIONAL):
        decision = _decision(row)
        if row.cells["decision_id"] in found:
            row.defect("decision_id", "special_repeated")
        findings += row.findings
        if not row.findings:
            found[decision.id] = decision
    return list(found.values()), findings


def _decision(row: TableRow) -> SpecialDecision:
    row.required(DECISION_COLUMNS)
    row.read("date", day_text, "impossible_date")
    cells = row.cells
    if cells["outcome"] and cells["outcome"] not in _OUTCOMES:
        row.defect("outcome", "unknown_code")
    allowed = row.read("allowed_yuan", _amount, "wrong_type")
    factor = row.read("factor", _above_zero(_MOST_FACTOR_E4), "wrong_type")
    points = row.read("points", _above_zero(_MOST_POINTS_E4), "wrong_type")
    standard = row.read("pay_std_amt", _amount, "wrong_type")
    _check_amounts(row)
    return SpecialDecision(
        row.file, row.number, cells["decision_id"], cells["setl_id"], cells["outcome"], cells["date"],  # type: ignore[arg-type]
        _parts(cells["reviewers"]), _parts(cells["reviewer_units"]), allowed, factor, points, standard,
        cells["decision_rea"],
    )  # fmt: skip


def _check_amounts(row: TableRow) -> None:
    """What an outcome needs, and nothing beside it: a decision in doubt must not be guessed at."""
    outcome, cells = row.cells["outcome"], row.cells
    given = [name for name in _ADJUSTED_BY if cells[name]]
    if outcome == "by_item" and not cells["allowed_yuan"]:
        row.defect("allowed_yuan", "missing_value")
    if outcome == "adjusted" and len(given) != 1:
        row.defect("factor", "special_amounts_unclear")
    elif outcome != "adjusted" and given:
        row.defect(given[0], "special_amounts_unclear")
    if outcome in ("adjusted", "rejected") and cells["allowed_yuan"]:
        row.defect("allowed_yuan", "special_amounts_unclear")


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|")) if cell else ()


def _amount(text: str) -> int:
    """An amount above zero that one stay can come to."""
    amount = parse_yuan(text)
    if not 0 < amount <= MAX_CASE_FEN:
        raise ValueError(text)
    return amount


def _above_zero(most_e4: int) -> Read:
    def read(text: str) -> int:
        value = parse_scaled(text, 4)
        if not 0 < value <= most_e4:
            raise ValueError(text)
        return value

    return read
