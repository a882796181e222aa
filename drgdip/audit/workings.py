"""The arithmetic of a case as people write it: the numbers that a stage read, and the one it wrote.

Nothing is computed here. Each line only sets the pipeline's own columns into the formula that the policy chose,
so it cannot disagree with the payment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from drgdip.audit.cost_workings import added, days, gate_ratio, net_cost, outside
from drgdip.base.money import format_yuan
from drgdip.base.reasons import reason
from drgdip.base.scaled import format_scaled
from drgdip.policy.values import PolicyValues
from drgdip.sanctions.episode import LATER, LEAD, MEMBER
from drgdip.sanctions.holding import HELD_SCREENING

Case = Mapping[str, int]
Writer = Callable[[Case, PolicyValues, int], str]
_DAY_S, _EPOCH = 86_400, date(1970, 1, 1)


def _e4(case: Case, name: str) -> str:
    return format_scaled(case[name], 4)


def _yuan(case: Case, name: str) -> str:
    return format_yuan(case[name])


def _standard_points(case: Case, values: PolicyValues, pv: int) -> str:
    return (
        f"RW {_e4(case, 'relative_weight_e4')} × K {_e4(case, 'hospital_coefficient_e4')}"
        f" × aux {_e4(case, 'auxiliary_coefficient_e4')}"
    )


def _compared(case: Case) -> str:
    """Column of the cost that the deviation test looks at."""
    return "net_cost_fen" if "net_cost_fen" in case else "total_cost_fen"


def _cost_ratio(case: Case, values: PolicyValues, pv: int) -> str:
    if case["reference_cost_fen"] == 0:
        return "—"
    basis = f"C {_yuan(case, _compared(case))} ÷ A {_yuan(case, 'reference_cost_fen')}"
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
    "deduct": "RW {rw} × C {c} ÷ A {a} − ({t} − 1) × RW {rw} × K {k} × aux {aux}",
    "cap": "{t} × RW {rw} × K {k} × aux {aux}",
    "by_item": "0",
}
#: By whether the threshold carries K.
_LINEAR_ADD = {
    False: "RW {rw} × K {k} × aux {aux} + RW {rw} × (C {c} ÷ A {a} − {t})",
    True: _HIGH["deduct"],
}


def _points(case: Case, values: PolicyValues, pv: int) -> str:
    added = f" + {_e4(case, 'added_points_e4')}" if case.get("added_points_e4") else ""
    return _band_points(case, values) + added


def _band_points(case: Case, values: PolicyValues) -> str:
    band = reason(case["deviation_band"]).key
    threshold = high_threshold_e4(case["relative_weight_e4"], values)
    words = {
        "rw": _e4(case, "relative_weight_e4"),
        "k": _e4(case, "hospital_coefficient_e4"),
        "aux": _e4(case, "auxiliary_coefficient_e4"),
        "r": f"({_cost_ratio(case, values, 0)})",
        "c": _yuan(case, _compared(case)),
        "a": _yuan(case, "reference_cost_fen"),
        "t": format_scaled(threshold or 0, 4),
        "f": format_scaled(values.grouping.ungrouped_factor_e4, 4),
    }
    if band == "band_by_item":
        return "0"
    if band == "band_not_tested":
        return days(case, values)
    if band == "band_ungrouped":
        return "{f} × {rw} × C {c} ÷ A {a}".format(**words)
    if band == "band_low" and values.deviation.low:
        return _LOW[values.deviation.low.formula].format(**words)
    if band == "band_high" and values.deviation.high and not case.get("beyond_quota"):
        if values.deviation.high.formula == "linear_add":
            return _LINEAR_ADD[values.deviation.basis == "ref_cost_k"].format(**words)
        return _HIGH[values.deviation.high.formula].format(**words)
    return "RW {rw} × K {k} × aux {aux}".format(**words)


def _ordinary_points(case: Case, values: PolicyValues, pv: int) -> str:
    return _points({**case, "deviation_band": case["ordinary_band"]}, values, pv)


def _reviewed_points(case: Case, values: PolicyValues, pv: int) -> str:
    """Under a policy with special-case review: as priced, or as decided."""
    if "special_outcome" not in case:
        return _points(case, values, pv)
    outcome = reason(case["special_outcome"]).key
    if outcome == "special_by_item":
        return "0"
    if outcome == "special_adjusted" and case["decision_factor_e4"] > 0:
        return f"{_e4(case, 'standard_points_e4')} × {_e4(case, 'decision_factor_e4')}"
    return _e4(case, "decision_points_e4" if outcome == "special_adjusted" else "ordinary_points_e4")


def _unmerged_points(case: Case, values: PolicyValues, pv: int) -> str:
    """Points of an episode's stay before readmission: the cost of all of it, for the stay that is paid for it."""
    cost = case["episode_cost_fen"] if case["episode_role"] == LEAD else case["total_cost_fen"]
    return _reviewed_points({**case, "total_cost_fen": cost}, values, pv)


