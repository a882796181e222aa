"""Policy values written as a policy file, so that the engine can be given the same policy as the reference."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

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
        },
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
        **({"base_groups": leaf(lambda v: v.k.base_groups)} if values.k.base_groups else {}),
    }


def _drg(leaf: _Leaves) -> dict[str, Any]:
    named = ("method", "point_scale", "ungrouped", "ambiguous", "without_weight")
    return {key: leaf(lambda v, key=key: getattr(v.drg, key)) for key in named} | {
        "region_mean_cost_yuan": leaf(lambda v: yuan_text(v.drg.region_mean_cost_fen)),
        "ungrouped_factor": leaf(lambda v: _or_none(v.drg.ungrouped_factor_e4 or None)),
    }


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
    rest = {"cap_ratio": _or_none(high.cap_ratio_e4), "over_cap": high.over_cap}
    return {**threshold, "inclusive": high.inclusive, "formula": high.formula, **rest}


def _route(route: Route) -> dict[str, Any]:
    default = Route(route.mode)
    given = {key: value for key, value in route._asdict().items() if value != getattr(default, key)}
    return {"mode": route.mode, **given}


def _words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _or_none(value_e4: int | None) -> str:
    return "none" if value_e4 is None else e4_text(value_e4)


def _fund(amount_fen: int | None) -> str:
    return "none" if amount_fen is None else yuan_text(amount_fen)


def e4_text(value_e4: int) -> str:
    return f"{'-' if value_e4 < 0 else ''}{abs(value_e4) // 10_000}.{abs(value_e4) % 10_000:04}"


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
