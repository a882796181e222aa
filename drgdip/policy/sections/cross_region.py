"""The section ``cross_region``: its form, its values of a day, and what it must be to the pools.

It may be left out: then a city has no statements towards other regions (settlement arithmetic 7, 11).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from drgdip.base.text import Text
from drgdip.policy import readers as read
from drgdip.policy.form import Leaf, Tree
from drgdip.policy.problems import Problem, Problems
from drgdip.policy.sections import cross_region_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

CROSS_REGION: Mapping[str, Tree] = {
    "rules": Leaf(read.choice(v.Rules), "never"),
    "benefits": Leaf(read.choice(v.Benefits), "never"),
    "clearing": Leaf(read.choice(v.ClearingAmount), "month_start"),
    "sub_pool": Leaf(read.boolean, "month_start"),
    "joint_review_yuan": Leaf(read.or_none(read.yuan), "month_start"),
}


def cross_region(on: Day) -> v.CrossRegion | None:
    """The section ``cross_region``, or None where the file leaves it out."""
    if "cross_region.clearing" not in on.contents.leaves:
        return None
    return v.CrossRegion(
        rules=on["cross_region.rules"],
        benefits=on["cross_region.benefits"],
        clearing=on["cross_region.clearing"],
        sub_pool=on["cross_region.sub_pool"],
        joint_review_fen=on["cross_region.joint_review_yuan"],
    )


def _sub_pools(on: Day, problems: Problems) -> None:
    """Own pools for other regions' patients mean that no pool takes patients of any place (7.2)."""
    entry = on.entry("cross_region.sub_pool")
    if not entry.value:
        return
    for name in on.names("pools"):
        if on[f"pools.{name}.patients"] == "any":
            words = Text(
                f"sub_pool 为 true 时基金池 {name} 的 patients 不得为 any",
                f"with sub_pool true the pool {name} cannot have patients any",
            )
            problems.add(entry.node.line, entry.node.path, words)


CHECKS: tuple[Callable[[Day, Problems], None], ...] = (_sub_pools,)


def warnings(on: Day, file: str) -> list[Problem]:
    """A shared pool in which patients of other regions move the point value of everybody (7.2)."""
    if "cross_region.sub_pool" not in on.contents.leaves:
        return []
    entry = on.entry("cross_region.sub_pool")
    if entry.value or not any(on[f"pools.{name}.patients"] == "any" for name in on.names("pools")):
        return []
    words = Text(
        "异地病例与本地病例同池,预算若不含其资金将摊薄本地点值",
        "patients of other regions share a pool: they dilute its point value unless the budget holds their money",
    )
    return [Problem(file, entry.node.line, entry.node.path, words)]
