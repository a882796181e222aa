"""Examples of single cases: route, cost band, points (settlement arithmetic 2.5–2.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.audit.selftest.payment import gross_of_points_fen
from drgdip.audit.selftest.policy import BY_ITEM_CARE, Money, deviation, policy_values, require_proof
from drgdip.audit.selftest.values import (
    Unsupported,
    common_units,
    e4,
    fen,
    flag,
    four,
    limit_e4,
    mapping,
    number_text,
    one_of,
    rows,
    whole,
    yuan,
)
from drgdip.base.reasons import number, reason
from drgdip.base.scaled import E4
from drgdip.base.text import Text

if TYPE_CHECKING:
    import numpy as np

    from drgdip.policy.values import PolicyValues
    from drgdip.pricing import PricingParameters

#: A point value that no example of points depends on.
_ANY_POINT_VALUE = Money({"pool": 1})


class Case(NamedTuple):
    """One stay to be priced; ``cost`` and ``reference`` in one unit of money, fen or finer."""

    weight_e4: int
    cost: int
    reference: int
    k_e4: int = E4
    aux_e4: int = E4
    primary_care: bool = False
    ungrouped: bool = False
    by_item: bool = False


def priced(cases: Sequence[Case], values: PolicyValues) -> dict[str, np.ndarray]:
    """Value and price stays by the engine; group ids are positions."""
    import numpy as np

    from drgdip.pricing import price_cases, pricing_parameters

    valued = [_valued(case, values) for case in cases]
    columns = {name: np.concatenate([one[name] for one in valued]) for name in valued[0]}
    columns |= {
        "group_id": np.array([-1 if case.ungrouped else i for i, case in enumerate(cases)], dtype=np.int32),
        "length_of_stay_days": np.full(len(cases), 1, dtype=np.int32),
        "residence": np.zeros(len(cases), dtype=np.int8),
        "medical_type": np.array([BY_ITEM_CARE if case.by_item else 0 for case in cases], dtype=np.int32),
        "discharge_way": np.zeros(len(cases), dtype=np.int8),
        "total_cost_fen": np.array([case.cost for case in cases], dtype=np.int64),
    }
    return {**columns, **price_cases(columns, pricing_parameters(values))}


def _valued(case: Case, values: PolicyValues) -> dict[str, np.ndarray]:
    """Weight, K, standard points and reference of one stay, in a catalogue of its own."""
    import numpy as np

    from drgdip.base.rounding import HALF_UP
    from drgdip.valuation import ValuationParameters, value_cases
    from drgdip.valuation.columns import AUXILIARY

    scale_e4 = case.weight_e4 if case.ungrouped else 0
    require_proof(values, case.weight_e4, case.reference, case.aux_e4, scale_e4)
    parameters = ValuationParameters(
        relative_weight_e4=np.array([case.weight_e4], dtype=np.int64),
        reference_cost_fen=np.array([[case.reference]], dtype=np.int64),
        without_coefficient=np.array([case.primary_care], dtype=np.int8),
        coefficient_e4=np.full((1, 4), case.k_e4, dtype=np.int64),
        ungrouped_weight_e4=case.weight_e4,
        ambiguous_weight_e4=case.weight_e4,
        ungrouped_reference_fen=case.reference,
        rounding=HALF_UP,
    )
    columns: dict[str, np.ndarray] = {
        "group_id": np.array([-1 if case.ungrouped else 0], dtype=np.int32),
        "group_reason": np.array([number("ungrouped" if case.ungrouped else "core_operation")], dtype=np.int16),
        "pool_index": np.zeros(1, dtype=np.int16),
        "hospital_id": np.zeros(1, dtype=np.int32),
        "hospital_tier": np.zeros(1, dtype=np.int8),
        AUXILIARY: np.array([E4 if case.ungrouped else case.aux_e4], dtype=np.int64),
    }
    return {AUXILIARY: columns[AUXILIARY], **value_cases(columns, parameters)}


def band(number: int) -> str:
    """The cost band's name."""
    return reason(number).key.removeprefix("band_")


def case_points(
    rw: Any,
    cost: Any,
    ref_cost: Any,
    k: Any = "1",
    aux: Any = "1",
    low: Any = None,
    high: Any = None,
    base_disease: Any = False,
    ungrouped_factor: Any = None,
    basis: Any = "ref_cost",
) -> dict[str, Any]:
    """2.5–2.7: cost band and points of one stay."""
    factor = 0 if ungrouped_factor is None else limit_e4(ungrouped_factor)
    amount, reference = common_units(cost, ref_cost)
    case = Case(
        e4(rw),
        amount,
        reference,
        e4(k),
        e4(aux),
        primary_care=flag(base_disease),
        ungrouped=ungrouped_factor is not None,
    )
    result = priced([case], policy_values(deviation(low, high, basis), factor, case.k_e4, _ANY_POINT_VALUE))
    return {
        "band": band(result["deviation_band"][0]),
        "ratio": four(result["cost_ratio_e4"][0]),
        "points": four(result["points_e4"][0]),
        "review": bool(result["special_review"][0]),
    }


