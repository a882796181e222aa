"""Suspended hospitals and lines under a ceiling in a month, by plain sums over the reference's own cases (8.1, 8.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from tests.reference.ceiling import allowed_fen
from tests.reference.clearing import cumulative_due_fen, retained_fen
from tests.reference.numbers import E4


class Suspended(NamedTuple):
    """A hospital and the days of discharge, both included, that are held until the month of the last day has passed."""

    hospital: str
    first: date
    last: date


class Line(NamedTuple):
    """Ways of being paid, as routes are named, and the line's share of the ceiling."""

    routes: tuple[str, ...]
    share: Fraction | None


def held_fen(row: Mapping[str, Any], discharged: date, suspended: Sequence[Suspended], month: str) -> int:
    """What of a case is not paid with its month."""
    held = any(
        one.hospital == row["hospital_code"] and one.first <= discharged <= one.last and f"{one.last:%Y-%m}" >= month
        for one in suspended
    )
    return row["payable_fen"] if held else 0


def over_fen(
    rows: Sequence[Mapping[str, Any]],
    held: Callable[[Mapping[str, Any]], int],
    lines: Mapping[str, Line],
    ceiling: int | None,
) -> int:
    """What one hospital's cases of a pool come to beyond caps and ceiling."""
    amounts = {
        name: sum(row["payable_fen"] - held(row) for row in rows if row["route"] in line.routes)
        for name, line in lines.items()
    }
    allowed = allowed_fen(amounts, {name: line.share for name, line in lines.items()}, ceiling)
    return sum(amounts.values()) - sum(allowed.values())


def due_fen(payable: int, retention_e4: int, paid_before: int, cumulative: bool) -> int:
    """What is due of a payable, before deductions."""
    if not cumulative:
        return payable - retained_fen(payable, retention_e4)
    return cumulative_due_fen(payable, E4 - retention_e4 if payable > 0 else E4, paid_before)
