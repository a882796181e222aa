"""Examples of further ways to pay a case: bed-days, additions, exclusions, gates, quotas (settlement arithmetic 2.8, 3, 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Any

from drgdip.audit.selftest.payment import gross_of_points_fen, paid
from drgdip.audit.selftest.policy import BY_ITEM_CARE, Money, deviation, policy_values
from drgdip.audit.selftest.pricing import ANY_POINT_VALUE, HOSPITAL, Case, band, catalogue_of, priced
from drgdip.audit.selftest.values import (
    Unsupported,
    common_units,
    e4,
    exact,
    fen,
    flag,
    four,
    in_range,
    limit_e4,
    mapping,
    number_text,
    one_of,
    rounded,
    rows,
    whole,
    yuan,
)
from drgdip.base.money import MAX_CASE_FEN
from drgdip.base.reasons import number
from drgdip.base.scaled import E4
from drgdip.base.text import Text
from drgdip.policy.sections.case_rules_values import (
    NO_RULES,
    Addition,
    BedDay,
    BedDayTier,
    CoefficientWindow,
    FeeFact,
)
from drgdip.policy.values import Deviation, PolicyValues, Route

if TYPE_CHECKING:
    import numpy as np

#: Standards of the examples are money: points at one yuan.
_ONE_YUAN = Money({"pool": E4})
_FACT = "fact"


def _plain(money: Money = ANY_POINT_VALUE, rules: Deviation | None = None) -> PolicyValues:
    return policy_values(rules or deviation(None, None, "ref_cost"), 0, E4, money)


def _paid(result: Mapping[str, np.ndarray], money: Money, patient: int = 0, other: int = 0) -> dict[str, list[int]]:
    """Pay what pricing found; one stay."""
    named = ("points_e4", "route", "total_cost_fen", "outside_points_fen")
    columns = {name: result[name] for name in named if name in result}
    return paid(result["points_e4"].tolist(), money, [patient], [other], priced=columns)


def bed_day(los: Any, tiers: Any) -> dict[str, Any]:
    """2.8: a stay paid by its days, in marginal tiers."""
    listed = [mapping(tier, ("upto", "rate"), ("rate",)) for tier in rows(tiers)]
    rates = tuple(
        BedDayTier(whole(tier["upto"]) if "upto" in tier else None, in_range(fen(tier["rate"]), MAX_CASE_FEN))
        for tier in listed
    )
    route = Route("bed_day", med_types=(str(BY_ITEM_CARE),), rate="ward")
    values = _plain()._replace(
        routes=(route,), case_rules=NO_RULES._replace(bed_day={"ward": BedDay("outside_points", rates)})
    )
    result = priced([Case(E4, 1, 1, by_item=True, days=in_range(whole(los), 99_999))], values)
    return {"payable": yuan(_paid(result, ANY_POINT_VALUE)["payable_fen"][0])}


def new_tech_addon(eligible_cost: Any, add_ratio: Any, pv_open: Any, cap: Any = None) -> dict[str, Any]:
    """2.8: points added for a new drug or technology."""
    from drgdip.base.rounding import HALF_UP
    from drgdip.pricing.rules import addition_fen

    cost, ratio = in_range(fen(eligible_cost), MAX_CASE_FEN), limit_e4(add_ratio)
    most = None if cap is None else fen(cap)
    rules = NO_RULES._replace(
        fee_facts={_FACT: FeeFact()}, additions={"new": Addition(_FACT, ratio, most, leaves_cost=False)}
    )
    values = _plain(Money({"pool": e4(pv_open)}))._replace(case_rules=rules)
    result = priced([Case(E4, cost, max(cost, 1))], values, {_FACT: [cost]})
    amount = addition_fen(cost, ratio, -1 if most is None else most, HALF_UP)
    return {"amount": yuan(int(amount)), "points": four(result["added_points_e4"][0])}


def exclusion_cost(cost: Any, excluded: Any, ref_cost: Any, t: Any) -> dict[str, Any]:
    """2.8: excluded items leave the cost before the deviation test."""
    total, without, reference = common_units(cost, excluded, ref_cost)
    high = {"threshold": number_text(t), "formula": "none"}
    values = _plain(rules=deviation(None, high, "ref_cost"))
    net = values._replace(case_rules=NO_RULES._replace(fee_facts={_FACT: FeeFact()}, exclusions=(_FACT,)))
    case = [Case(E4, total, reference)]
    results = [priced(case, values), priced(case, net, {_FACT: [without]})]
    ratios = [four(result["cost_ratio_e4"][0]) for result in results]
    is_high = [band(result["deviation_band"][0]) == "high" for result in results]
    return {"ratio_all": ratios[0], "ratio_net": ratios[1], "high_all": is_high[0], "high_net": is_high[1]}


def short_case(cost: Any, std: Any, patient: Any, other_funds: Any) -> dict[str, Any]:
    """2.8: the lower of cost and standard."""
    standard, amount = fen(std), fen(cost)
    values = _plain(_ONE_YUAN)._replace(routes=(Route("lower_of", med_types=(str(BY_ITEM_CARE),)),))
    result = priced([Case(standard * 100, amount, max(standard, 1), by_item=True)], values)
    payment = _paid(result, _ONE_YUAN, fen(patient), fen(other_funds))
    return {"basis": yuan(payment["gross_fen"][0]), "payable": yuan(payment["payable_fen"][0])}


def low_case_two_pv(rw: Any, cost: Any, pv_std: Any, pv_pay: Any) -> dict[str, Any]:
    """2.6: the standard fixed at one point value, the case settled at another."""
    low = {"threshold": "10000", "inclusive": True, "formula": "std_correction"}
    rules = deviation(low, None, "ref_cost")._replace(reference="rw_x_rate")
    result = priced([Case(e4(rw), fen(cost), 1)], _plain(Money({"pool": e4(pv_std)}), rules))
    points = int(result["points_e4"][0])
    (gross,) = gross_of_points_fen([points], e4(pv_pay))
    return {"points": four(points), "gross": yuan(gross)}


def drg_case(rate: Any, weight: Any, coef: Any = "1") -> dict[str, Any]:
    """3.1: the standard of a group."""
    result = priced([Case(e4(weight), 1, 1, e4(coef))], _plain())
    return {"std": yuan(gross_of_points_fen(result["standard_points_e4"].tolist(), e4(rate))[0])}


def low_by_item(cost: Any, std: Any, threshold: Any, inclusive: Any) -> dict[str, Any]:
    """3.2: below a share of the standard a stay is paid what it cost."""
    standard, low = fen(std), {"threshold": number_text(threshold), "inclusive": flag(inclusive), "formula": "by_item"}
    values = _plain(_ONE_YUAN, deviation(low, None, "ref_cost"))
    result = priced([Case(standard * 100, fen(cost), standard)], values)
    return {
        "limit": rounded(Fraction(standard, 100) * exact(threshold), 4),
        "by_item": bool(result["route"][0] == number("route_by_item")),
        "pay_basis": yuan(_paid(result, _ONE_YUAN)["gross_fen"][0]),
    }


def high_quota(discharges: Any, share: Any, cases: Any, min_ratio: Any) -> dict[str, Any]:
    """3.2: so many stays of high cost count as such, the highest ratios first."""
    from drgdip.pricing.quota import HighCase, quota_of, within_quota

    ratios = {str(name): exact(ratio) for name, ratio in mapping(cases).items()}
    high = {"threshold": number_text(min_ratio), "formula": "by_item"}
    values = _plain(rules=deviation(None, high, "ref_cost"))
    stays = [Case(E4, ratio.numerator, ratio.denominator) for ratio in ratios.values()]
    bands = [band(found) for found in priced(stays, values)["deviation_band"]] if stays else []
    found = [HighCase(ratio, name) for (name, ratio), at in zip(ratios.items(), bands, strict=True) if at == "high"]
    quota = quota_of(whole(discharges), limit_e4(share))
    ranked = [case.setl_id for case in within_quota(found, len(found))]
    kept = [case.setl_id for case in within_quota(found, quota)]
    return {"quota": quota, "by_item": kept, "normal": [name for name in ranked if name not in kept]}


#: Ways to pay of engines that reckon in yuan for a weight of one -> band and formula.
_MODES = {
    "normal": ("", ""),
    "low_no_factor": ("low", "std_correction"),
    "low_actual": ("low", "by_item"),
    "high_deduct": ("high", "deduct"),
    "high_linear_add": ("high", "linear_add"),
    "high_cap": ("high", "cap"),
}


def money_mode(
    rw: Any, city_avg: Any, pv: Any, scale: Any, cost: Any, k: Any, threshold: Any, mode: Any
) -> dict[str, Any]:
    """3.3: engines whose reference is weight × the city's yuan for a weight of one."""
    side, formula = _MODES[one_of(mode, _MODES)]
    rule = {"threshold": number_text(threshold), "formula": formula}
    rules = deviation(rule if side == "low" else None, rule if side == "high" else None, "ref_cost")
    amount, reference = _common(exact(cost), exact(rw) * exact(city_avg))
    money = Money({"pool": e4(pv)})
    result = priced([Case(_e4(exact(rw) * exact(scale)), amount, reference, e4(k))], _plain(money, rules))
    gross = _paid(result, money)["gross_fen"][0]
    if result["route"][0] == number("route_by_item"):
        gross = fen(cost)
    return {
        "ratio": four(result["cost_ratio_e4"][0]),
        "control": rounded(exact(pv) * exact(scale) / exact(city_avg), 6),
        "pay_total": yuan(gross),
    }


