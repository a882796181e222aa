"""Indicators of random stays are those of the plain reading of settlement arithmetic 10."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.audit.indicators import _scopes
from drgdip.audit.indicators.cases import _cases
from drgdip.audit.indicators.period import executions, figures, flows, seasonal_share
from drgdip.audit.indicators.rules import execution
from drgdip.policy.sections.warning_values import ExecutionLimits, Warnings
from tests.policy.samples import TINY, parse
from tests.reference import indicators as reference
from tests.reference.indicators import Stay
from tests.reference.numbers import e4, from_e4
from tests.year.policy_text import YEAR

VALUES = parse(TINY + YEAR).distinct_values()[0]
SHARES = (900, 700, 833, 833, 834, 900, 800, 800, 850, 850, 850, 850)
FIRST = date(2026, 1, 1)
FEN = st.one_of(st.integers(0, 9), st.integers(0, 3_000_000))


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    group = draw(st.sampled_from(("G1", "G1", "G2", "G3", None)))
    county = draw(st.sampled_from(("990101", "990102", "")))
    first = draw(st.integers(0, 50))
    days = draw(st.integers(0, 20))
    return Stay(
        draw(st.sampled_from(("H1", "H2"))), draw(st.sampled_from(("310", "390"))), group,
        from_e4(draw(st.integers(0, 30_000_000))), draw(st.integers(0, 9)), *(draw(FEN) for _ in range(6)),
        draw(st.sampled_from(("normal", "low", "high", "extreme", "by_item"))) if group else "ungrouped",
        draw(st.booleans()), county, "" if county else draw(st.sampled_from(("990201", "990202", "980100"))),
        draw(st.sampled_from(("P1", "P2", ""))), FIRST + timedelta(first), FIRST + timedelta(first + days),
    )  # fmt: skip


def table(rows: list[Stay]) -> Any:
    """As the runs keep the stays."""
    money = {"total_cost_fen": "cost_fen", "self_paid_fen": "self_paid_fen", "over_limit_fen": "over_limit_fen",
             "patient_fen": "patient_fen", "recorded_fen": "recorded_fen", "payable_fen": "payable_fen"}  # fmt: skip
    columns: dict[str, list[Any]] = {name: [getattr(row, field) for row in rows] for name, field in money.items()}
    columns |= {name: [0] * len(rows) for name in ("reference_cost_fen", "cost_ratio_e4", "points_e4", "hospital_tier")}
    columns |= {
        "relative_weight_e4": [int(row.weight * 10_000) for row in rows],
        "length_of_stay_days": [row.days for row in rows],
        "residence": [0 if row.county else 1 for row in rows],
        "special_review": [int(row.special) for row in rows],
        "insured_region": [row.county or row.home for row in rows],
        "fixmedins_code": [row.hospital for row in rows],
        "pool": [row.pool for row in rows],
        "group": [row.group for row in rows],
        "deviation_band": [f"band_{row.band}" for row in rows],
        "psn_no": [row.person for row in rows],
        "admission_time_s": [datetime(*row.admitted.timetuple()[:3], 8) for row in rows],
        "discharge_time_s": [datetime(*row.discharged.timetuple()[:3], 9) for row in rows],
    }
    text = {"insured_region", "fixmedins_code", "pool", "group", "deviation_band", "psn_no"}
    return pa.table({name: pa.array(v, pa.string() if name in text else None) for name, v in columns.items()})


def shown(values: dict[str, Fraction | None]) -> dict[str, int | None]:
    """At four decimals, amounts in fen."""
    return {
        name: None if value is None else int(e4(value / 100)) if name == "mean_cost" else e4(value)
        for name, value in values.items()
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(stays(), min_size=1, max_size=9), st.integers(0, 3))
def test_indicators_agree_with_the_reference(rows: list[Stay], aside: int) -> None:
    import numpy as np

    cases = _cases((), np.zeros(len(rows), dtype=np.int32), table(rows), {"H1": aside})
    population = {"990101": 50, "990103": 7}
    scopes = {(one.scope, one.key): dict(one.values) for one in _scopes(cases, population)}

    expected: dict[tuple[str, str], tuple[list[Stay], int | None]] = {("city", ""): (rows, aside)}
    expected |= {("pool", key): (own, None) for key, own in reference.by_scope(rows, lambda one: one.pool).items()}
    hospitals = reference.by_scope(rows, lambda one: one.hospital)
    expected |= {("hospital", key): (own, aside if key == "H1" else 0) for key, own in hospitals.items()}
    counties = {**{key: [] for key in population}, **reference.by_scope(rows, lambda one: one.county)}
    expected |= {("county", key): (own, None) for key, own in counties.items()}
    assert scopes.keys() == expected.keys()
    for key, (own, not_passed) in expected.items():
        scopes[key].pop("admission_rate")
        assert scopes[key] == shown(reference.indicators(own, rows, not_passed)), key
    found = {one.key: one.value for one in figures(cases, [], VALUES, ["2026-01"])}
    for limit in ("0.5", "0.7", "1"):
        assert found[f"groups_cv_above_{limit}"] == reference.varied_groups(rows, Fraction(limit))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_period_agrees_with_the_reference(data: st.DataObject) -> None:
    draw = data.draw
    months = [f"2026-{number:02}" for number in range(1, draw(st.integers(1, 12)) + 1)]
    seasonal = draw(st.sampled_from((None, SHARES)))
    limits = ExecutionLimits(draw(st.integers(1, 15_000)), 20_000)
    warning = draw(st.sampled_from((None, Warnings(limits, seasonal, (), None, None))))
    values = VALUES._replace(warning=warning, month=VALUES.month._replace(seasonal_quota_e4=seasonal))
    assert values.year is not None
    budget = values.year.budgets["310"].case_payment_fen
    about = int(budget * reference.season(seasonal, months) * limits.yellow_e4 / 10_000) + draw(
        st.sampled_from((-1, 0, 1))
    )
    lines = [("H1", draw(st.sampled_from((about, 1_000))), draw(FEN)), ("H2", 0, draw(FEN)), ("H1", 0, draw(FEN))]
    runs = [SimpleNamespace(rows=[
        SimpleNamespace(pool="310", hospital_code=code, payable_fen=paid, difference_fen=paid - recorded, point_value_e4=95_000)
        for code, paid, recorded in lines
    ])]  # fmt: skip
    spent = sum(paid for _, paid, _ in lines)
    season = reference.season(seasonal, months)

    found = {(one.key, one.pool): one.value for one in figures(_none(), runs, values, months)}  # type: ignore[arg-type]
    assert found["budget_accuracy", "310"] == _e4(reference.ratio(budget * season, spent))
    assert found["surplus_coverage", ""] == _e4(reference.surplus_coverage(lines))
    opening = from_e4(values.pools["310"].opening_point_value_e4)
    assert found["point_value_variance", "310"] == _e4(reference.variance(opening, Fraction(95, 10)))
    rows = executions(runs, values, months)  # type: ignore[arg-type]
    assert bool(rows) is (warning is not None)
    for row in rows:
        executed = spent / (budget * season)
        assert (row.share_e4, row.execution_e4) == (e4(season), e4(executed))
        assert row.level == ("red" if executed >= 2 else "yellow" if executed >= from_e4(limits.yellow_e4) else "none")
        assert row.forecast_fen == e4(spent / season / 10_000)


def _none() -> Any:
    import numpy as np

    return _cases((), np.zeros(0, dtype=np.int32), table([]), {})


def _e4(value: Fraction | None) -> int | None:
    return None if value is None else e4(value)


def test_twelve_months_of_equal_parts_are_the_year_and_one_is_its_twelfth() -> None:
    """12,000,000.00 a year: January's 1,000,000.00 is all of its share, and a fen less is below it."""
    one, year = seasonal_share(VALUES, ["2026-01"]), seasonal_share(VALUES, [f"2026-{n:02}" for n in range(1, 13)])

    assert (one.shown_e4, year.part, year.whole) == (833, 12, 12)
    for spent, level in ((100_000_000, "yellow"), (99_999_999, "none")):
        found = execution(spent, 1_200_000_000, one.part, 10_000, 20_000, one.whole)
        assert (found.level, found.forecast_fen) == (level, spent * 12)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(stays(), max_size=6), st.lists(st.tuples(st.sampled_from(("980100", "970300")), FEN, FEN, FEN), max_size=3)
)
def test_flows_agree_with_the_reference(rows: list[Stay], received: list[tuple[str, int, int, int]]) -> None:
    import numpy as np

    cases = _cases((), np.zeros(len(rows), dtype=np.int32), table(rows), {})
    lines = [
        SimpleNamespace(place=place, cases=n, total_cost_fen=cost, home_pays_fen=paid)
        for place, n, cost, paid in received
    ]

    found = {(row.direction, row.region): row[2:] for row in flows(cases, lines)}  # type: ignore[arg-type]
    assert found == reference.flows(rows, received)
