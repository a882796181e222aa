"""The small CSV files beside the months of a year: scores, prepayments, decisions (settlement arithmetic 4.4, 5, 6.4).

They hold few rows, each of which moves money; so a file with a single row in doubt is refused, with the row's place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.money import parse_yuan
from drgdip.base.scaled import E4, parse_scaled
from drgdip.base.text import Text
from drgdip.intake.small_table import SURPLUS, csv_cells

SCORE_COLUMNS = ("fixmedins_code", "score")
PREPAYMENT_COLUMNS = ("fixmedins_code", "pool", "amount_yuan")
DECISION_COLUMNS = ("decision_id", "fixmedins_code", "pool", "date", "points", "recorded_yuan", "cost_yuan",
                    "by_item_cost_yuan", "by_item_fund_yuan")  # fmt: skip
HISTORY_COLUMNS = ("fixmedins_code", "pool", "year", "fund_yuan")
BALANCE_COLUMNS = ("pool", "balance_months", "year_result_yuan", "rolling_deficit")
_FULL_E4 = 100 * E4
_YES_NO = {"yes": True, "no": False}


class Decision(NamedTuple):
    """What a decision after the month changes in a hospital's year: signed points (e4) and amounts (fen).

    points, recorded_fen, cost_fen : of cases with points. A stay that is decided to be paid by item takes its points,
    recorded amount and cost away, and brings what is allowed and what of it the funds bear.
    payable_fen : what a month posted for it, with the point value that it was posted at.
    """

    id: str
    hospital_code: str
    pool: str
    date: str
    points_e4: int
    recorded_fen: int
    cost_fen: int
    by_item_cost_fen: int
    by_item_fund_fen: int
    payable_fen: int = 0
    month_point_value_e4: int = 0


def read_scores(path: Path) -> dict[str, int]:
    """Assessment scores by hospital, 0 to 100 with at most four decimals. Raises UsageError for anything else."""
    scores: dict[str, int] = {}
    for row in checked_rows(path, SCORE_COLUMNS):
        code = row.text("fixmedins_code")
        value = row.read("score", score_e4)
        if code in scores:
            raise row.fault("fixmedins_code", Text("重复", "stands twice"))
        scores[code] = value
    return scores


def score_e4(text: str) -> int:
    """A score as an integer. Raises ValueError outside 0 to 100."""
    value = parse_scaled(text, 4)
    if not 0 <= value <= _FULL_E4:
        raise ValueError(text)
    return value


def read_prepayments(path: Path, pools: Collection[str]) -> dict[tuple[str, str], int]:
    """What was prepaid, by hospital and pool; several advances add up. Raises UsageError for a row in doubt."""
    granted: dict[tuple[str, str], int] = {}
    for row in checked_rows(path, PREPAYMENT_COLUMNS):
        key = (row.text("fixmedins_code"), row.one_of("pool", pools))
        granted[key] = granted.get(key, 0) + row.read("amount_yuan", amount_fen)
    return granted


def read_decisions(path: Path, pools: Collection[str], year: str) -> list[Decision]:
    """Decisions of a file, in its order. Raises UsageError for a row in doubt; ``pools`` are those with a budget."""
    decisions: dict[str, Decision] = {}
    for row in checked_rows(path, DECISION_COLUMNS):
        name = row.text("decision_id")
        if name in decisions:
            raise row.fault("decision_id", Text("重复", "stands twice"))
        day = row.read("date", lambda text: date.fromisoformat(text).isoformat())
        if day < f"{year}-01-01":
            raise row.fault("date", Text(f"早于 {year} 年", f"is before {year}"))
        decisions[name] = Decision(
            name, row.text("fixmedins_code"), row.one_of("pool", pools), day, row.read("points", _points),
            *(row.read(column, parse_yuan) for column in DECISION_COLUMNS[5:]),
        )  # fmt: skip
    return list(decisions.values())


class Balance(NamedTuple):
    """A pool's standing before it prepays: months of expenditure laid by, result of the year, deficit in sight."""

    months_e4: int
    year_result_fen: int
    rolling_deficit: bool


