"""Policy choices of the fund split, as the kernels take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from drgdip.base.rounding import rounding_code
from drgdip.fund_split.columns import FUND_FIELDS
from drgdip.policy.values import PolicyValues, Pool

METHODS = ("residual", "ratio", "fund_pv")


class BedsideParameters(NamedTuple):
    """``in_scope`` (pools, funds): whether a fund takes part in group payment for a pool."""

    in_scope: np.ndarray


class PaymentParameters(NamedTuple):
    """``ratio_e4`` (hospitals or 1, pools): fund ratio where the method is by ratio and not by case."""

    in_scope: np.ndarray
    pooled_fund: np.ndarray
    point_value_e4: np.ndarray
    method: int
    ratio_by_case: bool
    ratio_by_hospital: bool
    ratio_e4: np.ndarray
    clamp: bool
    proportional: bool
    rounding: int


def _scope(pools: Mapping[str, Pool]) -> np.ndarray:
    rows = [[fund in pool.fund_scope for fund in FUND_FIELDS] for pool in pools.values()]
    return np.array(rows, dtype=np.bool_).reshape(len(pools), len(FUND_FIELDS))


def bedside_parameters(values: PolicyValues) -> BedsideParameters:
    """Parameters of the bedside split; pools in the policy's order."""
    return BedsideParameters(_scope(values.pools))


def payment_parameters(
    values: PolicyValues, point_values_e4: Sequence[int], ratios_e4: Sequence[Sequence[int]]
) -> PaymentParameters:
    """Parameters of payment, with the month's point value by pool and fund ratios by hospital (or one row) and pool."""
    payment = values.payment
    return PaymentParameters(
        in_scope=_scope(values.pools),
        pooled_fund=np.array([FUND_FIELDS.index(pool.pooled_fund) for pool in values.pools.values()], dtype=np.int64),
        point_value_e4=np.array(point_values_e4, dtype=np.int64),
        method=METHODS.index(payment.method),
        ratio_by_case=payment.method == "ratio" and payment.fund_ratio_level == "case",
        ratio_by_hospital=payment.method == "ratio" and payment.fund_ratio_level == "hospital" and len(ratios_e4) > 1,
        ratio_e4=np.array(ratios_e4, dtype=np.int64).reshape(-1, len(values.pools)),
        clamp=payment.negative == "clamp_case",
        proportional=payment.fund_variance == "proportional",
        rounding=rounding_code(values.rounding.mode),
    )
