"""Readers of routes (settlement arithmetic 2.8)."""

from __future__ import annotations

from typing import Any

from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy import values as v
from drgdip.policy.problems import Problems

_code = read.pattern(r"[1-9][0-9]{0,5}", "数字代码", "a code of digits")
_codes = read.list_of(_code, least=1)
_words = read.list_of(read.words, least=1)
_route_fields = read.record(
    {"mode": read.choice(v.RouteMode)},
    {
        "los_max": read.days,
        "los_min": read.days,
        "patients": read.choice(v.Patients),
        "med_types": _codes,
        "discharge_ways": _codes,
        "hours_max": read.hours,
        "groups": _words,
        "group_kinds": read.list_of(read.choice(v.GroupKind), least=1),
        "primary_care": read.boolean,
        "tcm": read.boolean,
        "departments": _words,
        "hospital_tiers": read.list_of(read.choice(v.HospitalTier), least=1),
        "rate": read.words,
        "factor": read.ratio,
        "weights": read.words,
    },
)
#: Keys that say how a mode pays, and are no conditions; each belongs to one mode.
_MODE_OF = {"rate": "bed_day", "factor_e4": "day_surgery", "weights": "day_surgery"}


def _route(node: Node, problems: Problems) -> Any:
    fields = _route_fields(node, problems)
    if fields is INVALID:
        return INVALID
    if "factor" in fields:
        fields["factor_e4"] = fields.pop("factor")
    route = v.Route(**fields)
    for key, mode in _MODE_OF.items():
        if key in fields and route.mode != mode:
            name = key.removesuffix("_e4")
            return read.reject(node, problems, f"{name} 只用于 {mode}", f"{name} belongs to {mode} only")
    if route.mode == "bed_day" and not route.rate:
        return read.reject(node, problems, "bed_day 须指明 rate", "bed_day needs a rate")
    if set(fields) <= {"mode", *_MODE_OF}:
        return read.reject(
            node,
            problems,
            "至少须有一个条件;不符合任何路由的病例按病种付费",
            "must have at least one condition; a case that no route takes is paid by group",
        )
    if route.los_max is not None and route.los_min is not None and route.los_min > route.los_max:
        return read.reject(
            node, problems, "los_min 大于 los_max,永不成立", "los_min is above los_max, it can never hold"
        )
    return route


routes = read.list_of(_route)
