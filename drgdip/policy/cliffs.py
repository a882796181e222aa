"""Where one fen of cost, or one day, moves a payment at one stroke: what a policy declares by its rules.

Within a band payment never falls as cost rises; at these places it jumps (settlement arithmetic 2.6, 2.7, 12 item 5).
"""

from __future__ import annotations

from collections.abc import Iterator

from drgdip.base.scaled import format_scaled
from drgdip.base.text import Text
from drgdip.policy.values import HighRule, LowRule, PolicyValues, Route

#: High formulas that do not begin where standard payment ends.
_JUMPS = ("cap", "by_item", "deduct")


def cliffs(values: PolicyValues) -> list[Text]:
    """The jumps that the rules of a day have, in the order of cost, then those of routes."""
    low, high = values.deviation.low, values.deviation.high
    found = [*(_low(low) if low else ()), *(_high(high) if high else ())]
    return [*found, *(text for number, route in enumerate(values.routes, start=1) for text in _route(number, route))]


def _low(rule: LowRule) -> Iterator[Text]:
    if rule.formula != "none":
        at = format_scaled(rule.threshold_e4, 4)
        yield Text(
            f"低倍率阈值 {at}({rule.formula}):低于该倍率由标准降为按费用折算",
            f"low threshold {at} ({rule.formula}): below it payment falls from the standard to what the cost comes to",
        )


def _high(rule: HighRule) -> Iterator[Text]:
    for threshold in dict.fromkeys(segment.threshold_e4 for segment in rule.segments):
        if rule.formula in _JUMPS:
            at = format_scaled(threshold, 4)
            yield Text(
                f"高倍率阈值 {at}({rule.formula}):超过该倍率支付不连续",
                f"high threshold {at} ({rule.formula}): payment jumps",
            )
    if rule.cap_ratio_e4 is not None and rule.formula != "none":
        at = format_scaled(rule.cap_ratio_e4, 4)
        yield Text(f"封顶倍率 {at}:超过后无附加点数", f"cap {at}: above it no extra points are given")
    if rule.share_cap is not None:
        share = format_scaled(rule.share_cap.share_e4, 4)
        yield Text(
            f"高倍率名额 {share}:超出名额的病例按标准付费",
            f"share of high cost {share}: stays beyond it have the standard",
        )


def _route(number: int, route: Route) -> Iterator[Text]:
    days = [f"≤ {route.los_max}" if route.los_max is not None else "", f"≥ {route.los_min}" if route.los_min else ""]
    limits = ", ".join(day for day in days if day)
    if limits and route.mode != "dip":
        yield Text(
            f"路由 {number}({route.mode}):住院天数 {limits}", f"route {number} ({route.mode}): length of stay {limits}"
        )