def _common(one: Fraction, other: Fraction) -> tuple[int, int]:
    """Two amounts in the largest unit that keeps both whole: only their ratio counts."""
    unit = Fraction(
        gcd(one.numerator * other.denominator, other.numerator * one.denominator), one.denominator * other.denominator
    )
    return in_range(int(one / unit), MAX_CASE_FEN), in_range(int(other / unit), MAX_CASE_FEN)


def _e4(value: Fraction) -> int:
    scaled = value * E4
    if scaled.denominator != 1:
        raise Unsupported(Text("分值超过四位小数", "a weight with more than four decimals"))
    return scaled.numerator


def k_window(cases: Any, k: Any, k_sanction: Any, start: Any, end: Any, pv: Any) -> dict[str, Any]:
    """8.1: a coefficient changed for discharges of some days."""
    import numpy as np

    from drgdip.valuation import value_cases
    from drgdip.valuation.columns import AUXILIARY

    listed = [mapping(case, ("discharge", "rw_points"), ("discharge", "rw_points")) for case in rows(cases)]
    window = CoefficientWindow(HOSPITAL, _day(start), _day(end), e4(k_sanction) - e4(k), None, "example")
    plain = _plain()
    values = plain._replace(k=plain.k._replace(windows=(window,)))
    parameters = catalogue_of([(e4(case["rw_points"]), 1) for case in listed], values, e4(k))
    n = len(listed)
    found = value_cases(
        {
            "group_id": np.arange(n, dtype=np.int32),
            "hospital_id": np.zeros(n, dtype=np.int32),
            "hospital_tier": np.zeros(n, dtype=np.int8),
            "discharge_time_s": np.array([_seconds(_day(case["discharge"])) for case in listed], dtype=np.int64),
            AUXILIARY: np.full(n, E4, dtype=np.int64),
        },
        parameters,
    )
    points = found["standard_points_e4"].tolist()
    return {"points": four(sum(points)), "gross": yuan(sum(gross_of_points_fen(points, e4(pv))))}


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        raise Unsupported(Text(f"不是日期:{text}", f"not a date: {text}")) from None


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400