def exclusion_cost(cost: Any, excluded: Any, ref_cost: Any, t: Any) -> dict[str, Any]:
    """2.8: excluded items leave the cost before the deviation test."""
    from drgdip.pricing.single_case import net_cost_fen

    total, without, reference = common_units(cost, excluded, ref_cost)
    high = {"threshold": number_text(t), "formula": "none"}
    cases = [Case(E4, amount, reference) for amount in (total, net_cost_fen(total, without))]
    result = priced(cases, policy_values(deviation(None, high, "ref_cost"), 0, E4, _ANY_POINT_VALUE))
    ratios = [four(ratio) for ratio in result["cost_ratio_e4"]]
    is_high = [band(number) == "high" for number in result["deviation_band"]]
    return {"ratio_all": ratios[0], "ratio_net": ratios[1], "high_all": is_high[0], "high_net": is_high[1]}


def low_case_two_pv(rw: Any, cost: Any, pv_std: Any, pv_pay: Any) -> dict[str, Any]:
    """2.6: the standard fixed at one point value, the case settled at another."""
    from drgdip.pricing.single_case import low_case_points_e4

    e4(rw)  # the weight cancels: it stands in the points and in the standard
    points = low_case_points_e4(fen(cost), e4(pv_std))
    (gross,) = gross_of_points_fen([points], e4(pv_pay))
    return {"points": four(points), "gross": yuan(gross)}


def short_case(cost: Any, std: Any, patient: Any, other_funds: Any) -> dict[str, Any]:
    """2.8: the lower of cost and standard."""
    from drgdip.pricing.single_case import short_case as lower_of

    result = lower_of(fen(cost), fen(std), fen(patient), fen(other_funds))
    return {"basis": yuan(result.basis_fen), "payable": yuan(result.payable_fen)}


def attribution(discharge: Any, settled: Any, rule: Any, cutoff: Any = None) -> dict[str, Any]:
    """2.9: the year a stay is settled in."""
    from drgdip.quality_control.attribution import settlement_year

    last = None if cutoff is None else _month_and_day(cutoff)
    basis = one_of(rule, ("discharge", "settlement"))
    return {"year": settlement_year(_day(discharge), _day(settled), basis, last)}


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        raise Unsupported(Text(f"不是日期:{text}", f"not a date: {text}")) from None


def _month_and_day(text: Any) -> tuple[int, int]:
    day = _day(f"2000-{text}")
    return day.month, day.day


def route_case(case: Any, rules: Any) -> dict[str, Any]:
    """2.8: the first rule whose conditions hold says how a stay is paid."""
    import numpy as np

    from drgdip.pricing import price_cases

    stay = mapping(case, ("los", "flags"))
    listed = [mapping(rule, ("mode", "flag", "los_max", "los_min"), ("mode",)) for rule in rows(rules)]
    if "los" not in stay and any("los_max" in rule or "los_min" in rule for rule in listed):
        raise Unsupported(Text("缺少输入:los", "an input is missing: los"))
    columns: dict[str, np.ndarray] = {
        "group_id": np.zeros(1, dtype=np.int32),
        "length_of_stay_days": np.array([whole(stay.get("los", 0))], dtype=np.int32),
        "residence": np.zeros(1, dtype=np.int8),
        "medical_type": np.full(1, _MARKED, dtype=np.int32),
        "discharge_way": np.zeros(1, dtype=np.int8),
        **{name: np.full(1, E4, dtype=np.int64) for name in _AMOUNTS},
    }
    route = int(price_cases(columns, _route_parameters(listed, rows(stay.get("flags", []))))["route"][0])
    return {"mode": listed[route]["mode"] if 0 <= route < len(listed) else "dip"}


#: What a stay is worth and costs, which no route looks at.
_AMOUNTS = (
    "relative_weight_e4",
    "hospital_coefficient_e4",
    "auxiliary_coefficient_e4",
    "standard_points_e4",
    "reference_cost_fen",
    "total_cost_fen",
)
#: The kind of care that a stay with the mark of a rule has, and one that no stay has.
_MARKED, _OTHER = 1, 2


def _route_parameters(rules: Sequence[Any], marks: Sequence[Any]) -> PricingParameters:
    """Routes that answer with the position of their rule; a mark is taken as the kind of care that carries it."""
    import numpy as np

    from drgdip.policy.values import Route
    from drgdip.pricing import pricing_parameters

    routes = []
    for rule in rules:
        care = () if "flag" not in rule else (str(_MARKED if rule["flag"] in marks else _OTHER),)
        most, least = (whole(rule[name]) if name in rule else None for name in ("los_max", "los_min"))
        routes.append(Route("by_item", most, least, med_types=care))
    values = policy_values(deviation(None, None, "ref_cost"), 0, E4, _ANY_POINT_VALUE)
    parameters = pricing_parameters(values._replace(routes=tuple(routes)))
    return parameters._replace(route_mode=np.arange(len(rules), dtype=np.int64))
