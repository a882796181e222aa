"""Open deductions of hospitals: a small CSV beside the cases (settlement arithmetic 4.5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from drgdip.base.findings import Finding
from drgdip.base.money import parse_yuan
from drgdip.base.text import Text
from drgdip.intake.small_table import SURPLUS, csv_cells
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DEDUCTION_TYPES

COLUMNS = ("item_id", "fixmedins_code", "pool", "deduction_type", "date", "amount_yuan")


def read_deductions(path: Path | None, pools: Collection[str]) -> tuple[list[Deduction], list[Finding]]:
    """Read deductions; a row that cannot be used is a finding and takes nothing from anybody.

    ``pools`` are the pools of the policy. Raises UsageError if the file cannot be read or lacks a column.
    """
    if path is None:
        return [], []
    items: dict[str, Deduction] = {}
    findings: list[Finding] = []
    for number, cells in enumerate(_rows(path), 1):
        defects = _defects(cells, pools)
        if cells["item_id"] in items:
            defects.append(("item_id", "duplicate_deduction"))
        if defects:
            findings += [Finding(path.name, number, cells["item_id"], name, cells[name], key) for name, key in defects]
            continue
        items[cells["item_id"]] = Deduction(
            cells["item_id"],
            cells["fixmedins_code"],
            cells["pool"],
            int(cells["deduction_type"]),
            cells["date"],
            parse_yuan(cells["amount_yuan"]),
        )
    return list(items.values()), findings


def _rows(path: Path) -> list[dict[str, str]]:
    return csv_cells(path, COLUMNS, file=Text(f"扣款清单 {path.name}", f"The list of deductions {path.name}"))


def _defects(cells: dict[str, str], pools: Collection[str]) -> list[tuple[str, str]]:
    found = [(name, "missing_value") for name in COLUMNS if not cells[name]]
    if cells[SURPLUS]:
        found.append((SURPLUS, "malformed_row"))
    known = {str(type_) for type_ in DEDUCTION_TYPES}
    if cells["deduction_type"] and cells["deduction_type"] not in known:
        found.append(("deduction_type", "unknown_code"))
    if cells["pool"] and cells["pool"] not in pools:
        found.append(("pool", "unknown_code"))
    if cells["date"] and not _is_date(cells["date"]):
        found.append(("date", "impossible_date"))
    if cells["amount_yuan"]:
        found += _amount_defects(cells["amount_yuan"])
    return found


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _amount_defects(text: str) -> list[tuple[str, str]]:
    try:
        return [("amount_yuan", "negative_amount")] if parse_yuan(text) < 0 else []
    except ValueError:
        return [("amount_yuan", "wrong_type")]
