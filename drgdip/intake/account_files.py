"""The file that point values are smoothed from: points, income and cost of hospitals (settlement arithmetic 2.2).

It holds few rows, each of which moves the value; so a file with a single row in doubt is refused, with the row's place.
"""

from __future__ import annotations

from pathlib import Path

from drgdip.base.errors import UsageError
from drgdip.base.scaled import parse_scaled
from drgdip.base.text import Text
from drgdip.intake.year_files import amount_fen, checked_rows
from drgdip.interface.interval_row import Account

COLUMNS = ("pool", "period", "fixmedins_code", "points", "cost_yuan")
INCOME = "income_yuan"


def read_accounts(path: Path, income: bool = True) -> dict[tuple[str, str], list[Account]]:
    """Accounts by pool and period, in the order of the file; 0 income where it is not asked for.

    Raises UsageError for a row in doubt, or a file without rows.
    """
    found: dict[tuple[str, str], dict[str, Account]] = {}
    for row in checked_rows(path, (*COLUMNS, INCOME) if income else COLUMNS):
        own = found.setdefault((row.text("pool"), row.text("period")), {})
        code = row.text("fixmedins_code")
        if code in own:
            raise row.fault("fixmedins_code", Text("重复", "stands twice"))
        earned = row.read(INCOME, amount_fen) if income else 0
        own[code] = Account(code, row.read("points", _points), earned, row.read("cost_yuan", amount_fen))
    if not found:
        raise UsageError(
            Text(f"{path.name} 没有数据行。", f"{path.name} has no rows."),
            Text("请给出各机构的分值、收入与成本。", "Give points, income and cost of the hospitals."),
        )
    return {key: list(own.values()) for key, own in found.items()}


def _points(text: str) -> int:
    points = parse_scaled(text, 4)
    if points <= 0:
        raise ValueError(text)
    return points