def read_history(path: Path, pools: Collection[str], years: Sequence[str]) -> dict[tuple[str, str], list[int]]:
    """What the funds paid, by hospital and pool, in those of the given years that the file has (4.4)."""
    found: dict[tuple[str, str, str], int] = {}
    for row in checked_rows(path, HISTORY_COLUMNS):
        key = (row.text("fixmedins_code"), row.one_of("pool", pools), row.text("year"))
        amount = row.read("fund_yuan", amount_fen)
        if key in found:
            raise row.fault("year", Text("重复", "stands twice"))
        found[key] = amount
    totals: dict[tuple[str, str], list[int]] = {}
    for (code, pool, year), amount in sorted(found.items()):
        if year in years:
            totals.setdefault((code, pool), []).append(amount)
    return totals


def read_balances(path: Path, pools: Collection[str]) -> dict[str, Balance]:
    """The standing of pools; ``rolling_deficit`` is yes or no."""
    balances: dict[str, Balance] = {}
    for row in checked_rows(path, BALANCE_COLUMNS):
        pool = row.one_of("pool", pools)
        if pool in balances:
            raise row.fault("pool", Text("重复", "stands twice"))
        months, result = row.read("balance_months", _points), row.read("year_result_yuan", parse_yuan)
        if row.text("rolling_deficit") not in _YES_NO:
            raise row.fault("rolling_deficit", Text("须为 yes 或 no", "must be yes or no"))
        balances[pool] = Balance(months, result, _YES_NO[row.text("rolling_deficit")])
    return balances


def _points(text: str) -> int:
    return parse_scaled(text, 4)


def amount_fen(text: str) -> int:
    """An amount of yuan in fen. Raises ValueError for a negative one."""
    amount = parse_yuan(text)
    if amount < 0:
        raise ValueError(text)
    return amount


class _Row:
    """One row and its place, for messages."""

    def __init__(self, path: Path, number: int, cells: dict[str, str]) -> None:
        self._path, self._number, self._cells = path, number, cells

    def text(self, name: str) -> str:
        if not self._cells[name]:
            raise self.fault(name, Text("为空", "is empty"))
        return self._cells[name]

    def one_of(self, name: str, known: Collection[str]) -> str:
        if self.text(name) not in known:
            raise self.fault(name, Text("不是可用的基金池", "is no pool that can be used here"))
        return self._cells[name]

    def read(self, name: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(self.text(name))
        except ValueError:
            raise self.fault(name, Text("无法读取或超出范围", "cannot be read or is out of range")) from None

    def fault(self, name: str, what: Text) -> UsageError:
        value = self._cells[name]
        return UsageError(
            Text(f"{self._path.name} 第 {self._number} 行的 {name}(“{value}”){what.zh}。",
                 f"{self._path.name}, row {self._number}: {name} (“{value}”) {what.en}."),
            Text("请更正该行;有疑问的文件一概不用。",
                 "Mend the row; a file with a row in doubt is not used."),
        )  # fmt: skip


def checked_rows(path: Path, columns: Sequence[str]) -> Iterator[_Row]:
    """Rows of a file in which no row may be in doubt. Raises UsageError if it cannot be read or lacks a column."""
    cells = csv_cells(path, columns, file=Text(f" {path}", str(path)), named=Text(path.name, path.name))
    for number, row in enumerate(cells, 1):
        if row[SURPLUS]:
            raise UsageError(
                Text(f"{path.name} 第 {number} 行比表头多出内容(“{row[SURPLUS]}”)。",
                     f"{path.name}, row {number} has more cells than the header (“{row[SURPLUS]}”)."),
                Text("请检查逗号,金额不带千分位。", "Check its commas; amounts have no separators."),
            )  # fmt: skip
        yield _Row(path, number, row)
