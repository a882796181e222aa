"""The section ``drg``: what a city that pays by CHS-DRG decides beside the edition, in place of ``grouping``.

The scheme is published without mean costs and without a rule for stays that no group takes (settlement arithmetic
1.3, 2.6, 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from drgdip.base.text import Text
from drgdip.base.yaml_source import INVALID
from drgdip.policy import readers as read
from drgdip.policy.form import Leaf, Tree
from drgdip.policy.sections import drg_values as v

if TYPE_CHECKING:
    from typing import Any

    from drgdip.base.yaml_source import Node
    from drgdip.policy.dated import Entry
    from drgdip.policy.problems import Problems
    from drgdip.policy.resolve import Day

_SCALES = (1, 100, 1000)


def _scale(node: Node, problems: Problems) -> Any:
    """Points of a group of mean cost: a weight of 1 itself, or 100 or 1000 points."""
    if isinstance(node.value, int) and not isinstance(node.value, bool) and node.value in _SCALES:
        return node.value
    if node.value is not INVALID:
        problems.add(node.line, node.path, Text("须为 1、100 或 1000", "must be 1, 100 or 1000"))
    return INVALID


DRG: Mapping[str, Tree] = {
    "method": Leaf(read.choice(v.DrgMethod), "never"),
    "point_scale": Leaf(_scale, "never"),
    "region_mean_cost_yuan": Leaf(read.yuan, "month_start"),
    "ungrouped": Leaf(read.choice(v.WithoutGroup)),
    "ambiguous": Leaf(read.choice(v.WithoutGroup)),
    "ungrouped_factor": Leaf(read.or_none(read.ratio)),
    "without_weight": Leaf(read.choice(v.WithoutWeight)),
}


def pays_by_drg(on: Day) -> bool:
    """Whether the file has the section ``drg``, which every file of CHS-DRG has."""
    return "drg.method" in on.contents.leaves


def drg(on: Day) -> v.Drg | None:
    """The section ``drg``, or None where the file leaves it out."""
    if not pays_by_drg(on):
        return None
    return v.Drg(
        method=on["drg.method"],
        point_scale=on["drg.point_scale"],
        region_mean_cost_fen=on["drg.region_mean_cost_yuan"],
        ungrouped=on["drg.ungrouped"],
        ambiguous=on["drg.ambiguous"],
        ungrouped_factor_e4=on["drg.ungrouped_factor"] or 0,
        without_weight=on["drg.without_weight"],
    )


def _tell(entry: Entry, problems: Problems, zh: str, en: str) -> None:
    problems.add(entry.node.line, entry.node.path, Text(zh, en))


def _method(on: Day, problems: Problems) -> None:
    entry = on.entry("drg.method")
    floats = on["month.point_value"] != "fixed_opening"
    if entry.value == "rate" and floats:
        _tell(on.entry("month.point_value"), problems, "费率法的费率事先确定,须为 fixed_opening",
              "the rate method has its rate in advance: write fixed_opening")  # fmt: skip
    if entry.value == "rate" and on["drg.point_scale"] != 1:
        _tell(
            on.entry("drg.point_scale"), problems, "费率法按权重付费,须为 1", "the rate method pays by weight: write 1"
        )
    of_year = on.get("year.point_value")
    if entry.value == "points" and not floats and of_year in (None, "fixed"):
        _tell(
            entry,
            problems,
            "点数法须在月度或年度有浮动点值",
            "the point method needs a point value that floats, by month or by year",
        )


def _factor(on: Day, problems: Problems) -> None:
    entry = on.entry("drg.ungrouped_factor")
    if entry.value is None and "factor" in (on["drg.ungrouped"], on["drg.ambiguous"]):
        _tell(entry, problems, "按系数付费时须填", "factor needs it")


def _reference(on: Day, problems: Problems) -> None:
    on.entry("drg.method")
    entry = on.entry("deviation.reference")
    if entry.value == "table":
        _tell(entry, problems, "CHS-DRG 版本没有次均费用,须为 rw_x_mean 或 rw_x_rate",
              "an edition of CHS-DRG has no mean costs: write rw_x_mean or rw_x_rate")  # fmt: skip


def _routes(on: Day, problems: Problems) -> None:
    """Conditions on what a DIP catalogue says of its groups: an edition of CHS-DRG says none of it."""
    on.entry("drg.method")
    entry = on.entry("routes")
    for route in entry.value:
        kinds = set(route.group_kinds) - {"ungrouped"}
        if kinds or route.primary_care is not None or route.tcm is not None:
            _tell(entry, problems, "CHS-DRG 版本不标病种类别、基层与中医病种,路由请用 groups 列出病组",
                  "an edition of CHS-DRG marks no kinds, primary care or Chinese medicine: list the groups in groups")  # fmt: skip


CHECKS: tuple[Callable[[Day, Problems], None], ...] = (_method, _factor, _reference, _routes)
