"""Compiled drivers of quality control."""

from __future__ import annotations

from typing import Any

import numpy as np

from drgdip.base.accelerate import kernel
from drgdip.quality_control.rules import (
    NOT_EXCLUDED,
    attributed_month,
    attributed_year,
    exclusion_of,
    is_broken,
    is_late,
    leaves_before_arrival,
    pool_of,
    residence_of,
    settles_before_discharge,
)


@kernel
def any_negative(amounts: Any) -> Any:
    """Whether any amount of several columns (tuple) is below zero."""
    lowest = np.int64(0)
    for amount in amounts:
        for i in range(len(amount)):
            lowest = min(lowest, amount[i])
    return lowest < 0


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
def attribute_rows(own_month: Any, arrival_month: Any, arrival_day: Any, cutoff_day: Any, year_cutoff: Any) -> Any:
    """Month (from 1970-01, int32) that every stay is settled in, and whether its list is late and moved it (int8)."""
    n = len(own_month)
    month = np.zeros(n, dtype=np.int32)
    late = np.zeros(n, dtype=np.int8)
    for i in range(n):
        came = arrival_month[i] % 12 * 100 + 100 + arrival_day[i]
        year = attributed_year(own_month[i] // 12 + 1970, arrival_month[i] // 12 + 1970, came, year_cutoff)
        tardy = is_late(own_month[i], arrival_month[i], arrival_day[i], cutoff_day)
        month[i] = attributed_month(own_month[i], arrival_month[i], tardy, year)
        late[i] = month[i] != own_month[i]
    return month, late


@kernel
def find_marked(code_id: Any, offset: Any, marked: Any, first_only: Any, rows: Any) -> None:
    """Set ``rows`` (bool, (n,)) True for stays with a marked code, in the first place or in any.

    ``marked`` bool by code id, the last place (also -1) for unknown codes.
    """
    for i in range(len(offset) - 1):
        begin, end = np.int64(offset[i]), np.int64(offset[i + 1])
        if first_only:
            end = min(begin + 1, end)
        for k in range(begin, end):
            rows[i] |= marked[code_id[k]]


@kernel
def count_marked(code_id: Any, offset: Any, marks: Any, of_all: Any, stays: Any, counts: Any) -> None:
    """Count, for several checks at once, stays with a code they mark, and those codes.

    ``marks`` : uint8 by code id, a bit a check, the last place (also -1) for unknown codes. ``of_all`` : the bits of checks
    that look at every code of a stay; the others look at its first. ``stays`` : int64, (8,), added to by bit. ``counts`` :
    int64, (codes, 2), added to where a check marks: codes in the first place, codes in the others.
    """
    stay, begin, found = 0, np.int64(offset[0]), np.int64(0)
    for k in range(len(code_id)):
        bits = np.int64(marks[code_id[k]])
        if bits == 0:  # Nearly always, so that stays are looked for only beside marked codes.
            continue
        if offset[stay + 1] <= k:
            for bit in range(len(stays)):
                stays[bit] += (found >> bit) & 1
            found = np.int64(0)
            while offset[stay + 1] <= k:
                stay += 1
            begin = np.int64(offset[stay])
        if k > begin:
            bits &= of_all
        if bits != 0:
            counts[code_id[k], np.int64(k > begin)] += 1
            found |= bits
    for bit in range(len(stays)):
        stays[bit] += (found >> bit) & 1
