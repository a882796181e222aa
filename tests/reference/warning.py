"""Settlement arithmetic 10 by plain fractions: what of a period is worth a look. Each gives level, scope, key and indicator."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from tests.reference.numbers import from_e4

Found = tuple[str, str, str, str]


def executed(
    pool: str, spent_fen: int, budget_fen: int, season: Fraction, yellow: Fraction, red: Fraction
) -> set[Found]:
    """Fund spent ÷ (annual budget × seasonal share), yellow or red where it reaches the limit (V126)."""
    ratio = Fraction(spent_fen) / (budget_fen * season)
    level = "red" if ratio >= red else "yellow" if ratio >= yellow else ""
    return {(level, "pool", pool, "execution")} if level else set()


def outlying(
    indicator: str,
    own: Mapping[tuple[str, str], tuple[int, int | None]],
    city: int | None,
    multiple: Fraction,
    least: int,
) -> set[Found]:
    """Hospitals and counties (stays, indicator) that reach a multiple of the city's, if they have enough stays."""
    return {
        ("notice", scope, key, indicator)
        for (scope, key), (stays, value) in own.items()
        if value is not None and city and stays >= least and Fraction(value, city) >= multiple
    }


def fallen(pool: str, opening_e4: int, now_e4: int, limit: Fraction) -> set[Found]:
    """A point value that has fallen by the limit against the opening, or by more."""
    fall = 1 - from_e4(now_e4) / from_e4(opening_e4)
    return {("yellow", "pool", pool, "point_value_fall")} if fall >= limit else set()


def crowding(hospital: str, above: int, below: int, multiple: Fraction, least: int) -> set[Found]:
    """Many stays just above the low threshold for those just below it."""
    crowded = above > 0 and above + below >= least and (below == 0 or Fraction(above, below) >= multiple)
    return {("notice", "hospital", hospital, "low_crowding")} if crowded else set()
