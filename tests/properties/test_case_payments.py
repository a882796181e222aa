"""Random case payments, engine against Decimal: bands, points, gross and payable without a single difference.

Ten million in the long lane; ``PAYMENTS=200000`` in the environment asks for another number.
"""

from __future__ import annotations

import os
from datetime import date
from decimal import Context, Decimal, localcontext
from itertools import starmap
from typing import Any

import numpy as np
import pytest

from drgdip import load_policy
from drgdip.base.reasons import reason
from drgdip.fund_split import FUND_COLUMNS, pay_cases, payment_parameters
from drgdip.policy import values as v
from drgdip.pricing import price_cases, pricing_parameters
from drgdip.valuation.rules import standard_points
from tests.lanes import PLAIN
from tests.reference.decimal_case import payment

#: So many on every change, in the long lane, and as many as are asked for.
FEW, MANY = 2_000, int(os.environ.get("PAYMENTS", "10000000"))
BLOCK = 5_000
LOW = ("none", "ratio", "ratio_k", "std_correction", "by_item")
HIGH = ("none", "excess_plus_one", "excess_plus_k", "linear_add", "deduct", "cap", "by_item")


def policy(seed: int, random: np.random.Generator) -> v.PolicyValues:
    """Formulas by turns, so that every one of them meets every other; numbers at random."""
    base = load_policy("demo_tiny").on(date(2026, 1, 15))
    pick = random.choice
    limits = sorted({int(limit) for limit in random.integers(10**6, 3 * 10**8, random.integers(0, 3))})
    segments = tuple(v.HighSegment(limit, int(pick([13_333, 15_000, 20_000, 30_000]))) for limit in [*limits, None])
    cap = max(one.threshold_e4 for one in segments) + int(pick([0, 12_345]))
    low = v.LowRule(int(pick([3_333, 4_000, 5_000])), bool(seed % 2), LOW[seed % 5])  # type: ignore[arg-type]
    high = v.HighRule(segments, bool(seed // 2 % 2), HIGH[seed % 7], cap if pick([True, False]) else None, "no_extra")  # type: ignore[arg-type]
    return base._replace(
        rounding=base.rounding._replace(mode=("half_up", "half_even", "down")[seed % 3]),
        grouping=base.grouping._replace(ungrouped_factor_e4=int(pick([7_000, 10_000, 3_333]))),
        deviation=v.Deviation(
            ("ref_cost", "ref_cost_k")[seed % 2],  # type: ignore[arg-type]
            "table",
            low if seed % 11 else None,
            high if seed % 13 else None,
        ),
        routes=(),
        payment=base.payment._replace(
            method=("residual", "ratio", "fund_pv")[seed % 3], negative=("clamp_case", "hospital_month")[seed // 3 % 2]
        ),
    )


def stays(values: v.PolicyValues, random: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    """Stays whose costs stand at a threshold, one fen beside it, or anywhere up to eight times the reference."""
    weight = random.integers(1, 5 * 10**8, count)
    # Under deduct a policy is refused whose K × aux could make points negative: at most 1.44 here, 1.5 for the multiple 3.
    deducts = values.deviation.high is not None and values.deviation.high.formula == "deduct"
    most_k, most_aux = (12_000, 12_000) if deducts else (15_000, 30_000)
    k = random.integers(5_000, most_k, count)
    aux = np.where(random.random(count) < 0.7, 10_000, random.integers(10_000, most_aux, count))
    reference = random.integers(10_000, 10**7, count)
    grouped = random.random(count) < 0.95
    basis = reference * k * aux // 10**8 if values.deviation.basis == "ref_cost_k" else reference
    low, high = values.deviation.low, values.deviation.high
    marks = [10_000, *([low.threshold_e4] if low else []), *(s.threshold_e4 for s in (high.segments if high else ()))]
    marks += [high.cap_ratio_e4] if high is not None and high.cap_ratio_e4 is not None else []
    near = basis * random.choice(marks, count) // 10_000 + random.integers(-1, 2, count)
    cost = np.maximum(
        np.where(random.random(count) < 0.5, near, (reference * 8 * random.random(count)).astype(np.int64)), 1
    )
    hospital = np.where(random.random(count) < 0.1, cost // 50, 0)
    patient, other = cost * random.integers(0, 60, count) // 100, cost * random.integers(0, 10, count) // 100
    return {
        "weight": weight, "k": k, "aux": aux, "cost": cost, "reference": reference, "grouped": grouped,
        "hospital": hospital, "patient": patient, "other": other,
    }  # fmt: skip


def by_engine(
    values: v.PolicyValues, one: dict[str, np.ndarray], point_value_e4: int, ratio_e4: int
) -> tuple[Any, ...]:
    count = len(one["cost"])
    zero = np.zeros(count, dtype=np.int64)
    mode = pricing_parameters(values).bands.rounding
    columns = {
        "group_id": np.where(one["grouped"], 0, -1).astype(np.int32),
        "length_of_stay_days": np.full(count, 5, dtype=np.int32),
        "residence": zero.astype(np.int8),
        "medical_type": zero.astype(np.int32),
        "discharge_way": zero.astype(np.int8),
        "relative_weight_e4": one["weight"],
        "hospital_coefficient_e4": one["k"],
        "auxiliary_coefficient_e4": one["aux"],
        "standard_points_e4": np.array(
            [standard_points(*row, mode) for row in zip(one["weight"], one["k"], one["aux"], strict=True)],
            dtype=np.int64,
        ),
        "reference_cost_fen": one["reference"],
        "total_cost_fen": one["cost"],
        "hospital_part_fen": one["hospital"],
        "pool_index": zero.astype(np.int16),
        "hospital_id": zero.astype(np.int32),
        "patient_fen": one["patient"],
        "other_funds_fen": one["other"],
        "recorded_fen": one["cost"] - one["patient"] - one["other"],
        **{fund.name: zero for fund in FUND_COLUMNS},
    }
    priced = price_cases(columns, pricing_parameters(values))
    pools = len(values.pools)
    parameters = payment_parameters(values, [point_value_e4] * pools, [[ratio_e4] * pools])
    paid = pay_cases({**columns, **priced}, parameters)
    return priced["deviation_band"], priced["points_e4"], paid["gross_fen"], paid["payable_fen"]


def differences(count: int, first: int = 0) -> int:
    """How many of so many random payments differ."""
    found = 0
    names = {reason(code).key.removeprefix("band_"): code for code in range(511, 517)}
    for seed in range(first, first + -(-count // BLOCK)):
        random = np.random.default_rng(seed)
        values = policy(seed, random)
        one = stays(values, random, min(BLOCK, count - (seed - first) * BLOCK))
        point_value_e4, ratio_e4 = int(random.integers(10_000, 10**6)), int(random.integers(1_000, 10_001))
        with localcontext(Context(prec=60)):
            pay = payment(values, "310", Decimal(point_value_e4).scaleb(-4), Decimal(ratio_e4).scaleb(-4))
            scales = {"weight": -4, "k": -4, "aux": -4}
            columns = [
                one[name].tolist()
                if name == "grouped"
                else [Decimal(x).scaleb(scales.get(name, -2)) for x in one[name].tolist()]
                for name in ("grouped", "weight", "k", "aux", "cost", "reference", "hospital", "patient", "other")
            ]
            expected = [
                (names[band], int(points.scaleb(4)), int(gross.scaleb(2)), int(payable.scaleb(2)))
                for band, points, gross, payable in starmap(pay, zip(*columns, strict=True))
            ]
        got = zip(*(column.tolist() for column in by_engine(values, one, point_value_e4, ratio_e4)), strict=True)
        found += sum(mine != theirs for mine, theirs in zip(got, expected, strict=True))
    return found


@pytest.mark.skipif(PLAIN, reason="compiled lane")
def test_random_payments_agree_with_decimal() -> None:
    assert differences(FEW, first=10**6) == 0


@pytest.mark.long
@pytest.mark.skipif(PLAIN, reason="compiled lane")
def test_many_random_payments_agree_with_decimal() -> None:
    assert differences(MANY) == 0