def _points_of_episode(case: Case, values: PolicyValues, pv: int) -> str:
    """Points once readmission has had its say, where the policy has it (8.4)."""
    role, terms = case.get("episode_role"), values.readmission
    if role is None:
        return _reviewed_points(case, values, pv)
    share = f" × {format_scaled(terms.share_e4 or 0, 4)}" if role == LATER and terms is not None else ""
    return "0" if role == MEMBER else f"{_e4(case, 'unmerged_points_e4')}{share}"


def _reviewed_band(case: Case, values: PolicyValues, pv: int) -> str:
    return "" if "special_outcome" in case else _band(case, values, pv)


def _allowed(case: Case, values: PolicyValues, pv: int) -> str:
    if "special_outcome" in case and reason(case["special_outcome"]).key == "special_by_item":
        return _yuan(case, "decision_allowed_fen")
    if case.get("episode_role") == LEAD:
        return _counts_by_item(case, "episode_cost_fen", "episode_hospital_fen")
    return _counts_by_item(case, "total_cost_fen", "hospital_part_fen")


def _counts_by_item(case: Case, cost: str, borne: str) -> str:
    left = f"{_yuan(case, cost)} − {_yuan(case, borne)}"
    return f"max({left}, 0)" if case[borne] > case[cost] else left


def _patient(case: Case, values: PolicyValues, pv: int) -> str:
    return f"{_yuan(case, 'account_paid_fen')} + {_yuan(case, 'cash_paid_fen')}"


def _gross(case: Case, values: PolicyValues, pv: int) -> str:
    if reason(case["route"]).key == "route_by_item":
        if "allowed_cost_fen" in case:
            return _yuan(case, "allowed_cost_fen")
        return _counts_by_item(case, "total_cost_fen", "hospital_part_fen")
    outside = f" + {_yuan(case, 'outside_points_fen')}" if case.get("outside_points_fen") else ""
    return f"{_e4(case, 'points_e4')} × {format_scaled(pv, 4)}{outside}"


#: What others bear, by the place in an episode; nothing of a stay that is paid with another one.
_BORNE = {0: ("patient_fen", "other_funds_fen"), LEAD: ("episode_patient_fen", "episode_other_fen"), MEMBER: ("", "")}


def _balance(case: Case, values: PolicyValues, pv: int) -> str:
    patient, other = _BORNE.get(case.get("episode_role", 0), _BORNE[0])
    residual = (
        f"{_yuan(case, 'gross_fen')} − {_yuan(case, patient)} − {_yuan(case, other)}"
        if patient
        else _yuan(case, "gross_fen")
    )
    days_alone = case.get("outside_points_fen") and not case["points_e4"]
    if days_alone or reason(case["route"]).key == "route_by_item" or values.payment.method == "residual":
        return residual
    return f"{_yuan(case, 'gross_fen')} × r" if values.payment.method == "ratio" else _yuan(case, "gross_fen")


def _payable(case: Case, values: PolicyValues, pv: int) -> str:
    return f"{_yuan(case, 'balance_fen')} + {_yuan(case, 'clamped_fen')}"


def _denied(case: Case, values: PolicyValues, pv: int) -> str:
    if case["denial_asked_fen"] <= max(case["payable_fen"], 0):
        return _yuan(case, "denial_asked_fen")
    return f"min({_yuan(case, 'denial_asked_fen')}, {_yuan(case, 'payable_fen')})"


def _attributed(case: Case, values: PolicyValues, pv: int) -> str:
    """Day of arrival of the list; the cut-off stands among the citations."""
    listed = str(case["list_arrival_day"])
    own, settled = (
        _EPOCH + timedelta(days=case[n] // _DAY_S) for n in (f"{values.basis_date}_time_s", "settlement_time_s")
    )
    return f"{own} → {settled if listed.startswith('-') else date.fromisoformat(listed)}"


def _held(case: Case, values: PolicyValues, pv: int) -> str:
    whole = case["hold_reason"] != HELD_SCREENING
    return _yuan(case, "payable_fen" if whole else "reserved_fen") if case["held_fen"] else ""


def _net_payable(case: Case, values: PolicyValues, pv: int) -> str:
    return f"{_yuan(case, 'payable_fen')} − {_yuan(case, 'denied_fen')}"


#: Column -> how it came about.
WORKINGS: dict[str, Writer] = {
    "standard_points_e4": _standard_points,
    "reference_cost_fen": _reference,
    "cost_ratio_e4": _cost_ratio,
    "deviation_band": _reviewed_band,
    "points_e4": _points_of_episode,
    "unmerged_points_e4": _unmerged_points,
    "ordinary_band": _band,
    "ordinary_points_e4": _ordinary_points,
    "allowed_cost_fen": _allowed,
    "tcm_ratio_e4": gate_ratio,
    "net_cost_fen": net_cost,
    "outside_points_fen": outside,
    "added_points_e4": added,
    "patient_fen": _patient,
    "gross_fen": _gross,
    "balance_fen": _balance,
    "payable_fen": _payable,
    "attributed_month": _attributed,
    "held_fen": _held,
    "denied_fen": _denied,
    "net_payable_fen": _net_payable,
}
