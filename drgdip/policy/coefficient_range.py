"""The smallest and largest hospital coefficient that a policy can give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil, floor, prod

from drgdip.base.scaled import E4
from drgdip.policy.values import HospitalCoefficient


def coefficient_range_e4(k: HospitalCoefficient) -> tuple[int, int]:
    """Bounds of K over all hospitals, tiers and groups, and of the 1 of groups without K, at four decimals.

    Rounded outward, so that they hold for every rounding mode. Bonuses need not be known to the caller:
    a hospital that is not named has none (settlement arithmetic 2.3).
    """
    lows, highs = [], []
    # The empty code stands for every hospital that the policy does not name.
    for hospital in _hospitals(k):
        bonuses = [Fraction(bonus, E4) for bonus in k.bonuses.get(hospital, {}).values()]
        for base in _bases(k, hospital):
            exact = _coefficient(k, base, bonuses)
            lows += _windowed(k, hospital, _within(k, floor(exact * E4)), floor)
            highs += _windowed(k, hospital, _within(k, ceil(exact * E4)), ceil)
    # Ungrouped cases, and groups of primary care under ``none``, have a coefficient of one.
    return min(*lows, E4), max(*highs, E4)


def _hospitals(k: HospitalCoefficient) -> list[str]:
    typed = [code for one in k.hospital_types.values() for code in one.hospitals]
    changed = [window.hospital for window in k.windows]
    return ["", *dict.fromkeys([*k.hospitals, *k.bonuses, *typed, *changed])]


def _bases(k: HospitalCoefficient, hospital: str) -> Iterator[int]:
    for by_tier in k.group_coefficients.values():
        yield from by_tier.values()
    own = [one.base for one in k.hospital_types.values() if hospital in one.hospitals]
    yield from [k.hospitals[hospital]] if hospital in k.hospitals else (own[0] if own else k.base).values()


def _windowed(k: HospitalCoefficient, hospital: str, value_e4: int, whole: Callable[[Fraction], int]) -> list[int]:
    """The coefficient outside and inside of each window of the hospital."""
    found = [value_e4]
    for window in k.windows:
        if window.hospital != hospital:
            continue
        if window.delta_e4 is not None:
            found.append(_within(k, value_e4 + window.delta_e4))
        else:
            found.append(_within(k, whole(Fraction(value_e4 * (window.factor_e4 or 0), E4))))
    return found


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
