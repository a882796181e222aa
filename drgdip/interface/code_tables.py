"""Code tables of the national interface, as far as settlement reads them. Names are for people; codes decide.

Places extend the national tables: a file of further codes (columns ``table``, ``code``, ``zh``, ``en``) is given to a run.
It belongs to the exchange of data and not to the payment policy, which may change while the codes stay, and the other
way round; a run records its hash like that of every input.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from drgdip.base.errors import UsageError
from drgdip.base.text import Text

#: Hospital levels by tier: the last level of each, and the tier (3 tertiary, 2 secondary, 1 primary, 0 unrated).
_TIERS = ((4, 3), (7, 2), (10, 1), (14, 0))
#: Tables that cannot be extended: each code means something to the engine.
_FIXED = frozenset(("hosp_lv", "refd_setl_flag", "flag", "diag_type", "oprn_oprt_type"))
_COLUMNS = ("table", "code", "zh", "en")
_LONGEST_CODE = 9
#: Codes that become a column of eight bits.
_SMALL = {"gend": 99, "dscg_way": 99}
_ADVICE = Text(
    "请按 table,code,zh,en 四列提供 CSV(UTF-8)。", "Give a CSV (UTF-8) with the columns table, code, zh and en."
)


class Code(NamedTuple):
    """One value of a code table, and what is known about where it comes from."""

    table: str
    code: str
    name: Text
    evidence: str


CodeTables = Mapping[str, Mapping[str, Code]]


@cache
def code_tables() -> dict[str, dict[str, Code]]:
    """All tables as shipped: name -> code -> entry."""
    tables: dict[str, dict[str, Code]] = {}
    with Path(__file__).with_name("code_tables.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            entry = Code(row["table"], row["code"], Text(row["zh"], row["en"]), row["evidence"])
            if tables.setdefault(entry.table, {}).setdefault(entry.code, entry) is not entry:
                raise ValueError(f"{entry.table} {entry.code} stands twice")
    return tables


def extended_tables(path: Path) -> dict[str, dict[str, Code]]:
    """The shipped tables with the codes of a file. Raises UsageError naming the first row that cannot be taken."""
    tables = {name: dict(codes) for name, codes in code_tables().items()}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if not set(_COLUMNS) <= set(reader.fieldnames or ()):
                raise UsageError(
                    Text(f"{path.name} 的表头不符。", f"The header of {path.name} is not that of a code table."),
                    _ADVICE,
                )
            for number, row in enumerate(reader, start=1):
                table, code, zh, en = ((row[name] or "").strip() for name in _COLUMNS)
                entry = Code(table, code, Text(zh, en), path.name)
                if (fault := _fault(entry, tables)) is not None:
                    raise UsageError(
                        Text(f"{path.name} 第 {number} 行数据({entry.table} {entry.code})不可用:{fault.zh}。",
                             f"Data row {number} of {path.name} ({entry.table} {entry.code}) cannot be taken: {fault.en}."),
                        Text("请更正该行。", "Correct the row."),
                    )  # fmt: skip
                tables[entry.table][entry.code] = entry
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            Text(f"无法读取代码表 {path.name}。", f"The code table {path.name} cannot be read."), _ADVICE
        ) from error
    return tables


def _fault(entry: Code, tables: CodeTables) -> Text | None:
    if entry.table not in tables:
        return Text("没有这个代码表", "there is no such table")
    if entry.table in _FIXED:
        return Text("该表不可扩展", "this table cannot be extended")
    if not (entry.code.isascii() and entry.code.isdigit() and len(entry.code) <= _LONGEST_CODE):
        return Text("代码须为数字", "a code is of digits")
    if entry.code in tables[entry.table]:
        return Text("代码已存在", "the code is there already")
    if int(entry.code) > _SMALL.get(entry.table, int(entry.code)):
        return Text("代码过大", "the code is too large")
    return None


def code_numbers(table: str, tables: CodeTables | None = None) -> frozenset[int]:
    """The codes of a table as numbers."""
    return frozenset(int(code) for code in (tables or code_tables())[table])


def hospital_tier(level: int) -> int:
    """Tier of a hospital level (``hosp_lv`` 1–14): 3 tertiary, 2 secondary, 1 primary, 0 unrated."""
    return next(tier for last, tier in _TIERS if level <= last)
