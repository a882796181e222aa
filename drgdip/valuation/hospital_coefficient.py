"""The hospital coefficient K (DIP technical specification, ch. 5 s. 2, after settlement arithmetic 2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from drgdip.base.rounding import RoundingMode, divide
from drgdip.base.scaled import E4
from drgdip.policy.values import CoefficientMode, HospitalCoefficient, HospitalTier

TIERS: tuple[HospitalTier, ...] = ("unrated", "primary", "secondary", "tertiary")


def hospital_coefficient_e4(
    base_e4: int,
    bonuses_e4: Iterable[int],
    mode: CoefficientMode = "additive",
    bonus_cap_e4: int | None = None,
    floor_e4: int | None = None,
    cap_e4: int | None = None,
    rounding: RoundingMode = "half_up",
) -> int:
    """K of one hospital, four decimals.

    ``additive``: base + Σ bonuses; ``multiplicative``: base × Π (1 + bonus). ``bonus_cap_e4`` limits what all
    bonuses add together, ``floor_e4`` and ``cap_e4`` the result. Rounded once. Vectors V15, V16.
    """
    bonuses = list(bonuses_e4)
    if mode == "additive":
        gain, scale = sum(bonuses), E4
    else:
        product = 1
        for bonus in bonuses:
            product *= E4 + bonus
        scale = E4 ** len(bonuses)
        gain = product - scale
    if bonus_cap_e4 is not None and gain * E4 > bonus_cap_e4 * scale:
        gain, scale = bonus_cap_e4, E4
    if mode == "additive":
        k = divide(base_e4 * scale + gain * E4, scale, rounding)
    else:
        k = divide(base_e4 * (scale + gain), scale, rounding)
    if floor_e4 is not None:
        k = max(k, floor_e4)
    return k if cap_e4 is None else min(k, cap_e4)


def ratio_coefficient_e4(part_mean_fen: int, whole_mean_fen: int, rounding: RoundingMode = "half_up") -> int:
    """K by the level method: mean cost of the hospitals of one level ÷ mean cost of the city. Vector V17."""
    return divide(part_mean_fen * E4, whole_mean_fen, rounding)


def coefficient_table(
    values: HospitalCoefficient, hospitals: Iterable[str], own: Mapping[HospitalTier, int] | None = None
) -> list[list[int]]:
    """K per hospital and tier (columns in the order of TIERS), four decimals; ``own``: bases of a group by tier."""
    types = {code: one.base for one in values.hospital_types.values() for code in one.hospitals}
    return [
        [
            hospital_coefficient_e4(
                (own or {}).get(tier, values.hospitals.get(hospital, types.get(hospital, values.base)[tier])),
                values.bonuses.get(hospital, {}).values(),
                values.mode,
                values.bonus_cap_e4,
                values.floor_e4,
                values.cap_e4,
            )
            for tier in TIERS
        ]
        for hospital in hospitals
    ]
