"""What is asked of a synthesis and what it came to."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, NamedTuple, cast

from drgdip.base.errors import UsageError
from drgdip.base.text import Text

Format = Literal["parquet", "csv"]
Layout = Literal["flat", "tables", "lists"]
ListForm = Literal["4101", "4101A"]

#: Above this share clean rows could no longer stand beside each dirty one.
MAX_DIRTY = Decimal("0.4")
MAX_CASES = 10**9
LEAST_LINES, MOST_LINES = 10, 2_000


class Request(NamedTuple):
    """A checked request.

    layout : ``flat`` one file whose name tells the format; ``tables`` and ``lists`` a folder. fees : with fee lines.
    lines : mean number of fee lines of a stay. list_form : form of the lists.
    mean_cost_fen : mean cost of the city, where the edition has none; the usual one unless given. violations : planted ones.
    """

    output: Path
    format: Format
    cases: int
    month: str
    seed: int
    dirty: Decimal
    layout: Layout = "flat"
    fees: bool = True
    lines: int = 200
    list_form: ListForm = "4101"
    mean_cost_fen: int | None = None
    violations: bool = False

    @property
    def manifest(self) -> Path:
        """The key of what was broken."""
        if self.layout != "flat":
            return self.output / "planted.csv"
        return self.output.with_name(f"{self.output.stem}.dirty.csv")


class Synthesis(NamedTuple):
    """Rows written; groups drawn from; groups left out (code) and their cases in the catalogue; rows by kind of defect."""

    output: Path
    manifest: Path | None
    rows: int
    groups: int
    left_out: tuple[str, ...]
    left_out_cases: int
    defects: dict[str, int]


#: What can be wrong: fact and advice.
_FAULTS = {
    "format": (
        Text(
            "输出文件名“{value}”不以 .parquet 或 .csv 结尾。",
            "The output name '{value}' ends in neither .parquet nor .csv.",
        ),
        Text("请换一个以 .parquet 或 .csv 结尾的文件名。", "Give it a name that ends in .parquet or .csv."),
    ),
    "file": (
        Text("输出位置“{value}”是文件夹。", "The output '{value}' is a folder."),
        Text("请填写文件名,或用 --layout tables。", "Give a file name, or use --layout tables."),
    ),
    "folder": (
        Text("输出文件夹“{value}”不存在。", "The output folder '{value}' does not exist."),
        Text("请先建立该文件夹,或换一个位置。", "Create it first, or choose another place."),
    ),
    "month": (
        Text("月份“{value}”不存在。", "There is no month '{value}'."),
        Text("请按 YYYY-MM 填写,例如 2026-01。", "Write it as YYYY-MM, for example 2026-01."),
    ),
    "cases": (
        Text("病例数 {value} 不在 1 至十亿之间。", "{value} is not a number of cases between 1 and a billion."),
        Text("请填写正整数。", "Give a positive whole number."),
    ),
    "seed": (
        Text("随机种子 {value} 为负数。", "The seed {value} is negative."),
        Text("请填写零或正整数。", "Give zero or a positive whole number."),
    ),
    "lines": (
        Text(
            "费用明细平均行数 {value} 不在 10 至 2000 之间。",
            "{value} is not a mean number of lines between 10 and 2000.",
        ),
        Text("请填写 10 至 2000 之间的整数。", "Give a whole number from 10 to 2000."),
    ),
    "occupied": (
        Text("输出位置“{value}”已有内容。", "There is something in '{value}' already."),
        Text("请换一个文件夹,或先清空它。", "Choose another folder, or empty it first."),
    ),
    "dirty": (
        Text(
            "问题数据比例“{value}”不是 0 至 0.4 之间的小数。",
            "The share of dirty rows '{value}' is not between 0 and 0.4.",
        ),
        Text("请填写 0 至 0.4 之间的小数。", "Give a share from 0 to 0.4."),
    ),
}


def make_request(output: Path | str, cases: int, month: str, seed: int, dirty: Decimal | str) -> Request:
    """Check a request for one file in the flat layout. Raises UsageError."""
    path = Path(output)
    suffix = path.suffix.lower().lstrip(".")
    share = _share(dirty)
    _check("file", not path.is_dir(), path)
    _check("format", suffix in ("parquet", "csv"), path.name)
    _check_drawn(path, cases, month, seed, share, dirty)
    return Request(path, cast("Format", suffix), cases, month, seed, share)


def make_folder_request(
    output: Path | str, cases: int, month: str, seed: int, dirty: Decimal | str, *, layout: Layout,
    format_: Format = "parquet", fees: bool = True, lines: int = 200, list_form: ListForm = "4101",
) -> Request:  # fmt: skip
    """Check a request for a folder of tables or lists. Raises UsageError."""
    path, share = Path(output), _share(dirty)
    _check("lines", LEAST_LINES <= lines <= MOST_LINES, lines)
    _check_drawn(path, cases, month, seed, share, dirty)
    _check("occupied", not path.exists() or (path.is_dir() and not any(path.iterdir())), path)
    kept: Format = "csv" if layout == "lists" else format_
    return Request(path, kept, cases, month, seed, share, layout, fees, lines, list_form)


def _check_drawn(path: Path, cases: int, month: str, seed: int, share: Decimal, dirty: object) -> None:
    _check("folder", path.parent.is_dir(), path.parent)
    _check("month", re.fullmatch(r"(19[7-9]|[2-8]\d\d)\d-(0[1-9]|1[0-2])", month, re.ASCII) is not None, month)
    _check("cases", 1 <= cases <= MAX_CASES, cases)
    _check("seed", seed >= 0, seed)
    _check("dirty", share.is_finite() and 0 <= share <= MAX_DIRTY, dirty)


def _share(dirty: Decimal | str) -> Decimal:
    try:
        return Decimal(dirty)
    except InvalidOperation:
        return Decimal("NaN")


def _check(key: str, holds: bool, value: object) -> None:
    if not holds:
        fact, advice = _FAULTS[key]
        raise UsageError(fact.fill(value=value), advice)
