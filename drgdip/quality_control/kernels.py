"""Compiled drivers of quality control."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel
from drgdip.quality_control.rules import (
    NOT_EXCLUDED,
    exclusion_of,
    is_broken,
    leaves_before_arrival,
    pool_of,
    residence_of,
    settles_before_discharge,
)


@kernel
def broken_rows(total: Any, parts: Any, tolerance_fen: Any) -> Any:
    """Whether ``total`` departs from the sum of ``parts`` (tuple of columns); bool, (n,)."""
    broken = np.zeros(len(total), dtype=np.bool_)
    for i in range(len(total)):
        whole = np.int64(0)
        for part in parts:
            whole += part[i]
        broken[i] = is_broken(total[i], whole, tolerance_fen)
    return broken


@kernel
def disordered_rows(admission: Any, discharge: Any, settlement: Any) -> Any:
    """Whether discharge precedes admission, and settlement the day of discharge; two bool columns."""
    arrival = np.zeros(len(admission), dtype=np.bool_)
    payment = np.zeros(len(admission), dtype=np.bool_)
    for i in range(len(admission)):
        arrival[i] = leaves_before_arrival(admission[i], discharge[i])
        payment[i] = settles_before_discharge(discharge[i], settlement[i])
    return arrival, payment


@kernel
def decide(
    refunded: Any, time_s: Any, total_cost: Any, insurance_type: Any, insured_region: Any,
    window: Any, region: Any, pools: Any,
) -> Any:  # fmt: skip
    """Exclusion reason (int16), pool (int16, -1 for excluded stays) and residence (int8) of every stay."""
    n = len(refunded)
    exclusion = np.zeros(n, dtype=np.int16)
    chosen = np.full(n, -1, dtype=np.int16)
    residence = np.zeros(n, dtype=np.int8)
    for i in range(n):
        residence[i] = residence_of(insured_region[i], region)
        pool = pool_of(insurance_type[i], residence[i], pools)
        exclusion[i] = exclusion_of(refunded[i], time_s[i], total_cost[i], pool, window)
        if exclusion[i] == NOT_EXCLUDED:
            chosen[i] = pool
    return exclusion, chosen, residence


@kernel
def find_marked(code_id: Any, offset: Any, marked: Any, first_only: Any, rows: Any, counts: Any) -> Any:
    """Stays with a marked code: how many, each True in ``rows``; every such code of theirs is counted in ``counts``.

    ``marked`` bool and ``counts`` int64 by code id, the last place (also -1) for unknown codes; ``rows`` bool (n,).
    """
    stays = 0
    for i in range(len(offset) - 1):
        begin, end = np.int64(offset[i]), np.int64(offset[i + 1])
        if first_only:
            end = min(begin + 1, end)
        found = False
        for k in range(begin, end):  # Without branches: which codes are marked is hard to foresee.
            counts[code_id[k]] += marked[code_id[k]]
            found |= marked[code_id[k]]
        rows[i] = found
        stays += found
    return stays
