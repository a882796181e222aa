"""Readers of the values of the section ``case_rules`` and of the coefficient's further parts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from drgdip.base.yaml_source import INVALID, Node
from drgdip.policy import readers as read
from drgdip.policy.problems import Problems
from drgdip.policy.sections import case_rules_values as v

_CODES = read.list_of(read.words, least=1)
TIERS = ("tertiary", "secondary", "primary", "unrated")

_fact_fields = read.record({}, {"items": _CODES, "charge_types": _CODES})


def fee_fact(node: Node, problems: Problems) -> Any:
    """``{items, charge_types}``; without either, all lines (written ``{}``)."""
    fields = _fact_fields(node, problems)
    return INVALID if fields is INVALID else v.FeeFact(**fields)


_whole_days = read.count
_tier_list = read.list_of(
    read.record({"upto": read.or_none(_whole_days), "rate_yuan": read.yuan}), least=1, distinct=False
)


def tiers(node: Node, problems: Problems) -> Any:
    """Rates by day of the stay: ``upto`` rises, the last one is ``none`` (2.8, V45)."""
    listed = _tier_list(node, problems)
    if listed is INVALID:
        return INVALID
    limits = [tier["upto"] for tier in listed]
    if limits[-1] is not None or None in limits[:-1]:
        return read.reject(
            node, problems, "仅最后一段的 upto 为 none", "the last tier, and no other, has none as its upto"
        )
    if any(above <= below for below, above in pairwise([0, *limits[:-1]])):
        return read.reject(node, problems, "upto 须逐段递增且大于 0", "upto must be above 0 and rise from tier to tier")
    return tuple(v.BedDayTier(tier["upto"], tier["rate_yuan"]) for tier in listed)


def by_code(reader: read.Reader) -> read.Reader:
    """A mapping of group codes to values."""

    def read_mapping(node: Node, problems: Problems) -> Any:
        if not isinstance(node.value, dict) or not node.value:
            return read.reject(node, problems, "须为病种编码到取值的键值结构", "must map group codes to values")
        values = {code: reader(child, problems) for code, child in node.value.items()}
        return INVALID if INVALID in values.values() else values

    return read_mapping


_own_fields = read.record({}, dict.fromkeys(TIERS, read.ratio))


def level_coefficients(node: Node, problems: Problems) -> Any:
    """Coefficients of one group by level; a higher level never has the lower one (2.3: levels are not inverted)."""
    fields = _own_fields(node, problems)
    if fields is INVALID:
        return INVALID
    if not fields:
        return read.reject(node, problems, "至少须有一个级别", "must have at least one level")
    given = [fields[tier] for tier in TIERS if tier in fields]
    if any(higher < lower for higher, lower in pairwise(given)):
        return read.reject(
            node, problems, "级别倒挂:上级医院的系数低于下级", "levels are inverted: a higher one has the lower value"
        )
    return fields


_window_fields = read.record(
    {"hospital": read.words, "from": read.day, "to": read.day, "decision": read.words},
    {"delta": read.signed_ratio, "factor": read.ratio},
)


def _window(node: Node, problems: Problems) -> Any:
    fields = _window_fields(node, problems)
    if fields is INVALID:
        return INVALID
    if ("delta" in fields) == ("factor" in fields):
        return read.reject(
            node, problems, "delta 与 factor 须且只能写其一", "must have either delta or factor, and not both"
        )
    if fields["from"] > fields["to"]:
        return read.reject(node, problems, "结束日期早于开始日期", "it ends before it begins")
    return v.CoefficientWindow(
        fields["hospital"], fields["from"], fields["to"], fields.get("delta"), fields.get("factor"), fields["decision"]
    )


_window_list = read.list_of(_window)


def windows(node: Node, problems: Problems) -> Any:
    """Changes of single hospitals' coefficients by decision; those of one hospital do not overlap (8.1)."""
    listed = _window_list(node, problems)
    if listed is INVALID:
        return INVALID
    for earlier, later in pairwise(sorted(listed, key=lambda window: (window.hospital, window.first))):
        if earlier.hospital == later.hospital and later.first <= earlier.last:
            zh, en = f"{later.hospital} 的期间重叠", f"windows of {later.hospital} overlap"
            return read.reject(node, problems, zh, en)
    return listed
