"""Formulas of indicators and warnings: integers in, one integer out; None where there is nothing to divide by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from drgdip.base.rounding import divide
from drgdip.base.scaled import E4

Level = Literal["none", "yellow", "red"]
#: Decimals that parts of an index are carried with before they are averaged to four.
_E12 = 10**12


def quotient_e4(part: int, whole: int) -> int | None:
    """Part ÷ whole, four decimals half-up."""
    return divide(part * E4, whole) if whole else None


def case_mix_e4(weights_e4: int, grouped: int) -> int | None:
    """Σ relative weights ÷ grouped stays (settlement arithmetic 10, vector V125)."""
    return divide(weights_e4, grouped) if grouped else None


def consumption_index_e4(groups: Iterable[tuple[int, int, int]], grouped: int) -> int | None:
    """Mean over grouped stays of own ÷ the region's mean of the group (10, vector V125).

    groups : for each group what the stays have in all, what the region's have in all, and how many the region has. A
    group whose region has nothing in all is left out with its stays, which the caller does not count.
    """
    if not grouped:
        return None
    return divide(sum(divide(own * stays * _E12, region) for own, region, stays in groups) * E4, grouped * _E12)


class Execution(NamedTuple):
    """Budget execution: four decimals, its level, and what the year comes to at this pace, in fen."""

    execution_e4: int
    level: Level
    forecast_fen: int


def execution(spent_fen: int, budget_fen: int, share: int, yellow_e4: int, red_e4: int, whole: int = E4) -> Execution:
    """Spent ÷ (annual budget × seasonal share of the period); a limit that is reached counts (10, vector V126).

    ``share`` ÷ ``whole`` is the seasonal share. Levels compare exactly; the rounded quotient is only shown.
    """
    due, spent = budget_fen * share, spent_fen * whole
    level: Level = "none"
    if spent * E4 >= yellow_e4 * due:
        level = "red" if spent * E4 >= red_e4 * due else "yellow"
    return Execution(divide(spent * E4, due), level, divide(spent, share))


def coefficient_of_variation_above(count: int, total: int, squares: int, limit_e4: int) -> bool:
    """Whether sd ÷ mean lies above a limit, exactly: n·Σx² − (Σx)² > limit² · (Σx)² (population deviation, as tables have it)."""
    return (count * squares - total * total) * E4 * E4 > limit_e4 * limit_e4 * total * total
