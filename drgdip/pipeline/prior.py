"""What earlier months of the same city hand on: open deductions and what has been paid."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.money import parse_yuan
from drgdip.base.text import Text
from drgdip.interface.deduction import Deduction
from drgdip.interface.statement_row import DEDUCTION_FIELDS


class Prior(NamedTuple):
    """Sums paid and deducted by hospital and pool over earlier runs, and items carried by the last of them."""

    paid_before_fen: dict[tuple[str, str], int]
    carried: list[Deduction]


_PAID = ["paid_yuan", *(field.replace("_fen", "_yuan") for field in DEDUCTION_FIELDS.values())]


def read_prior(runs: Sequence[str | Path]) -> Prior:
    """Read earlier runs' folders, in the order of their months.

    Raises UsageError for a folder without a statement.
    """
    paid: dict[tuple[str, str], int] = {}
    carried: list[Deduction] = []
    for folder in sorted((Path(run) for run in runs), key=_month_of):
        for row in _rows(folder / "statement.csv"):
            key = (row["fixmedins_code"], row["pool"])
            paid[key] = paid.get(key, 0) + sum(parse_yuan(row[name]) for name in _PAID)
        carried = [_carried(row) for row in _rows(folder / "deductions.csv", required=False)]
    return Prior(paid, [item for item in carried if item.amount_fen > 0])


def _carried(row: dict[str, str]) -> Deduction:
    return Deduction(
        row["item_id"],
        row["fixmedins_code"],
        row["pool"],
        int(row["deduction_type"]),
        row["date"],
        parse_yuan(row["carried_yuan"]),
    )


def _month_of(folder: Path) -> str:
    rows = _rows(folder / "statement.csv")
    return rows[0]["month"] if rows else ""


def _rows(path: Path, required: bool = True) -> list[dict[str, str]]:
    if not path.is_file():
        if not required:
            return []
        raise UsageError(
            Text(f"{path.parent} 不是结算结果文件夹。", f"{path.parent} is not the folder of a settled month."),
            Text(
                "--prior 请指定以前月份 settle --out 写出的文件夹。",
                "Give --prior a folder that settle --out has written.",
            ),
        )
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
