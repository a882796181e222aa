"""The section ``readmission``: its form, its values of a day, and what they must be to each other (settlement arithmetic 8.4).

It may be left out: then nobody looks for readmissions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from drgdip.base.text import Text
from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy.form import Leaf, Tree
from drgdip.policy.problems import Problems
from drgdip.policy.sections import readmission_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

_MOST_DAYS = 365
_beginning = read.pattern(
    r"[A-Z][0-9A-Za-z.+*]*", "诊断编码的开头,如 Z51", "the beginning of a diagnosis code, such as Z51"
)


def window(node: Node, problems: Problems) -> Any:
    """Days from a discharge to the next admission."""
    found = read.count(node, problems)
    if found is not INVALID and found > _MOST_DAYS:
        return read.reject(node, problems, f"不得超过 {_MOST_DAYS} 天", f"must not exceed {_MOST_DAYS} days")
    return found


READMISSION: Mapping[str, Tree] = {
    "window_days": Leaf(window, "month_start"),
    "same": Leaf(read.choice(v.Same), "month_start"),
    "same_hospital": Leaf(read.boolean, "month_start"),
    "action": Leaf(read.choice(v.ReadmissionAction), "month_start"),
    "share": Leaf(read.or_none(read.share), "month_start"),
    "planned": Leaf(read.list_of(_beginning), "month_start"),
}


def readmission(on: Day) -> v.Readmission | None:
    """The section ``readmission``, or None where the file leaves it out."""
    if "readmission.action" not in on.contents.leaves:
        return None
    return v.Readmission(
        window_days=on["readmission.window_days"],
        same=on["readmission.same"],
        same_hospital=on["readmission.same_hospital"],
        action=on["readmission.action"],
        share_e4=on["readmission.share"],
        planned=on["readmission.planned"],
    )


def check(on: Day, problems: Problems) -> None:
    """Tell what does not fit together on one day."""
    if "readmission.action" not in on.contents.leaves:
        return
    action, share = on.entry("readmission.action"), on.entry("readmission.share")
    if (action.value == "share") != (share.value is not None):
        words = Text("share 与 action: share 同用,其余写 none", "share goes with action: share; else write none")
        problems.add(share.node.line, share.node.path, words)
    if action.value == "merge" and not on["readmission.same_hospital"]:
        words = Text(
            "合并支付只能在同一医疗机构内:same_hospital 须为 true",
            "stays are paid as one within one hospital only: same_hospital must be true",
        )
        problems.add(action.node.line, action.node.path, words)
