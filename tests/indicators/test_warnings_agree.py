"""Warnings of random figures are those of the plain reading of settlement arithmetic 10, on both sides of every limit."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.audit.indicators.rules import execution
from drgdip.audit.indicators.warnings import warnings
from drgdip.policy.sections.warning_values import Crowding, ExecutionLimits, Outlier, Warnings
from drgdip.statement.analysis.columns import ExecutionRow, ScopeRow
from tests.policy.samples import TINY, parse
from tests.reference import warning as reference
from tests.reference.numbers import from_e4

VALUES = parse(TINY).distinct_values()[0]
KEYS = (("hospital", "H1"), ("hospital", "H2"), ("county", "990102"))
#: Multiples that small whole numbers can reach exactly, miss by the least, or pass.
E4S = st.sampled_from((1, 5_000, 9_999, 10_000, 10_001, 15_000, 20_000, 33_333))
FEW = st.integers(0, 6)


@st.composite
def near(draw: st.DrawFn, base: int, multiple_e4: int) -> int:
    """About a multiple of a number: just below, there, or just above."""
    return max(base * multiple_e4 // 10_000 + draw(st.sampled_from((-1, 0, 1))), 0)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_warnings_agree_with_the_reference(data: st.DataObject) -> None:
    draw = data.draw
    yellow, gap, season = draw(E4S), draw(st.integers(1, 9_999)), draw(st.integers(1, 10_000))
    multiple, fall, crowded, least = draw(E4S), draw(st.integers(1, 9_999)), draw(E4S), draw(FEW)
    terms = Warnings(
        ExecutionLimits(yellow, yellow + gap), None, (Outlier("mean_cost", multiple, least),), fall, Crowding(500, crowded, least)
    )  # fmt: skip
    budget = draw(st.integers(1, 10**12))
    spent = draw(near(budget * season // 10_000, draw(st.sampled_from((yellow, yellow + gap)))))
    city = draw(st.one_of(st.none(), st.integers(0, 50_000)))
    own = {key: (draw(FEW), draw(st.one_of(st.none(), near(city or 1, multiple)))) for key in KEYS}
    opening = VALUES.pools["310"].opening_point_value_e4
    now = draw(near(opening, 10_000 - fall))
    below = draw(FEW)
    above = draw(st.one_of(FEW, near(below, crowded)))

    row = ExecutionRow("310", spent, budget, season, *execution(spent, budget, season, yellow, yellow + gap))
    scopes = [ScopeRow("city", "", 9, {"mean_cost": city})]
    scopes += [ScopeRow(scope, key, n, {"mean_cost": value}) for (scope, key), (n, value) in own.items()]
    values = VALUES._replace(warning=terms)
    found = warnings(values, scopes, [row], {"310": now}, {"H1": (above, below)})

    assert {(one.level, one.scope, one.key, one.indicator) for one in found} == (
        reference.executed("310", spent, budget, from_e4(season), from_e4(yellow), from_e4(yellow + gap))
        | reference.outlying("mean_cost", own, city, Fraction(multiple, 10_000), least)
        | reference.fallen("310", opening, now, Fraction(fall, 10_000))
        | reference.crowding("H1", above, below, Fraction(crowded, 10_000), least)
    )
    assert len(found) == len({(one.scope, one.key, one.indicator) for one in found})
