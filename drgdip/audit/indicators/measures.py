"""Indicators of any set of stays, against the means that groups have in the whole city."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from drgdip.audit.indicators.cases import Cases
from drgdip.audit.indicators.rules import (
    case_mix_e4,
    coefficient_of_variation_above,
    consumption_index_e4,
    quotient_e4,
)
from drgdip.base.rounding import divide

Values = dict[str, int | None]
_LOW, _HIGH = ("band_low",), ("band_high", "band_extreme")
_BY_ITEM, _UNGROUPED = ("band_by_item",), ("band_ungrouped",)


class GroupSums(NamedTuple):
    """By group: stays, days, cost (fen) and squares of cost, of a set of stays; grouped ones only."""

    stays: np.ndarray
    days: np.ndarray
    cost_fen: np.ndarray


def group_sums(cases: Cases, rows: np.ndarray) -> GroupSums:
    """Sums by group over the stays marked in ``rows``."""
    chosen = rows & (cases.group >= 0)
    group = cases.group[chosen]
    size = len(cases.groups)

    def summed(values: np.ndarray) -> np.ndarray:
        sums = np.zeros(size, dtype=np.int64)
        np.add.at(sums, group, values[chosen])
        return sums

    ones = np.ones(len(cases), dtype=np.int64)
    return GroupSums(summed(ones), summed(cases.whole["length_of_stay_days"]), summed(cases.whole["total_cost_fen"]))


def measure(cases: Cases, rows: np.ndarray, city: GroupSums, set_aside: int | None) -> Values:
    """All indicators of the stays marked in ``rows``; None where there is nothing to measure.

    set_aside : lists that did not pass; None where nobody knows which are of these (they have no pool and no county yet).
    """
    whole, n = cases.whole, int(rows.sum())
    own = group_sums(cases, rows)
    grouped = int(own.stays.sum())

    def total(name: str) -> int:
        return int(whole[name][rows].sum())

    cost, payable, recorded = total("total_cost_fen"), total("payable_fen"), total("recorded_fen")
    outside = total("self_paid_fen") + total("over_limit_fen")
    known = rows & cases.person_known
    return {
        "cmi": case_mix_e4(int(whole["relative_weight_e4"][rows & (cases.group >= 0)].sum()), grouped),
        "grouping_rate": quotient_e4(grouped, n),
        "time_index": _index(own.days, city.days, city.stays, own.stays),
        "cost_index": _index(own.cost_fen, city.cost_fen, city.stays, own.stays),
        "paid_over_recorded": quotient_e4(payable, recorded),
        "recorded_over_paid": quotient_e4(recorded, payable),
        "mean_cost": divide(cost, n) if n else None,
        "mean_stay": quotient_e4(total("length_of_stay_days"), n),
        "self_paid_share": quotient_e4(outside, cost),
        "own_share": quotient_e4(total("patient_fen") - outside, cost),
        "low_share": quotient_e4(_in_bands(cases, rows, _LOW), n),
        "high_share": quotient_e4(_in_bands(cases, rows, _HIGH), n),
        "special_share": quotient_e4(int((rows & cases.special).sum()), n),
        "by_item_share": quotient_e4(_in_bands(cases, rows, _BY_ITEM), n),
        "ungrouped_share": quotient_e4(_in_bands(cases, rows, _UNGROUPED), n),
        "readmission_14": quotient_e4(_returned(cases, known, 14), int(known.sum())),
        "readmission_30": quotient_e4(_returned(cases, known, 30), int(known.sum())),
        "quality_rate": None if set_aside is None else quotient_e4(n, n + set_aside),
        "admission_rate": None,
    }


def _index(own: np.ndarray, city: np.ndarray, stays: np.ndarray, own_stays: np.ndarray) -> int | None:
    """Groups whose city mean is zero say nothing and are left out."""
    told = (own_stays > 0) & (city > 0)
    groups = zip(own[told].tolist(), city[told].tolist(), stays[told].tolist(), strict=True)
    return consumption_index_e4(groups, int(own_stays[told].sum()))


def _in_bands(cases: Cases, rows: np.ndarray, bands: Iterable[str]) -> int:
    places = [cases.bands.index(band) for band in bands if band in cases.bands]
    return int((rows & np.isin(cases.band, places)).sum())


def _returned(cases: Cases, rows: np.ndarray, days: int) -> int:
    return int((rows & (cases.next_days >= 0) & (cases.next_days <= days)).sum())


def variation_counts(cases: Cases, limits_e4: Iterable[int]) -> dict[int, int]:
    """How many groups have costs whose coefficient of variation lies above each limit; groups of one stay have none."""
    counts = dict.fromkeys(limits_e4, 0)
    grouped = cases.group >= 0
    order = np.argsort(cases.group[grouped], kind="stable")
    costs, group = cases.whole["total_cost_fen"][grouped][order], cases.group[grouped][order]
    ends = [*np.flatnonzero(np.diff(group)) + 1, len(group)]
    start = 0
    for end in ends:
        own = costs[start:end].tolist()
        start = end
        total, squares = sum(own), sum(cost * cost for cost in own)
        for limit in counts:
            counts[limit] += len(own) > 1 and coefficient_of_variation_above(len(own), total, squares, limit)
    return counts


def crowding(cases: Cases, rows: np.ndarray, threshold_e4: int, band_e4: int) -> tuple[int, int]:
    """Stays whose ratio lies within a band above the low threshold, and within one below it.

    By the ratio that is shown (four decimals): for statistics only, never for payment.
    """
    ratio = cases.whole["cost_ratio_e4"]
    grouped = rows & (cases.group >= 0)
    above = grouped & (ratio >= threshold_e4) & (ratio < threshold_e4 + band_e4)
    below = grouped & (ratio < threshold_e4) & (ratio >= threshold_e4 - band_e4)
    return int(above.sum()), int(below.sum())
