"""Settlement arithmetic 2.3: the hospital coefficient; 2.6: the cost that a case is compared with."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from drgdip.policy.values import HospitalCoefficient
from tests.reference.catalogue import Catalogue, mean_cost_fen, region_mean_cost_fen, relative_weight_e4
from tests.reference.grouping import Group
from tests.reference.numbers import E4, e4, from_e4, rounded


def hospital_coefficient_e4(
    rules: HospitalCoefficient, hospital: str, tier: str, group: str = "", discharge: date | None = None
) -> int:
    """Base of the tier, or a more special one, with bonuses; rounded, then held within floor and cap.

    A group's own base goes before the hospital's, that before its type's. A decision that covers the day of discharge
    changes the result, which is held within floor and cap again.
    """
    base = rules.base[tier]  # type: ignore[index]
    for one in rules.hospital_types.values():
        if hospital in one.hospitals:
            base = one.base[tier]
    base = rules.hospitals.get(hospital, base)
    base = rules.group_coefficients.get(group, {}).get(tier, base)  # type: ignore[call-overload]
    value = coefficient_e4(base, list(rules.bonuses.get(hospital, {}).values()), rules)
    for window in rules.windows:
        if window.hospital == hospital and discharge is not None and window.first <= discharge <= window.last:
            if window.delta_e4 is not None:
                value += window.delta_e4
            else:
                value = e4(from_e4(value) * from_e4(window.factor_e4 or 0))
            value = within(value, rules)
    return value


def coefficient_e4(base_e4: int, bonuses_e4: list[int], rules: HospitalCoefficient) -> int:
    if rules.mode == "additive":
        gain = sum((from_e4(bonus) for bonus in bonuses_e4), Fraction(0))
    else:
        gain = Fraction(1)
        for bonus in bonuses_e4:
            gain *= 1 + from_e4(bonus)
        gain -= 1
    if rules.bonus_cap_e4 is not None:
        gain = min(gain, from_e4(rules.bonus_cap_e4))
    base = from_e4(base_e4)
    return within(e4(base + gain if rules.mode == "additive" else base * (1 + gain)), rules)


def within(value: int, rules: HospitalCoefficient) -> int:
    """Held within floor, then cap."""
    if rules.floor_e4 is not None:
        value = max(value, rules.floor_e4)
    if rules.cap_e4 is not None:
        value = min(value, rules.cap_e4)
    return value


def reference_cost_fen(catalogue: Catalogue, group: Group | None, reference: str, rate_e4: int = 0) -> int:
    """Mean cost of the group as published, its weight × the region's mean or × a rate; ungrouped: the region's mean."""
    region = region_mean_cost_fen(catalogue)
    if group is None:
        return region
    if reference == "table":
        return mean_cost_fen(group)
    if reference == "rw_x_rate":
        return rounded(Fraction(relative_weight_e4(group) * rate_e4, E4 * E4) * 100)
    return rounded(Fraction(relative_weight_e4(group) * region, catalogue.point_scale * E4))