def tcm_gate(
    tcm_fees: Any,
    denom_fees: Any,
    threshold: Any,
    rate: Any,
    coef: Any,
    tcm_weight: Any,
    fallback_weight: Any,
) -> dict[str, Any]:
    """2.8: a group of Chinese medicine, or the medical group's weight where too little of it was done."""
    import numpy as np

    from drgdip.pricing import RoutingParameters, route_cases
    from drgdip.pricing.routing import routes_of
    from drgdip.valuation import value_cases
    from drgdip.valuation.columns import AUXILIARY

    parts, wholes = _named(tcm_fees, "part"), _named(denom_fees, "whole")
    values = _plain()._replace(routes=(Route("tcm", med_types=(str(BY_ITEM_CARE),)),))
    routing = RoutingParameters(routes_of(values.routes), tuple(parts), tuple(wholes), limit_e4(threshold))
    columns: dict[str, np.ndarray] = {
        "group_id": np.zeros(1, dtype=np.int32),
        "length_of_stay_days": np.ones(1, dtype=np.int32),
        "residence": np.zeros(1, dtype=np.int8),
        "medical_type": np.full(1, BY_ITEM_CARE, dtype=np.int32),
        "discharge_way": np.zeros(1, dtype=np.int8),
        "hospital_id": np.zeros(1, dtype=np.int32),
        "hospital_tier": np.zeros(1, dtype=np.int8),
        AUXILIARY: np.full(1, E4, dtype=np.int64),
        **{f"fee_{name}_fen": np.array([amount], dtype=np.int64) for name, amount in (parts | wholes).items()},
    }
    columns |= route_cases(columns, routing, writes_gate=True)
    parameters = catalogue_of([(e4(tcm_weight), 1), (e4(fallback_weight), 1)], values, e4(coef))
    found = value_cases(columns, parameters._replace(fallback_group=np.array([1, 1], dtype=np.int64)))
    return {
        "tcm_ratio": four(columns["tcm_ratio_e4"][0]),
        "passes": bool(columns["tcm_gate_passed"][0]),
        "std": yuan(gross_of_points_fen(found["standard_points_e4"].tolist(), e4(rate))[0]),
    }


def _named(fees: Any, side: str) -> dict[str, int]:
    """Fees as facts; the same name may stand on both sides with different amounts."""
    return {f"{side}_{name}": in_range(fen(amount), MAX_CASE_FEN) for name, amount in mapping(fees).items()}
