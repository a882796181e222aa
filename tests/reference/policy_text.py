"""Policy values written as a policy file, so that the engine can be given the same policy as the reference."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from drgdip.policy.sections.case_rules_values import BedDayTier, CaseRules, CoefficientWindow
from drgdip.policy.values import HighRule, LowRule, PolicyValues, Route

_CITE = "Example"
Stretches = Sequence[tuple[date, PolicyValues]]


def policy_text(stretches: Stretches, region: str, last: date, edition: str = "in-memory") -> str:
    """The file: each stretch holds from its day until the next one begins."""
    leaf = _Leaves(stretches, last)
    first = stretches[0][0]
    values = stretches[0][1]
    tree = {
        "policy": {"name": "example", "version": "1", "status": "synthetic", "title": _words("Example")},
        "region": {"admdvs": region, "name": _words("Example")},
        "effective": {"from": first, "to": last},
        "tables": {"scheme": "dip", "edition": edition},
        "basis_date": leaf(lambda v: v.basis_date),
        "rounding": {
            "mode": leaf(lambda v: v.rounding.mode),
            "point_value_mode": leaf(lambda v: v.rounding.point_value_mode),
            "points_before_money": leaf(lambda v: True),
        },
        "quality_control": {
            "identity_tolerance_yuan": leaf(lambda v: yuan_text(v.quality_control.identity_tolerance_fen))
        },
        "grouping": {
            "main_op_first": leaf(lambda v: v.grouping.main_op_first),
            "tie_break": leaf(lambda v: v.grouping.tie_break),
            "type_order": leaf(lambda v: v.grouping.type_order),
            "subcategory_wildcard": leaf(lambda v: v.grouping.subcategory_wildcard),
            "intervention_as": leaf(lambda v: v.grouping.intervention_as),
            "ungrouped_factor": leaf(lambda v: e4_text(v.grouping.ungrouped_factor_e4)),
            "layers": leaf(lambda v: v.grouping.layers),
            "steps": leaf(lambda v: v.grouping.steps),
            "conservative_takes": leaf(lambda v: v.grouping.conservative_takes),
            "comprehensive_by": leaf(lambda v: v.grouping.comprehensive_by),
        },
        "k": _coefficient(leaf, values),
        "deviation": {
            "basis": leaf(lambda v: v.deviation.basis),
            "reference": leaf(lambda v: v.deviation.reference),
            "low": leaf(lambda v: _low(v.deviation.low)),
            "high": leaf(lambda v: _high(v.deviation.high)),
            "reference_point_value": leaf(lambda v: v.deviation.reference_point_value),
        },
        "routes": leaf(lambda v: [_route(route) for route in v.routes]),
        "pools": {name: _pool(leaf, values, name) for name in values.pools},
        "payment": {
            key: leaf(lambda v, key=key: getattr(v.payment, key))
            for key in ("method", "fund_ratio_level", "fund_ratio_source", "negative", "fund_variance")
        },
        "month": {
            "point_value": leaf(lambda v: v.month.point_value),
            "retention": leaf(lambda v: e4_text(v.month.retention_e4)),
            **(
                {"seasonal_quota": leaf(lambda v: [*map(e4_text, v.month.seasonal_quota_e4)])}
                if values.month.seasonal_quota_e4
                else {}
            ),
        },
    }
    if values.case_rules:
        tree["case_rules"] = _case_rules(leaf, values.case_rules)
    if values.attribution is not None:
        tree["attribution"] = {
            "list_cutoff_day": leaf(lambda v: v.attribution and (v.attribution.list_cutoff_day or "none")),
            "late_list": leaf(lambda v: v.attribution and v.attribution.late_list),
            "year_cutoff": leaf(lambda v: _month_and_day(v.attribution and v.attribution.year_cutoff)),
            "interim_bill": leaf(lambda v: v.attribution and v.attribution.interim_bill),
        }
    if values.drg is not None:
        del tree["grouping"]
        tree["tables"] = {"scheme": "chs-drg", "edition": edition}
        tree["drg"] = _drg(leaf)
    return "".join(f"{key}: {_written(value)}\n" for key, value in tree.items())


class _Leaves:
    """Values with their days and a citation."""

    def __init__(self, stretches: Stretches, last: date) -> None:
        self.stretches = stretches
        self.ends = [start - timedelta(days=1) for start, _ in stretches[1:]] + [last]

    def __call__(self, value_of: Callable[[PolicyValues], Any]) -> Any:
        values = [value_of(values) for _, values in self.stretches]
        if all(value == values[0] for value in values):
            return {"value": values[0], "cite": _CITE}
        return [
            {"from": start, "to": end, "value": value, "cite": _CITE}
            for (start, _), end, value in zip(self.stretches, self.ends, values, strict=True)
        ]


def _coefficient(leaf: _Leaves, values: PolicyValues) -> dict[str, Any]:
    return {
        "mode": leaf(lambda v: v.k.mode),
        "base": leaf(lambda v: {tier: e4_text(base) for tier, base in v.k.base.items()}),
        "hospitals": {code: leaf(lambda v, code=code: e4_text(v.k.hospitals[code])) for code in values.k.hospitals},
        "bonuses": {
            code: {
                name: leaf(lambda v, code=code, name=name: e4_text(v.k.bonuses[code][name]))
                for name in values.k.bonuses[code]
            }
            for code in values.k.bonuses
        },
        "bonus_cap": leaf(lambda v: _or_none(v.k.bonus_cap_e4)),
        "floor": leaf(lambda v: _or_none(v.k.floor_e4)),
        "cap": leaf(lambda v: _or_none(v.k.cap_e4)),
        "primary_care": leaf(lambda v: v.k.primary_care),
        **_coefficient_parts(leaf, values),
    }


def _drg(leaf: _Leaves) -> dict[str, Any]:
    named = ("method", "point_scale", "ungrouped", "ambiguous", "without_weight")
    return {key: leaf(lambda v, key=key: getattr(v.drg, key)) for key in named} | {
        "region_mean_cost_yuan": leaf(lambda v: yuan_text(v.drg.region_mean_cost_fen)),
        "ungrouped_factor": leaf(lambda v: _or_none(v.drg.ungrouped_factor_e4 or None)),
    }


def _coefficient_parts(leaf: _Leaves, values: PolicyValues) -> dict[str, Any]:
    """What a file may leave out, and does where there is none."""
    parts: dict[str, Any] = {}
    if values.k.hospital_types:
        parts["hospital_types"] = {
            name: {
                "hospitals": leaf(lambda v, name=name: v.k.hospital_types[name].hospitals),
                "type_base": leaf(
                    lambda v, name=name: {t: e4_text(b) for t, b in v.k.hospital_types[name].base.items()}
                ),
            }
            for name in values.k.hospital_types
        }
    if values.k.group_coefficients:
        parts["group_coefficients"] = leaf(
            lambda v: {c: {t: e4_text(b) for t, b in own.items()} for c, own in v.k.group_coefficients.items()}
        )
    if values.k.windows:
        parts["windows"] = leaf(lambda v: [_window(window) for window in v.k.windows])
    if values.k.base_groups:
        parts["base_groups"] = leaf(lambda v: v.k.base_groups)
    return parts


def _window(window: CoefficientWindow) -> dict[str, Any]:
    change = {"delta": e4_text(window.delta_e4)} if window.delta_e4 is not None else {}
    change |= {"factor": e4_text(window.factor_e4)} if window.factor_e4 is not None else {}
    days = {"from": window.first, "to": window.last}
    return {"hospital": window.hospital, **days, "decision": window.decision, **change}


def _case_rules(leaf: _Leaves, rules: CaseRules) -> dict[str, Any]:
    def of(read: Callable[[CaseRules], Any]) -> Any:
        return leaf(lambda v: read(v.case_rules))

    tree: dict[str, Any] = {}
    if rules.fee_facts:
        tree["fee_facts"] = {
            name: of(lambda r, name=name: {k: list(v) for k, v in r.fee_facts[name]._asdict().items() if v})
            for name in rules.fee_facts
        }
    if rules.bed_day:
        tree["bed_day"] = {
            name: {
                "paid": of(lambda r, name=name: r.bed_day[name].paid),
                "tiers": of(lambda r, name=name: [_tier(tier) for tier in r.bed_day[name].tiers]),
            }
            for name in rules.bed_day
        }
    if rules.own_weights:
        tree["own_weights"] = {
            name: of(lambda r, name=name: {c: e4_text(w) for c, w in r.own_weights[name].items()})
            for name in rules.own_weights
        }
    if rules.tcm:
        tree["tcm_gate"] = {
            "numerator": of(lambda r: r.tcm.numerator),
            "denominator": of(lambda r: r.tcm.denominator),
            "threshold": of(lambda r: e4_text(r.tcm.threshold_e4)),
            "fallback": of(lambda r: dict(r.tcm.fallback)),
        }
    if rules.additions:
        tree["additions"] = {
            name: {
                "fact": of(lambda r, name=name: r.additions[name].fact),
                "ratio": of(lambda r, name=name: e4_text(r.additions[name].ratio_e4)),
                "cap_yuan": of(lambda r, name=name: _fund(r.additions[name].cap_fen)),
                "leaves_cost": of(lambda r, name=name: r.additions[name].leaves_cost),
            }
            for name in rules.additions
        }
    if rules.exclusions:
        tree["exclusions"] = of(lambda r: r.exclusions)
    return tree


def _tier(tier: BedDayTier) -> dict[str, Any]:
    return {"upto": "none" if tier.upto_days is None else tier.upto_days, "rate_yuan": yuan_text(tier.rate_fen)}


def _pool(leaf: _Leaves, values: PolicyValues, name: str) -> dict[str, Any]:
    return {
        "name": {"zh": values.pools[name].name.zh, "en": values.pools[name].name.en},
        "insurance_types": leaf(lambda v: v.pools[name].insurance_types),
        "patients": leaf(lambda v: v.pools[name].patients),
        "fund_scope": leaf(lambda v: v.pools[name].fund_scope),
        "pooled_fund": leaf(lambda v: v.pools[name].pooled_fund),
        "opening_point_value": leaf(lambda v: e4_text(v.pools[name].opening_point_value_e4)),
        "month_fund_yuan": leaf(lambda v: _fund(v.pools[name].month_fund_fen)),
        "pay_ratio": leaf(lambda v: _or_none(v.pools[name].pay_ratio_e4)),
        "point_value_floor": leaf(lambda v: _or_none(v.pools[name].point_value_floor_e4)),
        "point_value_cap": leaf(lambda v: _or_none(v.pools[name].point_value_cap_e4)),
    }


def _low(low: LowRule | None) -> Any:
    if low is None:
        return "none"
    return {"threshold": e4_text(low.threshold_e4), "inclusive": low.inclusive, "formula": low.formula}


def _high(high: HighRule | None) -> Any:
    if high is None:
        return "none"
    segments = [
        {"threshold": e4_text(segment.threshold_e4)}
        | ({} if segment.rw_below_e4 is None else {"rw_below": e4_text(segment.rw_below_e4)})
        for segment in high.segments
    ]
    threshold = segments[0] if len(segments) == 1 else {"segments": segments}
    rest: dict[str, Any] = {"cap_ratio": _or_none(high.cap_ratio_e4), "over_cap": high.over_cap}
    if high.share_cap:
        rest["share_cap"] = {"share": e4_text(high.share_cap.share_e4), "scope": high.share_cap.scope}
    return {**threshold, "inclusive": high.inclusive, "formula": high.formula, **rest}


def _route(route: Route) -> dict[str, Any]:
    default = Route(route.mode)
    given = {key: value for key, value in route._asdict().items() if value != getattr(default, key)}
    if "factor_e4" in given:
        given["factor"] = e4_text(given.pop("factor_e4"))
    return {"mode": route.mode, **given}


def _words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _or_none(value_e4: int | None) -> str:
    return "none" if value_e4 is None else e4_text(value_e4)


def _fund(amount_fen: int | None) -> str:
    return "none" if amount_fen is None else yuan_text(amount_fen)


def e4_text(value_e4: int) -> str:
    return f"{'-' if value_e4 < 0 else ''}{abs(value_e4) // 10_000}.{abs(value_e4) % 10_000:04}"


def _month_and_day(cutoff: tuple[int, int] | None) -> str:
    return "none" if cutoff is None else f"{cutoff[0]:02}-{cutoff[1]:02}"


def yuan_text(amount_fen: int) -> str:
    return f"{'-' if amount_fen < 0 else ''}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02}"


def _written(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)}: {_written(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_written(item) for item in value) + "]"
        case date():
            return value.isoformat()
        case _:
            return json.dumps(value)
