"""Readers of the grouping values with a shape of their own: tie-breaks, type order, layers, steps."""

from __future__ import annotations

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
