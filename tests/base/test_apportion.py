"""Largest remainder. Expected: the worked example, by hand, and the definition in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from drgdip.base.apportion import largest_remainder

Shares = list[tuple[str, int]]

totals = st.integers(-(10**15), 10**15) | st.integers(-50, 50)
shares = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(0, 10**9) | st.integers(0, 3), min_size=1)


def split(total: int, weights: dict[str, int]) -> dict[str, int]:
    return dict(zip(weights, largest_remainder(total, list(weights.values()), list(weights)), strict=True))


def test_a_million_yuan_over_three_hospitals() -> None:
    """Settlement arithmetic 5.4, example V75; the sum is 1 000 000.00."""
    parts = split(100_000_000, {"A": 100_003, "B": 100_002, "C": 100_002})

    assert parts == {"A": 33_333_556, "B": 33_333_222, "C": 33_333_222}


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        pytest.param(100, {"a": 1}, {"a": 100}, id="one takes all"),
        pytest.param(100, {"a": 1, "b": 3}, {"a": 25, "b": 75}, id="even"),
        pytest.param(10, {"a": 1, "b": 1, "c": 1}, {"a": 4, "b": 3, "c": 3}, id="tie"),
        pytest.param(11, {"a": 1, "b": 1, "c": 1}, {"a": 4, "b": 4, "c": 3}, id="two left over"),
        pytest.param(10, {"c": 1, "b": 1, "a": 1}, {"c": 3, "b": 3, "a": 4}, id="smaller key, not first row"),
        pytest.param(10, {"a": 3, "b": 4, "c": 0}, {"a": 4, "b": 6, "c": 0}, id="2/7 before 5/7 of a unit"),
        pytest.param(1, {"a": 0, "b": 1, "c": 0}, {"a": 0, "b": 1, "c": 0}, id="zero weight, nothing"),
        pytest.param(2, {"a": 1, "b": 2, "c": 2}, {"a": 0, "b": 1, "c": 1}, id="0.4, 0.8, 0.8"),
        pytest.param(-10, {"a": 1, "b": 1, "c": 1}, {"a": -4, "b": -3, "c": -3}, id="below zero"),
        pytest.param(0, {"a": 1, "b": 2}, {"a": 0, "b": 0}, id="nothing to split"),
        pytest.param(0, {"a": 0, "b": 0}, {"a": 0, "b": 0}, id="nothing, by nothing"),
        pytest.param(0, {}, {}, id="nothing, to nobody"),
    ],
)
def test_by_hand(total: int, weights: dict[str, int], parts: dict[str, int]) -> None:
    assert split(total, weights) == parts


@given(totals, shares)
@example(7, {"a": 0, "b": 3, "c": 3})
def test_the_definition(total: int, weights: dict[str, int]) -> None:
    """Each gets its whole units; those left over go one each to the largest fractions, ties by key."""
    assume(any(weights.values()))
    exact = {key: Fraction(abs(total) * weight, sum(weights.values())) for key, weight in weights.items()}
    left = abs(total) - sum(floor(share) for share in exact.values())
    first = sorted(exact, key=lambda key: (floor(exact[key]) - exact[key], key))[:left]
    expected = {key: floor(share) + (key in first) for key, share in exact.items()}

    parts = split(total, weights)

    assert {key: abs(part) for key, part in parts.items()} == expected
    assert sum(parts.values()) == total
    assert all(part == 0 for key, part in parts.items() if weights[key] == 0)


@given(totals, shares, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(total: int, weights: dict[str, int], random: object) -> None:
    assume(any(weights.values()))
    keys = list(weights)
    random.shuffle(keys)  # type: ignore[attr-defined]

    assert split(total, {key: weights[key] for key in keys}) == split(total, weights)


@given(totals, shares, st.integers(1, 10**6))
def test_only_proportions_matter(total: int, weights: dict[str, int], factor: int) -> None:
    assume(any(weights.values()))

    assert split(total, {key: weight * factor for key, weight in weights.items()}) == split(total, weights)


@pytest.mark.parametrize("total", [1, -1, 100])
@pytest.mark.parametrize("weights", [[], [0], [0, 0]])
def test_nothing_to_split_by(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="zero"):
        largest_remainder(total, weights, ["a", "b"][: len(weights)])


@pytest.mark.parametrize("total", [0, 10])
def test_a_negative_weight_is_refused(total: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        largest_remainder(total, [3, -1], ["a", "b"])
