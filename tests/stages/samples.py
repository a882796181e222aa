"""Policies, cases and batches that tests of the stages share."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

import numpy as np

from drgdip.base.reasons import reason
from drgdip.base.text import Text
from drgdip.policy.values import (
    Deviation,
    Grouping,
    HighRule,
    HighSegment,
    HospitalCoefficient,
    LowRule,
    Month,
    Payment,
    PolicyValues,
    Pool,
    QualityControl,
    Rounding,
)
from drgdip.pricing import price_cases, pricing_parameters

EMPLOYEES = Pool(
    Text("职工", "employees"),
    ("310",),
    "any",
    ("hifp_pay", "hifob_pay", "maf_pay"),
    "hifp_pay",
    81_234,
    650_000_000,
    6_500,
)
RESIDENTS = Pool(Text("居民", "residents"), ("390",), "any", ("hifp_pay",), "hifp_pay", 62_345, 500_000_000, 6_000)

POLICY = PolicyValues(
    basis_date="discharge",
    rounding=Rounding("half_up", "half_up"),
    quality_control=QualityControl(0),
    grouping=Grouping(True, ("max_ops", "max_rw", "id"), ("surgery", "therapeutic"), False, "surgery", 7_000),
    k=HospitalCoefficient(
        "additive",
        {"tertiary": 10_800, "secondary": 10_000, "primary": 9_200, "unrated": 9_000},
        {"H2": 10_500},
        {"H2": {"cmi": 200, "assessment": -100}},
        None,
        None,
        None,
        "none",
    ),
    deviation=Deviation("ref_cost", "table", None, None),
    routes=(),
    pools={"310": EMPLOYEES, "390": RESIDENTS},
    payment=Payment("residual", "pool", "fixed", "clamp_case", "pool_residual"),
    month=Month("fixed_opening", 500),
)


class Stay(NamedTuple):
    """One stay to be priced; scaled integers."""

    weight_e4: int = 10_000_000
    cost_fen: int = 1_000_000
    reference_fen: int = 1_000_000
    k_e4: int = 10_000
    aux_e4: int = 10_000
    grouped: bool = True
    days: int = 7
    residence: int = 0
    medical_type: int = 21
    discharge_way: int = 1


class Priced(NamedTuple):
    """What pricing made of one stay."""

    route: str
    band: str
    ratio_e4: int
    points_e4: int
    review: bool


def half_up(value: Fraction, scale: int = 1) -> int:
    """Plain rounding for expected values: halves away from zero."""
    magnitude = floor(abs(value) * scale + Fraction(1, 2))
    return magnitude if value >= 0 else -magnitude


def standard_e4(stay: Stay) -> int:
    return half_up(Fraction(stay.weight_e4 * stay.k_e4 * stay.aux_e4, 10**8))


def with_deviation(
    low: LowRule | None = None, high: HighRule | None = None, basis: Any = "ref_cost", **changes: Any
) -> PolicyValues:
    return POLICY._replace(deviation=Deviation(basis, "table", low, high), **changes)


def plain_high(threshold_e4: int, formula: Any, *, inclusive: bool = False, cap_e4: int | None = None) -> HighRule:
    return HighRule((HighSegment(None, threshold_e4),), inclusive, formula, cap_e4, "no_extra")


def price(stays: list[Stay], values: PolicyValues) -> list[Priced]:
    """Price stays by the engine."""

    def column(items: list[Any], dtype: Any) -> np.ndarray:
        return np.array(items, dtype=dtype)

    columns = {
        "group_id": column([0 if stay.grouped else -1 for stay in stays], np.int32),
        "length_of_stay_days": column([stay.days for stay in stays], np.int32),
        "residence": column([stay.residence for stay in stays], np.int8),
        "medical_type": column([stay.medical_type for stay in stays], np.int32),
        "discharge_way": column([stay.discharge_way for stay in stays], np.int8),
        "relative_weight_e4": column([stay.weight_e4 for stay in stays], np.int64),
        "hospital_coefficient_e4": column([stay.k_e4 for stay in stays], np.int64),
        "auxiliary_coefficient_e4": column([stay.aux_e4 for stay in stays], np.int64),
        "standard_points_e4": column([standard_e4(stay) for stay in stays], np.int64),
        "reference_cost_fen": column([stay.reference_fen for stay in stays], np.int64),
        "total_cost_fen": column([stay.cost_fen for stay in stays], np.int64),
    }
    result = price_cases(columns, pricing_parameters(values))
    return [
        Priced(
            reason(result["route"][i]).key.removeprefix("route_"),
            reason(result["deviation_band"][i]).key.removeprefix("band_"),
            int(result["cost_ratio_e4"][i]),
            int(result["points_e4"][i]),
            bool(result["special_review"][i]),
        )
        for i in range(len(stays))
    ]
