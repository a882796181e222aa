"""What a column of a table that people read is."""

from __future__ import annotations

from typing import Literal, NamedTuple

from drgdip.base.text import Text

Unit = Literal["text", "code", "count", "rows", "points", "ratio", "score", "yuan", "yuan_per_point"]

UNIT_NAMES: dict[str, Text] = {
    "text": Text("文本", "text"),
    "code": Text("代码", "code"),
    "count": Text("例", "cases"),
    "rows": Text("行", "rows"),
    "points": Text("点", "points"),
    "ratio": Text("倍", "ratio"),
    "score": Text("分", "of 100"),
    "yuan": Text("元", "yuan"),
    "yuan_per_point": Text("元/点", "yuan per point"),
}


class OutputColumn(NamedTuple):
    """One column of a table that people read.

    field : attribute of the row. header : English name in file headers. unit : how the integer is written
    (``points``, ``ratio`` and ``yuan_per_point`` four decimals, ``yuan`` fen as yuan with two). label, meaning : words. source : where it is defined.
    """

    field: str
    header: str
    unit: Unit
    label: Text
    meaning: Text
    source: Text


def column(field: str, header: str, unit: Unit, zh: str, en: str, meaning: Text, source: str = "4.3") -> OutputColumn:
    """A column of the statement, with the section of the settlement arithmetic that defines it."""
    return OutputColumn(field, header, unit, Text(zh, en), meaning,
                        Text(f"结算算法规范 {source}", f"Settlement arithmetic {source}"))  # fmt: skip
