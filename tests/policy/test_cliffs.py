"""What a policy's jumps are, and that it has no others where payment is continuous."""

from __future__ import annotations

from drgdip.policy.cliffs import cliffs
from drgdip.policy.sections.case_rules_values import ShareCap
from drgdip.policy.values import Deviation, HighRule, HighSegment, LowRule, Route
from tests.policy.samples import TINY, parse

VALUES = parse(TINY).distinct_values()[0]


def told(low: LowRule | None, high: HighRule | None, *routes: Route) -> list[str]:
    values = VALUES._replace(deviation=Deviation("ref_cost", "table", low, high), routes=routes)
    return [text.en.split(":")[0] for text in cliffs(values)]


def test_a_continuous_formula_has_none() -> None:
    assert told(None, HighRule((HighSegment(None, 20_000),), False, "excess_plus_one", None, "no_extra")) == []


def test_every_jump_is_told() -> None:
    high = HighRule((HighSegment(None, 20_000),), False, "cap", 50_000, "no_extra", ShareCap(500, "pool"))

    assert told(LowRule(5_000, False, "ratio"), high, Route("by_item", los_max=2), Route("dip", los_min=3)) == [
        "low threshold 0.5000 (ratio)",
        "high threshold 2.0000 (cap)",
        "cap 5.0000",
        "share of high cost 0.0500",
        "route 1 (by_item)",
    ]
