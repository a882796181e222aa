"""Examples of sanctions (settlement arithmetic 8)."""

from __future__ import annotations

from typing import Any, get_args

from drgdip.audit.selftest.policy import Money, deviation, policy_values, require_proof
from drgdip.audit.selftest.pricing import Case, priced
from drgdip.audit.selftest.special import paid
from drgdip.audit.selftest.values import (
    Unsupported,
    common_units,
    e4,
    exact,
    fen,
    four,
    mapping,
    one_of,
    rows,
    whole,
    yuan,
)
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.policy.sections.sanctions_values import DenialMode
from drgdip.sanctions.rules import lost_fen, scaled_fen

MODES = get_args(DenialMode)


def sample_extrapolate(
    sample_n: Any, bad_n: Any, sample_fund: Any, bad_fund: Any, annual_fund: Any, by: Any
) -> dict[str, Any]:
    """8.2: a checked sample, extrapolated to the year."""
    from drgdip.sanctions import Sampled, extrapolate

    sample = Sampled(whole(sample_n), whole(bad_n), fen(sample_fund), fen(bad_fund))
    found = extrapolate(sample, fen(annual_fund), one_of(by, ("count", "money")))
    return {"rate": four(found.rate_e4), "deduction": yuan(found.deduction_fen)}


def denial(
    rw: Any,
    k: Any,
    pv: Any,
    cost: Any,
    patient: Any,
    other_funds: Any,
    denied: Any,
    ref_cost: Any,
    mode: Any,
    new_rw: Any = None,
    refund_to_patient: Any = None,
) -> dict[str, Any]:
    """8.3: what a denial takes of one stay, by the residual method, with a low band below half the reference.

    ``naive_refund`` is the trap that the page warns of: the engine freezes what the patient paid, and so never comes to it;
    the example shows what it would come to if the refund did enter the residual.
    """
    kind = one_of(mode, (*MODES, "naive_refund"))
    before = _stay(rw, k, pv, cost, ref_cost, fen(patient), fen(other_funds))
    if kind == "naive_refund":
        less = fen(patient) - fen(_needed(refund_to_patient, "refund_to_patient"))
        after = _stay(rw, k, pv, cost, ref_cost, less, fen(other_funds))
        return _change(before, after)
    recorded = fen(cost) - fen(patient) - fen(other_funds)
    if kind == "deduct_amount":
        asked = fen(denied)
    elif kind == "deduct_scaled":
        asked = scaled_fen(fen(denied), before, recorded)
    else:
        asked = lost_fen(before, _changed(kind, rw, k, pv, cost, denied, ref_cost, patient, other_funds, new_rw))
    return _change(before, _net(asked, before))


def _changed(
    kind: str, rw: Any, k: Any, pv: Any, cost: Any, denied: Any, ref_cost: Any, patient: Any, other: Any, new_rw: Any
) -> int:
    """The payable of the stay that a denial makes of it."""
    if kind == "void":
        return 0
    if kind == "regroup":
        return _stay(_needed(new_rw, "new_rw"), k, pv, cost, ref_cost, fen(patient), fen(other))
    return _stay(rw, k, pv, yuan(fen(cost) - fen(denied)), ref_cost, fen(patient), fen(other))


def _stay(rw: Any, k: Any, pv: Any, cost: Any, ref_cost: Any, patient_fen: int, other_fen: int) -> int:
    low = {"threshold": "0.5", "formula": "ratio_k"}
    coefficient = e4(k)
    values = policy_values(deviation(low, None, "ref_cost"), 0, coefficient, Money({"pool": e4(pv)}))
    amount, reference = common_units(cost, ref_cost)
    require_proof(values, e4(rw), reference, E4, 0)
    columns = priced([Case(e4(rw), amount, reference, coefficient)], values)
    return int(paid(columns, values, patient_fen, other_fen)["payable_fen"][0])


def _net(asked_fen: int, payable_fen: int) -> int:
    import numpy as np

    from drgdip.sanctions import deny_cases

    columns = {"denial_asked_fen": asked_fen, "payable_fen": payable_fen}
    return int(deny_cases({name: np.array([value]) for name, value in columns.items()})["net_payable_fen"][0])


def _change(before: int, after: int) -> dict[str, Any]:
    return {"before": yuan(before), "after": yuan(after), "change": yuan(after - before)}


def _needed(value: Any, name: str) -> Any:
    if value is None:
        raise Unsupported(Text(f"缺少输入 {name}", f"the input {name} is missing"))
    return value


def void_pool(budget_cost: Any, points: Any, void_points: Any, mode: Any) -> dict[str, Any]:
    """8.3: the point value of a pool with void points taken out, or kept in it."""
    from drgdip.clearing import settlement_point_value_e4

    void = e4(void_points) if one_of(mode, ("exclude", "keep")) == "exclude" else 0
    total = sum(e4(part) for part in rows(points)) - void
    found = settlement_point_value_e4(fen(budget_cost), exact("1"), total)
    return {"pv": four(found.point_value_e4)}


def readmission_merge(stays: Any, window_days: Any) -> dict[str, Any]:
    """8.4: stays that follow one another within a window, same patient and group, are one episode with the higher weight."""
    from drgdip.sanctions import Visit, episodes

    needed = ("id", "admit_day", "discharge_day", "group", "rw")
    visits = []
    for given in rows(stays):
        row = mapping(given, needed, needed)
        days = (whole(row["admit_day"]), whole(row["discharge_day"]))
        visits.append(Visit(row["id"], "patient", (row["group"],), *days, e4(row["rw"])))
    found = episodes(visits, whole(window_days))
    return {
        "episodes": [{"ids": [visit.id for visit in one.visits], "rw": four(one.relative_weight_e4)} for one in found]
    }
