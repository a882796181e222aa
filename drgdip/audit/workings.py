"""The arithmetic of a case as people write it: the numbers that a stage read, and the one it wrote.

Nothing is computed here. Each line only sets the pipeline's own columns into the formula that the policy chose,
so it cannot disagree with the payment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drgdip.base.money import format_yuan
from drgdip.base.reasons import reason
from drgdip.base.scaled import format_scaled
from drgdip.policy.values import PolicyValues

Case = Mapping[str, int]
Writer = Callable[[Case, PolicyValues, int], str]


def _e4(case: Case, name: str) -> str:
    return format_scaled(case[name], 4)


def _yuan(case: Case, name: str) -> str:
    return format_yuan(case[name])


def _standard_points(case: Case, values: PolicyValues, pv: int) -> str:
    return (
        f"RW {_e4(case, 'relative_weight_e4')} × K {_e4(case, 'hospital_coefficient_e4')}"
        f" × aux {_e4(case, 'auxiliary_coefficient_e4')}"
    )


def _cost_ratio(case: Case, values: PolicyValues, pv: int) -> str:
    if case["reference_cost_fen"] == 0:
        return "—"
    basis = f"C {_yuan(case, 'total_cost_fen')} ÷ A {_yuan(case, 'reference_cost_fen')}"
    if values.deviation.basis == "ref_cost":
        return basis
    return f"{basis} ÷ (K {_e4(case, 'hospital_coefficient_e4')} × aux {_e4(case, 'auxiliary_coefficient_e4')})"


def _reference(case: Case, values: PolicyValues, pv: int) -> str:
    if case["relative_weight_e4"] == 0 or case["group_id"] < 0:
        return ""
    weight = f"RW {_e4(case, 'relative_weight_e4')}"
    if values.deviation.reference == "rw_x_rate":
        pool = list(values.pools.values())[case["pool_index"]]
        return f"{weight} × {format_scaled(pool.opening_point_value_e4, 4)}"
    if values.drg is not None:
        return f"{weight} × {format_yuan(values.drg.region_mean_cost_fen)} ÷ {values.drg.point_scale}"
    return ""


def high_threshold_e4(weight_e4: int, values: PolicyValues) -> int | None:
    """The high threshold that a relative weight falls under."""
    high = values.deviation.high
    if high is None:
        return None
    return next(s.threshold_e4 for s in high.segments if s.rw_below_e4 is None or weight_e4 < s.rw_below_e4)


def _band(case: Case, values: PolicyValues, pv: int) -> str:
    if case["reference_cost_fen"] == 0:
        return "—"
    low, threshold = values.deviation.low, high_threshold_e4(case["relative_weight_e4"], values)
    parts = [f"C/A {_e4(case, 'cost_ratio_e4')}"]
    if low:
        parts.append(f"{'≤' if low.inclusive else '<'} {format_scaled(low.threshold_e4, 4)} → low")
    if threshold is not None and values.deviation.high:
        sign = "≥" if values.deviation.high.inclusive else ">"
        parts.append(f"{sign} {format_scaled(threshold, 4)} → high")
    return "; ".join(parts)


_LOW = {
    "none": "RW × K × aux",
    "ratio": "RW {rw} × {r} × aux {aux}",
    "ratio_k": "RW {rw} × {r} × K {k} × aux {aux}",
    "std_correction": "RW {rw} × C {c} ÷ A {a}",
    "by_item": "0",
}
_HIGH = {
    "none": "RW {rw} × K {k} × aux {aux}",
    "excess_plus_one": "RW {rw} × ({r} − {t} + 1) × K {k} × aux {aux}",
    "excess_plus_k": "RW {rw} × ({r} − {t} + K {k}) × aux {aux}",
}


def _points(case: Case, values: PolicyValues, pv: int) -> str:
    band = reason(case["deviation_band"]).key
    threshold = high_threshold_e4(case["relative_weight_e4"], values)
    words = {
        "rw": _e4(case, "relative_weight_e4"),
        "k": _e4(case, "hospital_coefficient_e4"),
        "aux": _e4(case, "auxiliary_coefficient_e4"),
        "r": f"({_cost_ratio(case, values, pv)})",
        "c": _yuan(case, "total_cost_fen"),
        "a": _yuan(case, "reference_cost_fen"),
        "t": format_scaled(threshold or 0, 4),
        "f": format_scaled(values.grouping.ungrouped_factor_e4, 4),
    }
    if band == "band_by_item":
        return "0"
    if band == "band_ungrouped":
        return "{f} × {rw} × C {c} ÷ A {a}".format(**words)
    if band == "band_low" and values.deviation.low:
        return _LOW[values.deviation.low.formula].format(**words)
    if band == "band_high" and values.deviation.high:
        return _HIGH[values.deviation.high.formula].format(**words)
    return "RW {rw} × K {k} × aux {aux}".format(**words)


def _patient(case: Case, values: PolicyValues, pv: int) -> str:
    return f"{_yuan(case, 'account_paid_fen')} + {_yuan(case, 'cash_paid_fen')}"


def _gross(case: Case, values: PolicyValues, pv: int) -> str:
    if reason(case["route"]).key == "route_by_item":
        return f"{_yuan(case, 'total_cost_fen')} − {_yuan(case, 'hospital_part_fen')}"
    return f"{_e4(case, 'points_e4')} × {format_scaled(pv, 4)}"


def _balance(case: Case, values: PolicyValues, pv: int) -> str:
    residual = f"{_yuan(case, 'gross_fen')} − {_yuan(case, 'patient_fen')} − {_yuan(case, 'other_funds_fen')}"
    if reason(case["route"]).key == "route_by_item" or values.payment.method == "residual":
        return residual
    return f"{_yuan(case, 'gross_fen')} × r" if values.payment.method == "ratio" else _yuan(case, "gross_fen")


def _payable(case: Case, values: PolicyValues, pv: int) -> str:
    return f"{_yuan(case, 'balance_fen')} + {_yuan(case, 'clamped_fen')}"


#: Column -> how it came about.
WORKINGS: dict[str, Writer] = {
    "standard_points_e4": _standard_points,
    "reference_cost_fen": _reference,
    "cost_ratio_e4": _cost_ratio,
    "deviation_band": _band,
    "points_e4": _points,
    "patient_fen": _patient,
    "gross_fen": _gross,
    "balance_fen": _balance,
    "payable_fen": _payable,
}
