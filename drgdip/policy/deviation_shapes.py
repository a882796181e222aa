"""Readers of deviation rules (settlement arithmetic 2.6, 2.7, 3.2, 3.3)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy import values as v
from drgdip.policy.problems import Problems
from drgdip.policy.sections.case_rules_values import QuotaScope, ShareCap

_low_fields = read.record(
    {"threshold": read.ratio, "inclusive": read.boolean, "formula": read.choice(v.LowFormula)},
)


def low_rule(node: Node, problems: Problems) -> Any:
    """``{threshold, inclusive, formula}`` (2.6)."""
    fields = _low_fields(node, problems)
    if fields is INVALID:
        return INVALID
    return v.LowRule(fields["threshold"], fields["inclusive"], fields["formula"])


_segment_fields = read.record({"threshold": read.ratio}, {"rw_below": read.ratio, "rw_upto": read.ratio})
_segment_list = read.list_of(_segment_fields, least=1)
_share_fields = read.record({"share": read.share, "scope": read.choice(QuotaScope)})


def share_cap(node: Node, problems: Problems) -> Any:
    """``{share, scope}``: how many stays of high cost are paid as such (3.2)."""
    fields = _share_fields(node, problems)
    return INVALID if fields is INVALID else ShareCap(fields["share"], fields["scope"])


_high_fields = read.record(
    {
        "inclusive": read.boolean,
        "formula": read.choice(v.HighFormula),
        "cap_ratio": read.or_none(read.ratio),
        "over_cap": read.choice(v.OverCap),
    },
    {"threshold": read.ratio, "segments": _segment_list, "share_cap": share_cap},
)


def high_rule(node: Node, problems: Problems) -> Any:
    """``{threshold | segments, inclusive, formula, cap_ratio, over_cap}``, and ``share_cap`` if there is one (2.7)."""
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
    rule = v.HighRule(segments, fields["inclusive"], fields["formula"], fields["cap_ratio"], fields["over_cap"])
    return rule._replace(share_cap=fields.get("share_cap"))


def _segments(node: Node, fields: Any, problems: Problems) -> Any:
    if any("rw_below" in segment and "rw_upto" in segment for segment in fields):
        return read.reject(
            node, problems, "rw_below 与 rw_upto 只能写其一", "a segment has either rw_below or rw_upto, not both"
        )
    # Weights have four decimals: up to a limit is below the next number.
    limits = [segment["rw_upto"] + 1 if "rw_upto" in segment else segment.get("rw_below") for segment in fields]
    if limits[-1] is not None or None in limits[:-1]:
        return read.reject(
            node,
            problems,
            "除最后一段外均须有 rw_below 或 rw_upto,最后一段不得有",
            "every segment but the last needs rw_below or rw_upto, the last has none",
        )
    if any(below >= above for below, above in pairwise(limits[:-1])):
        return read.reject(node, problems, "上限须逐段递增", "limits must rise from segment to segment")
    return tuple(v.HighSegment(limit, segment["threshold"]) for limit, segment in zip(limits, fields, strict=True))
