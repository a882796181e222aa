"""Readers of values with a shape of their own: tie-breaks, type order, deviation rules, routes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal, get_args

from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy import values as v
from drgdip.policy.problems import Problems

_tie_breaks = read.list_of(read.choice(v.TieBreak), least=1)
_types = read.list_of(read.choice(v.TreatmentType))


def tie_break(node: Node, problems: Problems) -> Any:
    """The ordered tie-breaks; the last is ``id``, so that grouping never depends on chance (1.4)."""
    order = _tie_breaks(node, problems)
    if order is not INVALID and order[-1] != "id":
        return read.reject(
            node, problems, "最后一项须为 id,以保证结果唯一", "must end with id, so that the result is determined"
        )
    return order


def type_order(node: Node, problems: Problems) -> Any:
    """All treatment types, each once."""
    order = _types(node, problems)
    missing = set(get_args(v.TreatmentType)) - set(order if order is not INVALID else ())
    if order is not INVALID and missing:
        listed = ", ".join(sorted(missing))
        return read.reject(node, problems, f"缺少治疗类型 {listed}", f"lacks the treatment types {listed}")
    return order


_layers = read.list_of(read.choice(v.Layer), least=1)


def layers(node: Node, problems: Problems) -> Any:
    """The kinds of groups that are used, whatever the order they are written in (1.4)."""
    chosen = _layers(node, problems)
    return chosen if chosen is INVALID else tuple(layer for layer in v.LAYERS if layer in chosen)


#: Words of ``steps``: a class of groups, or one that stands for several.
_CLASSES: dict[str, tuple[v.GroupClass, ...]] = {
    **{name: (name,) for name in v.GROUP_CLASSES},
    "core": v.GROUP_CLASSES[:4],
    "comprehensive": v.GROUP_CLASSES[4:],
    "core_operation": v.GROUP_CLASSES[:3],
    "comprehensive_operation": v.GROUP_CLASSES[4:7],
}
_step_list = read.list_of(read.list_of(read.choice(Literal[*_CLASSES]), least=1), least=1, distinct=False)


def steps(node: Node, problems: Problems) -> Any:
    """Sets of classes in the order they are looked through, each class once (1.4)."""
    found = _step_list(node, problems)
    if found is INVALID:
        return INVALID
    order = [tuple(name for word in step for name in _CLASSES[word]) for step in found]
    named = [name for step in order for name in step]
    if twice := next((name for name in v.GROUP_CLASSES if named.count(name) > 1), None):
        return read.reject(node, problems, f"{twice} 出现两次", f"{twice} stands twice")
    return tuple(tuple(name for name in v.GROUP_CLASSES if name in step) for step in order)


_low_fields = read.record(
    {"threshold": read.ratio, "inclusive": read.boolean, "formula": read.choice(v.LowFormula)},
)


def low_rule(node: Node, problems: Problems) -> Any:
    """``{threshold, inclusive, formula}`` (2.6)."""
    fields = _low_fields(node, problems)
    if fields is INVALID:
        return INVALID
    return v.LowRule(fields["threshold"], fields["inclusive"], fields["formula"])


_segment_fields = read.record({"threshold": read.ratio}, {"rw_below": read.ratio})
_segment_list = read.list_of(_segment_fields, least=1)
_high_fields = read.record(
    {
        "inclusive": read.boolean,
        "formula": read.choice(v.HighFormula),
        "cap_ratio": read.or_none(read.ratio),
        "over_cap": read.choice(v.OverCap),
    },
    {"threshold": read.ratio, "segments": _segment_list},
)


def high_rule(node: Node, problems: Problems) -> Any:
    """``{threshold | segments, inclusive, formula, cap_ratio, over_cap}`` (2.7)."""
    fields = _high_fields(node, problems)
    if isinstance(node.value, dict) and ("threshold" in node.value) == ("segments" in node.value):
        return read.reject(
            node,
            problems,
            "threshold 与 segments 须且只能写其一",
            "must have either threshold or segments, and not both",
        )
    if fields is INVALID:
        return INVALID
    if "threshold" in fields:
        segments: Any = (v.HighSegment(None, fields["threshold"]),)
    else:
        segments = _segments(node.value["segments"], fields["segments"], problems)
    if segments is INVALID:
        return INVALID
    return v.HighRule(segments, fields["inclusive"], fields["formula"], fields["cap_ratio"], fields["over_cap"])


def _segments(node: Node, fields: Any, problems: Problems) -> Any:
    limits = [segment.get("rw_below") for segment in fields]
    if limits[-1] is not None or None in limits[:-1]:
        return read.reject(
            node,
            problems,
            "除最后一段外均须有 rw_below,最后一段不得有",
            "every segment but the last needs rw_below, the last has none",
        )
    if any(below >= above for below, above in pairwise(limits[:-1])):
        return read.reject(node, problems, "rw_below 须逐段递增", "rw_below must rise from segment to segment")
    return tuple(v.HighSegment(limit, segment["threshold"]) for limit, segment in zip(limits, fields, strict=True))


_code = read.pattern(r"[1-9][0-9]{0,5}", "数字代码", "a code of digits")
_codes = read.list_of(_code, least=1)
_route_fields = read.record(
    {"mode": read.choice(v.RouteMode)},
    {
        "los_max": read.days,
        "los_min": read.days,
        "patients": read.choice(v.Patients),
        "med_types": _codes,
        "discharge_ways": _codes,
    },
)


def _route(node: Node, problems: Problems) -> Any:
    fields = _route_fields(node, problems)
    if fields is INVALID:
        return INVALID
    route = v.Route(**fields)
    if route == v.Route(route.mode):
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
