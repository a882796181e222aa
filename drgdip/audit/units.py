"""How a column's integer is written for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from drgdip.base.columns import Column
from drgdip.base.money import format_yuan
from drgdip.base.reasons import reason
from drgdip.base.scaled import format_scaled
from drgdip.base.text import Language, Text

_YUAN = Text("元", "yuan")
_DAYS = Text("天", "days")


def written(column: Column, value: Any, language: Language) -> str:
    """One value with its unit, in words where it is a reason; a dash where intake has none."""
    number = int(value)
    if number < 0 and column.unit in ("days", "count", "code"):
        return "—"
    if column.unit == "fen":
        return f"{format_yuan(number)} {_YUAN.in_language(language)}"
    if column.unit == "e4":
        return format_scaled(number, 4)
    if column.unit == "reason":
        words = reason(number)
        return f"{words.words.in_language(language)} ({words.key})"
    if column.unit == "days":
        return f"{number} {_DAYS.in_language(language)}"
    if column.unit == "s":
        return datetime.fromtimestamp(number, UTC).strftime("%Y-%m-%d %H:%M:%S")
    if column.unit == "flag":
        return Text("是" if number else "否", "yes" if number else "no").in_language(language)
    return str(number)
