"""Examples of point values (settlement arithmetic 2.1, 2.2, 4.1, 5.4)."""

from __future__ import annotations

from math import lcm
from typing import Any

from drgdip.audit.selftest.payment import gross_of_points_fen
from drgdip.audit.selftest.values import e4, exact, fen, four, mapping, one_of, rows, yuan
from drgdip.base.rounding import ROUNDING_MODES
from drgdip.clearing import point_value
from drgdip.clearing.interval import two_dimensional_interval
from drgdip.clearing.point_value import (
    opening_point_value_e4,
    optimal_interval,
    settlement_point_value_e4,
)
from drgdip.interface.interval_row import Account


def opening_pv(costs: Any, points: Any, weights: Any) -> dict[str, Any]:
    """2.1: the point value at the opening of a year."""
    shares = [exact(weight) for weight in rows(weights)]
    unit = lcm(*(share.denominator for share in shares))
    result = opening_point_value_e4(
        [fen(cost) for cost in rows(costs)],
        [e4(value) for value in rows(points)],
        [int(share * unit) for share in shares],
    )
    return {"cost": yuan(result.cost_fen), "points": four(result.points_e4), "pv": four(result.point_value_e4)}


def settlement_pv(fund_budget: Any, pay_ratio: Any, total_points: Any, ffs_cost: Any = "0") -> dict[str, Any]:
    """2.1: the point value of a closed year, without cases paid by item."""
    result = settlement_point_value_e4(fen(fund_budget), exact(pay_ratio), e4(total_points), fen(ffs_cost))
    return {"covered_cost": yuan(result.covered_cost_fen), "pv": four(result.point_value_e4)}


def month_floating(month_fund: Any, pay_ratio: Any, hospital_points: Any) -> dict[str, Any]:
    """4.1: the floating point value of a month, and what hospitals' points are worth at it."""
    points = {hospital: e4(value) for hospital, value in mapping(hospital_points).items()}
    value = settlement_point_value_e4(fen(month_fund), exact(pay_ratio), sum(points.values())).point_value_e4
    gross = gross_of_points_fen(list(points.values()), value)
    return {"pv": four(value), "gross": dict(zip(points, map(yuan, gross), strict=True))}


def cap_budget(budget: Any, points: Any, pv_rounding: Any) -> dict[str, Any]:
    """5.4: a budget paid out at a rounded point value, and by how much that misses it."""
    each = {key: e4(value) for key, value in mapping(points).items()}
    total = fen(budget)
    value = settlement_point_value_e4(
        total, exact("1"), sum(each.values()), mode=one_of(pv_rounding, ROUNDING_MODES)
    ).point_value_e4
    gross = gross_of_points_fen(list(each.values()), value)
    return {
        "pv": four(value),
        "alloc": dict(zip(each, map(yuan, gross), strict=True)),
        "sum": yuan(sum(gross)),
        "over_budget": yuan(sum(gross) - total),
    }


def optimal_interval_1d(hospitals: Any) -> dict[str, Any]:
    """2.2: the point value of the hospitals below the regional mean."""
    listed = [mapping(row, ("id", "cost", "points"), ("id", "cost", "points")) for row in rows(hospitals)]
    result = optimal_interval([(row["id"], fen(row["cost"]), e4(row["points"])) for row in listed])
    return {"region_mean": four(result.region_mean_e4), "kept": result.kept, "pv": four(result.point_value_e4)}


def optimal_interval_2d(hospitals: Any) -> dict[str, Any]:
    """2.2: the geometric centre of the hospitals low in income and cost per point whose income covers their cost."""
    names = ("id", "points", "income", "cost")
    listed = [mapping(row, names, names) for row in rows(hospitals)]
    result = two_dimensional_interval(
        [Account(row["id"], e4(row["points"]), fen(row["income"]), fen(row["cost"])) for row in listed]
    )
    return {
        "mean_income": four(result.mean_income_e4),
        "mean_cost": four(result.mean_cost_e4),
        "kept": [one.hospital_code for one in result.hospitals if one.kept],
        "centre_income": four(result.centre_income_e4 or 0),
        "centre_cost": four(result.centre_cost_e4 or 0),
    }


def quantile_trim(costs: Any, lo: Any, hi: Any) -> dict[str, Any]:
    """2.2: the mean without the tails."""
    result = point_value.quantile_trim([fen(cost) for cost in rows(costs)], exact(lo), exact(hi))
    return {
        "q_lo": yuan(result.low_fen),
        "q_hi": yuan(result.high_fen),
        "kept": result.kept,
        "mean": yuan(result.mean_fen),
        "untrimmed_mean": yuan(result.untrimmed_mean_fen),
    }
