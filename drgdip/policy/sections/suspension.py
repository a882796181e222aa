"""The section ``suspension``: its form and its values (settlement arithmetic 8.1).

It may be left out: then no hospital is suspended. Its values hold for the whole policy; days stand in the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy.form import Leaf, Tree
from drgdip.policy.problems import Problems
from drgdip.policy.sections import suspension_values as v

if TYPE_CHECKING:
    from drgdip.policy.resolve import Day

_fields = read.record({"hospital": read.words, "from": read.day, "to": read.day, "decision": read.words})


def _hospital(node: Node, problems: Problems) -> Any:
    fields = _fields(node, problems)
    if fields is INVALID:
        return INVALID
    if fields["from"] > fields["to"]:
        return read.reject(node, problems, "结束日期早于开始日期", "it ends before it begins")
    return v.SuspendedHospital(fields["hospital"], fields["from"], fields["to"], fields["decision"])


_list = read.list_of(_hospital)


def hospitals(node: Node, problems: Problems) -> Any:
    """``{hospital, from, to, decision}``; those of one hospital do not overlap, and no decision stands twice."""
    listed = _list(node, problems)
    if listed is INVALID:
        return INVALID
    for earlier, later in pairwise(sorted(listed, key=lambda one: (one.hospital, one.first))):
        if earlier.hospital == later.hospital and later.first <= earlier.last:
            zh, en = f"{later.hospital} 的期间重叠", f"suspensions of {later.hospital} overlap"
            return read.reject(node, problems, zh, en)
    keys = [(one.hospital, one.decision) for one in listed]
    if len(set(keys)) < len(keys):
        return read.reject(node, problems, "同一机构的决定编号重复", "a decision on a hospital stands twice")
    return listed


SUSPENSION: Mapping[str, Tree] = {
    "hospitals": Leaf(hospitals, "never"),
    "release": Leaf(read.choice(v.Release), "never"),
}


def suspension(on: Day) -> v.Suspension | None:
    """The section ``suspension``, or None where the file leaves it out."""
    if "suspension.release" not in on.contents.leaves:
        return None
    return v.Suspension(on["suspension.hospitals"], on["suspension.release"])
