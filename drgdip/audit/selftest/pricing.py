"""Examples of single cases: route, cost band, points (settlement arithmetic 2.5–2.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from drgdip.audit.selftest.policy import BY_ITEM_CARE, Money, deviation, policy_values, require_proof
from drgdip.audit.selftest.values import (
    Unsupported,
    common_units,
    e4,
    flag,
    four,
    limit_e4,
    mapping,
    one_of,
    rows,
    whole,
)
from drgdip.base.reasons import reason
from drgdip.base.scaled import E4
from drgdip.base.text import Text

if TYPE_CHECKING:
    import numpy as np

    from drgdip.policy.values import PolicyValues, Route
    from drgdip.valuation import ValuationParameters

HOSPITAL = "hospital"
#: A point value that no example of points depends on.
ANY_POINT_VALUE = Money({"pool": 1})


class Case(NamedTuple):
    """One stay to be priced; ``cost`` and ``reference`` in one unit of money, fen or finer.

    by_item : of the kind of care that the example's route is for.
    """

    weight_e4: int
    cost: int
    reference: int
    k_e4: int = E4
    aux_e4: int = E4
    primary_care: bool = False
    ungrouped: bool = False
    by_item: bool = False
    days: int = 1


def priced(
    cases: Sequence[Case], values: PolicyValues, facts: Mapping[str, Sequence[int]] | None = None
) -> dict[str, np.ndarray]:
    """Value and price stays by the engine; group ids are positions. ``facts``: fee facts (fen) by name."""
    import numpy as np

    from drgdip.pricing import Needs, RoutingParameters, price_cases, pricing_parameters, route_cases
    from drgdip.pricing.routing import routes_of

    valued = [_valued(case, values) for case in cases]
    columns = {name: np.concatenate([one[name] for one in valued]) for name in valued[0]}
    columns |= {
        "group_id": np.array([-1 if case.ungrouped else i for i, case in enumerate(cases)], dtype=np.int32),
        "length_of_stay_days": np.array([case.days for case in cases], dtype=np.int32),
        "residence": np.zeros(len(cases), dtype=np.int8),
        "medical_type": np.array([BY_ITEM_CARE if case.by_item else 0 for case in cases], dtype=np.int32),
        "discharge_way": np.zeros(len(cases), dtype=np.int8),
        "total_cost_fen": np.array([case.cost for case in cases], dtype=np.int64),
        "pool_index": np.zeros(len(cases), dtype=np.int16),
        **{f"fee_{name}_fen": np.array(amounts, dtype=np.int64) for name, amounts in (facts or {}).items()},
    }
    needs = Needs([values])
    if needs.routing:
        columns |= route_cases(columns, RoutingParameters(routes_of(values.routes), (), (), -1))
    return {**columns, **price_cases(columns, pricing_parameters(values), bool(needs.price_writes))}


def _valued(case: Case, values: PolicyValues) -> dict[str, np.ndarray]:
    """Weight, K, standard points and reference of one stay, in a catalogue of its own."""
    import numpy as np

    from drgdip.valuation import value_cases
    from drgdip.valuation.columns import AUXILIARY

    scale_e4 = case.weight_e4 if case.ungrouped else 0
    require_proof(values, case.weight_e4, case.reference, case.aux_e4, scale_e4)
    parameters = catalogue_of([(case.weight_e4, case.reference)], values, case.k_e4)
    parameters = parameters._replace(without_coefficient=np.array([case.primary_care], dtype=np.int8))
    columns: dict[str, np.ndarray] = {
        "group_id": np.array([-1 if case.ungrouped else 0], dtype=np.int32),
        "hospital_id": np.zeros(1, dtype=np.int32),
        "hospital_tier": np.zeros(1, dtype=np.int8),
        "pool_index": np.zeros(1, dtype=np.int16),
        AUXILIARY: np.array([E4 if case.ungrouped else case.aux_e4], dtype=np.int64),
    }
    return {AUXILIARY: columns[AUXILIARY], **value_cases(columns, parameters)}


def catalogue_of(groups: Sequence[tuple[int, int]], values: PolicyValues, k_e4: int) -> ValuationParameters:
    """Parameters of valuation for groups given as weight (e4) and reference cost; one hospital, one tier's K.

    The first group's weight and cost stand for a stay without a group too.
    """
    import numpy as np

    from drgdip.base.rounding import HALF_UP
    from drgdip.valuation import ValuationParameters, windows_of
    from drgdip.valuation.parameters import rates_e4

    return ValuationParameters(
        relative_weight_e4=np.array([weight for weight, _ in groups], dtype=np.int64),
        reference_cost_fen=np.array([reference for _, reference in groups], dtype=np.int64),
        without_coefficient=np.zeros(len(groups), dtype=np.int8),
        coefficient_e4=np.full((1, 1, 4), k_e4, dtype=np.int64),
        ungrouped_weight_e4=groups[0][0],
        ambiguous_weight_e4=groups[0][0],
        ungrouped_reference_fen=groups[0][1],
        rounding=HALF_UP,
        coefficient_set=np.zeros(len(groups), dtype=np.int64),
        windows=windows_of(values, [HOSPITAL]),
        floor_e4=-1,
        cap_e4=-1,
        rate_e4=rates_e4(values),
        own_weight_e4=np.empty((0, len(groups)), dtype=np.int64),
        route_table=np.full(len(values.routes) + 1, -1, dtype=np.int64),
        route_factor_e4=np.full(len(values.routes) + 1, E4, dtype=np.int64),
        route_gated=np.array([0, *(int(route.mode == "tcm") for route in values.routes)], dtype=np.int64),
        fallback_group=np.arange(len(groups), dtype=np.int64),
    )


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
    result = priced([case], policy_values(deviation(low, high, basis), factor, case.k_e4, ANY_POINT_VALUE))
    return {
        "band": band(result["deviation_band"][0]),
        "ratio": four(result["cost_ratio_e4"][0]),
        "points": four(result["points_e4"][0]),
        "review": bool(result["special_review"][0]),
    }


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

    from drgdip.pricing import RoutingParameters, route_cases
    from drgdip.pricing.routing import routes_of

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
    }
    routes = routes_of(_routes(listed, rows(stay.get("flags", []))))
    number = int(route_cases(columns, RoutingParameters(routes, (), (), -1))["route_number"][0])
    return {"mode": listed[number - 1]["mode"] if number else "dip"}


#: The kind of care that a stay with the mark of a rule has, and one that no stay has.
_MARKED, _OTHER = 1, 2


def _routes(rules: Sequence[Any], marks: Sequence[Any]) -> list[Route]:
    """The rules as routes; a mark is taken as the kind of care that carries it."""
    from drgdip.policy.values import Route

    routes = []
    for rule in rules:
        care = () if "flag" not in rule else (str(_MARKED if rule["flag"] in marks else _OTHER),)
        most, least = (whole(rule[name]) if name in rule else None for name in ("los_max", "los_min"))
        # How a stay is then paid is not asked here: the answer is the rule's own word.
        routes.append(Route("by_item", most, least, med_types=care))
    return routes
