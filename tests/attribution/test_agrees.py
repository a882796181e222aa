"""The engine's month of a stay is that of the plain reference, at every boundary."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.policy.sections.attribution_values import Attribution
from drgdip.quality_control.attribution import attribute, month_of, month_time_s
from tests.reference import attribution as reference

_DAY_S = 86_400
_EPOCH = date(1970, 1, 1)
_days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def _s(day: date, second: int = 0) -> int:
    return (day - _EPOCH).days * _DAY_S + second


@st.composite
def cases(draw: st.DrawFn) -> tuple[date, date, int | None, tuple[int, int] | None]:
    """A day, the arrival of its list near a cut-off or anywhere after it, and both cut-offs."""
    own, cutoff = draw(_days), draw(st.sampled_from([None, 1, 10, 28]))
    closes = draw(st.sampled_from([None, (1, 31), (2, 29), (12, 31)]))
    following = date(own.year + own.month // 12, own.month % 12 + 1, cutoff or 1)
    edges = [own, following, date(own.year + 1, 1, 31), date(own.year + 1, 2, 28), date(own.year + 1, 12, 31)]
    arrived = draw(st.sampled_from(edges)) + timedelta(days=draw(st.integers(-1, 1)))
    return (
        own,
        max(own, draw(st.sampled_from([arrived, own + timedelta(days=draw(st.integers(0, 900)))]))),
        cutoff,
        closes,
    )


@settings(max_examples=150)
@given(st.lists(cases(), min_size=1, max_size=8), st.sampled_from(["discharge", "settlement"]), st.booleans())
def test_the_month_is_that_of_the_reference(drawn: list, basis: str, registered: bool) -> None:
    for own, arrived, cutoff, closes in drawn:
        terms = Attribution(cutoff, "arrival_month", closes, "by_item")
        settled = arrived if basis == "discharge" and not registered else own
        columns = {
            "discharge_time_s": np.array([_s(own, _DAY_S - 1)]),
            "settlement_time_s": np.array([_s(settled)]),
            "list_arrival_day": np.array([int(f"{arrived:%Y%m%d}") if settled != arrived else -1], dtype=np.int32),
        }
        found = attribute(columns, terms, basis)  # type: ignore[arg-type]
        (year, month), moved = reference.month_of(own, arrived, cutoff, closes)

        assert found["attributed_month"].tolist() == [year * 100 + month]
        assert found["late_list"].tolist() == [moved]


def test_months_as_times() -> None:
    assert month_time_s(np.array([202602], dtype=np.int32)).tolist() == [_s(date(2026, 2, 1))]
    assert month_of(np.array([_s(date(2026, 2, 28), _DAY_S - 1), _s(date(2026, 3, 1))])).tolist() == [202_602, 202_603]
