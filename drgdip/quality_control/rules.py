"""Scalar rules of quality control."""

from __future__ import annotations

from typing import Any

from drgdip.base.accelerate import rule
from drgdip.base.reasons import number

_DAY_S = 86_400
LOCAL, IN_PROVINCE, CROSS_PROVINCE, ANY_PATIENTS = range(4)
NOT_EXCLUDED = 0
REFUNDED, OTHER_PERIOD = number("refunded"), number("other_period")
ZERO_COST, NO_POOL = number("zero_cost"), number("no_pool")


@rule
def is_broken(total_fen: Any, parts_fen: Any, tolerance_fen: Any) -> Any:
    """A header identity is broken if both sides differ by more than the tolerance.

    Source: case file rules (header identities); the tolerance is the policy's, settlement arithmetic 0.3 (5).
    """
    return abs(total_fen - parts_fen) > tolerance_fen


@rule
def leaves_before_arrival(admission_s: Any, discharge_s: Any) -> Any:
    """Discharge is earlier than admission. Source: settlement list standard (4101), adm_time and dscg_time."""
    return discharge_s < admission_s


@rule
def settles_before_discharge(discharge_s: Any, settlement_s: Any) -> Any:
    """Settlement is earlier than the day of discharge; on that day any hour is in order.

    Source: settlement list standard (4101), dscg_time and setl_end_date.
    """
    return settlement_s < discharge_s - discharge_s % _DAY_S


@rule
def residence_of(insured_region: Any, policy_region: Any) -> Any:
    """Local if both regions share the city (first four digits), in the province if its first two, else beyond.

    Source: settlement arithmetic 2.8; administrative division codes (GB/T 2260).
    """
    if insured_region // 100 == policy_region // 100:
        return LOCAL
    return IN_PROVINCE if insured_region // 10_000 == policy_region // 10_000 else CROSS_PROVINCE


@rule
def pool_of(insurance_type: Any, residence: Any, pools: Any) -> Any:
    """The first pool, in the policy's order, that takes the insurance type and the patient's residence; -1 if none.

    Source: settlement arithmetic 0.1 (pools never share point value, budget or balance).
    """
    for pool in range(len(pools.patients)):
        if pools.patients[pool] == ANY_PATIENTS or pools.patients[pool] == residence:
            for k in range(pools.type_offset[pool], pools.type_offset[pool + 1]):
                if pools.insurance_type[k] == insurance_type:
                    return pool
    return -1


@rule
def exclusion_of(refunded: Any, time_s: Any, total_cost_fen: Any, pool: Any, window: Any) -> Any:
    """Why a stay in order is not settled this month; the first reason that holds, 0 if none.

    ``window`` is the first second of the period and the first one after it. Source: settlement arithmetic 2.8.
    """
    if refunded == 1:
        return REFUNDED
    if time_s < window[0] or time_s >= window[1]:
        return OTHER_PERIOD
    if total_cost_fen == 0:
        return ZERO_COST
    return NO_POOL if pool < 0 else NOT_EXCLUDED


@rule
def attributed_year(discharged_year: Any, settled_year: Any, settled_on: Any, cutoff: Any) -> Any:
    """The first year from that of discharge on that is still open on the day of settlement (2.9, V115, V116).

    ``settled_on``, ``cutoff``: month × 100 + day; a cut-off of 0 never closes a year.
    """
    year = discharged_year
    while cutoff > 0 and (settled_year > year + 1 or (settled_year == year + 1 and settled_on > cutoff)):
        year += 1
    return year


@rule
def attributed_month(own_month: Any, arrival_month: Any, late: Any, year: Any) -> Any:
    """Months from 1970-01: its own, unless the list is late or its year is closed; then that of arrival, within the year.

    Source: settlement arithmetic 2.9 (what is late goes to the month of arrival; V115: a year is open until its cut-off).
    """
    if not late and own_month // 12 + 1970 == year:
        return own_month
    return min(arrival_month, (year - 1970) * 12 + 11)


@rule
def is_late(own_month: Any, arrival_month: Any, arrival_day: Any, cutoff_day: Any) -> Any:
    """Whether a list arrives after the cut-off day, included, of the month after its own; 0: no list is late (2.9)."""
    return cutoff_day > 0 and (
        arrival_month > own_month + 1 or (arrival_month == own_month + 1 and arrival_day > cutoff_day)
    )
