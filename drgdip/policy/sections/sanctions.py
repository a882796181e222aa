"""The section ``sanctions``: its form, its values of a day, and what they must be to each other (settlement arithmetic 8.2, 8.3).

It may be left out: then no denial can be given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drgdip.base.text import Text
from drgdip.policy import readers as read
from drgdip.policy.form import Leaf, Tree
from drgdip.policy.problems import Problems
from drgdip.policy.sections import sanctions_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

SANCTIONS: Mapping[str, Tree] = {
    "denial": Leaf(read.choice(v.DenialMode), "month_start"),
    "modes": Leaf(read.list_of(read.choice(v.DenialMode), least=1), "month_start"),
    "void_points": Leaf(read.choice(v.VoidPoints), "month_start"),
    "timing": Leaf(read.choice(v.Timing), "month_start"),
    "sample": {
        "rate": Leaf(read.share, "month_start"),
        "by": Leaf(read.choice(v.SampleBy), "month_start"),
        "stays": Leaf(read.choice(v.SampleStays), "month_start"),
    },
}


def sanctions(on: Day) -> v.Sanctions | None:
    """The section ``sanctions``, or None where the file leaves it out."""
    if "sanctions.denial" not in on.contents.leaves:
        return None
    return v.Sanctions(
        denial=on["sanctions.denial"],
        modes=on["sanctions.modes"],
        void_points=on["sanctions.void_points"],
        timing=on["sanctions.timing"],
        sample=_sample(on),
    )


def _sample(on: Day) -> v.Sample | None:
    if "sanctions.sample.rate" not in on.contents.leaves:
        return None
    return v.Sample(*(on[f"sanctions.sample.{name}"] for name in ("rate", "by", "stays")))


def check(on: Day, problems: Problems) -> None:
    """Tell what does not fit together on one day."""
    if "sanctions.denial" not in on.contents.leaves:
        return
    denial, points = on.entry("sanctions.denial"), on.entry("sanctions.void_points")
    if denial.value not in on["sanctions.modes"]:
        words = Text(f"modes 中没有 {denial.value}", f"modes lacks {denial.value}")
        problems.add(denial.node.line, denial.node.path, words)
    if points.value == "exclude" and on["sanctions.timing"] == "after_pool":
        words = Text(
            "点值确定之后分值不能再移出:exclude 须配 before_pool",
            "points cannot leave the pool after its point value: exclude goes with before_pool",
        )
        problems.add(points.node.line, points.node.path, words)
