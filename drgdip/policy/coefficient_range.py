"""The smallest and largest hospital coefficient that a policy can give."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, prod

from drgdip.base.scaled import E4
from drgdip.policy.values import HospitalCoefficient


def coefficient_range_e4(k: HospitalCoefficient) -> tuple[int, int]:
    """Bounds of K over all hospitals and tiers, and of the 1 of groups without K, at four decimals.

    Rounded outward, so that they hold for every rounding mode. Bonuses need not be known to the caller:
    a hospital that is not named has none (settlement arithmetic 2.3).
    """
    lows, highs = [], []
    # The empty code stands for every hospital that the policy does not name.
    for hospital in ("", *{**k.hospitals, **k.bonuses}):
        bases = [k.hospitals[hospital]] if hospital in k.hospitals else list(k.base.values())
        bonuses = [Fraction(bonus, E4) for bonus in k.bonuses.get(hospital, {}).values()]
        for base in bases:
            exact = _coefficient(k, base, bonuses)
            lows.append(_within(k, floor(exact * E4)))
            highs.append(_within(k, ceil(exact * E4)))
    # Ungrouped cases, and groups of primary care under ``none``, have a coefficient of one.
    return min(*lows, E4), max(*highs, E4)


def _coefficient(k: HospitalCoefficient, base_e4: int, bonuses: list[Fraction]) -> Fraction:
    base = Fraction(base_e4, E4)
    if k.mode == "additive":
        gain = sum(bonuses, Fraction(0))
    else:
        gain = prod((1 + bonus for bonus in bonuses), start=Fraction(1)) - 1
    if k.bonus_cap_e4 is not None:
        gain = min(gain, Fraction(k.bonus_cap_e4, E4))
    return base + gain if k.mode == "additive" else base * (1 + gain)


def _within(k: HospitalCoefficient, value_e4: int) -> int:
    value_e4 = max(value_e4, k.floor_e4) if k.floor_e4 is not None else value_e4
    return min(value_e4, k.cap_e4) if k.cap_e4 is not None else value_e4
