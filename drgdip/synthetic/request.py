"""What is asked of a synthesis and what it came to."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, NamedTuple, cast

from drgdip.base.errors import UsageError
from drgdip.base.text import Text

Format = Literal["parquet", "csv"]

#: Above this share clean rows could no longer stand beside each dirty one.
MAX_DIRTY = Decimal("0.4")
MAX_CASES = 10**9


class Request(NamedTuple):
    """A checked request; ``format`` follows from the name of ``output``."""

    output: Path
    format: Format
    cases: int
    month: str
    seed: int
    dirty: Decimal

    @property
    def manifest(self) -> Path:
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


def make_request(output: Path | str, cases: int, month: str, seed: int, dirty: Decimal | str) -> Request:
    """Check a request. Raises UsageError."""
    path = Path(output)
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in ("parquet", "csv"):
        raise _wrong("输出文件名以“{value}”结尾。", "The output is named '{value}'.", path.name,
                     Text("请使用 .parquet 或 .csv 结尾的文件名。", "Give it a name that ends in .parquet or .csv."))  # fmt: skip
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) or not "1970" <= month[:4] <= "9998":
        raise _wrong("月份“{value}”不存在。", "There is no month '{value}'.", month,
                     Text("请按 YYYY-MM 填写,例如 2026-01。", "Write it as YYYY-MM, for example 2026-01."))  # fmt: skip
    if not 1 <= cases <= MAX_CASES:
        raise _wrong("病例数 {value} 不在 1 至十亿之间。", "{value} is not a number of cases between 1 and a billion.", cases,
                     Text("请填写正整数。", "Give a positive whole number."))  # fmt: skip
    if seed < 0:
        raise _wrong("随机种子 {value} 为负数。", "The seed {value} is negative.", seed,
                     Text("请填写零或正整数。", "Give zero or a positive whole number."))  # fmt: skip
    return Request(path, cast("Format", suffix), cases, month, seed, _share(dirty))


def _share(dirty: Decimal | str) -> Decimal:
    advice = Text("请填写 0 至 0.4 之间的小数。", "Give a share from 0 to 0.4.")
    try:
        share = Decimal(dirty)
    except InvalidOperation:
        raise _wrong("“{value}”不是比例。", "'{value}' is not a share.", dirty, advice) from None
    if not (share.is_finite() and 0 <= share <= MAX_DIRTY):
        raise _wrong("问题数据比例 {value} 超出范围。", "The share {value} of dirty rows is out of range.", dirty, advice)
    return share


def _wrong(zh: str, en: str, value: object, advice: Text) -> UsageError:
    return UsageError(Text(zh, en).fill(value=value), advice)
