"""Policy values of an example: only what it names differs from a plain policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

from drgdip.audit.selftest.values import Unsupported, flag, limit_e4, mapping, one_of, refuse_missing, rows
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.policy.values import (
    Deviation,
    Grouping,
    HighFormula,
    HighRule,
    HighSegment,
    HospitalCoefficient,
    LowRule,
    Month,
    Payment,
    PolicyValues,
    Pool,
    QualityControl,
    Rounding,
    Route,
)

#: An item that stands for "paid by item" in the kind of care of an example's stays.
BY_ITEM_CARE = 1
_NO_THRESHOLD_E4 = -1


class Money(NamedTuple):
    """How points become money: point value by pool, method, fund ratio, and what a negative counts as."""

    point_values_e4: Mapping[str, int]
    method: Any = "residual"
    fund_ratio_e4: int = E4
    negative: Any = "clamp_case"
    retention_e4: int = 0


def policy_values(deviation: Deviation, ungrouped_factor_e4: int, k_e4: int, money: Money) -> PolicyValues:
    """A policy of one tier with one coefficient; half-up everywhere, as examples are written."""
    negative = {"clamp": "clamp_case", "allow": "hospital_month"}.get(money.negative, money.negative)
    return PolicyValues(
        basis_date="discharge",
        rounding=Rounding("half_up", "half_up"),
        quality_control=QualityControl(0),
        grouping=Grouping(True, ("id",), (), False, "surgery", ungrouped_factor_e4),
        k=_coefficient(k_e4),
        deviation=deviation,
        routes=(Route("by_item", med_types=(str(BY_ITEM_CARE),)),),
        pools={name: _pool(name, value, money) for name, value in money.point_values_e4.items()},
        payment=Payment(
            method=one_of(money.method, ("residual", "ratio", "fund_pv")),
            fund_ratio_level="pool",
            fund_ratio_source="fixed",
            negative=one_of(negative, ("clamp_case", "hospital_month")),
            fund_variance="pool_residual",
        ),
        month=Month("fixed_opening", money.retention_e4),
    )


def _coefficient(k_e4: int) -> HospitalCoefficient:
    return HospitalCoefficient(
        mode="additive",
        base={"tertiary": k_e4, "secondary": k_e4, "primary": k_e4, "unrated": k_e4},
        hospitals={},
        bonuses={},
        bonus_cap_e4=None,
        floor_e4=None,
        cap_e4=None,
        primary_care="none",
    )


def _pool(name: str, point_value_e4: int, money: Money) -> Pool:
    return Pool(Text(name, name), (name,), "any", ("hifp_pay",), "hifp_pay", point_value_e4, None, money.fund_ratio_e4)


def deviation(low: Any, high: Any, basis: Any) -> Deviation:
    """The deviation rules of an example (settlement arithmetic 2.6, 2.7)."""
    return Deviation(one_of(basis, ("ref_cost", "ref_cost_k")), "table", _low(low), _high(high))


def _low(given: Any) -> LowRule | None:
    if given is None:
        return None
    rule = mapping(given, ("threshold", "inclusive", "formula"), ("threshold", "formula"))
    formula = one_of(rule["formula"], ("none", "ratio", "ratio_k", "std_correction", "by_item"))
    return LowRule(limit_e4(rule["threshold"]), flag(rule.get("inclusive", False)), formula)


def _high(given: Any) -> HighRule | None:
    if given is None:
        return None
    rule = mapping(given, ("threshold", "segments", "inclusive", "formula", "cap_ratio", "over_cap"), ("formula",))
    one_of(rule.get("over_cap", "no_extra"), ("no_extra",))
    cap = rule.get("cap_ratio")
    return HighRule(
        _segments(rule),
        flag(rule.get("inclusive", False)),
        one_of(rule["formula"], get_args(HighFormula)),
        None if cap is None else limit_e4(cap),
        "no_extra",
    )


def _segments(rule: Mapping[str, Any]) -> tuple[HighSegment, ...]:
    """Segments in order; a weight beyond the last has the plain threshold, or none."""
    plain = limit_e4(rule["threshold"]) if "threshold" in rule else _NO_THRESHOLD_E4
    if "segments" not in rule:
        refuse_missing(rule, ("threshold",))
        return (HighSegment(None, plain),)
    segments = []
    for entry in rows(rule["segments"]):
        segment = mapping(entry, ("rw_lt", "threshold"), ("threshold",))
        below = segment.get("rw_lt")
        segments.append(HighSegment(None if below is None else limit_e4(below), limit_e4(segment["threshold"])))
    if not any(segment.rw_below_e4 is None for segment in segments):
        segments.append(HighSegment(None, plain))
    return tuple(segments)


def require_proof(values: PolicyValues, weight_e4: int, reference: int, aux_e4: int, scale_e4: int) -> None:
    """Unsupported where the engine would refuse the policy because its integers might overflow."""
    from drgdip.base.errors import PolicyError
    from drgdip.policy.bounds import prove_bounds

    try:
        prove_bounds(values, weight_e4, reference, reference, scale_e4=scale_e4, max_auxiliary_e4=aux_e4)
    except PolicyError as error:
        raise Unsupported(error.fact) from error
