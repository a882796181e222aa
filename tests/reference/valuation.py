"""Settlement arithmetic 2.3: the hospital coefficient; 2.6: the cost that a case is compared with."""

from __future__ import annotations

from fractions import Fraction

from drgdip.policy.values import HospitalCoefficient
from tests.reference.catalogue import Catalogue, mean_cost_fen, region_mean_cost_fen, relative_weight_e4
from tests.reference.grouping import Group
from tests.reference.numbers import E4, e4, from_e4, rounded


def hospital_coefficient_e4(rules: HospitalCoefficient, hospital: str, tier: str) -> int:
    """Base of the tier, or the hospital's own, with its bonuses; rounded, then held within floor and cap."""
    base = rules.hospitals.get(hospital, rules.base[tier])  # type: ignore[call-overload]
    bonuses = list(rules.bonuses.get(hospital, {}).values())
    return coefficient_e4(base, bonuses, rules)


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
    value = e4(base + gain if rules.mode == "additive" else base * (1 + gain))
    if rules.floor_e4 is not None:
        value = max(value, rules.floor_e4)
    if rules.cap_e4 is not None:
        value = min(value, rules.cap_e4)
    return value


def reference_cost_fen(catalogue: Catalogue, group: Group | None, reference: str) -> int:
    """Mean cost of the group as published, or its weight × the region's mean; ungrouped: the region's mean."""
    region = region_mean_cost_fen(catalogue)
    if group is None:
        return region
    if reference == "table":
        return mean_cost_fen(group)
    return rounded(Fraction(relative_weight_e4(group) * region, catalogue.point_scale * E4))
