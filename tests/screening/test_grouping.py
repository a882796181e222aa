"""Rows by their keys on arrays are those that a table of keys gives, whatever the keys reach."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from drgdip.screening.grouping import grouped, order_of
from drgdip.screening.shapes.common import distinct_rows, groups_of, shared_rows

#: Small keys that meet, and keys that no single number can hold side by side.
KEY = st.sampled_from((-(2**62), -1, 0, 1, 2, 2**40, 2**62))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KEY, KEY, KEY), max_size=12), st.randoms(use_true_random=False))
def test_groups_are_those_of_a_table(keys: list[tuple[int, int, int]], random: object) -> None:
    columns = [np.array([key[at] for key in keys], dtype=np.int64) for at in range(3)]
    listed = list(range(len(keys)))
    random.shuffle(listed)  # type: ignore[attr-defined]
    rows = np.array(listed, dtype=np.int64)
    table: dict[tuple[int, ...], list[int]] = {}
    for row in listed:
        table.setdefault(keys[row], []).append(row)
    assert list(groups_of(columns, rows).items()) == list(table.items())
    assert shared_rows(columns, rows).tolist() == sorted(row for own in table.values() if len(own) > 1 for row in own)
    assert distinct_rows(columns, rows).tolist() == sorted(own[0] for own in table.values())
    found = grouped(columns, rows)
    assert found.first.tolist() == [table[key][0] for key in sorted(table)]
    assert found.sizes.tolist() == [len(table[key]) for key in sorted(table)]
    small = np.arange(len(keys), dtype=np.int64)
    assert found.sums(small).tolist() == [sum(table[key]) for key in sorted(table)]
    assert found.largest(small).tolist() == [max(table[key]) for key in sorted(table)]


@settings(max_examples=30, deadline=None)
@given(st.lists(KEY, max_size=8))
def test_equal_numbers_stay_as_they_stand(numbers: list[int]) -> None:
    expected = sorted(range(len(numbers)), key=numbers.__getitem__)
    assert order_of(np.array(numbers, dtype=np.int64)).tolist() == expected
