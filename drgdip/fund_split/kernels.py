"""The compiled drivers of the fund split."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel, rule
from drgdip.fund_split.rules import (
    ROUTE_BY_ITEM,
    ROUTE_OUT_OF_SCOPE,
    balance_fen,
    case_ratio_e4,
    gross_fen,
    share,
)


@kernel
def bedside(funds_fen: Any, other_payers_fen: Any, pool_index: Any, parameters: Any) -> Any:
    """Recorded amount of the pool's funds, and all other funds; shapes (n,)."""
    n, width = funds_fen.shape
    recorded = np.zeros(n, dtype=np.int64)
    other = other_payers_fen.copy()
    for i in range(n):
        for f in range(width):
            if parameters.in_scope[pool_index[i], f]:
                recorded[i] += funds_fen[i, f]
            else:
                other[i] += funds_fen[i, f]
    return recorded, other


@rule
def fund_ratio(i: Any, recorded_fen: Any, cost_fen: Any, pool_index: Any, hospital_id: Any, parameters: Any) -> Any:
    """The fund ratio that applies to a stay, four decimals."""
    if parameters.ratio_by_case:
        return case_ratio_e4(recorded_fen[i], cost_fen[i])
    row = hospital_id[i] if parameters.ratio_by_hospital else 0
    return parameters.ratio_e4[row, pool_index[i]]


@kernel
def pay(
    points_e4: Any,
    route: Any,
    total_cost_fen: Any,
    allowed_fen: Any,
    patient_fen: Any,
    other_fen: Any,
    recorded_fen: Any,
    pool_index: Any,
    hospital_id: Any,
    outside_fen: Any,
    parameters: Any,
) -> Any:
    """Gross, balance, clamped amount and payable of every stay; shapes (n,).

    By item the allowed cost is the gross. ``outside_fen``: what is paid beside points, of length 0 where the policy has no
    such rule.
    """
    n = len(points_e4)
    gross = np.zeros(n, dtype=np.int64)
    balance = np.zeros(n, dtype=np.int64)
    clamped = np.zeros(n, dtype=np.int64)
    for i in range(n):
        if route[i] == ROUTE_BY_ITEM:
            gross[i] = allowed_fen[i]
            balance[i] = gross[i] - patient_fen[i] - other_fen[i]
        elif route[i] != ROUTE_OUT_OF_SCOPE:
            outside = outside_fen[i] if len(outside_fen) else np.int64(0)
            gross[i] = outside + gross_fen(points_e4[i], parameters.point_value_e4[pool_index[i]], parameters.rounding)
            if points_e4[i] == 0 and outside > 0:
                # Days by themselves are no points: like items, they are paid less what others have paid.
                balance[i] = gross[i] - patient_fen[i] - other_fen[i]
            else:
                ratio = fund_ratio(i, recorded_fen, total_cost_fen, pool_index, hospital_id, parameters)
                balance[i] = balance_fen(
                    parameters.method, gross[i], patient_fen[i], other_fen[i], ratio, parameters.rounding
                )
        # However a stay is paid: what its patient and other payers bear beyond it is no debt of the hospital (4.2).
        if parameters.clamp and balance[i] < 0:
            clamped[i] = -balance[i]
    return gross, balance, clamped, balance + clamped


@rule
def split_by_record(row: Any, funds_fen: Any, scope: Any, total_fen: Any, whole_fen: Any) -> Any:
    """Split one stay's payable in proportion to recorded amounts, by largest remainder, ties in fund order (V44)."""
    width = len(row)
    remainder = np.full(width, -1, dtype=np.int64)
    left = total_fen
    for f in range(width):
        if scope[f]:
            row[f], remainder[f] = share(total_fen, funds_fen[f], whole_fen)
            left -= row[f]
    while left > 0:
        largest = np.argmax(remainder)
        row[largest] += 1
        remainder[largest] = -1
        left -= 1


@kernel
def split(funds_fen: Any, payable_fen: Any, recorded_fen: Any, pool_index: Any, parameters: Any) -> Any:
    """What each fund pays of every stay; shape (n, funds). Rows add up to the payable (V43, V44)."""
    n, width = funds_fen.shape
    shares = np.zeros((n, width), dtype=np.int64)
    for i in range(n):
        pool = pool_index[i]
        pooled = parameters.pooled_fund[pool]
        if parameters.proportional and recorded_fen[i] > 0:
            split_by_record(shares[i], funds_fen[i], parameters.in_scope[pool], abs(payable_fen[i]), recorded_fen[i])
            if payable_fen[i] < 0:
                shares[i] = -shares[i]
            continue
        others = np.int64(0)
        if not parameters.proportional:
            for f in range(width):
                if parameters.in_scope[pool, f] and f != pooled:
                    shares[i, f] = funds_fen[i, f]
                    others += funds_fen[i, f]
        shares[i, pooled] = payable_fen[i] - others
    return shares
